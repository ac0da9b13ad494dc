//! A short run with every test; `baton-fuzz` runs for as long as one likes.

use fuzz::{Target, check, input};

#[test]
fn a_few_thousand_inputs_break_nothing() {
    for (target, count) in [(Target::Feel, 4_000), (Target::Long, 150), (Target::Dmn, 800)] {
        for number in 0..count {
            let text = input(target, 42, number, &[]);
            if let Err(fault) = check(target, &text) {
                panic!("{target:?} --seed 42 --number {number}: {}\n{}", fault.what, fault.input);
            }
        }
    }
}

#[test]
fn the_inputs_of_a_seed_are_always_the_same() {
    for target in [Target::Feel, Target::Long, Target::Dmn] {
        assert_eq!(input(target, 1, 7, &[]), input(target, 1, 7, &[]));
        assert_ne!(input(target, 1, 7, &[]), input(target, 1, 8, &[]));
    }
}

#[test]
fn most_generated_inputs_are_well_formed_enough_to_be_evaluated() {
    let compiles = |it: &u64| feel::Program::compile(&input(Target::Feel, 3, *it, &[])).is_ok();
    let count = (0..1_000).filter(compiles).count();
    assert!(count > 300, "only {count} of 1000 expressions compile");
    let compiles = |it: &u64| feel::Program::compile(&input(Target::Long, 3, *it, &[])).is_ok();
    let count = (0..300).filter(compiles).count();
    assert!(count > 150, "only {count} of 300 expressions on long texts compile");
    let compiles = |it: &u64| dmn::compile("f", input(Target::Dmn, 3, *it, &[]).as_bytes()).is_ok();
    let count = (0..1_000).filter(compiles).count();
    assert!(count > 100, "only {count} of 1000 models compile");
}

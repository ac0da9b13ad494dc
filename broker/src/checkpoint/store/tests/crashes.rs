//! A crash at every disk operation and at every durable step of the base.

use super::{Changes, Model, Simulated, change, delete, put, rows};
use crate::io::Loss;

fn script() -> Vec<Changes> {
    vec![
        vec![put(b"a", b"1"), put(b"b", &[2; 700]), put(b"c", b"3")],
        vec![put(b"a", &[4; 1500]), delete(b"b"), put(b"d", b"5"), put(b"e", b"6")],
        vec![delete(b"a"), put(b"b", b"7"), put(b"f", b"8")],
        // Now nearly all that was written is gone, and the base is written anew.
        vec![delete(b"b"), put(b"f", b"9")],
    ]
}

/// Runs the script until something fails; returns the states that may be found afterwards: the
/// last one acknowledged, and the one that was being written.
fn run(simulated: &Simulated) -> (Vec<(u64, Model)>, bool) {
    let mut acknowledged = (0, Model::new());
    let Ok((store, _)) = simulated.open() else {
        return (vec![acknowledged], false);
    };
    for (index, changes) in (1..).zip(script()) {
        let mut next = acknowledged.1.clone();
        change(&mut next, &changes);
        if store.write(index, &[9], changes).is_err() {
            return (vec![acknowledged, (index, next)], false);
        }
        acknowledged = (index, next);
        let folded = store.fold().and_then(|_| {
            // Measures the rows.
            rows(&store)?;
            store.compact(1, u64::MAX)
        });
        if folded.is_err() {
            return (vec![acknowledged], false);
        }
    }
    (vec![acknowledged], true)
}

fn check(simulated: &Simulated, allowed: &[(u64, Model)], place: &str) {
    let (store, restored) = simulated.open().unwrap_or_else(|error| panic!("{place}: {error}"));
    let index = restored.map_or(0, |restored| restored.index);
    let found = rows(&store).unwrap_or_else(|error| panic!("{place}: {error}"));
    assert!(allowed.contains(&(index, found)), "wrong state at index {index}, {place}");
    // And it goes on from there.
    store.write(index + 1, b"", vec![put(b"z", b"9")]).expect("writes");
    store.fold().expect("folds");
    let (store, restored) = simulated.open().expect("opens");
    assert_eq!(restored.map(|restored| restored.index), Some(index + 1), "{place}");
    assert!(rows(&store).expect("scans").contains_key(&b"z"[..]), "{place}");
}

#[test]
fn a_crash_at_any_disk_operation_loses_nothing_acknowledged() {
    for loss in [Loss::Nothing, Loss::Everything].into_iter().chain((0..20).map(Loss::Some)) {
        for step in 0.. {
            let simulated = Simulated::default();
            simulated.disk.fail_at(step);
            let (allowed, is_done) = run(&simulated);
            simulated.disk.crash(loss);
            check(&simulated, &allowed, &format!("disk operation {step}, {loss:?}"));
            if is_done {
                assert!(step > 20, "the script has many operations");
                break;
            }
        }
    }
}

#[test]
fn a_crash_at_any_step_of_a_fold_is_folded_again() {
    for step in 0.. {
        let simulated = Simulated::default();
        simulated.backend.fail_at(Some(step));
        let (allowed, is_done) = run(&simulated);
        simulated.backend.fail_at(None);
        simulated.disk.crash(Loss::Everything);
        check(&simulated, &allowed, &format!("base step {step}"));
        if is_done {
            assert_eq!(
                step, 16,
                "begin, one chunk and commit, five times, and to close the old base"
            );
            break;
        }
    }
}

#[test]
fn a_fold_that_failed_can_be_repeated_without_reopening() {
    for step in 0..12 {
        let simulated = Simulated::default();
        let (store, _) = simulated.open().expect("opens");
        let mut model = Model::new();
        for (index, changes) in (1..).zip(script()) {
            change(&mut model, &changes);
            store.write(index, b"", changes).expect("writes");
        }
        simulated.backend.fail_at(Some(step));
        store.fold().expect_err("is interrupted");
        assert_eq!(rows(&store).expect("scans half-way"), model, "step {step}");
        simulated.backend.fail_at(None);
        assert_eq!(store.fold().expect("folds"), 4);
        assert_eq!(rows(&store).expect("scans"), model, "step {step}");
    }
}

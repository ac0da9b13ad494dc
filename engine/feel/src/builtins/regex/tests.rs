//! Whole regular expressions, compiled and searched.

use super::{Dialect, Pattern, Wanted};
use crate::env::Budget;
use crate::limits::Limits;

fn matches_in(dialect: Dialect, pattern: &str, flags: &str, input: &str) -> bool {
    let pattern = Pattern::compile(pattern, flags, dialect).unwrap();
    pattern.search(input, Wanted::Nothing).next(&mut Budget::default()).unwrap().is_some()
}

fn matches(pattern: &str, flags: &str, input: &str) -> bool {
    matches_in(Dialect::Java, pattern, flags, input)
}

/// All matches with their groups, `-` for a group without a part.
fn all(pattern: &str, input: &str) -> String {
    let pattern = Pattern::compile(pattern, "", Dialect::Java).unwrap();
    let mut search = pattern.search(input, Wanted::Groups);
    let mut budget = Budget::default();
    let mut found = Vec::new();
    while let Some(it) = search.next(&mut budget).unwrap() {
        let group = |number| it.group(number).map_or("-", |it| &input[it]).to_owned();
        let groups: Vec<_> = (0..pattern.group_count()).map(group).collect();
        found.push(groups.join(":"));
    }
    found.join(" ")
}

#[test]
fn look_around_and_back_references_work() {
    assert!(matches(r"(a)\1", "i", "aA"));
    assert!(matches(r"^(?=.*\d)(?=.*[a-z]).{4,}$", "", "ab12"));
    assert!(!matches(r"foo(?!bar)", "", "foobar"));
    assert!(matches(r"(?<!x)b", "", "ab"));
    assert!(!matches(r"(?<=a{1,2}c)b", "", "aab"));
    assert!(!matches(r"^a*+a", "", "aaa"));
}

#[test]
fn groups_are_those_of_java() {
    assert_eq!(all("(a)|(b)", "ab"), "a:a:- b:-:b");
    assert_eq!(all("b*", "abc"), " b  ");
    assert_eq!(all("(a*)*", "b"), ": :");
    assert_eq!(all(r"(\w)(\d)?", "a1b"), "a1:a:1 b:b:-");
    assert_eq!(all(r"(?<x>a)\k<x>", "aaa"), "aa:a");
    assert_eq!(all("a+?", "aa"), "a a");
}

#[test]
fn a_pattern_that_goes_back_forever_ends_in_a_failure() {
    let pattern = Pattern::compile(r"^(a|b|ab)*\1z?$", "", Dialect::Java).unwrap();
    let input = format!("{}!", "ab".repeat(200));
    assert!(pattern.search(&input, Wanted::Nothing).next(&mut Budget::default()).is_err());
}

#[test]
fn blanks_mean_nothing_where_they_are_ignored() {
    assert!(matches("he ll o worl d # note", "x", "helloworld"));
    assert!(matches("(?x)h e", "", "he"));
    assert!(matches_in(Dialect::XPath, "he ll o[ ]worl d", "x", "hello world"));
    assert!(matches_in(Dialect::XPath, r"^\p{ Is BasicLatin }+\ d$", "x", "hello 1"));
    assert!(Pattern::compile(r"\p{ IsBasicLatin}", "x", Dialect::Java).is_err());
}

#[test]
fn a_reference_to_no_group_is_wrong_by_the_standard_and_never_matches_in_java() {
    for pattern in [r"(.)\3", r"\3", r"\1(a)"] {
        assert!(Pattern::compile(pattern, "", Dialect::XPath).is_err(), "{pattern}");
        assert!(!matches(pattern, "", "aa"), "{pattern}");
    }
}

#[test]
fn classes_are_subtracted_by_the_standard() {
    assert!(matches_in(Dialect::XPath, "[A-Z-[OI]]", "i", "x"));
    assert!(!matches_in(Dialect::XPath, "[A-Z-[OI]]", "i", "o"));
}

#[test]
fn the_work_of_a_search_is_counted_while_it_runs() {
    let input = "ab".repeat(50_000);
    for pattern in ["(a|b)*a(a|b){2000}c", "a[ab]{3000}c", "a+c|(?:[ab]*c|a)", "(?:[ab]{500})*c"] {
        let pattern = Pattern::compile(pattern, "", Dialect::Java).unwrap();
        let mut budget = Budget::new(Limits { steps: 10_000, ..Limits::default() });
        let mut search = pattern.search(&input, Wanted::Place);
        let failed = loop {
            match search.next(&mut budget) {
                Ok(Some(_)) => {}
                Ok(None) => break false,
                Err(_) => break true,
            }
        };
        assert!(failed, "{pattern:?}");
    }
}

#[test]
fn what_is_too_large_is_refused() {
    for pattern in [
        "(?:a{1000}){1000}".to_owned(),
        "(?:(?:){30000}){30000}a{40000}".to_owned(),
        "()".repeat(300),
        "(".repeat(200),
        "[".repeat(200),
        "a".repeat(40_000),
        r"[\p{L}\p{N}]".repeat(400),
    ] {
        assert!(Pattern::compile(&pattern, "", Dialect::Java).is_err(), "{pattern}");
    }
}

/// All matches with their groups, by one of the ways to run a program.
fn all_by(
    engine: super::Engine,
    pattern: &Pattern,
    input: &str,
) -> Vec<Vec<Option<(usize, usize)>>> {
    let mut search = pattern.search(input, Wanted::Groups);
    search.engine = engine;
    let mut budget = Budget::new(Limits { steps: 100_000_000, ..Limits::default() });
    let mut found = Vec::new();
    while let Some(it) = search.next(&mut budget).unwrap() {
        let group = |number| it.group(number).map(|it| (it.start, it.end));
        found.push((0..pattern.group_count()).map(group).collect());
    }
    found
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(2_000))]

    /// One way after the other with a memory, and all at the same time, find the same, of which
    /// the places alone, and whether there is any, are a part.
    #[test]
    fn both_ways_to_run_a_program_find_the_same(
        pattern in written(),
        input in "[abcAé\n]{0,12}",
    ) {
        let pattern = Pattern::compile(&pattern, "", Dialect::Java).unwrap();
        let memory = super::Memory::new(&pattern.program, &input).unwrap();
        let remembered = all_by(super::Engine::Memory(memory), &pattern, &input);
        let threads = all_by(super::Engine::Threads(None), &pattern, &input);
        proptest::prop_assert_eq!(&remembered, &threads);

        let mut budget = Budget::default();
        let mut places = pattern.search(&input, Wanted::Place);
        for found in &remembered {
            let place = places.next(&mut budget).unwrap().unwrap().group(0);
            proptest::prop_assert_eq!(place.map(|it| (it.start, it.end)), found[0]);
        }
        let is_there = pattern.search(&input, Wanted::Nothing).next(&mut budget).unwrap().is_some();
        proptest::prop_assert_eq!(is_there, !remembered.is_empty());
    }
}

/// Patterns that need not go back.
fn written() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let atoms = prop::sample::select(vec![
        "a", "b", "ab", "abc", "[ab]", "[^a]", ".", "é", "\\w", "\\W", "^", "$", "\\b", "\\B",
        "()", "(?i:a)", "(?i:abc)", "(?m:^)", "(?m:$)", "[b-é]", "\\R",
    ]);
    atoms.prop_map(str::to_owned).prop_recursive(4, 24, 3, |part| {
        prop_oneof![
            prop::collection::vec(part.clone(), 1..4).prop_map(|it| it.concat()),
            prop::collection::vec(part.clone(), 2..4)
                .prop_map(|it| format!("(?:{})", it.join("|"))),
            (
                part.clone(),
                prop::sample::select(vec!["*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}"])
            )
                .prop_map(|(part, times)| format!("(?:{part}){times}")),
            part.clone().prop_map(|it| format!("({it})")),
            part.prop_map(|it| format!("({it})*")),
        ]
    })
}

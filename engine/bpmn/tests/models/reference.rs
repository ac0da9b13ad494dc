//! Models that other people drew: each compiles, or is refused for reasons that are known.
//!
//! ```text
//! EXPECTED.tsv ─findings─▶ each needs a problem of its own: same element, same rule ─┐
//! INDEX.tsv ─deploys / refused─▶ the same answer ────────────────────────────────────┼─ or a row of
//! problems of ours ─▶ each on an element that has a finding ─────────────────────────┘  reference.tsv
//! ```

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the models are found by a variable, the promise is a time; what was read is reported"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bpmn::Problem;

/// What the project promises of every model: it is the bound itself, and no measure of speed. The
/// slowest model takes a twentieth of it without optimisation.
const TIME_MAX: Duration = Duration::from_secs(1);

/// One line of the list of expected findings.
#[derive(Debug)]
struct Finding {
    rule: String,
    element: String,
    text: String,
}

/// How problems of a rule are worded. A rule may have several sentences, and attributes that are
/// missing are told in the same words by several rules.
const RULES: [(&str, &[&str]); 27] = [
    ("1", &["No process in the file is executable"]),
    (
        "2",
        &["has no start event", "more than one none start event", "of a mapping of", "header key"],
    ),
    ("3", &["loop marker with neither", "which Baton does not run"]),
    (
        "5",
        &[
            "The subprocess '{}' has no start event",
            "The subprocess '{}' has more than one start event",
            "is in the embedded subprocess",
        ],
    ),
    (
        "7",
        &[
            "not well-formed XML",
            "The root element is",
            "The file is not UTF-8",
            "The file says that it is encoded as",
            "The file ends inside",
            "The file contains no XML element",
            "An attribute value contains",
            "as incoming sequence flow, which is not in this process",
            "as outgoing sequence flow, which is not in this process",
            "The sourceRef of",
            "The targetRef of",
            "is used twice",
        ],
    ),
    ("9", &["The boundary event '{}' has"]),
    ("10", &["The intermediate catch event '{}' has"]),
    ("13", &["The timer of", "The timer duration of", "The timer date of", "The timer cycle of"]),
    (
        "14",
        &["refers to no message", "refers to the message", "zeebe:subscription", "correlation key"],
    ),
    ("15", &["has no zeebe:taskDefinition", "zeebe:publishMessage"]),
    ("16", &["refers to no signal", "refers to the signal"]),
    ("17", &["refers to no error", "refers to the error", "refers to no escalation", "error code"]),
    ("18", &["needs the attribute 'name' of 'linkEventDefinition'"]),
    ("19", &["wait for every error", "wait for the same error code"]),
    ("20", &["wait for the same message"]),
    ("21", &["has no condition and is not the default flow"]),
    (
        "25",
        &[
            "has no zeebe:taskDefinition",
            "needs exactly one of zeebe:calledDecision",
            "has no zeebe:calledElement",
            "needs exactly one of zeebe:script",
            "needs the attribute 'processId' of 'calledElement'",
        ],
    ),
    ("26", &["needs the attribute", "The header key", "is there twice"]),
    ("27", &["has no zeebe:loopCharacteristics", "'outputCollection'", "'outputElement'"]),
    ("28", &["The form of the user task '{}' needs exactly one of"]),
    ("29", &["needs the attribute 'versionTag' of"]),
    ("30", &["is not a whole number from 0 to"]),
    ("31", &["for compensation"]),
    ("34", &["execution listener"]),
    ("36", &["At most one is allowed"]),
    (
        "37",
        &["must be a FEEL expression", "is no FEEL expression", "The condition of '{}' is empty"],
    ),
    ("38", &["which comes back to it before anything waits", "could never end"]),
];

/// Whether a problem is worded as those of a rule are; `{}` in the words is the element.
fn is_of_rule(problem: &Problem, rule: &str) -> bool {
    let id = problem.element_id.as_deref().unwrap_or_default();
    let words = RULES.iter().find(|it| it.0 == rule);
    let words = words.unwrap_or_else(|| panic!("rule {rule} has no words here: add them")).1;
    words.iter().any(|it| problem.message.contains(&it.replace("{}", id)))
}

/// What differs from the lists on purpose: every row names one file and says why.
#[derive(Debug)]
struct Differences {
    /// Path, what differs (`missing`, `extra`, `answer`), rule, element; `*` is every element.
    rows: BTreeSet<[String; 4]>,
    unused: BTreeSet<[String; 4]>,
}

impl Differences {
    fn read() -> Self {
        let mut rows = BTreeSet::new();
        for fields in lines(include_str!("reference.tsv")) {
            let [path, what, rule, element, reason] = fields.as_slice() else {
                panic!("five fields are needed: {fields:?}");
            };
            assert!(!reason.is_empty(), "no reason: {fields:?}");
            let row = [path, what, rule, element].map(Clone::clone);
            assert!(rows.insert(row.clone()), "twice: {row:?}");
        }
        Differences { unused: rows.clone(), rows }
    }

    /// Whether a difference is listed, which it must be while it is there.
    fn has(&mut self, path: &str, what: &str, rule: &str, element: &str) -> bool {
        [element, "*"].into_iter().any(|element| {
            let row = [path, what, rule, element].map(str::to_owned);
            self.unused.remove(&row);
            self.rows.contains(&row)
        })
    }
}

/// The folder of the models, if there is one.
fn models() -> Option<PathBuf> {
    if let Ok(folder) = std::env::var("BATON_REFERENCE") {
        return Some(Path::new(&folder).join("models"));
    }
    let required = std::env::var("BATON_REQUIRE_REFERENCE").is_ok_and(|it| it == "1");
    assert!(!required, "BATON_REFERENCE names no folder");
    println!("skipped: BATON_REFERENCE names no folder");
    None
}

/// The lines of a table after its head, as fields.
fn lines(text: &str) -> Vec<Vec<String>> {
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn table(path: &Path) -> Vec<Vec<String>> {
    lines(&std::fs::read_to_string(path).expect("the table is readable"))
}

fn expected(models: &Path) -> BTreeMap<String, Vec<Finding>> {
    let mut expected: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for fields in table(&models.join("EXPECTED.tsv")) {
        if let [path, severity, rule, element, text] = fields.as_slice()
            && severity == "refuse"
        {
            let [rule, element, text] = [rule, element, text].map(Clone::clone);
            expected.entry(path.clone()).or_default().push(Finding { rule, element, text });
        }
    }
    expected
}

#[test]
fn models_of_other_people_compile_or_are_refused_for_known_reasons() {
    let Some(models) = models() else { return };
    let expected = expected(&models);
    let mut known = Differences::read();
    let (mut compiled, mut refused, mut slowest) = (0, 0, Duration::ZERO);
    let mut wrong = Vec::new();
    for fields in table(&models.join("INDEX.tsv")) {
        let (path, kind, answer) = (&fields[0], &fields[4], &fields[7]);
        if !kind.starts_with("bpmn") {
            continue;
        }
        let bytes = std::fs::read(models.join(path)).expect("the model is readable");
        let begun = Instant::now();
        let problems = bpmn::compile(path, &bytes).err().unwrap_or_default();
        let took = begun.elapsed();
        slowest = slowest.max(took);
        if took > TIME_MAX {
            wrong.push(format!("{path}: takes {took:?}, more than {TIME_MAX:?}"));
        }
        if problems.is_empty() {
            compiled += 1;
        } else {
            refused += 1;
        }
        if answer.starts_with("deploys") != problems.is_empty()
            && !known.has(path, "answer", "", "")
        {
            wrong.push(format!("{path}\tanswer\t\t\t{answer}"));
        }
        let findings = expected.get(path).map_or(&[][..], Vec::as_slice);
        compare(path, findings, &problems, &mut known, &mut wrong);
    }
    println!("{compiled} models compile, {refused} are refused, the slowest takes {slowest:?}");
    assert!(compiled > 100, "only {compiled} models compile");
    wrong.extend(known.unused.iter().map(|it| format!("no longer differs: {it:?}")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every finding needs a problem of its own, of its rule and at its element; and every problem a
/// finding at its element.
fn compare(
    path: &str,
    findings: &[Finding],
    problems: &[Problem],
    known: &mut Differences,
    wrong: &mut Vec<String>,
) {
    let of = |problem: &Problem| problem.element_id.as_deref().unwrap_or_default().to_owned();
    let mut free: Vec<&Problem> = problems.iter().collect();
    // Rules with fewer problems first: what they leave is for those that have more to choose from.
    let choice = |it: &&Finding| {
        problems.iter().filter(|p| of(p) == it.element && is_of_rule(p, &it.rule)).count()
    };
    let mut findings_by_choice: Vec<&Finding> = findings.iter().collect();
    findings_by_choice.sort_by_key(choice);
    for finding in findings_by_choice {
        let fits = |it: &&Problem| of(it) == finding.element && is_of_rule(it, &finding.rule);
        if let Some(at) = free.iter().position(fits) {
            free.remove(at);
        } else if !known.has(path, "missing", &finding.rule, &finding.element) {
            let Finding { rule, element, text } = finding;
            wrong.push(format!("{path}\tmissing\t{rule}\t{element}\t{text}"));
        }
    }
    for problem in problems {
        let element = of(problem);
        let is_listed = findings.iter().any(|it| it.element == element);
        if !is_listed && !known.has(path, "extra", "", &element) {
            wrong.push(format!("{path}\textra\t\t{element}\t{}", problem.message));
        }
    }
}

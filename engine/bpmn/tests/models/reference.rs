//! Models that other people drew: each compiles, or is refused for reasons that are known.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the models are found by a variable; what was skipped or read is reported"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bpmn::Problem;

/// One line of the list of expected findings.
#[derive(Debug)]
struct Finding {
    element: String,
    text: String,
}

/// Findings that need no problem of ours on the same element, with the reason.
const NOT_OURS: [(&str, &str); 7] = [
    ("(loopCardinality, 1.4)", "Baton runs activities with a loop cardinality"),
    ("escalation boundary event on a userTask", "Baton lets it wait on every activity"),
    ("unsupported element (1.4): transaction", "Baton runs transactions"),
    ("unsupported element (1.4): complexGateway", "Baton runs complex gateways"),
    ("boundary event of type cancel (1.2)", "it stands on a transaction, which Baton runs"),
    ("schema:", "the XML schema is not applied: what has no effect never refuses a file"),
    ("needs exactly one zeebe:subscription", "the event subprocess around it is refused"),
];

/// Problems of ours that the list does not have, with the reason.
const NOT_LISTED: [(&str, &str); 6] = [
    ("Transaction_1 > ", "the list does not look into the transaction, which it refuses itself"),
    (
        "VacationRequestProcess > ",
        "names with spaces are no FEEL (rule 37), which the list does not judge in mappings",
    ),
    (
        "of the gateway 'Gateway_1adft3c' has no condition",
        "the list does not look at the flows of the complex gateway, which it refuses itself",
    ),
    ("startQuantity '2'", "tokens that wait for each other: refused rather than ignored"),
    ("completionQuantity '2'", "several tokens at once: refused rather than ignored"),
    ("which Baton does not know.", "zeebe extensions that do not exist are refused by name"),
];

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
fn table(path: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).expect("the table is readable");
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn expected(models: &Path) -> BTreeMap<String, Vec<Finding>> {
    let mut expected: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for fields in table(&models.join("EXPECTED.tsv")) {
        if let [path, severity, _rule, element, text] = fields.as_slice()
            && severity == "refuse"
        {
            let (element, text) = (element.clone(), text.clone());
            expected.entry(path.clone()).or_default().push(Finding { element, text });
        }
    }
    expected
}

#[test]
fn models_of_other_people_compile_or_are_refused_for_known_reasons() {
    let Some(models) = models() else { return };
    let expected = expected(&models);
    let (mut compiled, mut refused) = (0, 0);
    let mut differences = Vec::new();
    for fields in table(&models.join("INDEX.tsv")) {
        let (path, kind) = (&fields[0], &fields[4]);
        if !kind.starts_with("bpmn") {
            continue;
        }
        let bytes = std::fs::read(models.join(path)).expect("the model is readable");
        let findings = expected.get(path).map_or(&[][..], Vec::as_slice);
        let problems = match bpmn::compile(path, &bytes) {
            Ok(_) => {
                compiled += 1;
                Vec::new()
            }
            Err(problems) => {
                refused += 1;
                problems
            }
        };
        compare(path, findings, &problems, &mut differences);
    }
    println!("{compiled} models compile, {refused} are refused");
    assert!(compiled > 100, "only {compiled} models compile");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Every finding needs a problem at its element, and every problem a finding at its element unless
/// it says that something is not run yet.
fn compare(path: &str, findings: &[Finding], problems: &[Problem], differences: &mut Vec<String>) {
    let of = |problem: &Problem| problem.element_id.as_deref().unwrap_or_default().to_owned();
    // A file that is no XML, or has no executable process, is not looked into.
    let is_of_file = |it: &Problem| it.path.is_empty();
    for finding in findings {
        let met = problems.iter().any(|it| of(it) == finding.element || is_of_file(it));
        if !met && !NOT_OURS.iter().any(|(text, _)| finding.text.contains(text)) {
            differences.push(format!("{path}: not found: {finding:?}"));
        }
    }
    for problem in problems {
        let is_listed = findings.iter().any(|it| it.element == of(problem) || is_of_file(problem));
        let is_known = NOT_LISTED
            .iter()
            .any(|(text, _)| problem.path.contains(text) || problem.message.contains(text));
        if !is_listed && !is_known && !problem.message.ends_with("yet.") {
            differences.push(format!("{path}: not listed: {problem}"));
        }
    }
}

//! Models that other people drew: each compiles, or is refused as its list says.
//!
//! What is compiled here is the content. A server takes files by their names: one of these under a
//! name that ends in `.xml` would be read as BPMN there, as in Camunda, and must be deployed as
//! `.dmn`.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the models are found by a variable; what was skipped is reported"
)]

use std::path::{Path, PathBuf};

/// Models that deploy by the list, but not here, with the reason.
const NOT_DEPLOYED: [(&str, &str); 1] =
    [("dmn-collection-contains-Example", "`~ \"biking\"` in its cells is no FEEL")];

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

#[test]
fn every_model_compiles_or_is_refused_as_expected() {
    let Some(models) = models() else { return };
    let index = std::fs::read_to_string(models.join("INDEX.tsv")).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in index.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [path, _, _, _, "dmn", _, _, expected, ..] = fields[..] else { continue };
        count += 1;
        let bytes = std::fs::read(models.join(path)).unwrap();
        match dmn::compile(path, &bytes) {
            Ok(_) if expected.starts_with("refused") => {
                wrong.push(format!("{path} compiles, but {expected}"));
            }
            Err(problems)
                if expected.starts_with("deploys")
                    && !NOT_DEPLOYED.iter().any(|it| path.contains(it.0)) =>
            {
                let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
                wrong.push(format!("{path}: {}", texts.join("; ")));
            }
            Ok(_) | Err(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 50, "only {count} models were found");
}

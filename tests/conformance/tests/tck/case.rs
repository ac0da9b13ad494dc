//! Running the test cases of one folder.

use std::collections::BTreeMap;
use std::path::Path;

use dmn::{File, Model};
use feel::{Budget, Env, Limits, Value, Variables};
use jiff::tz::TimeZone;

use crate::compare::{same, value_of};
use crate::sorted;
use crate::xml::{self, Node};

/// 2024-03-15T10:30:00Z; no case depends on the clock.
const NOW_MS: i64 = 1_710_498_600_000;

/// How one case went.
pub(crate) struct Outcome {
    /// Test file and case.
    pub(crate) id: String,
    /// What is wrong, if anything.
    pub(crate) fault: Option<String>,
}

struct Inputs(BTreeMap<String, Value>);

impl Variables for Inputs {
    fn get(&self, _name: &str) -> Option<&[u8]> {
        None
    }

    fn value(&self, name: &str) -> Option<Value> {
        self.0.get(name).cloned()
    }
}

/// The models of a folder by file name, or why they do not compile.
fn models(folder: &Path) -> BTreeMap<String, Result<Model, String>> {
    let mut files = Vec::new();
    for path in sorted(folder) {
        if path.extension().is_some_and(|it| it == "dmn") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            files.push((name, std::fs::read(&path).unwrap()));
        }
    }
    let inputs: Vec<File<'_>> =
        files.iter().map(|(name, bytes)| File { resource_name: name, bytes }).collect();
    let names = files.iter().map(|it| it.0.clone());
    match dmn::compile_all(&inputs) {
        Ok(models) => names.zip(models.into_iter().map(Ok)).collect(),
        Err(problems) => {
            let mut texts = Vec::new();
            for (ix, found) in &problems {
                let found: Vec<String> = found.iter().map(ToString::to_string).collect();
                texts.push(format!("{}: {}", files[*ix].0, found.join("; ")));
            }
            let text = texts.join("; ");
            names.map(|it| (it, Err(text.clone()))).collect()
        }
    }
}

/// Runs all cases of a folder.
pub(crate) fn run_folder(folder: &Path) -> Vec<Outcome> {
    let models = models(folder);
    let mut outcomes = Vec::new();
    for path in sorted(folder) {
        if path.extension().is_none_or(|it| it != "xml") {
            continue;
        }
        let root = xml::parse(&std::fs::read_to_string(&path).unwrap());
        if root.name != "testCases" {
            continue;
        }
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        let model_name = root.first("modelName").map_or("", |it| it.text.trim());
        for case in root.all("testCase") {
            let id = case.attribute("id").unwrap_or_default();
            let fault = match models.get(model_name) {
                None => Some(format!("there is no model {model_name}")),
                Some(Err(problems)) => Some(format!("does not compile: {problems}")),
                Some(Ok(model)) => run(model, case).err(),
            };
            outcomes.push(Outcome { id: format!("{file}/{id}"), fault });
        }
    }
    outcomes
}

fn run(model: &Model, case: &Node) -> Result<(), String> {
    let mut inputs = BTreeMap::new();
    for node in case.all("inputNode") {
        let name = node.attribute("name").unwrap_or_default();
        inputs.insert(name.to_owned(), value_of(node)?);
    }
    let inputs = Inputs(inputs);
    let zone = TimeZone::UTC;
    for node in case.all("resultNode") {
        let name = node.attribute("name").unwrap_or_default();
        let expected = value_of(node.first("expected").unwrap_or(node))?;
        let mut budget = Budget::new(Limits::default());
        let mut env = Env::new(NOW_MS, &zone, 1, &mut budget);
        let service = case.attribute("type").is_some_and(|it| it == "decisionService");
        let evaluated = if service {
            let service = case.attribute("invocableName").unwrap_or_default();
            model.evaluate_service(service, &inputs, &mut env).ok_or("there is no such service")?
        } else {
            let decision = model.decisions().find(|it| **it.name() == *name);
            let decision = decision.ok_or_else(|| format!("there is no decision '{name}'"))?;
            model.evaluate(decision, &inputs, &mut env)
        };
        let warnings: Vec<String> = env.warnings.iter().map(ToString::to_string).collect();
        // A failed evaluation is an error of the decision, which the kit expects as null.
        let (found, message) = match evaluated {
            Ok(evaluation) => (service_result(evaluation.output, service, name), None),
            Err(failure) => (Value::Null, Some(failure.message)),
        };
        if !same(&expected, &found) {
            let failure = message.map(|it| format!(" (failed: {it})")).unwrap_or_default();
            return Err(format!(
                "{name}: expected {} but found {}{failure} {warnings:?}",
                expected.shown(300),
                found.shown(300)
            ));
        }
    }
    Ok(())
}

/// A service with several outputs answers a context; a case asks for one of its entries.
fn service_result(output: Value, service: bool, name: &str) -> Value {
    match output.entry(name) {
        Some(entry) if service => entry,
        _ => output,
    }
}

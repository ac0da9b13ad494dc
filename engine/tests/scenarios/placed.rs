//! Every element begun by a modification: in an instance of each scenario that waits before
//! everything else, one element after the other is activated, and then goes on.

use super::lives::{Life, NOBODYS, manners};
use super::support::coverage;
use super::support::scenario::{self, Scenario};
use super::wrapped::{begun, plain, told};
use record::{ActivateElement, CauseKind, CommandBody, ModifyInstance};
use std::collections::{BTreeMap, BTreeSet};

/// How often everything that waits is given what it waits for after a modification.
const ROUNDS: usize = 2;

/// The process with a task for nobody in the place of its start event.
fn held(process: &str, content: &str, start: &str) -> String {
    let id = start.split_whitespace().nth(1).unwrap_or_default();
    let task = format!("start wrap-start\ntask {id} type={NOBODYS}\nwrap-start -> {id}");
    format!("{process}\n{}", content.replacen(start, &task, 1))
}

/// The elements of a model that may be activated.
fn ids(model: &str) -> Vec<String> {
    let xml = super::support::model::xml(model);
    let resource = bpmn::compile_accepted(xml.as_bytes()).unwrap();
    let process = resource.processes.iter().find(|it| &*it.id == "p").unwrap();
    process.elements.iter().map(|it| it.id.to_string()).filter(|it| it != "p").collect()
}

/// The elements that modifications began, as a trace tells them.
fn lived(name: &str, scenario: &Scenario, model: &str) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    let Some(manner) = manners(scenario).into_iter().next() else { return lines };
    let mut ended = Vec::new();
    let mut life = Life::new(scenario, model);
    life.create(scenario);
    for id in ids(model) {
        if life.instance().is_none() {
            // What began ended the instance.
            ended.push(std::mem::replace(&mut life, Life::new(scenario, model)));
            life.create(scenario);
        }
        let Some(instance) = life.instance() else { break };
        let before = life.news().len();
        let activate = ActivateElement { element_id: id.as_str().into(), ..Default::default() };
        life.apply(CommandBody::ModifyInstance(ModifyInstance {
            instance,
            activate: vec![activate],
            ..ModifyInstance::default()
        }));
        life.settle();
        let news = life.news()[before..].iter();
        for it in news.filter_map(begun) {
            let by_modification =
                it.cause.as_ref().is_some_and(|it| it.kind == CauseKind::Modification);
            if by_modification && *it.origin.element_id == *id {
                lines.insert(told(it));
            }
        }
        for _ in 0..ROUNDS {
            life.round(&manner);
        }
    }
    ended.push(life);
    for life in ended {
        life.end(name);
    }
    lines
}

/// Which scenarios show which elements begun by a modification.
pub(super) fn shown() -> BTreeMap<String, BTreeSet<String>> {
    let mut shown: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in super::scenarios() {
        let name = path.display().to_string();
        let scenario = scenario::parse(&std::fs::read_to_string(&path).unwrap());
        let Some((process, content, start)) = scenario.model("p").and_then(plain) else { continue };
        let model = held(process, &content, start);
        let lines = lived(&name, &scenario, &model);
        for element in coverage::begun_in(&model, &lines) {
            shown.entry(element.to_owned()).or_default().insert(name.clone());
        }
    }
    shown
}

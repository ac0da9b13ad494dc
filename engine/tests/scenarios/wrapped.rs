//! Every element inside a multi-instance and inside an event subprocess: the processes of all
//! scenarios, each as the content of a subprocess that runs twice at once, and of an event
//! subprocess, driven to their end or canceled.

use super::lives::{Life, Manner, NOBODYS, manners};
use super::support::coverage;
use super::support::scenario::{self, Scenario};
use record::{ElementType, Event, Key, ProcessInstanceEvent, ProcessInstanceIntent, Record};
use std::collections::{BTreeMap, BTreeSet};

/// How often everything that waits is given what it waits for.
const ROUNDS: usize = 6;

/// What stands around the content of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    MultiInstance,
    EventSubProcess,
}

impl Frame {
    /// The content of a process inside the frame, which is called `wrap`.
    fn around(self, process: &str, content: &str, start: &str) -> String {
        match self {
            Self::MultiInstance => format!(
                "{process}\nstart wrap-start\nsub wrap items=`=[1, 2]` item=wrapped {{\n{content}\n}}\n\
                 end wrap-end\nwrap-start -> wrap -> wrap-end"
            ),
            Self::EventSubProcess => {
                let triggered = format!("{start} timer=PT1S non-interrupting");
                let content = content.replacen(start, &triggered, 1);
                format!(
                    "{process}\nstart wrap-start\ntask wrap-keep type={NOBODYS}\n\
                     wrap-start -> wrap-keep\nevents wrap {{\n{content}\n}}"
                )
            }
        }
    }

    /// The kind of the frame, and how often it runs.
    fn runs(self) -> (ElementType, usize) {
        match self {
            Self::MultiInstance => (ElementType::SubProcess, 2),
            Self::EventSubProcess => (ElementType::EventSubProcess, 1),
        }
    }
}

/// The first line of a model, the lines of its process `p`, and the start event among them; `None`
/// if it cannot be inside anything: its start event or receive task waits for something, which that
/// of an embedded subprocess must not.
pub(super) fn plain(model: &str) -> Option<(&str, String, &str)> {
    let lines: Vec<&str> = model.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    let (process, rest) = lines.split_first()?;
    let is_one =
        process.starts_with("process p") && !rest.iter().any(|it| it.starts_with("process "));
    let mut depth = 0_i32;
    let mut starts = Vec::new();
    for line in rest {
        if line.starts_with("start ") && depth == 0 {
            starts.push(*line);
        }
        depth += i32::from(line.ends_with('{')) - i32::from(*line == "}");
    }
    let [start] = starts.as_slice() else { return None };
    let text = rest.join("\n");
    // One that calls itself would run more and more often.
    let calls_itself = text.contains("process=p");
    let is_plain = start.split_whitespace().count() == 2 && !text.contains(" instantiate");
    (is_one && is_plain && !calls_itself).then_some((*process, text, *start))
}

/// The elements that began inside a frame, as a trace tells them.
fn lived(
    name: &str,
    scenario: &Scenario,
    model: &str,
    frame: Frame,
    manner: &Manner,
) -> BTreeSet<String> {
    let mut life = Life::new(scenario, model);
    life.create(scenario);
    if frame == Frame::EventSubProcess {
        life.pass();
    }
    for _ in 0..ROUNDS {
        life.round(manner);
    }
    let all = life.end(name);
    let (kind, times) = frame.runs();
    let frames: Vec<Key> = all.iter().filter_map(|it| frame_of(it, kind)).collect();
    assert_eq!(frames.len(), times, "{name}: the content ran {} times", frames.len());
    let mut inside: BTreeSet<Key> = frames.into_iter().collect();
    let mut lines = BTreeSet::new();
    for record in &all {
        let Some(it) = begun(record) else {
            if is_taken_in(record, &inside) {
                lines.insert("SequenceFlowTaken".to_owned());
            }
            continue;
        };
        if inside.contains(&it.flow_scope) || inside.contains(&it.parent_element) {
            inside.insert(record.key);
            lines.insert(told(it));
        }
    }
    lines
}

/// A line for the beginning of an element, as traces have it; the same for all its instances.
pub(super) fn told(it: &ProcessInstanceEvent) -> String {
    let kind = super::support::trace::kind(it.element_type, it.event_type);
    format!("ElementActivating {}.1 {kind}", it.origin.element_id)
}

/// What a record says of the beginning of an element.
pub(super) fn begun(record: &Record) -> Option<&ProcessInstanceEvent> {
    let Event::ProcessInstance(it) = &record.event else { return None };
    (it.intent == ProcessInstanceIntent::ElementActivating).then_some(it)
}

fn is_taken_in(record: &Record, scopes: &BTreeSet<Key>) -> bool {
    let Event::ProcessInstance(it) = &record.event else { return false };
    it.intent == ProcessInstanceIntent::SequenceFlowTaken && scopes.contains(&it.flow_scope)
}

fn frame_of(record: &Record, kind: ElementType) -> Option<Key> {
    let it = begun(record)?;
    (&*it.origin.element_id == "wrap" && it.element_type == kind).then_some(record.key)
}

/// Which scenarios show which elements inside a frame.
pub(super) fn shown(frame: Frame) -> BTreeMap<String, BTreeSet<String>> {
    let mut shown: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in super::scenarios() {
        let name = path.display().to_string();
        let scenario = scenario::parse(&std::fs::read_to_string(&path).unwrap());
        let Some((process, content, start)) = scenario.model("p").and_then(plain) else { continue };
        let model = frame.around(process, &content, start);
        let mut lines = BTreeSet::new();
        for manner in manners(&scenario) {
            lines.append(&mut lived(&name, &scenario, &model, frame, &manner));
        }
        for element in coverage::begun_in(&model, &lines) {
            shown.entry(element.to_owned()).or_default().insert(name.clone());
        }
    }
    shown
}

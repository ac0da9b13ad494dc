//! An instance for people: business words first, numbers last.

use record::{
    ConditionEvaluation, ConditionResult, ElementType, IncidentEvent, Key, ListenerEventType,
    VariableRead,
};
use value::json;

use crate::history::instance::{Instance, State, Step};
use crate::history::models::Names;
use crate::history::waits::{JobState, Wait, What};
use crate::output::table;
use crate::time;

/// The whole page.
pub(super) fn instance(instance: &Instance, names: &Names) -> String {
    let sections = [
        head(instance),
        section("WAITING", waiting(instance, names)),
        section("INCIDENTS", incidents(instance, names)),
        section("VARIABLES", variables(instance, names)),
        section("MIGRATED", migrations(instance)),
        section("PATH", path(instance, names)),
    ];
    sections.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn section(title: &str, lines: String) -> String {
    if lines.is_empty() { lines } else { format!("{title}\n{lines}") }
}

fn head(instance: &Instance) -> String {
    let until = instance.ended.unwrap_or(instance.now);
    let labels = &instance.labels;
    let mut called = Vec::new();
    if !labels.business_id.is_empty() {
        called.push(format!("\nbusiness id  {}", labels.business_id));
    }
    if !labels.tags.is_empty() {
        called.push(format!("\ntags         {}", labels.tags.join(", ")));
    }
    format!(
        "{} v{} · {} · {} · {} since {}{}",
        instance.origin.process_id,
        instance.origin.version,
        instance.key,
        instance.state.name(),
        time::length(until - instance.started),
        time::iso(instance.started),
        called.concat(),
    )
}

fn waiting(instance: &Instance, names: &Names) -> String {
    let mut lines = Vec::new();
    for place in instance.places() {
        lines.push(format!(
            "  {} since {}",
            names.shown(&place.element_id),
            time::iso(place.began)
        ));
        lines.extend(waits_at(instance, place.key, &place.element_id, names));
        if place.element_type == ElementType::AdHocSubProcess && can_be_told(instance, place.key) {
            lines.push("    nothing is active in it: it can be told what begins".to_owned());
        }
    }
    // Boundary events of activities that contain the places.
    for step in instance.path.iter().filter(|it| it.state == State::Active) {
        if instance.places().all(|place| place.key != step.key) {
            let waits = waits_at(instance, step.key, &step.element_id, names);
            if !waits.is_empty() {
                lines.push(format!("  {}", names.shown(&step.element_id)));
                lines.extend(waits);
            }
        }
    }
    lines.join("\n")
}

/// False for an ad-hoc subprocess that waits for a listener, or stopped before it began or while it
/// ends.
fn can_be_told(instance: &Instance, at: Key) -> bool {
    let listens = |wait: &Wait| {
        let What::Job { listener, .. } = wait.what else { return false };
        wait.origin.element_instance == at && listener != ListenerEventType::Unspecified
    };
    let stops = |it: &IncidentEvent| it.origin.element_instance == at && it.job.is_none();
    !instance.waits.iter().any(|(_, wait)| listens(wait))
        && !instance.incidents.values().any(|(_, it)| stops(it))
}

fn waits_at(instance: &Instance, at: Key, element_id: &str, names: &Names) -> Vec<String> {
    let here = instance.waits.iter().filter(|(_, wait)| wait.origin.element_instance == at);
    here.map(|(key, wait)| {
        let then = if *wait.origin.element_id == *element_id {
            String::new()
        } else {
            format!(" -> {}", names.shown(&wait.origin.element_id))
        };
        format!("    {}{then}  [{key}]", what(wait))
    })
    .collect()
}

fn what(wait: &Wait) -> String {
    match &wait.what {
        What::Job { job_type, listener, retries, priority, state } => {
            let what = match listener {
                ListenerEventType::Unspecified => "job".to_owned(),
                listens => {
                    let event = record::json::names::listener_event_type(*listens);
                    format!("{} listener", event.to_lowercase().replace('_', " "))
                }
            };
            let state = match state {
                JobState::Activatable => "waits for a worker".to_owned(),
                JobState::Activated { worker, deadline } => {
                    format!("worker '{worker}' has it until {}", time::iso(*deadline))
                }
                JobState::BackingOff { until, message } => {
                    format!(
                        "failed ({}), is offered again at {}",
                        one_line(message),
                        time::iso(*until)
                    )
                }
                JobState::ErrorNotCaught { code } => {
                    format!("threw '{code}', which nothing caught")
                }
                JobState::OutOfRetries { message } => format!("failed ({})", one_line(message)),
            };
            let plural = if *retries == 1 { "retry" } else { "retries" };
            let urgency = match priority {
                0 => String::new(),
                priority => format!(" priority {priority},"),
            };
            format!("{what} '{job_type}', {retries} {plural} left,{urgency} {state}")
        }
        What::UserTask { assignee, candidates } => {
            let who = match (assignee.is_empty(), candidates.is_empty()) {
                (false, _) => format!("assigned to '{assignee}'"),
                (true, false) => format!("for one of: {}", candidates.join(", ")),
                (true, true) => "for anybody".to_owned(),
            };
            format!("user task, {who}")
        }
        What::Message { name, correlation_key } => {
            format!("message '{name}' with key '{correlation_key}'")
        }
        What::Condition { condition } => {
            format!("condition '{}'", one_line(condition.trim_start_matches('=').trim()))
        }
        What::Signal { name } => format!("signal '{name}'"),
        What::Timer { due, repetitions } => match repetitions {
            -1 => format!("timer at {}, again and again", time::iso(*due)),
            0 | 1 => format!("timer at {}", time::iso(*due)),
            more => format!("timer at {}, {more} times", time::iso(*due)),
        },
    }
}

fn one_line(text: &str) -> String {
    text.replace('\n', " ")
}

fn incidents(instance: &Instance, names: &Names) -> String {
    let lines = instance.incidents.iter().map(|(key, (since, event))| {
        format!(
            "  {} at {} since {}: {}  [{key}]",
            record::json::names::incident_type(event.kind),
            names.shown(&event.origin.element_id),
            time::iso(*since),
            one_line(&event.message),
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn variables(instance: &Instance, names: &Names) -> String {
    let scope = |key: Key| {
        let step = instance.path.iter().find(|step| step.key == key && key != instance.key);
        step.map_or_else(String::new, |step| format!("  in {}", names.shown(&step.element_id)))
    };
    let lines = instance.variables.iter().map(|((key, name), value)| {
        format!("  {name} = {}{}", json::value_to_json(value), scope(*key))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn migrations(instance: &Instance) -> String {
    let lines = instance.migrations.iter().map(|it| {
        let (from, to) = (&it.from, &it.to);
        let by = |text: &str, word: &str| match text {
            "" => String::new(),
            text => format!("{word} '{}'", one_line(text)),
        };
        format!(
            "  {} {} v{} -> {} v{}{}{}",
            time::iso(it.at),
            from.process_id,
            from.version,
            to.process_id,
            to.version,
            by(&it.cause.principal, " by"),
            by(&it.cause.reason, ":"),
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn path(instance: &Instance, names: &Names) -> String {
    let is_shown = |step: &&Step| step.element_type != ElementType::SequenceFlow;
    let rows = instance.path.iter().filter(is_shown).flat_map(|step| {
        let took = match step.ended {
            Some(ended) => time::length(ended - step.began),
            None => String::new(),
        };
        let row = [
            format!("  {}", time::iso(step.began)),
            names.shown(&step.element_id),
            step.state.name().to_owned(),
            took,
        ];
        let conditions = step
            .conditions
            .iter()
            .map(|it| [String::new(), condition(it, names), String::new(), String::new()]);
        std::iter::once(row).chain(conditions)
    });
    table(["  BEGAN", "ELEMENT", "STATE", "TOOK"], rows.collect::<Vec<_>>())
}

/// The condition of a flow; without one, of the element itself: whether a complex gateway starts,
/// whether a multi-instance or an ad-hoc subprocess has done enough.
fn condition(condition: &ConditionEvaluation, names: &Names) -> String {
    let arrow = if condition.taken { "-> taken" } else { "   not taken" };
    let result = match condition.result {
        ConditionResult::NotEvaluated => " (not evaluated)",
        ConditionResult::True => " is true",
        ConditionResult::False => " is false",
        ConditionResult::Default => " the default",
        ConditionResult::Invalid => " is neither true nor false",
    };
    let reads: Vec<String> = condition.reads.iter().map(read).collect();
    let more = if condition.reads_truncated { ", ..." } else { "" };
    let reads =
        if reads.is_empty() { String::new() } else { format!("  ({}{more})", reads.join(", ")) };
    let expression = one_line(condition.expression.trim_start_matches('=').trim());
    if condition.flow_id.is_empty() {
        return format!("   {expression}{result}{reads}");
    }
    let flow = names.shown(&condition.flow_id);
    let expression = if expression.is_empty() { expression } else { format!(" {expression}") };
    format!("{arrow} {flow}:{expression}{result}{reads}")
}

fn read(read: &VariableRead) -> String {
    match (read.truncated, read.value.is_empty()) {
        (true, _) => format!("{} = (too large)", read.name),
        (false, true) => format!("{} is absent", read.name),
        (false, false) => format!("{} = {}", read.name, json::value_to_json(&read.value)),
    }
}

#[cfg(test)]
mod tests {
    use super::condition;
    use crate::history::models::Models;
    use record::{ConditionEvaluation, ConditionResult, Key};

    #[test]
    fn a_condition_of_the_element_itself_names_no_flow() {
        let names = Models::default().names(Key(2));
        let starts = ConditionEvaluation {
            expression: "= activationCount >= 2".into(),
            result: ConditionResult::True,
            ..ConditionEvaluation::default()
        };
        assert_eq!(condition(&starts, &names), "   activationCount >= 2 is true");
        let flow = ConditionEvaluation { flow_id: "yes".into(), taken: true, ..starts };
        assert_eq!(condition(&flow, &names), "-> taken yes: activationCount >= 2 is true");
    }
}

//! What `apply` must know of a process without compiling it.

use bpmn::{Element, Kind, Process, StartEvent, Timer};
use record::{
    DecisionSummary, MessageStart, ProcessSummary, RequirementsSummary, SignalStart, TimerKind,
    TimerStart,
};

/// The summary that goes into the log with a process.
pub fn summary(process: &Process) -> ProcessSummary {
    ProcessSummary {
        id: process.id.clone(),
        version_tag: process.version_tag.clone().unwrap_or_default(),
        has_none_start: process.none_start.is_some(),
        message_starts: message_starts(process),
        signal_starts: starts(process, &process.signal_starts, signal_start),
        timer_starts: starts(process, &process.timer_starts, timer_start),
        has_condition_starts: process.condition_starts().next().is_some(),
    }
}

/// The start events that wait for one kind of thing, once for each of their definitions of it.
fn starts<T>(
    process: &Process,
    starts: &[bpmn::ElementIx],
    read: fn(&Element, &StartEvent) -> Option<T>,
) -> Vec<T> {
    let elements = starts.iter().filter_map(|ix| process.element(*ix));
    let each = elements.flat_map(|element| {
        let start = if let Kind::StartEvent(start) = &element.kind { start.each() } else { &[] };
        start.iter().filter_map(move |start| read(element, start))
    });
    each.collect()
}

fn message_starts(process: &Process) -> Vec<MessageStart> {
    let elements = process.message_starts.iter().filter_map(|ix| process.element(*ix));
    let each = elements.flat_map(|element| {
        element.kind.message_starts().map(|name| MessageStart {
            element: element.ix.0,
            element_id: element.id.clone(),
            message_name: name.clone(),
        })
    });
    each.collect()
}

fn signal_start(element: &Element, start: &StartEvent) -> Option<SignalStart> {
    let StartEvent::Signal { name } = start else { return None };
    Some(SignalStart {
        element: element.ix.0,
        element_id: element.id.clone(),
        signal_name: name.clone(),
    })
}

fn timer_start(element: &Element, start: &StartEvent) -> Option<TimerStart> {
    let StartEvent::Timer(timer) = start else { return None };
    Some(TimerStart {
        element: element.ix.0,
        element_id: element.id.clone(),
        kind: match timer {
            Timer::Date(_) => TimerKind::Date,
            Timer::Duration(_) => TimerKind::Duration,
            Timer::Cycle(_) => TimerKind::Cycle,
        },
        expression: timer.expression().text().clone(),
    })
}

/// What `apply` must know of the decisions of a file.
pub fn requirements_summary(model: &dmn::Model) -> RequirementsSummary {
    let decision = |it: dmn::Decision<'_>| DecisionSummary {
        id: it.id().clone(),
        name: it.name().clone(),
        version_tag: it.version_tag().cloned().unwrap_or_default(),
    };
    RequirementsSummary {
        id: model.id.clone(),
        name: model.name.clone(),
        namespace: model.namespace.clone(),
        decisions: model.decisions().map(decision).collect(),
        imports: model.imports.clone(),
    }
}

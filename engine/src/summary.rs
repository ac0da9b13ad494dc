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
        message_starts: starts(process, &process.message_starts, message_start),
        signal_starts: starts(process, &process.signal_starts, signal_start),
        timer_starts: starts(process, &process.timer_starts, timer_start),
        has_condition_starts: process.condition_starts().next().is_some(),
    }
}

fn starts<T>(
    process: &Process,
    starts: &[bpmn::ElementIx],
    read: fn(&Element) -> Option<T>,
) -> Vec<T> {
    starts.iter().filter_map(|ix| read(process.element(*ix)?)).collect()
}

fn message_start(element: &Element) -> Option<MessageStart> {
    Some(MessageStart {
        element: element.ix.0,
        element_id: element.id.clone(),
        message_name: element.kind.message_start()?.clone(),
    })
}

fn signal_start(element: &Element) -> Option<SignalStart> {
    let Kind::StartEvent(StartEvent::Signal { name }) = &element.kind else { return None };
    Some(SignalStart {
        element: element.ix.0,
        element_id: element.id.clone(),
        signal_name: name.clone(),
    })
}

fn timer_start(element: &Element) -> Option<TimerStart> {
    let Kind::StartEvent(StartEvent::Timer(timer)) = &element.kind else { return None };
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

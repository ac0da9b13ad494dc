//! Puts what was read together to a [`Process`].

use crate::context::Context;
use crate::expression::Expression;
use crate::graph::complex::ComplexGateway;
use crate::graph::listener::ExecutionListeners;
use crate::graph::multi_instance::MultiInstance;
use crate::graph::{Element, ElementIx, Flow, Kind, Process, StartEvent};
use crate::outline::{Outline, Part, Syntax};
use crate::part::mapping::{self, IoMapping};
use crate::part::{
    children, compensation, extension, job, listener, multi_instance, standard_loop,
};
use crate::reach;

/// What the details of a part came to.
#[derive(Debug)]
pub(crate) struct ReadPart {
    /// `None` when the part has a problem, or is of a type that Baton cannot run.
    pub(crate) kind: Option<Kind>,
    pub(crate) mapping: IoMapping,
    pub(crate) multi_instance: Option<Box<MultiInstance>>,
    pub(crate) job_priority: Option<Expression>,
    pub(crate) listeners: ExecutionListeners,
}

/// Reads a part in detail.
pub(crate) fn read_part<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> ReadPart {
    let Syntax::Supported(syntax) = part.syntax else {
        return ReadPart {
            kind: None,
            mapping: IoMapping::default(),
            multi_instance: None,
            job_priority: None,
            listeners: ExecutionListeners::default(),
        };
    };
    children::check(ctx, part, syntax.scope);
    extension::check(ctx, part);
    let mapping = mapping::read(ctx, part);
    let several = multi_instance::read(ctx, part);
    let multi_instance = standard_loop::read(ctx, part).or(several);
    let job_priority = job::priority(ctx, part);
    let listeners = listener::of_element(ctx, part);
    let kind = (syntax.read)(ctx, part);
    ReadPart { kind, mapping, multi_instance, job_priority, listeners }
}

/// Makes the process of an outline without problems; `None` if it has some after all.
pub(crate) fn process(
    outline: &Outline<'_>,
    parts: Vec<ReadPart>,
    flows: Vec<Option<Flow>>,
    straight_loops: &[bool],
) -> Option<Process> {
    let elements: Vec<_> = outline
        .parts()
        .iter()
        .zip(parts)
        .zip(straight_loops)
        .map(|((part, read), in_loop)| element(outline, part, read, *in_loop))
        .collect::<Option<_>>()?;
    let mut flows: Vec<_> = flows.into_iter().collect::<Option<_>>()?;
    flows.sort_by_key(|flow| flow.ix);
    let process = elements.first()?;
    let (ix, id, name) = (process.ix, process.id.clone(), process.name.clone());
    let root = outline.parts().first()?;
    let version_tag = root.node.extension("versionTag").and_then(|tag| tag.attribute("value"));
    let starts = |wanted: fn(&StartEvent) -> bool| {
        elements.iter().filter(move |element| element.scope == ix).filter_map(move |element| {
            match &element.kind {
                Kind::StartEvent(start) if start.each().iter().any(wanted) => Some(element.ix),
                _ => None,
            }
        })
    };
    let none_start = starts(|start| matches!(start, StartEvent::None)).next();
    let by_message =
        elements.iter().filter(|it| it.scope == ix && it.kind.message_starts().next().is_some());
    let message_starts = by_message.map(|it| it.ix).collect();
    let signal_starts = starts(|start| matches!(start, StartEvent::Signal { .. })).collect();
    let timer_starts = starts(|start| matches!(start, StartEvent::Timer(_))).collect();
    // What stands inside an element comes right after it, so these are sorted, too.
    let events = elements.iter().filter_map(|it| Some((it.ix, it.multiple()?)));
    let definitions =
        events.flat_map(|(event, it)| it.definitions.iter().map(move |it| (it.ix, event)));
    let definitions = definitions.collect();
    Some(Process {
        id,
        name,
        ix,
        none_start,
        message_starts,
        signal_starts,
        timer_starts,
        definitions,
        version_tag: version_tag.filter(|tag| !tag.is_empty()).map(Into::into),
        elements: elements.into(),
        flows: flows.into(),
    })
}

fn element(
    outline: &Outline<'_>,
    part: &Part<'_>,
    read: ReadPart,
    in_straight_loop: bool,
) -> Option<Element> {
    let events = part.boundary_events.iter().map(|event| outline.part(*event).element_ix());
    let flows = part.outgoing.iter().map(|flow| ElementIx(outline.flow(*flow).node.ordinal));
    Some(Element {
        ix: part.element_ix(),
        id: part.id.into(),
        name: part.node.attribute("name").unwrap_or_default().into(),
        scope: outline.part(part.scope).element_ix(),
        kind: joined(outline, part, read.kind?),
        outgoing: flows.collect(),
        incoming: part.incoming,
        follows_event_gateway: follows_event_gateway(outline, part),
        boundary_events: events.collect(),
        event_starts: event_starts(outline, part),
        multi_instance: read.multi_instance,
        in_straight_loop,
        job_priority: read.job_priority,
        listeners: read.listeners,
        for_compensation: compensation::is_handler(part)
            || compensation::undoes_scope(outline, part),
        inputs: read.mapping.inputs.into(),
        outputs: read.mapping.outputs.into(),
    })
}

/// The kind of a part, with the flows that it joins.
fn joined(outline: &Outline<'_>, part: &Part<'_>, kind: Kind) -> Kind {
    if !reach::waits_for_what_can_come(part, &kind) {
        return kind;
    }
    let joins = reach::joins(outline, part);
    match kind {
        Kind::InclusiveGateway { default, .. } => Kind::InclusiveGateway { default, joins },
        Kind::ComplexGateway(it) => Kind::ComplexGateway(Box::new(ComplexGateway { joins, ..*it })),
        other => other,
    }
}

/// The start events of the event subprocesses directly inside a scope.
fn event_starts(outline: &Outline<'_>, part: &Part<'_>) -> Box<[ElementIx]> {
    let inside = outline.inside(part.ix);
    let events = inside
        .filter(|it| &*it.node.name == "subProcess" && it.node.flag("triggeredByEvent", false));
    let starts = events.flat_map(|it| outline.inside(it.ix));
    let starts = starts.filter(|it| &*it.node.name == "startEvent");
    starts.map(Part::element_ix).collect()
}

fn follows_event_gateway(outline: &Outline<'_>, part: &Part<'_>) -> bool {
    let mut ends = outline.flows().iter().filter_map(|flow| flow.ends);
    &*part.node.name == "intermediateCatchEvent"
        && ends.any(|(source, target)| {
            target == part.ix && &*outline.part(source).node.name == "eventBasedGateway"
        })
}

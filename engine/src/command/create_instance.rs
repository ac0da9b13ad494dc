//! Create a process instance, by definition key or by process id and version.

use super::answer::Answer;
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::at::At;
use crate::process::business_id;
use crate::process::expression::Failure;
use crate::process::instance::{Beginning, announce, begin, open};
use crate::process::placing::{self, Made, Scopes};
use crate::process::subscribe;
use crate::state::definition::Definition;
use crate::state::instance::Caller;
use bpmn::{Kind, StartEvent};
use record::{
    AwaitResult, Cause, CauseKind, Command, CommandIntent, CreateInstance, CreationIntent, Event,
    InstanceCreated, Key, LOGIC_REFINED, Labels, ProcessInstanceCreationEvent, RejectionType,
    Reply,
};
use std::sync::Arc;
use value::{Doc, Str};

pub(super) fn handle(
    ctx: &mut Ctx<'_>,
    command: &Command,
    create: &CreateInstance,
) -> Result<Answer, Refused> {
    let intent = super::intent::intent(command);
    let labels = labels(&create.labels)
        .map_err(|why| refuse(RejectionType::InvalidArgument, intent, why))?;
    let definition = find(ctx, create, intent)?;
    let Some(process) = ctx.graph(definition.key) else {
        return Err(refuse(
            RejectionType::ProcessingError,
            intent,
            format!(
                "The deployed process '{}' can no longer be compiled. Deploy it again.",
                definition.process_id
            ),
        ));
    };
    let start = if create.start_at.is_empty() { process.none_start } else { Some(process.ix) };
    let Some(start) = start else {
        return Err(refuse(
            RejectionType::InvalidState,
            intent,
            format!(
                "Expected to create instance of process with none start event, but there is no \
                 such event in process '{}'. {}",
                definition.process_id,
                other_start(ctx, &process)
            ),
        ));
    };
    check(ctx, create, (&process, &labels), intent)?;
    let beginning = Beginning {
        definition: definition.key,
        version: definition.version,
        process,
        instance: ctx.next_key(),
        start,
        cause: Cause {
            kind: CauseKind::Command,
            key: record::Key::NONE,
            principal: command.envelope.principal.clone(),
            reason: command.envelope.reason.clone(),
        },
        variables: Doc::empty(),
        start_lock: Str::default(),
        caller: Caller::default(),
        labels,
    };
    start_instance(ctx, command, create, beginning)
}

/// How a process without none start event begins, as a sentence for people.
fn other_start(ctx: &Ctx<'_>, process: &bpmn::Process) -> String {
    let has = |wanted: fn(&StartEvent) -> bool| {
        let inside = process.elements.iter().filter(|it| it.scope == process.ix);
        let mut starts = inside
            .filter_map(|it| if let Kind::StartEvent(it) = &it.kind { Some(it) } else { None });
        starts.any(|it| it.each().iter().any(wanted))
    };
    let ways = [
        (!process.message_starts.is_empty(), "publish the message"),
        (!process.signal_starts.is_empty(), "broadcast the signal"),
        (has(|it| matches!(it, StartEvent::Condition(_))), "evaluate the conditions"),
        (!process.timer_starts.is_empty(), "wait for the timer"),
    ];
    let ways: Vec<&str> = ways.into_iter().filter(|it| it.0).map(|it| it.1).collect();
    if ways.is_empty() || ctx.state.meta.logic() < LOGIC_REFINED {
        return "Publish the message it starts with instead.".to_owned();
    }
    let all = ways.join(" or ");
    let (first, rest) = all.split_at(1);
    format!("{}{rest} it starts with instead.", first.to_uppercase())
}

/// What the caller calls the instance, each tag once; the error is a sentence.
fn labels(given: &Labels) -> Result<Labels, String> {
    business_id::check_length(&given.business_id)?;
    let mut tags: Vec<Str> = Vec::new();
    for tag in &given.tags {
        if !is_tag(tag) {
            return Err(format!(
                "The tag '{tag}' must begin with a letter and have at most {} letters, digits and \
                 the characters '_', '-', ':' and '.'.",
                Labels::TAG_MAX
            ));
        }
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
    if tags.len() > Labels::TAGS_MAX {
        return Err(format!(
            "An instance has at most {} tags, but {} were given.",
            Labels::TAGS_MAX,
            tags.len()
        ));
    }
    Ok(Labels { tags, business_id: given.business_id.clone() })
}

fn is_tag(tag: &str) -> bool {
    let is_part = |it: u8| it.is_ascii_alphanumeric() || b"_-:.".contains(&it);
    tag.len() <= Labels::TAG_MAX
        && tag.bytes().next().is_some_and(|it| it.is_ascii_alphabetic())
        && tag.bytes().all(is_part)
}

/// Refuses what the process or another instance stands against.
fn check(
    ctx: &Ctx<'_>,
    create: &CreateInstance,
    (process, labels): (&bpmn::Process, &Labels),
    intent: CommandIntent,
) -> Result<(), Refused> {
    if let Some(id) = create.end_after.iter().find(|it| process.by_id(it).is_none()) {
        let reason = format!(
            "Expected to create instance of process '{}' that ends after the element '{id}', but \
             the process has no such element.",
            process.id
        );
        return Err(refuse(RejectionType::InvalidArgument, intent, reason));
    }
    let business_id = &labels.business_id;
    if business_id::is_taken(ctx, &process.id, business_id) {
        let reason = format!(
            "Expected to create instance of process '{}' with business id '{business_id}', but an \
             instance with this business id runs, and they are unique (setting \
             'business_id_unique').",
            process.id
        );
        return Err(refuse(RejectionType::AlreadyExists, intent, reason));
    }
    Ok(())
}

fn start_instance(
    ctx: &mut Ctx<'_>,
    command: &Command,
    create: &CreateInstance,
    beginning: Beginning,
) -> Result<Answer, Refused> {
    let origin = beginning.origin();
    ctx.at_work = beginning.instance;
    announce(ctx, &origin, &create.variables);
    let awaits = create.await_result.then(|| {
        Box::new(AwaitResult {
            request: command.request.clone(),
            fetch_variables: create.fetch_variables.clone(),
        })
    });
    let created = InstanceCreated {
        definition: beginning.definition,
        process_id: beginning.process.id.clone(),
        version: beginning.version,
        instance: beginning.instance,
        labels: beginning.labels.clone(),
    };
    let event = ProcessInstanceCreationEvent {
        intent: CreationIntent::Created,
        origin,
        variables: create.variables.clone(),
        awaits,
        start_at: create.start_at.clone(),
        labels: beginning.labels.clone(),
        end_after: create.end_after.clone(),
    };
    ctx.emit(beginning.instance, Event::ProcessInstanceCreation(event));
    if create.start_at.is_empty() {
        begin(ctx, beginning);
    } else {
        begin_at(ctx, &beginning, &create.start_at).map_err(|why| {
            let id = &beginning.process.id;
            let why = why.trim_end_matches('.');
            let reason = format!("Expected to create instance of process '{id}' but {why}.");
            refuse(RejectionType::InvalidArgument, super::intent::intent(command), reason)
        })?;
    }
    let reply = Reply::InstanceCreated(created);
    if create.await_result {
        ctx.remember(&command.request, reply);
        return Ok(Answer::Later);
    }
    Ok(Answer::Now(reply))
}

/// Begins the process at some of its elements instead of its start event.
fn begin_at(ctx: &mut Ctx<'_>, beginning: &Beginning, ids: &[Str]) -> Result<(), String> {
    open(ctx, beginning);
    let key = beginning.instance;
    let Some(instance) = ctx.state.instances.get(&key).cloned() else { return Ok(()) };
    let scopes = Scopes::of(&instance, &beginning.process);
    let placements: Vec<_> =
        ids.iter().map(|id| scopes.place(id, Key::NONE, Vec::new())).collect::<Result<_, _>>()?;
    if let Some(root) = At::find(ctx, key, key) {
        subscribe::open_inside(ctx, &root).map_err(|it| unmade(&it))?;
    }
    let mut made = Made::new();
    for placement in &placements {
        let done = placing::carry_out(ctx, key, placement, &beginning.cause, &mut made);
        done.map_err(|it| unmade(&it))?;
    }
    Ok(())
}

fn unmade(failure: &Failure) -> String {
    format!("a scope cannot be made: {}", failure.message)
}

fn find(
    ctx: &Ctx<'_>,
    create: &CreateInstance,
    intent: CommandIntent,
) -> Result<Arc<Definition>, Refused> {
    let not_found = |what: String| {
        let reason = format!(
            "Expected to find process definition with {what}, but none found. Deploy it first."
        );
        refuse(RejectionType::NotFound, intent, reason)
    };
    if !create.definition.is_none() {
        let found = ctx.state.definitions.current(&create.definition).cloned();
        return found.ok_or_else(|| not_found(format!("key '{}'", create.definition)));
    }
    let id = &create.process_id;
    if id.is_empty() {
        return Err(refuse(
            RejectionType::InvalidArgument,
            intent,
            "Expected at least a bpmnProcessId or a key greater than -1, but none given.",
        ));
    }
    let definitions = &ctx.state.definitions;
    let (found, what) = match u32::try_from(create.version) {
        Ok(version) => (
            definitions.numbered(id, version),
            format!("process id '{id}' and version '{version}'"),
        ),
        Err(_) => (definitions.latest(id), format!("process id '{id}'")),
    };
    found.cloned().ok_or_else(|| not_found(what))
}

//! Create a process instance, by definition key or by process id and version.

use super::answer::Answer;
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::at::At;
use crate::process::expression::Failure;
use crate::process::instance::{Beginning, announce, begin, open};
use crate::process::placing::{self, Made, Scopes};
use crate::process::subscribe;
use crate::state::definition::Definition;
use crate::state::instance::Caller;
use record::{
    AwaitResult, Cause, CauseKind, Command, CommandIntent, CreateInstance, CreationIntent, Event,
    InstanceCreated, Key, ProcessInstanceCreationEvent, RejectionType, Reply,
};
use std::sync::Arc;
use value::{Doc, Str};

pub(super) fn handle(
    ctx: &mut Ctx<'_>,
    command: &Command,
    create: &CreateInstance,
) -> Result<Answer, Refused> {
    let intent = super::intent::intent(command);
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
                 such event in process '{}'. Publish the message it starts with instead.",
                definition.process_id
            ),
        ));
    };
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
    };
    start_instance(ctx, command, create, beginning)
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
    };
    let event = ProcessInstanceCreationEvent {
        intent: CreationIntent::Created,
        origin,
        variables: create.variables.clone(),
        awaits,
        start_at: create.start_at.clone(),
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

//! Create a process instance, by definition key or by process id and version.

use super::answer::Answer;
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::instance::{Beginning, announce, begin};
use crate::state::definition::Definition;
use crate::state::instance::Caller;
use record::{
    AwaitResult, Cause, CauseKind, Command, CommandIntent, CreateInstance, CreationIntent, Event,
    InstanceCreated, ProcessInstanceCreationEvent, RejectionType, Reply,
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
    let Some(start) = process.none_start else {
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
    Ok(start_instance(ctx, command, create, beginning))
}

fn start_instance(
    ctx: &mut Ctx<'_>,
    command: &Command,
    create: &CreateInstance,
    beginning: Beginning,
) -> Answer {
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
    };
    ctx.emit(beginning.instance, Event::ProcessInstanceCreation(event));
    begin(ctx, beginning);
    let reply = Reply::InstanceCreated(created);
    if create.await_result {
        ctx.remember(&command.request, reply);
        return Answer::Later;
    }
    Answer::Now(reply)
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
        let found = ctx.state.definitions.get(&create.definition).cloned();
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
    let (key, what) = match u32::try_from(create.version) {
        Ok(version) => (
            ctx.state.versions.get(&(id.clone(), version)).copied(),
            format!("process id '{id}' and version '{version}'"),
        ),
        Err(_) => (ctx.state.latest(id).map(|it| it.key), format!("process id '{id}'")),
    };
    key.and_then(|it| ctx.state.definitions.get(&it)).cloned().ok_or_else(|| not_found(what))
}

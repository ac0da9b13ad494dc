//! Deleting process definitions: one with running instances stays for them and goes with the last.

use crate::ctx::Ctx;
use crate::state::definition::Definition;
use record::{DeployedIntent, DeployedVersion, Event, Key, ProcessEvent};

/// Takes a process away from what new instances begin with, and away altogether if none runs.
pub(crate) fn begin(ctx: &mut Ctx<'_>, definition: &Definition) {
    emit(ctx, definition, DeployedIntent::Deleting);
    go_on(ctx, definition.key);
}

/// An instance of a definition ended: if that is being deleted, it goes with its last instance.
pub(crate) fn go_on(ctx: &mut Ctx<'_>, definition: Key) {
    let found = ctx.state.definitions.get(&definition).filter(|it| it.is_retired);
    let Some(found) = found.cloned() else { return };
    if ctx.state.running.get(&definition).is_none() {
        emit(ctx, &found, DeployedIntent::Deleted);
    }
}

fn emit(ctx: &mut Ctx<'_>, it: &Definition, intent: DeployedIntent) {
    let event = ProcessEvent {
        intent,
        process: DeployedVersion {
            id: it.process_id.clone(),
            version: it.version,
            key: it.key,
            resource_name: it.resource_name.clone(),
            duplicate: false,
            checksum: it.checksum.clone(),
        },
        deployment: it.deployment,
        ..ProcessEvent::default()
    };
    ctx.emit(it.key, Event::Process(event));
}

//! Migrate a process instance: it goes on by another definition, all of it or nothing.

use super::answer::{Answer, accepted};
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::at::At;
use crate::process::migration::{self, Target};
use crate::process::{deletion, placing, suspension};
use record::{
    Cause, CauseKind, CommandIntent, Envelope, Event, Key, MigrateInstance, MigrationEvent,
    RejectionType,
};

pub(super) fn handle(
    ctx: &mut Ctx<'_>,
    envelope: &Envelope,
    command: &MigrateInstance,
) -> Result<Answer, Refused> {
    let key = command.instance;
    let found = ctx.state.instances.get(&key).filter(|it| placing::is_running(it)).cloned();
    let graph = found.as_ref().and_then(|it| ctx.graph(it.definition));
    let (Some(instance), Some(source)) = (found, graph) else {
        let why = "no active process instance with this key was found; it may have ended";
        return Err(refused(key, RejectionType::NotFound, why));
    };
    ctx.at_work = key;
    let intent = CommandIntent::ProcessInstanceMigrationMigrate;
    suspension::check(ctx.state, key, intent, &format!("migrate process instance '{key}'"))?;
    let Some(target) = target(ctx, command.target) else {
        let why = format!("no process definition with key '{}' is deployed", command.target);
        return Err(refused(key, RejectionType::NotFound, &why));
    };
    let plan = migration::plan(ctx, &instance, &source, target, &command.mapping)
        .map_err(|it| refused(key, it.kind, &it.why))?;
    let migration = ctx.next_key();
    let cause = Cause {
        kind: CauseKind::Migration,
        key: migration,
        principal: envelope.principal.clone(),
        reason: envelope.reason.clone(),
    };
    migration::carry_out(ctx, &instance, &plan, &cause).map_err(|failure| {
        let why = format!("an event of the target cannot be waited for: {}", failure.message);
        refused(key, RejectionType::ProcessingError, &why)
    })?;
    if let Some(root) = At::find(ctx, key, key) {
        let (source, mapping) = (instance.definition, command.mapping.clone());
        let event = MigrationEvent { origin: root.origin(), source, mapping };
        ctx.emit(migration, Event::Migration(event));
    }
    deletion::go_on(ctx, instance.definition);
    accepted()
}

fn target(ctx: &mut Ctx<'_>, definition: Key) -> Option<Target> {
    let found = ctx.state.definitions.get(&definition).filter(|it| !it.is_retired);
    let version = found?.version;
    let process = ctx.graph(definition)?;
    Some(Target { definition, version, process })
}

fn refused(instance: Key, kind: RejectionType, why: &str) -> Refused {
    let why = why.trim_end_matches('.');
    let reason = format!("Expected to migrate process instance '{instance}' but {why}.");
    refuse(kind, CommandIntent::ProcessInstanceMigrationMigrate, reason)
}

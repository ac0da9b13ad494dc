//! Modify a process instance: elements are activated and terminated by hand, all or nothing.

mod ending;
mod looks;
mod sources;

use self::ending::{Ending, Named};
use self::looks::Looks;
use self::sources::Sources;
use super::answer::{Answer, accepted};
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::at::At;
use crate::process::placing::{self, Made, Placement, Scopes};
use crate::process::step::{Step, Terminate};
use crate::process::{join, scope, suspension, variables};
use crate::state::instance::Instance;
use bpmn::{ElementIx, Process};
use record::{
    Cause, CauseKind, CommandIntent, Envelope, Event, Key, LOGIC_REFINED, ModificationEvent,
    ModifyInstance, MoveElement, MoveScope, RejectionType, ScopeVariables, TerminateElement,
};
use std::collections::{BTreeMap, BTreeSet};
use value::Doc;

const INTENT: CommandIntent = CommandIntent::ProcessInstanceModificationModify;
/// Elements that one command may activate.
const ACTIVATIONS_MAX: usize = 1_000;
/// Element instances that one command may terminate, without what is inside of them.
const TERMINATIONS_MAX: usize = 10_000;

/// What a command comes to.
struct Plan {
    placements: Vec<Placement>,
    /// Element instances to be terminated, without those inside others of them.
    ended: Vec<Key>,
}

pub(super) fn handle(
    ctx: &mut Ctx<'_>,
    envelope: &Envelope,
    command: &ModifyInstance,
) -> Result<Answer, Refused> {
    let key = command.instance;
    let found = ctx.state.instances.get(&key).filter(|it| placing::is_running(it)).cloned();
    let graph = found.as_ref().and_then(|it| ctx.graph(it.definition));
    let (Some(instance), Some(process)) = (found, graph) else {
        return Err(refuse(
            RejectionType::NotFound,
            INTENT,
            format!(
                "Expected to modify process instance but no process instance found with key \
                 '{key}'. It may have ended."
            ),
        ));
    };
    let what = format!("modify instance of process with key '{key}'");
    suspension::check(ctx.state, key, INTENT, &what)?;
    let forgets = ctx.state.meta.logic() < LOGIC_REFINED;
    let looks = Looks::default();
    let ending = Ending::of(ctx.state, (&instance, &process), forgets, &looks);
    let plan = plan(&instance, &process, command, (&ending, forgets, &looks));
    let plan = plan.map_err(|why| refused(key, &why))?;
    drop(instance);
    ctx.at_work = key;
    if !forgets {
        ctx.units += looks.units();
    }
    carry_out(ctx, envelope, command, &plan)?;
    accepted()
}

fn refused(instance: Key, why: &str) -> Refused {
    let why = why.trim_end_matches('.');
    let reason = format!("Expected to modify instance of process with key '{instance}' but {why}.");
    refuse(RejectionType::InvalidArgument, INTENT, reason)
}

/// Finds out what a command comes to when some element instances are `ending` already. The first
/// logic version `forgets` what goes on: it ends scopes in which only tokens are left that wait at
/// joins, or in which only something ends that was interrupted before, and so never comes to what
/// interrupted it; it does not see what an earlier modification ended; and it takes what is named by
/// id once more for each instance inside of it.
fn plan(
    instance: &Instance,
    process: &Process,
    command: &ModifyInstance,
    (ending, forgets, looks): (&Ending<'_>, bool, &Looks),
) -> Result<Plan, String> {
    let scopes = Scopes::of(instance, process);
    let mut placements = Vec::new();
    for it in &command.activate {
        placements.push(scopes.place(&it.element_id, it.ancestor, it.variables.clone())?);
    }
    let sources = Sources::of((instance, process), command, forgets, looks);
    let mut named = BTreeSet::new();
    for it in &command.terminate {
        named.extend(sources.named(it)?);
    }
    for it in &command.moves {
        let from =
            TerminateElement { element_instance: it.source, element_id: it.source_id.clone() };
        for source in sources.named(&from)? {
            let ancestor = ancestor(&scopes, instance, it, source)?;
            placements.push(scopes.place(&it.target_id, ancestor, it.variables.clone())?);
            named.insert(source);
        }
    }
    check_limit("activates", placements.len(), ACTIVATIONS_MAX)?;
    check_limit("terminates", named.len(), TERMINATIONS_MAX)?;
    if let Some(inside) = placements.iter().find(|it| is_inside(instance, it.base, &named)) {
        let id = process.element(inside.element).map(|it| it.id.clone()).unwrap_or_default();
        return Err(format!("element '{id}' would be activated in a scope that is terminated"));
    }
    let bases: BTreeSet<Key> = placements.iter().map(|it| it.base).collect();
    looks.add(scopes.looked());
    let emptied = with_emptied(instance, process, (&bases, named, ending), forgets);
    if emptied.contains(&instance.key) && !instance.caller.instance.is_none() {
        return Err(format!(
            "nothing would be left of it, and a call activity of the instance '{}' waits for it",
            instance.caller.instance
        ));
    }
    let outermost = |key: &Key| {
        let scope = instance.element(*key).map_or(Key::NONE, |it| it.scope);
        !is_inside(instance, scope, &emptied)
    };
    let ended = emptied.iter().copied().filter(outermost).collect();
    Ok(Plan { placements, ended })
}

fn check_limit(what: &str, found: usize, limit: usize) -> Result<(), String> {
    if found > limit {
        return Err(format!("it {what} {found} elements, and {limit} are the most at a time"));
    }
    Ok(())
}

fn ancestor(
    scopes: &Scopes<'_>,
    instance: &Instance,
    it: &MoveElement,
    source: Key,
) -> Result<Key, String> {
    match it.scope {
        MoveScope::Named => Ok(it.ancestor),
        MoveScope::Inferred => scopes.shared(source, &it.target_id),
        MoveScope::SourceParent => Ok(instance.element(source).map_or(Key::NONE, |it| it.scope)),
    }
}

/// True if an element instance or one around it is among others.
fn is_inside(instance: &Instance, key: Key, others: &BTreeSet<Key>) -> bool {
    let mut next = instance.element(key);
    while let Some(found) = next {
        if others.contains(&found.key) {
            return true;
        }
        next = instance.element(found.scope);
    }
    false
}

/// Adds the scopes in which nothing is left and nothing begins to what is `ended`; what is `ending`
/// already is not left either. Where tokens wait at joins, or a gateway goes on at its reset,
/// something is left: its joins are asked again. So it is where an element gives way already: what
/// interrupted it goes on when it has ended.
fn with_emptied(
    instance: &Instance,
    process: &Process,
    (bases, mut ended, ending): (&BTreeSet<Key>, BTreeSet<Key>, &Ending<'_>),
    forgets: bool,
) -> BTreeSet<Key> {
    let named = Named::of(instance, &ended, ending);
    let mut lost: BTreeMap<Key, u32> = BTreeMap::new();
    let mut left_to_see: Vec<Key> = ended.iter().copied().collect();
    while let Some(key) = left_to_see.pop() {
        let Some(element) = instance.element(key) else { continue };
        let Some(scope) = instance.element(element.scope) else { continue };
        if !forgets && scope::gives_way(instance, process, element) {
            continue;
        }
        let has_tokens = if forgets {
            join::is_on_its_way(scope)
        } else {
            scope.tokens > 0 || join::goes_on_at_reset(instance, scope, process)
        };
        if has_tokens || bases.contains(&scope.key) {
            continue;
        }
        let lost = lost.entry(scope.key).or_default();
        *lost += u32::from(!ending.has(element));
        if *lost + ending.lost_in(scope, &named) == scope.children && ended.insert(scope.key) {
            left_to_see.push(scope.key);
        }
    }
    ended
}

fn carry_out(
    ctx: &mut Ctx<'_>,
    envelope: &Envelope,
    command: &ModifyInstance,
    plan: &Plan,
) -> Result<(), Refused> {
    let instance = command.instance;
    let Some(root) = At::find(ctx, instance, instance) else { return Ok(()) };
    let modification = ctx.next_key();
    let cause = Cause {
        kind: CauseKind::Modification,
        key: modification,
        principal: envelope.principal.clone(),
        reason: envelope.reason.clone(),
    };
    variables::set_local(ctx, &root.origin(), instance, &globals(command));
    let mut made = Made::new();
    let mut activated = Vec::new();
    for placement in &plan.placements {
        let done = placing::carry_out(ctx, instance, placement, &cause, &mut made);
        activated.push(done.map_err(|failure| {
            refused(instance, &format!("a scope cannot be made: {}", failure.message))
        })?);
    }
    let terminated = plan.ended.iter().map(|&element_instance| {
        let element = ctx.state.element(instance, element_instance).map(|it| it.element);
        let model = element.and_then(|it| root.process.element(ElementIx(it)));
        let element_id = model.map(|it| it.id.clone()).unwrap_or_default();
        TerminateElement { element_instance, element_id }
    });
    let terminated = terminated.collect();
    let event = ModificationEvent { origin: root.origin(), activated, terminated };
    ctx.emit(modification, Event::Modification(event));
    for &element_instance in &plan.ended {
        let cause = cause.clone();
        ctx.then(Step::Terminate(Terminate { instance, element_instance, cause }));
    }
    Ok(())
}

/// The variables that are for the instance as a whole.
fn globals(command: &ModifyInstance) -> Doc {
    let activated = command.activate.iter().flat_map(|it| &it.variables);
    let moved = command.moves.iter().flat_map(|it| &it.variables);
    let global = |it: &&ScopeVariables| it.scope_id.is_empty();
    activated.chain(moved).filter(global).fold(Doc::empty(), |all, it| all.merge(&it.variables))
}

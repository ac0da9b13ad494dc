//! Calls: instances that call activities begin, and what comes back.
//!
//! ```text
//! caller:  call activity ACTIVATED ─begin─▶ called:  process ACTIVATING … COMPLETED
//!                  ▲                                                  │
//!                  └───────────────── Returned ◀──────────────────────┘
//! ```

use super::at::At;
use super::expression::Failure;
use super::instance::{self, Beginning};
use super::step::{At as StepAt, Returned, Step, Terminate};
use super::{file, scope, termination, trigger, variables};
use crate::ctx::Ctx;
use crate::state::definition::Definition;
use crate::state::instance::{Caller, ElementState};
use bpmn::{Binding, ElementIx, Kind, Process};
use record::{Cause, CauseKind, IncidentType, Key, Labels};
use std::sync::Arc;
use value::{Doc, Str};

/// What a call activity calls.
pub(crate) struct Called {
    pub(crate) definition: Key,
    pub(crate) version: u32,
    pub(crate) process: Arc<Process>,
    /// Its none start event.
    pub(crate) start: ElementIx,
}

/// The definition that the call activity at `at` means.
pub(crate) fn find(
    ctx: &Ctx<'_>,
    at: &At,
    process_id: &Str,
    binding: &Binding,
) -> Result<Arc<Definition>, Failure> {
    let deployment = ctx.state.deployment_of(at.definition);
    let found = ctx.state.definitions.bound(process_id, binding, deployment);
    found.cloned().ok_or_else(|| {
        let which = match binding {
            Binding::Latest => String::new(),
            Binding::Deployment => " in the same deployment as the calling process".to_owned(),
            Binding::VersionTag(tag) => format!(" with version tag '{tag}'"),
        };
        let message = format!(
            "Expected process with BPMN process id '{process_id}' to be deployed{which}, but not \
             found. {}",
            file::way_out(ctx, at, binding)
        );
        Failure::new(IncidentType::CalledElementError, message)
    })
}

/// Refuses a call beyond the limit of calls in a row.
pub(crate) fn check_depth(ctx: &Ctx<'_>, at: &At) -> Result<(), Failure> {
    let limit = ctx.state.meta.settings.0.call_depth_max();
    // The outermost instance counts too.
    if u64::from(at.caller.depth) + 1 < limit {
        return Ok(());
    }
    let message = format!(
        "The call activity has reached the limit 'call_depth_max' of {limit} process instances that \
         call each other. If that is a recursion by mistake, cancel the outermost process instance \
         '{}'; else raise the limit, then resolve the incident.",
        root_of(at)
    );
    Err(Failure::new(IncidentType::CalledElementError, message))
}

fn root_of(at: &At) -> Key {
    if at.caller.root.is_none() { at.instance } else { at.caller.root }
}

/// Begins the instance that the call activity at `at` calls.
pub(crate) fn begin(ctx: &mut Ctx<'_>, at: &At, called: Called) {
    let instance = ctx.next_key();
    let beginning = Beginning {
        definition: called.definition,
        version: called.version,
        process: called.process,
        instance,
        start: called.start,
        cause: Cause { kind: CauseKind::Element, key: at.element_instance, ..Cause::default() },
        variables: Doc::empty(),
        start_lock: Str::default(),
        caller: Caller {
            instance: at.instance,
            element_instance: at.element_instance,
            root: root_of(at),
            depth: at.caller.depth + 1,
        },
        // The case is the same, and its parts are called alike.
        labels: Labels {
            business_id: ctx.state.labels(at.instance).business_id,
            ..Labels::default()
        },
    };
    let given = given(ctx, at);
    instance::announce(ctx, &beginning.origin(), &given);
    instance::begin(ctx, beginning);
}

/// The variables that the called instance begins with.
fn given(ctx: &Ctx<'_>, at: &At) -> Doc {
    let Some(found) = ctx.state.instance(at.instance) else { return Doc::empty() };
    if let Kind::CallActivity(it) = &at.model().kind
        && it.gets_all_variables
    {
        return variables::visible(found, at.element_instance, &[]);
    }
    found.element(at.element_instance).map(|it| it.variables.doc.clone()).unwrap_or_default()
}

/// Tells the call activity that began the instance at `at` that it completed.
pub(crate) fn give_back(ctx: &mut Ctx<'_>, at: &At, root: Doc) {
    let Caller { instance, element_instance, .. } = at.caller;
    let Some(activity) = At::find(ctx, instance, element_instance) else { return };
    let model = activity.model();
    let gives_all =
        if let Kind::CallActivity(it) = &model.kind { it.gives_all_variables } else { false };
    let variables = (gives_all || !model.outputs.is_empty()).then_some(root);
    let called = at.instance;
    ctx.then(Step::Returned(Returned { instance, element_instance, called, variables }));
}

/// The call activity goes on with what the called instance gave back, unless it ends anyway.
pub(crate) fn returned(ctx: &mut Ctx<'_>, step: Returned) {
    let Some(at) = At::find(ctx, step.instance, step.element_instance) else { return };
    let state = ctx.state.element(at.instance, at.element_instance).map(|it| it.state);
    if state == Some(ElementState::Terminating) {
        termination::finish(ctx, at);
        return;
    }
    if !scope::accepts_events(ctx, &at, at.element) {
        // What makes it way for something else terminates it.
        return;
    }
    let cause = Cause { kind: CauseKind::Element, key: step.called, ..Cause::default() };
    match step.variables {
        Some(variables) => trigger::trigger(ctx, &at, at.element, variables, cause),
        None => ctx.then(Step::Complete(at.step())),
    }
}

/// Ends the instance that the terminating call activity at `at` called.
pub(crate) fn terminate(ctx: &mut Ctx<'_>, at: &At, called: Key) {
    ctx.then(Step::Terminate(Terminate {
        instance: called,
        element_instance: called,
        cause: Cause { kind: CauseKind::Element, key: at.element_instance, ..Cause::default() },
    }));
}

/// Tells the call activity that began the instance at `at` that it was terminated.
pub(crate) fn tell_ended(ctx: &mut Ctx<'_>, at: &At) {
    let Caller { instance, element_instance, .. } = at.caller;
    if !instance.is_none() {
        ctx.then(Step::CalledEnded(StepAt { instance, element_instance }));
    }
}

/// A terminating call activity ends when what it called has been terminated.
pub(crate) fn ended(ctx: &mut Ctx<'_>, step: &StepAt) {
    let Some(at) = At::find(ctx, step.instance, step.element_instance) else { return };
    let state = ctx.state.element(at.instance, at.element_instance).map(|it| it.state);
    if state == Some(ElementState::Terminating) {
        termination::finish(ctx, at);
    }
}

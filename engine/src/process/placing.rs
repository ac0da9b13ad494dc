//! Placing elements by hand: which of the scopes around an element exist, and making those that do
//! not. Modification and start instructions share it.
//!
//! ```text
//! process ─▶ S1 ─▶ S2 ─▶ element        base: the innermost scope that exists
//!    └─ base ┘      └─ missing          missing: made by events, without running their start events
//! ```

use super::at::At;
use super::expression::Failure;
use super::step::{Activate, Step};
use super::{ad_hoc, flow, scope, subscribe, variables};
use crate::ctx::Ctx;
use crate::state::instance::{ElementState, Instance, Role};
use bpmn::{Element, ElementIx, Kind, Process};
use record::{
    ActivatedElement, Cause, EnclosingScope, Event, Key, ProcessInstanceIntent, ScopeVariables,
};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use value::{Doc, Str};

/// Where an element is placed.
#[derive(Debug)]
pub(crate) struct Placement {
    pub(crate) element: ElementIx,
    /// The ancestor that was asked for; none for the one that exists.
    pub(crate) ancestor: Key,
    /// The innermost scope that exists.
    pub(crate) base: Key,
    /// The scopes to be made inside it, outermost first.
    pub(crate) missing: Vec<ElementIx>,
    pub(crate) variables: Vec<ScopeVariables>,
}

/// The scopes of an instance, so that many elements can be placed.
pub(crate) struct Scopes<'a> {
    instance: &'a Instance,
    process: &'a Process,
    /// By enclosing element instance and ordinal. Few ask: they are looked for, among all element
    /// instances, when somebody does.
    existing: OnceCell<BTreeMap<(Key, u32), Vec<Key>>>,
}

impl<'a> Scopes<'a> {
    pub(crate) fn of(instance: &'a Instance, process: &'a Process) -> Self {
        Self { instance, process, existing: OnceCell::new() }
    }

    /// How many element instances were looked at.
    pub(crate) fn looked(&self) -> u64 {
        self.existing.get().map_or(0, |_| self.instance.elements.len() as u64)
    }

    fn existing(&self) -> &BTreeMap<(Key, u32), Vec<Key>> {
        self.existing.get_or_init(|| {
            let mut existing: BTreeMap<(Key, u32), Vec<Key>> = BTreeMap::new();
            for it in self.instance.elements.iter().filter(|it| it.role == Role::Element) {
                let model = self.process.element(ElementIx(it.element));
                if model.is_some_and(|it| is_scope(&it.kind)) {
                    existing.entry((it.scope, it.element)).or_default().push(it.key);
                }
            }
            existing
        })
    }

    /// Finds where an element is to be placed; otherwise says why it cannot be, as the end of a
    /// sentence.
    pub(crate) fn place(
        &self,
        id: &str,
        ancestor: Key,
        variables: Vec<ScopeVariables>,
    ) -> Result<Placement, String> {
        let element = self.target(id)?;
        let around = self.around(element);
        let (base, missing) = if ancestor.is_none() {
            self.innermost(&around)?
        } else {
            self.below(element, ancestor, &around)?
        };
        let is_repeated = |ix: &&ElementIx| {
            self.process.element(**ix).is_some_and(|it| it.multi_instance.is_some())
        };
        if let Some(repeated) = missing.iter().find(is_repeated) {
            let around = self.process.element(*repeated).map(|it| it.id.clone());
            return Err(format!(
                "element '{id}' is inside the multi-instance '{}'; name the one of its instances \
                 that is meant as the ancestor",
                around.unwrap_or_default()
            ));
        }
        let first = missing.first().map_or(element.ix, |it| *it);
        if !scope::lets_activate(self.instance, base, first.0) {
            return Err(format!("the scope '{base}' around element '{id}' is ending"));
        }
        for it in variables.iter().filter(|it| !it.scope_id.is_empty()) {
            let names =
                |ix: &ElementIx| self.process.element(*ix).is_some_and(|of| of.id == it.scope_id);
            if element.id != it.scope_id && !missing.iter().any(names) {
                return Err(format!(
                    "the variables for '{}' have no place: it is neither the element '{id}' nor a \
                     scope that is made for it",
                    it.scope_id
                ));
            }
        }
        Ok(Placement { element: element.ix, ancestor, base, missing, variables })
    }

    fn target(&self, id: &str) -> Result<&'a Element, String> {
        let Some(element) = self.process.by_id(id) else {
            let is_flow = self.process.flows.iter().any(|it| &*it.id == id);
            return Err(if is_flow {
                format!("element '{id}' is a sequence flow, which cannot be activated")
            } else {
                format!("element '{id}' is not in process '{}'", self.process.id)
            });
        };
        let why = match &element.kind {
            Kind::Process => "is the process itself",
            Kind::StartEvent(_) => "is a start event",
            Kind::BoundaryEvent(_) => "is a boundary event",
            Kind::InstantiatingReceiveTask { .. } => "begins the process with a message",
            _ if element.follows_event_gateway => "belongs to an event-based gateway",
            _ => return Ok(element),
        };
        Err(format!("element '{id}' {why}, which cannot be activated"))
    }

    /// The scopes around an element, the process first.
    fn around(&self, element: &Element) -> Vec<ElementIx> {
        let mut around = vec![element.scope];
        while let Some(scope) = around.last().and_then(|it| self.process.element(*it))
            && scope.ix != self.process.ix
        {
            around.push(scope.scope);
        }
        around.reverse();
        around
    }

    fn innermost(&self, around: &[ElementIx]) -> Result<(Key, Vec<ElementIx>), String> {
        let mut base = self.instance.key;
        for (at, ix) in around.iter().enumerate().skip(1) {
            let found = self.existing().get(&(base, ix.0)).map_or(&[][..], Vec::as_slice);
            match found {
                [] => return Ok((base, around.get(at..).unwrap_or_default().to_vec())),
                [only] => base = *only,
                several => {
                    let id = self.process.element(*ix).map(|it| it.id.clone());
                    return Err(format!(
                        "there are {} instances of '{}' around it; name the one that is meant as \
                         the ancestor",
                        several.len(),
                        id.unwrap_or_default()
                    ));
                }
            }
        }
        Ok((base, Vec::new()))
    }

    fn below(
        &self,
        element: &Element,
        ancestor: Key,
        around: &[ElementIx],
    ) -> Result<(Key, Vec<ElementIx>), String> {
        let Some(found) = self.instance.element(ancestor) else {
            return Err(format!("there is no element instance '{ancestor}' in the instance"));
        };
        if found.role == Role::Body {
            return Err(format!(
                "the element instance '{ancestor}' is a multi-instance as a whole; name one of its \
                 instances"
            ));
        }
        let Some(at) = around.iter().position(|it| it.0 == found.element) else {
            return Err(format!(
                "the element instance '{ancestor}' is no scope around element '{}'",
                element.id
            ));
        };
        Ok((ancestor, around.get(at + 1..).unwrap_or_default().to_vec()))
    }

    /// The nearest scope around an element instance that is also around an element.
    pub(crate) fn shared(&self, source: Key, target_id: &str) -> Result<Key, String> {
        let around = self.around(self.target(target_id)?);
        let mut scope = self.instance.element(source).map(|it| it.scope);
        while let Some(found) = scope.and_then(|it| self.instance.element(it)) {
            if around.iter().any(|it| it.0 == found.element) {
                return Ok(found.key);
            }
            scope = Some(found.scope);
        }
        Ok(self.instance.key)
    }
}

fn is_scope(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Process
            | Kind::SubProcess { .. }
            | Kind::EventSubProcess { .. }
            | Kind::AdHocSubProcess(_)
    )
}

/// What was made by the placements so far: later ones without ancestor share it.
pub(crate) type Made = BTreeMap<(Key, u32), Key>;

/// Makes the missing scopes and queues the activation of the element.
pub(crate) fn carry_out(
    ctx: &mut Ctx<'_>,
    instance: Key,
    placement: &Placement,
    cause: &Cause,
    made: &mut Made,
) -> Result<ActivatedElement, Failure> {
    let mut scope = placement.base;
    let mut scopes = outer(ctx, instance, scope);
    let mut id = Str::default();
    if let Some(base) = At::find(ctx, instance, placement.base) {
        if let Some(inner) = inside_ad_hoc(ctx, &base, cause) {
            scope = inner;
            scopes.insert(0, EnclosingScope { key: inner });
        }
        for ix in &placement.missing {
            let known = made.get(&(scope, ix.0)).copied().filter(|_| placement.ancestor.is_none());
            scope = match known {
                Some(key) => key,
                None => make(ctx, &base.moved(*ix, Key::NONE, scope), placement, cause)?,
            };
            made.insert((scope_of(ctx, instance, scope), ix.0), scope);
            scopes.insert(0, EnclosingScope { key: scope });
            let at = At::find(ctx, instance, scope);
            if let Some(inner) = at.and_then(|at| inside_ad_hoc(ctx, &at, cause)) {
                scope = inner;
                scopes.insert(0, EnclosingScope { key: inner });
            }
        }
        id = base.process.element(placement.element).map(|it| it.id.clone()).unwrap_or_default();
    }
    ctx.then(Step::Activate(Activate {
        instance,
        scope,
        element: placement.element.0,
        from_flow: false,
        cause: cause.clone(),
        variables: given(placement, &id),
        passed: 0,
    }));
    let (ancestor, variables) = (placement.ancestor, placement.variables.clone());
    Ok(ActivatedElement { element_id: id, ancestor, variables, scopes })
}

/// What is placed in an ad-hoc subprocess begins in an inner instance of its own.
fn inside_ad_hoc(ctx: &mut Ctx<'_>, scope: &At, cause: &Cause) -> Option<Key> {
    scope.is_ad_hoc().then(|| ad_hoc::begin_inner(ctx, scope, &Doc::empty(), cause.clone()))
}

/// Makes one scope: it is active, and what surrounds and interrupts it is waited for.
fn make(ctx: &mut Ctx<'_>, at: &At, placement: &Placement, cause: &Cause) -> Result<Key, Failure> {
    let key = ctx.next_key();
    let at = at.moved(at.element, key, at.scope);
    let model = at.model();
    let event = record::ProcessInstanceEvent {
        cause: Some(Box::new(cause.clone())),
        ..at.event(ProcessInstanceIntent::ElementActivating)
    };
    ctx.emit(key, Event::ProcessInstance(event));
    if let Some(model) = ad_hoc::of(&model.kind) {
        ad_hoc::set_up(ctx, &at, model);
    }
    variables::set_local(ctx, &at.origin(), key, &given(placement, &model.id));
    flow::transition(ctx, &at, ProcessInstanceIntent::ElementActivated);
    subscribe::open_inside(ctx, &at)?;
    Ok(key)
}

/// The variables that were given for a scope.
fn given(placement: &Placement, id: &str) -> Doc {
    let given = placement.variables.iter().filter(|it| &*it.scope_id == id);
    given.fold(Doc::empty(), |all, it| all.merge(&it.variables))
}

/// A scope and those around it, the innermost first.
fn outer(ctx: &Ctx<'_>, instance: Key, scope: Key) -> Vec<EnclosingScope> {
    let mut scopes = Vec::new();
    let mut next = ctx.state.element(instance, scope);
    while let Some(found) = next {
        scopes.push(EnclosingScope { key: found.key });
        next = ctx.state.element(instance, found.scope);
    }
    scopes
}

fn scope_of(ctx: &Ctx<'_>, instance: Key, element_instance: Key) -> Key {
    ctx.state.element(instance, element_instance).map_or(Key::NONE, |it| it.scope)
}

/// True if an instance can be changed by hand: it is there and not ending.
pub(crate) fn is_running(instance: &Instance) -> bool {
    instance.root().is_some_and(|it| it.state == ElementState::Activated)
}

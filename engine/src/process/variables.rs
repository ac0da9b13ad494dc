//! Writing variables: local to a scope, or merged outwards to where they live.

use super::at::At;
use super::conditional;
use super::step::VariableChange;
use crate::ctx::Ctx;
use crate::state::instance::Instance;
use record::{Event, Key, Origin, VariableDocumentEvent, VariableEvent, VariableIntent};
use std::sync::Arc;
use value::Doc;

/// Writes every variable at one scope: created if absent, updated if different.
pub(crate) fn set_local(ctx: &mut Ctx<'_>, origin: &Origin, scope: Key, doc: &Doc) {
    let mut changes = Changes::of(ctx, origin.instance);
    for (name, raw) in doc.iter() {
        let intent = set_one(ctx, origin, scope, name, raw);
        changes.note(scope, name, intent);
    }
    changes.tell(ctx, origin.instance);
}

/// Writes what a command brought at the element instance at `at`: there only, or where each of them
/// lives. Returns the key of the record that says so.
pub(crate) fn set(ctx: &mut Ctx<'_>, at: &At, variables: &Doc, local: bool) -> Key {
    let origin = at.origin();
    if local {
        set_local(ctx, &origin, at.element_instance, variables);
    } else {
        merge(ctx, &origin, at.element_instance, variables);
    }
    let key = ctx.next_key();
    let event = VariableDocumentEvent { origin, local, variables: variables.clone() };
    ctx.emit(key, Event::VariableDocument(event));
    key
}

/// What changed, if anything in the instance waits for a condition.
struct Changes(Option<Vec<VariableChange>>);

impl Changes {
    fn of(ctx: &Ctx<'_>, instance: Key) -> Self {
        Self(ctx.state.next_watch((instance, 0, Key::NONE)).map(|_| Vec::new()))
    }

    fn note(&mut self, scope: Key, name: &str, intent: Option<VariableIntent>) {
        if let (Some(changes), Some(intent)) = (&mut self.0, intent) {
            let is_new = intent == VariableIntent::Created;
            changes.push(VariableChange { scope, name: name.into(), is_new });
        }
    }

    fn tell(self, ctx: &mut Ctx<'_>, instance: Key) {
        if let Some(changes) = self.0.filter(|it| !it.is_empty()) {
            conditional::changed(ctx, instance, changes);
        }
    }
}

/// Writes one variable; says what happened to it, if anything did.
fn set_one(
    ctx: &mut Ctx<'_>,
    origin: &Origin,
    scope: Key,
    name: &str,
    raw: &[u8],
) -> Option<VariableIntent> {
    let variables = ctx.state.element(origin.instance, scope).map(|element| &element.variables);
    let found = variables.and_then(|it| it.doc.get(name));
    let (intent, key) = match found {
        Some(old) if old == raw => return None,
        Some(_) => (VariableIntent::Updated, variables.and_then(|it| it.key_of(name))),
        None => (VariableIntent::Created, None),
    };
    let key = key.unwrap_or_else(|| ctx.next_key());
    let value: Arc<[u8]> = raw.into();
    let origin = Origin { element_instance: scope, ..origin.clone() };
    ctx.emit(key, Event::Variable(VariableEvent { intent, origin, name: name.into(), value }));
    Some(intent)
}

/// Writes each variable at the nearest scope that has it, else at the root.
///
/// A value equal to the one found is placed there and goes no further out.
pub(crate) fn merge(ctx: &mut Ctx<'_>, origin: &Origin, from: Key, doc: &Doc) {
    let mut changes = Changes::of(ctx, origin.instance);
    for (name, raw) in doc.iter() {
        let scope = ctx
            .state
            .instance(origin.instance)
            .map_or(from, |instance| nearest_with(instance, from, name));
        let intent = set_one(ctx, origin, scope, name, raw);
        changes.note(scope, name, intent);
    }
    changes.tell(ctx, origin.instance);
}

/// The nearest scope from `from` outwards that has a variable, else the root.
fn nearest_with(instance: &Instance, from: Key, name: &str) -> Key {
    let mut scope = from;
    while let Some(element) = instance.element(scope) {
        if element.variables.doc.contains(name) {
            return scope;
        }
        scope = element.scope;
    }
    instance.key
}

/// All variables visible from a scope, nearest first; or only those named.
pub(crate) fn visible(instance: &Instance, scope: Key, names: &[value::Str]) -> Doc {
    let mut chain = Vec::new();
    let mut at = scope;
    while let Some(element) = instance.element(at) {
        if !element.variables.doc.is_empty() {
            chain.push(&element.variables.doc);
        }
        at = element.scope;
    }
    let mut chain = chain.into_iter().rev();
    let outermost = chain.next().cloned().unwrap_or_default();
    let all = chain.fold(outermost, |outer, inner| outer.merge(inner));
    if names.is_empty() {
        return all;
    }
    with_collections(instance, scope, names, all.filter(names))
}

/// Adds what multi-instance activities around a scope have collected so far, where it is named.
///
/// It is not among all variables: each of many instances would bring the outputs of all others.
fn with_collections(instance: &Instance, scope: Key, names: &[value::Str], found: Doc) -> Doc {
    let mut all = found;
    let mut at = scope;
    while let Some(element) = instance.element(at) {
        let body = element.body.as_ref().filter(|it| names.contains(&it.collection));
        if let Some(body) = body.filter(|it| !all.contains(&it.collection)) {
            all = all.set(&body.collection, body.list());
        }
        at = element.scope;
    }
    all
}

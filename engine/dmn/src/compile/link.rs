//! Drafts and imported elements to one graph, and that it has no cycles.

use std::collections::BTreeMap;
use std::sync::Arc;

use value::Str;

use super::context::Context;
use super::element::{Draft, Outline};
use crate::graph::{Graph, Unit, UnitIx};
use xml::Problem;

pub(super) struct Linked {
    pub(super) graph: Graph,
    /// How many units are the file's own.
    pub(super) own: usize,
}

/// Links the elements of a file with each other and with those it imports.
pub(super) fn graph(ctx: &Context<'_, '_>, drafts: Vec<Draft>) -> Linked {
    let own = drafts.len();
    let mut places: BTreeMap<(Str, Str), UnitIx> = BTreeMap::new();
    for (ix, draft) in drafts.iter().enumerate() {
        places.insert((ctx.namespace.clone(), draft.element.id.clone()), ix);
    }
    // Imported elements: each once, whichever model brings it.
    let mut imported: Vec<&Unit> = Vec::new();
    for import in &ctx.imports.all {
        for unit in &import.model.graph.units {
            let key = (unit.namespace.clone(), unit.element.id.clone());
            places.entry(key).or_insert_with(|| {
                imported.push(unit);
                own + imported.len() - 1
            });
        }
    }
    let mut units = Vec::with_capacity(own + imported.len());
    for Draft { element, needs } in drafts {
        let place = |it: &super::element::Reference| {
            places.get(&(it.namespace.clone(), it.id.clone())).copied()
        };
        // A draft that is missing had a problem of its own.
        let needs = needs.iter().filter_map(place).collect();
        units.push(Unit { namespace: ctx.namespace.clone(), element: Arc::new(element), needs });
    }
    let mut added: Vec<Unit> = Vec::with_capacity(imported.len());
    for import in &ctx.imports.all {
        let model = &import.model.graph.units;
        for unit in model {
            let key = |it: &Unit| (it.namespace.clone(), it.element.id.clone());
            let at = places.get(&key(unit)).copied();
            if at != Some(own + added.len()) {
                continue;
            }
            let needs = unit.needs.iter().filter_map(|it| places.get(&key(&model[*it])).copied());
            let needs = needs.collect();
            added.push(Unit { needs, ..unit.clone() });
        }
    }
    units.extend(added);
    Linked { graph: Graph { units }, own }
}

/// Refuses elements that require themselves, through whatever others of the file; models that are
/// imported cannot lead back.
pub(super) fn refuse_cycles(ctx: &mut Context<'_, '_>, elements: &[Outline]) {
    const NEW: u8 = 0;
    const OPEN: u8 = 1;
    const DONE: u8 = 2;
    // Of two elements with one id the last is meant, as for those who require it.
    let by_id: BTreeMap<&str, usize> =
        elements.iter().enumerate().map(|(ix, it)| (&*it.id, ix)).collect();
    let mut states = vec![NEW; elements.len()];
    for root in 0..elements.len() {
        if states[root] != NEW {
            continue;
        }
        // Each open element with how many of its requirements were followed.
        let mut path = vec![(root, 0)];
        states[root] = OPEN;
        while let Some((ix, next)) = path.last_mut() {
            let Some(need) = elements[*ix].needs.get(*next) else {
                states[*ix] = DONE;
                path.pop();
                continue;
            };
            *next += 1;
            let Some(&need) = by_id.get(&**need) else { continue };
            match states[need] {
                NEW => {
                    states[need] = OPEN;
                    path.push((need, 0));
                }
                OPEN => {
                    let from = path.iter().position(|it| it.0 == need).unwrap_or(0);
                    let names: Vec<&str> =
                        path[from..].iter().map(|it| &*elements[it.0].name).collect();
                    let Outline { id, name, place, .. } = &elements[need];
                    let message = format!(
                        "'{name}' requires itself: {} → {name}. Remove one of these requirements.",
                        names.join(" → ")
                    );
                    ctx.problems.push(Problem::new(id.to_string(), id, *place, message));
                }
                _ => {}
            }
        }
    }
}

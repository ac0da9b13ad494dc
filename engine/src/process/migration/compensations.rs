//! What has completed and can be undone: it stays so, if the activity is mapped and the target undoes
//! it, too.

use super::Obstacle;
use super::check::{check_kind, check_place};
use super::mapping::Mapping;
use crate::state::instance::{Compensation, Instance};
use bpmn::{Element, ElementIx, Kind, Undoing};
use record::Key;
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of a compensation subscription.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) key: Key,
    /// The ordinals of the activity and of what undoes it, 0 for only what is inside; none if it
    /// can be undone no longer.
    pub(super) becomes: Option<(u32, u32)>,
}

/// The compensation subscriptions of an instance.
struct All<'a> {
    instance: &'a Instance,
    mapping: &'a Mapping,
    by_activity: BTreeMap<Key, &'a Compensation>,
    /// What something completed in.
    scopes: BTreeSet<Key>,
}

/// Finds out what becomes of what can be undone.
pub(super) fn plan(instance: &Instance, mapping: &Mapping) -> Result<Vec<Change>, Obstacle> {
    let each = || instance.compensations.iter();
    let by_activity = each().map(|it| (it.activity_instance, it)).collect();
    let scopes = each().map(|it| it.scope).collect();
    let all = All { instance, mapping, by_activity, scopes };
    let mut changes = BTreeMap::new();
    // What is around something completed after it, and decides over it.
    for it in each().rev() {
        let around = all.by_activity.get(&it.scope);
        let is_dropped = |key: &Key| changes.get(key).is_some_and(Option::is_none);
        let becomes =
            if around.is_some_and(|it| is_dropped(&it.key)) { None } else { all.becomes(it)? };
        changes.insert(it.key, becomes);
    }
    Ok(changes.into_iter().map(|(key, becomes)| Change { key, becomes }).collect())
}

impl All<'_> {
    fn becomes(&self, it: &Compensation) -> Result<Option<(u32, u32)>, Obstacle> {
        let source = self.mapping.source.element(ElementIx(it.activity));
        let (Some(source), Some(target)) = (source, self.mapping.target(it.activity)) else {
            if it.thrower.is_none() {
                return Ok(None);
            }
            return Err(Obstacle::state(format!(
                "activity '{}', which is being undone, is not mapped; say what it becomes",
                self.mapping.source_id(it.activity)
            )));
        };
        check_kind(source, target)?;
        if let Some(around) = self.around(it).filter(|around| *around != it.activity) {
            check_place(self.mapping, (source, target), around)?;
        }
        if !it.handler_instance.is_none() {
            return self.goes_on(it, target);
        }
        let has_inner = self.scopes.contains(&it.activity_instance);
        let links = self.only_links(it, source);
        // What is being undone without a handler goes on without one.
        let links = links || !it.thrower.is_none();
        let undoing = self.mapping.target.undoing(target).filter(|_| !links);
        self.check_kept(source, target, undoing)?;
        let handler = undoing.map(|it| it.handler.0);
        let is_left = handler.is_some() || has_inner || !it.thrower.is_none();
        Ok(is_left.then_some((target.ix.0, handler.unwrap_or_default())))
    }

    /// An event subprocess begins with what the variables of its scope were when that completed.
    fn check_kept(
        &self,
        source: &Element,
        target: &Element,
        undoing: Option<Undoing>,
    ) -> Result<(), Obstacle> {
        let is_inside = |it: Undoing| it.boundary.is_none();
        let is_kept = self.mapping.source.undoing(source).is_some_and(is_inside);
        if is_kept || !undoing.is_some_and(is_inside) {
            return Ok(());
        }
        Err(Obstacle::state(format!(
            "subprocess '{}' has completed without keeping its variables, and '{}' is undone by an \
             event subprocess, which begins with them",
            source.id, target.id
        )))
    }

    /// True for what has no handler of its own, whatever its activity has: the body around all
    /// instances of a multi-instance activity, and what something in an ad-hoc subprocess began in.
    fn only_links(&self, it: &Compensation, activity: &Element) -> bool {
        let is_repeated = activity.multi_instance.is_some();
        let is_ad_hoc = matches!(activity.kind, Kind::AdHocSubProcess(_));
        match self.depth(it) {
            0 => is_repeated,
            depth => is_ad_hoc && depth > usize::from(is_repeated),
        }
    }

    /// How many instances of the same activity are around one.
    fn depth(&self, it: &Compensation) -> usize {
        let mut depth = 0;
        let mut scope = it.scope;
        while let Some((_, around)) = self.place(scope).filter(|place| place.0 == it.activity) {
            (depth, scope) = (depth + 1, around);
        }
        depth
    }

    /// What is being undone must be undone by the same activity in the target.
    fn goes_on(&self, it: &Compensation, target: &Element) -> Result<Option<(u32, u32)>, Obstacle> {
        let handler = self.mapping.target(it.handler).map(|it| it.ix);
        let of_target = self.mapping.target.undoing(target).map(|it| it.handler);
        match handler.filter(|it| of_target == Some(*it)) {
            Some(handler) => Ok(Some((target.ix.0, handler.0))),
            None => Err(Obstacle::state(format!(
                "activity '{}' is being undone by '{}', and '{}' is not undone by what that becomes",
                self.mapping.source_id(it.activity),
                self.mapping.source_id(it.handler),
                target.id
            ))),
        }
    }

    /// The element that an activity completed in.
    fn around(&self, it: &Compensation) -> Option<u32> {
        self.place(it.scope).map(|(element, _)| element)
    }

    /// The element of an instance that is active or has completed, and what is around it.
    fn place(&self, key: Key) -> Option<(u32, Key)> {
        let active = self.instance.element(key).map(|it| (it.element, it.scope));
        active.or_else(|| self.by_activity.get(&key).map(|it| (it.activity, it.scope)))
    }
}

//! Block-structured models: each block has one way in and one way out.

use crate::event::CATCHES;
use crate::model::{Pen, Scope};

/// The first and the last element of a block.
pub(crate) type Ends = (String, String);

impl Pen<'_> {
    /// The inside of a process.
    pub(crate) fn process(&mut self, depth: u32) -> Scope {
        let start = if self.count == 0 { self.id("s") } else { "s".to_owned() };
        self.inside(&start, "", depth)
    }

    /// A scope that begins with a start event which waits for something, or does not.
    pub(crate) fn inside(&mut self, start: &str, waits: &str, depth: u32) -> Scope {
        let mut scope = Scope::default();
        let space = if waits.is_empty() { "" } else { " " };
        scope.add(start, format!("start {start}{space}{waits}"));
        let (first, last) = self.sequence(&mut scope, depth);
        scope.flow(start, &first);
        self.end(&mut scope, &last);
        if self.random.percent(15) {
            // A second path at the same time.
            let (first, last) = self.sequence(&mut scope, 0);
            scope.flow(start, &first);
            self.end(&mut scope, &last);
        }
        if depth > 0 && self.random.percent(25) {
            self.event_subprocesses(&mut scope, depth - 1);
        }
        scope
    }

    /// Some blocks one after the other.
    pub(crate) fn sequence(&mut self, scope: &mut Scope, depth: u32) -> Ends {
        let (first, mut last) = self.block(scope, depth);
        for _ in 0..self.random.below(3) {
            if self.room == 0 {
                break;
            }
            let (next, end) = self.block(scope, depth);
            scope.flow(&last, &next);
            last = end;
        }
        (first, last)
    }

    fn block(&mut self, scope: &mut Scope, depth: u32) -> Ends {
        let is_flat = depth == 0 || self.room == 0;
        let same = |id: String| (id.clone(), id);
        match self.random.below(if is_flat { 50 } else { 100 }) {
            0..30 => same(self.activity(scope)),
            30..40 => same(self.catch(scope)),
            40..48 => same(self.throw(scope)),
            48..50 => self.link(scope),
            50..58 => self.choice(scope, depth - 1),
            58..65 => self.inclusive(scope, depth - 1),
            65..70 => self.parallel(scope, depth - 1),
            70..72 => self.complex(scope, depth - 1),
            72..79 => self.first_event(scope, depth - 1),
            79..84 => self.repeat(scope, depth - 1),
            84..89 => same(self.ad_hoc(scope)),
            _ => same(self.subprocess(scope, depth - 1)),
        }
    }

    /// One of two ways, perhaps none.
    fn choice(&mut self, scope: &mut Scope, depth: u32) -> Ends {
        let (split, join) = (self.id("g"), self.id("g"));
        let has_default = self.random.percent(80);
        let split_at = scope.nodes.len();
        scope.add(&split, format!("gateway {split}"));
        scope.add(&join, format!("gateway {join}"));
        let (low, low_end) = self.sequence(scope, depth);
        let (high, high_end) = self.sequence(scope, depth);
        if has_default {
            scope.nodes[split_at].line = format!("gateway {split} default={split}-{low}");
        }
        scope.flow_if(&split, &low, if has_default { "" } else { "=x < 1" });
        scope.flow_if(&split, &high, "=x > 1");
        scope.flow(&low_end, &join);
        scope.flow(&high_end, &join);
        (split, join)
    }

    /// Any of two ways at the same time.
    fn inclusive(&mut self, scope: &mut Scope, depth: u32) -> Ends {
        let (split, join) = (self.id("i"), self.id("i"));
        scope.add(&split, format!("inclusive {split} default={split}-{join}"));
        scope.add(&join, format!("inclusive {join}"));
        for condition in ["=x < 3", "=x > 1"] {
            let (first, last) = self.sequence(scope, depth);
            scope.flow_if(&split, &first, condition);
            scope.flow(&last, &join);
        }
        scope.flow(&split, &join);
        (split, join)
    }

    /// Two or three ways at the same time.
    fn parallel(&mut self, scope: &mut Scope, depth: u32) -> Ends {
        let (split, join) = (self.id("f"), self.id("f"));
        scope.add(&split, format!("parallel {split}"));
        scope.add(&join, format!("parallel {join}"));
        for _ in 0..self.random.between(2, 3) {
            let (first, last) = self.sequence(scope, depth);
            scope.flow(&split, &first);
            scope.flow(&last, &join);
        }
        (split, join)
    }

    /// Two or three ways at the same time, of which some are enough.
    fn complex(&mut self, scope: &mut Scope, depth: u32) -> Ends {
        let (split, join, late) = (self.id("f"), self.id("k"), self.id("n"));
        let enough = self.random.one_of(&[
            "activationCount >= 1",
            "activationCount >= 2",
            "x > 1 or activationCount >= 3",
        ]);
        let is_asked = self.random.percent(50);
        let when = format!("complex {join} when=`={enough}`");
        scope.add(&split, format!("parallel {split}"));
        let join_at = scope.nodes.len();
        scope.add(&join, when.clone());
        for _ in 0..self.random.between(2, 3) {
            let (first, last) = self.sequence(scope, depth);
            scope.flow(&split, &first);
            scope.flow(&last, &join);
        }
        scope.add(&late, format!("throw {late}"));
        if is_asked {
            let after = self.id("n");
            scope.add(&after, format!("throw {after}"));
            scope.nodes[join_at].line = format!("{when} default={join}-{late}");
            scope.flow(&join, &late);
            scope.flow_if(&join, &after, "=not(waitingForStart) and x < 3");
            self.end(scope, &after);
        } else {
            scope.flow(&join, &late);
        }
        (split, late)
    }

    /// Whatever happens first.
    fn first_event(&mut self, scope: &mut Scope, depth: u32) -> Ends {
        let (split, join) = (self.id("w"), self.id("g"));
        scope.add(&split, format!("first {split}"));
        scope.add(&join, format!("gateway {join}"));
        let mut waits = self.distinct(CATCHES, 2);
        self.widen(&mut waits, false);
        for wait in waits {
            let id = self.id("c");
            scope.add(&id, format!("catch {id} {wait}"));
            scope.flow(&split, &id);
            if self.random.percent(40) {
                let (first, last) = self.sequence(scope, depth);
                scope.flow(&id, &first);
                scope.flow(&last, &join);
            } else {
                scope.flow(&id, &join);
            }
        }
        (split, join)
    }

    /// A job, again and again while `x` is small.
    fn repeat(&mut self, scope: &mut Scope, depth: u32) -> Ends {
        let (begin, again) = (self.id("g"), self.id("g"));
        let again_at = scope.nodes.len() + 1;
        scope.add(&begin, format!("gateway {begin}"));
        scope.add(&again, format!("gateway {again}"));
        let job = self.id("a");
        scope.add(&job, format!("task {job} type=t0"));
        let (first, last) = self.sequence(scope, depth);
        let after = self.id("n");
        scope.add(&after, format!("throw {after}"));
        scope.nodes[again_at].line = format!("gateway {again} default={again}-{after}");
        scope.flow(&begin, &job);
        scope.flow(&job, &first);
        scope.flow(&last, &again);
        scope.flow(&again, &after);
        scope.flow_if(&again, &begin, "=x < 2");
        (begin, after)
    }

    fn subprocess(&mut self, scope: &mut Scope, depth: u32) -> String {
        if self.random.percent(35) {
            return self.transaction(scope, depth);
        }
        let (id, start) = (self.id("u"), self.id("s"));
        let marker = self.marker();
        let mut inner = self.inside(&start, "", depth);
        self.undone_from_inside(&mut inner);
        scope.add(&id, format!("sub {id}{marker}")).inner = Some(inner);
        self.dress(scope, &id);
        id
    }

    /// A jump to somewhere else.
    fn link(&mut self, scope: &mut Scope) -> Ends {
        let (from, to) = (self.id("l"), self.id("l"));
        scope.add(&from, format!("throw {from} link=L{to}"));
        scope.add(&to, format!("catch {to} link=L{to}"));
        (from, to)
    }
}

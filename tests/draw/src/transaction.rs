//! Transactions, and event subprocesses that undo the subprocess around them.

use crate::model::{Node, Pen, Scope};

impl Pen<'_> {
    pub(crate) fn transaction(&mut self, scope: &mut Scope, depth: u32) -> String {
        let (id, start) = (self.id("u"), self.id("s"));
        let mut inner = self.inside(&start, "", depth);
        let cancels = self.random.percent(70);
        if cancels {
            let (first, last) = self.sequence(&mut inner, 0);
            let end = self.id("e");
            inner.add(&end, format!("end {end} cancels="));
            inner.flow(&start, &first);
            inner.flow(&last, &end);
        }
        self.undone_from_inside(&mut inner);
        // What becomes of the others when one of several is canceled is not defined.
        let marker = if cancels { String::new() } else { self.marker() };
        scope.add(&id, format!("transaction {id}{marker}")).inner = Some(inner);
        if cancels || self.random.percent(30) {
            let boundary = self.id("b");
            scope.add(&boundary, format!("boundary {boundary} on {id} cancels="));
            self.end(scope, &boundary);
        }
        self.dress(scope, &id);
        id
    }

    /// An event subprocess that undoes the subprocess with this inside, perhaps.
    pub(crate) fn undone_from_inside(&mut self, inner: &mut Scope) {
        if !self.random.percent(25) {
            return;
        }
        let was_quiet = std::mem::replace(&mut self.is_quiet, true);
        let (id, start) = (self.id("x"), self.id("s"));
        let handler = self.inside(&start, "compensate=", 0);
        inner.add(&id, format!("events {id}")).inner = Some(handler);
        self.is_quiet = was_quiet;
    }
}

/// True if a subprocess has an event subprocess that undoes it.
pub(crate) fn is_undone_from_inside(node: &Node) -> bool {
    let begins = |it: &Node| it.line.starts_with("start ") && it.line.contains(" compensate=");
    let undoes = |it: &Node| it.inner.as_ref().is_some_and(|it| it.nodes.iter().any(begins));
    node.inner.as_ref().is_some_and(|it| it.nodes.iter().any(undoes))
}

//! How far an ad-hoc subprocess has come.

use record::Cause;
use std::sync::Arc;
use value::wire::{Field, Reader, WireError};
use value::{Doc, wire_struct};

wire_struct! {
    /// What an ad-hoc subprocess still has to begin, and whether it has done enough.
    pub(crate) struct AdHoc {
        /// What it was told to begin and has not begun yet.
        1 => pub(crate) waiting: Queue,
        /// True if it has done enough: it ends with what is active in it.
        2 => pub(crate) is_fulfilled: bool,
    }
}

wire_struct! {
    /// An activity that an ad-hoc subprocess was told to begin.
    pub(crate) struct Waiting {
        /// Its ordinal.
        1 => pub(crate) element: u32,
        /// Local to the instance that it begins in.
        2 => pub(crate) variables: Doc,
        /// Why it begins.
        3 => pub(crate) cause: Cause,
    }
}

/// Activities in the order in which they begin, shared until more are added: beginning one costs
/// the same whatever their number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Queue {
    items: Arc<Vec<Waiting>>,
    /// How many of them have begun.
    begun: usize,
}

impl AdHoc {
    /// Notes that an activity begins; those that were told otherwise do not stand in the queue.
    pub(crate) fn begin(&mut self, cause: Option<&Cause>) {
        if self.waiting.first().is_some_and(|it| Some(&it.cause) == cause) {
            self.waiting.begun += 1;
        }
    }
}

impl Queue {
    /// The next to begin.
    pub(crate) fn first(&self) -> Option<&Waiting> {
        self.items.get(self.begun)
    }

    /// True if all have begun.
    pub(crate) fn is_empty(&self) -> bool {
        self.first().is_none()
    }

    /// Adds some at the end.
    pub(crate) fn extend(&mut self, more: impl Iterator<Item = Waiting>) {
        let mut items = self.rest().to_vec();
        items.extend(more);
        *self = Self { items: Arc::new(items), begun: 0 };
    }

    fn rest(&self) -> &[Waiting] {
        self.items.get(self.begun..).unwrap_or_default()
    }
}

/// What has begun makes no difference.
impl PartialEq for Queue {
    fn eq(&self, other: &Self) -> bool {
        self.rest() == other.rest()
    }
}

impl Field for Queue {
    fn put(&self, number: u32, out: &mut Vec<u8>) {
        for it in self.rest() {
            it.put_always(number, out);
        }
    }

    fn put_always(&self, number: u32, out: &mut Vec<u8>) {
        Field::put(self, number, out);
    }

    fn take(&mut self, number: u32, kind: u8, input: &mut Reader<'_>) -> Result<(), WireError> {
        let mut waiting = Waiting::default();
        waiting.take(number, kind, input)?;
        Arc::make_mut(&mut self.items).push(waiting);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{AdHoc, Queue, Waiting};
    use record::{Cause, CauseKind, Key};
    use value::wire::Message as _;

    fn waiting(element: u32, cause: u64) -> Waiting {
        let cause = Cause { kind: CauseKind::Job, key: Key::new(1, cause), ..Cause::default() };
        Waiting { element, cause, ..Waiting::default() }
    }

    fn elements(queue: &Queue) -> Vec<u32> {
        queue.rest().iter().map(|it| it.element).collect()
    }

    #[test]
    fn they_begin_in_order_and_only_by_what_told_so() {
        let mut ad_hoc = AdHoc::default();
        ad_hoc.waiting.extend([waiting(1, 7), waiting(2, 7)].into_iter());
        ad_hoc.begin(Some(&waiting(1, 8).cause));
        ad_hoc.begin(None);
        assert_eq!(elements(&ad_hoc.waiting), [1, 2]);
        ad_hoc.begin(Some(&waiting(1, 7).cause));
        ad_hoc.waiting.extend([waiting(3, 9)].into_iter());
        assert_eq!(elements(&ad_hoc.waiting), [2, 3]);
    }

    #[test]
    fn a_row_holds_what_has_not_begun() {
        let mut ad_hoc = AdHoc { is_fulfilled: true, ..AdHoc::default() };
        ad_hoc.waiting.extend([waiting(1, 7), waiting(2, 7)].into_iter());
        ad_hoc.begin(Some(&waiting(1, 7).cause));
        let read = AdHoc::from_bytes(&ad_hoc.to_bytes()).expect("a row");
        assert_eq!(read, ad_hoc);
        assert_eq!(elements(&read.waiting), [2]);
    }

    #[test]
    fn its_row_is_what_it_was_when_it_was_first_written() {
        assert!(AdHoc::default().to_bytes().is_empty());
        let mut ad_hoc = AdHoc { is_fulfilled: true, ..AdHoc::default() };
        let cause = Cause::default();
        ad_hoc.waiting.extend([Waiting { element: 9, cause, ..Waiting::default() }].into_iter());
        assert_eq!(ad_hoc.to_bytes(), [0x0a, 2, 8, 9, 0x10, 1]);
    }
}

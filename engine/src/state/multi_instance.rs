//! How far a multi-instance activity has come.

use super::outputs::Outputs;
use record::{MultiInstanceEvent, MultiInstanceIntent};
use std::sync::{Arc, OnceLock};
use value::msgpack::{Reader as Value, Writer};
use value::wire::{Field, Reader, WireError};
use value::{Str, wire_struct};

wire_struct! {
    /// How far a multi-instance activity has come.
    ///
    /// The outputs stand in pages of their own until all instances have ended, so that collecting
    /// one of them costs the same whatever their number (`docs/0004-multi-instance.md`).
    pub(crate) struct Body {
        /// The items as a list; empty if only their number is known.
        1 => pub(crate) items: Arc<[u8]>,
        /// How many instances there will be; of a loop, at most.
        2 => pub(crate) count: u32,
        /// One after the other.
        3 => pub(crate) is_sequential: bool,
        /// The variable that the outputs are collected for; empty for none.
        4 => pub(crate) collection: Str,
        /// Instances that have begun so far.
        5 => pub(crate) begun: u32,
        /// Where the item of the next instance stands in the list.
        6 => pub(crate) next_item: u64,
        /// Instances that have completed.
        7 => pub(crate) completed: u32,
        /// Instances that were terminated.
        8 => pub(crate) terminated: u32,
        /// The outputs so far.
        9 => outputs: Outputs,
        /// The outputs as one list, made when an expression reads it. No part of the row.
        10 => listed: Listed,
        /// True if it is repeated while a condition holds.
        11 => pub(crate) is_loop: bool,
    }
}

/// A list that is made when it is read for the first time.
#[derive(Debug, Clone, Default)]
struct Listed(OnceLock<Arc<[u8]>>);

/// What is made from the other fields makes no difference.
impl PartialEq for Listed {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Field for Listed {
    fn put(&self, _: u32, _: &mut Vec<u8>) {}

    fn put_always(&self, _: u32, _: &mut Vec<u8>) {}

    fn take(&mut self, _: u32, _: u8, _: &mut Reader<'_>) -> Result<(), WireError> {
        Err(WireError::Malformed { what: "list of outputs" })
    }
}

impl Body {
    /// Of an activity of which it is known what it runs over.
    pub(crate) fn over(event: &MultiInstanceEvent) -> Self {
        Self {
            items: event.items.clone(),
            count: event.count,
            is_sequential: event.is_sequential,
            collection: event.collection.clone(),
            next_item: first_item(&event.items),
            is_loop: event.intent == MultiInstanceIntent::LoopEntered,
            ..Self::default()
        }
    }

    /// True if an instance is still to begin.
    pub(crate) fn has_more(&self) -> bool {
        self.begun < self.count
    }

    /// The item of the instance that begins next; null if there are only numbers.
    pub(crate) fn next_item(&self) -> &[u8] {
        const NULL: &[u8] = &[0xc0];
        self.rest().and_then(|it| Value::new(it).skip()).unwrap_or(NULL)
    }

    /// The list from the next item on.
    fn rest(&self) -> Option<&[u8]> {
        let at = usize::try_from(self.next_item).ok()?;
        self.items.get(at..).filter(|it| !it.is_empty())
    }

    /// Counts an instance that begins; gives its number, from 1.
    pub(crate) fn begin(&mut self) -> u32 {
        if self.rest().is_some() {
            self.next_item += self.next_item().len() as u64;
        }
        self.begun += 1;
        self.begun
    }

    /// Keeps what an instance gave.
    pub(crate) fn collect(&mut self, loop_counter: u32, value: &[u8]) {
        self.outputs.insert(loop_counter, value);
        self.listed = Listed::default();
    }

    /// What an instance gave, if it has given something.
    pub(crate) fn output(&self, loop_counter: u32) -> Option<&[u8]> {
        self.outputs.get(loop_counter)
    }

    /// The outputs in the order of the items, as a list with null for those that are
    /// missing. Costs as much as there are items, once after each output.
    pub(crate) fn list(&self) -> &[u8] {
        self.listed.0.get_or_init(|| {
            let mut list = Writer::new();
            list.array(self.count as usize);
            let mut next = 1;
            for (loop_counter, value) in self.outputs.iter() {
                (next..loop_counter).for_each(|_| {
                    list.null();
                });
                list.raw(value);
                next = loop_counter + 1;
            }
            (next..=self.count).for_each(|_| {
                list.null();
            });
            list.into_bytes().into()
        })
    }
}

/// Where the first item of an encoded list stands.
fn first_item(list: &[u8]) -> u64 {
    match list.first() {
        None => 0,
        Some(0x90..=0x9f) => 1,
        Some(0xdc) => 3,
        Some(_) => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::{Body, first_item};
    use value::msgpack::Writer;

    fn body(count: u32) -> Body {
        let mut list = Writer::new();
        list.array(count as usize);
        (0..count).for_each(|it| {
            list.int(i64::from(it) * 100);
        });
        let items = list.into_bytes();
        let next_item = first_item(&items);
        Body { items: items.into(), count, next_item, ..Body::default() }
    }

    #[test]
    fn the_items_come_one_after_the_other_whatever_the_length_of_the_list() {
        for count in [1, 15, 16, 65_535, 65_536] {
            let mut body = body(count);
            for number in 1..=count {
                let mut item = Writer::new();
                item.int(i64::from(number - 1) * 100);
                assert_eq!(body.next_item(), item.into_bytes(), "{number} of {count}");
                assert_eq!(body.begin(), number);
            }
            assert!(!body.has_more());
            assert_eq!(body.next_item(), [0xc0], "there is none after the last");
        }
    }

    #[test]
    fn the_outputs_stand_in_the_order_of_the_items_with_null_for_the_missing() {
        let mut body = body(4);
        assert_eq!(value::json::value_to_json(body.list()), "[null,null,null,null]");
        for (number, text) in [(3, "c"), (1, "a"), (3, "d")] {
            let mut output = Writer::new();
            output.str(text);
            body.collect(number, &output.into_bytes());
        }
        assert_eq!(value::json::value_to_json(body.list()), r#"["a",null,"d",null]"#);
    }
}

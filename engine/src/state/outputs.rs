//! The outputs of the instances of a multi-instance activity, in pages that are shared until
//! written.
//!
//! A page keeps its outputs in one piece of memory: a hundred thousand of them are some hundred
//! pieces, which one entry can free.

use std::sync::Arc;
use value::wire::{Field, Reader, WireError};
use value::wire_struct;

/// So many instances share a page.
const PAGE: u32 = 256;

wire_struct! {
    /// What one instance gave, as a row keeps it.
    struct Output {
        /// Which one, from 1.
        1 => loop_counter: u32,
        /// Encoded.
        2 => value: Arc<[u8]>,
    }
}

/// Where an output stands in its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    loop_counter: u32,
    start: usize,
    end: usize,
}

#[derive(Debug, Clone, Default)]
struct Page {
    /// In the order of the instances.
    places: Vec<Place>,
    bytes: Vec<u8>,
}

/// Outputs by the number of their instance.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outputs {
    /// The first page has the instances from 1 on, the next those after it.
    pages: Vec<Arc<Page>>,
}

impl PartialEq for Outputs {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Outputs {
    /// The outputs so far, with the numbers of their instances, in that order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &[u8])> {
        let places =
            self.pages.iter().flat_map(|page| page.places.iter().map(move |it| (page, it)));
        places.map(|(page, it)| {
            (it.loop_counter, page.bytes.get(it.start..it.end).unwrap_or_default())
        })
    }

    /// What an instance gave, if it has given something.
    pub(crate) fn get(&self, loop_counter: u32) -> Option<&[u8]> {
        let page = self.pages.get((loop_counter.saturating_sub(1) / PAGE) as usize)?;
        let found = page.places.binary_search_by_key(&loop_counter, |it| it.loop_counter).ok()?;
        let place = page.places.get(found)?;
        page.bytes.get(place.start..place.end)
    }

    /// Keeps what an instance gave; what it gave before is forgotten.
    pub(crate) fn insert(&mut self, loop_counter: u32, value: &[u8]) {
        let at = (loop_counter.saturating_sub(1) / PAGE) as usize;
        if self.pages.len() <= at {
            self.pages.resize_with(at + 1, Arc::default);
        }
        let page = Arc::make_mut(&mut self.pages[at]);
        let start = page.bytes.len();
        page.bytes.extend_from_slice(value);
        let place = Place { loop_counter, start, end: page.bytes.len() };
        match page.places.binary_search_by_key(&loop_counter, |it| it.loop_counter) {
            // The old bytes stay until the page is read from a row again: an output is given twice
            // only after an incident.
            Ok(old) => page.places[old] = place,
            Err(new) => page.places.insert(new, place),
        }
    }
}

impl Field for Outputs {
    fn put(&self, number: u32, out: &mut Vec<u8>) {
        for (loop_counter, value) in self.iter() {
            Output { loop_counter, value: value.into() }.put_always(number, out);
        }
    }

    fn put_always(&self, number: u32, out: &mut Vec<u8>) {
        Field::put(self, number, out);
    }

    fn take(&mut self, number: u32, kind: u8, input: &mut Reader<'_>) -> Result<(), WireError> {
        let mut output = Output::default();
        output.take(number, kind, input)?;
        // Rows are read from disk: a number out of order must not make pages without end.
        let last = self.pages.last().and_then(|it| it.places.last());
        let last = last.map_or(0, |it| it.loop_counter);
        if output.loop_counter <= last || output.loop_counter > ORDINAL_MAX {
            return Err(WireError::Malformed { what: "output of a multi-instance activity" });
        }
        self.insert(output.loop_counter, &output.value);
        Ok(())
    }
}

/// No activity runs more often: a list with more items does not fit a message.
const ORDINAL_MAX: u32 = 100_000_000;

#[cfg(test)]
mod tests {
    use super::Outputs;
    use value::wire::{Field as _, Message as _};
    use value::wire_struct;

    wire_struct! {
        struct Row {
            1 => outputs: Outputs,
        }
    }

    #[test]
    fn they_come_in_the_order_of_the_instances_and_survive_a_row() {
        let mut outputs = Outputs::default();
        for number in [700, 1, 256, 257, 2, 1] {
            outputs.insert(number, &[number.to_le_bytes()[0], 7]);
        }
        outputs.insert(2, b"again");
        let found: Vec<_> = outputs.iter().map(|(number, value)| (number, value.len())).collect();
        assert_eq!(found, [(1, 2), (2, 5), (256, 2), (257, 2), (700, 2)]);
        let given = |number| outputs.get(number);
        assert_eq!((given(2), given(257)), (Some(&b"again"[..]), Some(&[1, 7][..])));
        assert_eq!((given(3), given(0), given(9_000)), (None, None, None));

        let row = Row { outputs };
        assert_eq!(Row::from_bytes(&row.to_bytes()), Ok(row));
    }

    #[test]
    fn numbers_out_of_order_are_no_row() {
        let mut bytes = Vec::new();
        for number in [3, 2] {
            super::Output { loop_counter: number, ..Default::default() }.put_always(1, &mut bytes);
        }
        assert!(Row::from_bytes(&bytes).is_err());
    }
}

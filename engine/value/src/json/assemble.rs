//! The second pass of the parser: longer heads and repeated keys, in time linear in the output.

use std::ops::Range;

use crate::msgpack::Writer;

/// A container that cannot stay as the first pass wrote it.
pub(super) struct Edit {
    /// Where its one-byte head stands.
    pub head: usize,
    pub is_map: bool,
    pub count: usize,
    /// For a map with repeated keys: where its body ends, and the entries that remain, in order.
    pub moved: Option<(usize, Vec<Range<usize>>)>,
}

/// Writes the parser's output anew with the edits applied.
pub(super) fn apply(written: Vec<u8>, mut edits: Vec<Edit>) -> Vec<u8> {
    if edits.is_empty() {
        return written;
    }
    edits.sort_unstable_by_key(|it| it.head);
    let mut out = Writer::into_buffer(Vec::with_capacity(written.len() + 4 * edits.len()));
    let mut todo = Vec::from([Range { start: 0, end: written.len() }]);
    while let Some(range) = todo.pop() {
        let first = edits.partition_point(|it| it.head < range.start);
        let mut at = range.start;
        for edit in edits.get(first..).unwrap_or_default() {
            if edit.head >= range.end {
                break;
            }
            out.raw(written.get(at..edit.head).unwrap_or_default());
            if edit.is_map {
                out.map(edit.count)
            } else {
                out.array(edit.count)
            };
            at = edit.head + 1;
            if let Some((end, pieces)) = &edit.moved {
                todo.push(*end..range.end);
                todo.extend(pieces.iter().rev().cloned());
                at = range.end;
                break;
            }
        }
        out.raw(written.get(at..range.end).unwrap_or_default());
    }
    out.into_bytes()
}

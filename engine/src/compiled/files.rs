//! The compiled files that are held: which go when they are too large together, which stay.

use super::{Source, Uncompiled};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Why a file is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// Its deployment is under way, and nothing but it can use the file yet.
    ForDeployment,
    /// It is deployed, and was compiled ahead.
    Ahead,
    /// It was just used.
    Used,
}

/// The compiled files of one kind.
///
/// Their sizes are estimated: a factor for each kind of file, measured by what the allocator of
/// the server holds, times the size of the source. When they pass the bound, the one that was used
/// least recently goes, and no other than are too many. Those whose deployment is under way go
/// last, while they take no more than a quarter of the bound. The file that came last always
/// stays, so that what is held is at most the bound or one file.
#[derive(Debug)]
pub(crate) struct Files<T> {
    /// By a number that is never given again.
    held: BTreeMap<u64, File<T>>,
    by_checksums: BTreeMap<Vec<[u8; 16]>, u64>,
    last: u64,
    /// How often files were used.
    clock: u64,
    /// The estimated size of all, and of those whose deployment is under way.
    bytes: usize,
    awaited_bytes: usize,
    bytes_max: usize,
    /// How many bytes a byte of source becomes.
    factor: usize,
    /// Since this was last taken, a file went.
    has_dropped: bool,
}

#[derive(Debug)]
struct File<T> {
    checksums: Vec<[u8; 16]>,
    compiled: Arc<T>,
    bytes: usize,
    /// The clock when it was used last.
    used: u64,
    /// Its deployment is under way.
    is_awaited: bool,
}

impl<T> Files<T> {
    /// What a file takes however small it is, in bytes.
    const FILE_BYTES: usize = 4_096;

    pub(crate) fn new(bytes_max: usize, factor: usize) -> Self {
        Self {
            held: BTreeMap::new(),
            by_checksums: BTreeMap::new(),
            last: 0,
            clock: 0,
            bytes: 0,
            awaited_bytes: 0,
            bytes_max,
            factor,
            has_dropped: false,
        }
    }

    /// The number of a file, if it is held.
    pub(crate) fn find(&self, source: &Source) -> Option<u64> {
        self.by_checksums.get(&source.checksums).copied()
    }

    /// True if the file with this number is still held.
    pub(crate) fn has(&self, number: u64) -> bool {
        self.held.contains_key(&number)
    }

    /// True if a file with this checksum is held, whatever it imports.
    pub(super) fn has_checksum(&self, checksum: [u8; 16]) -> bool {
        self.with_checksum(checksum).next().is_some()
    }

    fn with_checksum(&self, checksum: [u8; 16]) -> impl Iterator<Item = u64> {
        let from = self.by_checksums.range(vec![checksum]..);
        from.take_while(move |(it, _)| it.first() == Some(&checksum)).map(|(_, number)| *number)
    }

    /// Uses a file.
    pub(crate) fn get(&mut self, number: u64) -> Option<&Arc<T>> {
        let file = self.held.get_mut(&number)?;
        if file.used != self.clock {
            self.clock += 1;
            file.used = self.clock;
        }
        Some(&file.compiled)
    }

    /// True if files went since this was last asked.
    pub(crate) fn take_dropped(&mut self) -> bool {
        std::mem::take(&mut self.has_dropped)
    }

    /// Holds a file, and gives its number.
    pub(crate) fn put(&mut self, source: Source, compiled: Arc<T>, held: Held) -> u64 {
        if held != Held::Ahead {
            self.clock += 1;
        }
        let number = if let Some(number) = self.find(&source) {
            number
        } else {
            let (number, bytes) = (self.last + 1, self.estimate(&source));
            let checksums = source.checksums;
            self.last = number;
            self.bytes += bytes;
            self.by_checksums.insert(checksums.clone(), number);
            let used = self.clock;
            let file = File { checksums, compiled, bytes, used, is_awaited: false };
            self.held.insert(number, file);
            number
        };
        if held == Held::ForDeployment {
            self.set_awaited(number, true);
            if let Some(file) = self.held.get_mut(&number) {
                file.used = self.clock;
            }
        }
        self.shrink(number);
        number
    }

    /// A deployment is over: files with this checksum are held as all others.
    pub(super) fn settle(&mut self, checksum: [u8; 16]) {
        let numbers: Vec<u64> = self.with_checksum(checksum).collect();
        for number in numbers {
            self.set_awaited(number, false);
        }
    }

    fn set_awaited(&mut self, number: u64, is_awaited: bool) {
        let Some(file) = self.held.get_mut(&number) else { return };
        if file.is_awaited != is_awaited {
            file.is_awaited = is_awaited;
            if is_awaited {
                self.awaited_bytes += file.bytes;
            } else {
                self.awaited_bytes -= file.bytes;
            }
        }
    }

    /// Lets files go until the others are within the bound; `newest` stays.
    fn shrink(&mut self, newest: u64) {
        // A deployment may never be decided, because its command was lost with a leader.
        while self.awaited_bytes > self.bytes_max / 4 {
            let awaited = self.held.iter().filter(|(it, file)| file.is_awaited && **it != newest);
            let Some((&oldest, _)) = awaited.min_by_key(|(_, it)| it.used) else { break };
            self.set_awaited(oldest, false);
        }
        while self.bytes > self.bytes_max {
            let others = self.held.iter().filter(|(it, _)| **it != newest);
            // Of those that came ahead together and were not used, the first is the largest.
            let next = others.min_by_key(|(it, file)| (file.is_awaited, file.used, Reverse(**it)));
            let Some((&number, _)) = next else { break };
            self.drop(number);
        }
    }

    fn drop(&mut self, number: u64) {
        self.set_awaited(number, false);
        if let Some(file) = self.held.remove(&number) {
            self.by_checksums.remove(&file.checksums);
            self.bytes -= file.bytes;
            self.has_dropped = true;
        }
    }

    fn estimate(&self, source: &Source) -> usize {
        Self::FILE_BYTES + source.bytes.saturating_mul(self.factor)
    }

    /// Those of the files, given with the most wanted first, that are not held and have room
    /// beside what is held; the largest first, because it is the longest in `apply`.
    pub(crate) fn lacking(&self, files: impl Iterator<Item = Uncompiled>) -> Vec<Uncompiled> {
        let mut seen = BTreeSet::new();
        let mut room = self.bytes_max.saturating_sub(self.bytes);
        let mut lacking: Vec<Uncompiled> = files
            .filter(|it| {
                let bytes = self.estimate(it.source());
                let is_lacking = bytes <= room
                    && self.find(it.source()).is_none()
                    && seen.insert(it.source().checksums.clone());
                room -= if is_lacking { bytes } else { 0 };
                is_lacking
            })
            .collect();
        lacking.sort_by_key(|it| Reverse(it.source().bytes));
        lacking
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A factor of one, and room for `files` files of 1 000 bytes.
    fn room_for(files: usize) -> Files<usize> {
        Files::new(files * (Files::<usize>::FILE_BYTES + 1_000), 1)
    }

    fn source(ix: usize) -> Source {
        let mut checksum = [0; 16];
        checksum[..8].copy_from_slice(&(ix as u64).to_be_bytes());
        Source::new((checksum, 1_000), [])
    }

    fn put(files: &mut Files<usize>, ix: usize, held: Held) -> u64 {
        files.put(source(ix), Arc::new(ix), held)
    }

    /// The files that are held.
    fn held(files: &Files<usize>) -> Vec<usize> {
        let sum: usize = files.held.values().map(|it| it.bytes).sum();
        let awaited = files.held.values().filter(|it| it.is_awaited).map(|it| it.bytes);
        assert_eq!(sum, files.bytes);
        assert_eq!(awaited.sum::<usize>(), files.awaited_bytes);
        assert_eq!(files.by_checksums.len(), files.held.len());
        files.held.values().map(|it| *it.compiled).collect()
    }

    #[test]
    fn the_one_that_was_used_least_recently_goes_and_no_other() {
        let mut files = room_for(4);
        let first = put(&mut files, 0, Held::Used);
        for ix in 1..4 {
            put(&mut files, ix, Held::Used);
        }
        assert_eq!(files.get(first).map(|it| **it), Some(0));
        assert!(!files.take_dropped());
        put(&mut files, 4, Held::Used);
        assert_eq!(held(&files), [0, 2, 3, 4]);
        assert!(files.take_dropped());
        put(&mut files, 5, Held::Used);
        assert_eq!(held(&files), [0, 3, 4, 5]);
        assert_eq!(files.find(&source(1)), None);
    }

    #[test]
    fn bytes_are_bounded_whatever_comes() {
        let mut files = room_for(8);
        for ix in 0..1_000 {
            let way = [Held::ForDeployment, Held::Ahead, Held::Used][ix % 3];
            put(&mut files, ix, way);
            assert!(files.bytes <= files.bytes_max, "{} bytes", files.bytes);
        }
        assert_eq!(held(&files).len(), 8);
    }

    #[test]
    fn a_file_beyond_the_bound_is_held_alone() {
        let mut files = room_for(2);
        put(&mut files, 0, Held::Used);
        let large = Source::new(([9; 16], 1_000_000), []);
        files.put(large, Arc::new(9), Held::Used);
        assert_eq!(held(&files), [9]);
        put(&mut files, 1, Held::Used);
        assert_eq!(held(&files), [1]);
    }

    #[test]
    fn what_is_offered_stays_until_its_deployment_is_over() {
        let mut files = room_for(8);
        put(&mut files, 0, Held::ForDeployment);
        for ix in 1..100 {
            put(&mut files, ix, Held::Used);
        }
        assert_eq!(held(&files), [0, 93, 94, 95, 96, 97, 98, 99]);
        files.settle(source(0).checksums[0]);
        put(&mut files, 100, Held::Used);
        assert_eq!(held(&files), [93, 94, 95, 96, 97, 98, 99, 100]);
    }

    #[test]
    fn deployments_that_are_never_decided_take_a_quarter_at_most() {
        let mut files = room_for(8);
        for ix in 0..100 {
            put(&mut files, ix, Held::ForDeployment);
        }
        for ix in 100..200 {
            put(&mut files, ix, Held::Used);
        }
        assert_eq!(held(&files), [98, 99, 194, 195, 196, 197, 198, 199]);
    }

    #[test]
    fn of_what_came_ahead_and_was_not_used_the_first_stays_longest() {
        let mut files = room_for(4);
        for ix in 0..4 {
            put(&mut files, ix, Held::Ahead);
        }
        put(&mut files, 4, Held::Used);
        assert_eq!(held(&files), [0, 1, 2, 4]);
    }

    #[test]
    fn what_is_lacking_fits_beside_what_is_held_and_the_largest_comes_first() {
        let mut files = room_for(4);
        put(&mut files, 0, Held::Used);
        let of = |ix: usize, bytes| {
            let source = Source { bytes, ..source(ix) };
            Uncompiled::Processes(source, [].into())
        };
        let wanted = [of(0, 1_000), of(1, 900), of(2, 1_000), of(2, 1_000), of(3, 950), of(4, 800)];
        let lacking = files.lacking(wanted.into_iter());
        let sizes: Vec<usize> = lacking.iter().map(|it| it.source().bytes).collect();
        assert_eq!(sizes, [1_000, 950, 900]);
    }
}

//! One file: its durable content, its cached content, and the writes in between.

use draw::Random;

/// What a disk writes whole or not at all.
pub(super) const SECTOR: usize = 512;

/// A file, whose cached content is the durable one with `writes` applied.
#[derive(Debug, Clone, Default)]
pub(super) struct File {
    durable: Vec<u8>,
    cached: Vec<u8>,
    writes: Vec<Write>,
}

/// A change that was not synced.
#[derive(Debug, Clone)]
enum Write {
    Bytes { offset: usize, bytes: Vec<u8> },
    Length(usize),
}

impl Write {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Bytes { offset, bytes } => {
                let end = offset + bytes.len();
                if content.len() < end {
                    content.resize(end, 0);
                }
                content[*offset..end].copy_from_slice(bytes);
            }
            Self::Length(length) => content.resize(*length, 0),
        }
    }

    /// The sectors whose bytes this change sets, of a file with that many sectors.
    fn sectors(&self, count: usize) -> std::ops::Range<usize> {
        match self {
            Self::Bytes { offset, bytes } => {
                offset / SECTOR..(offset + bytes.len()).div_ceil(SECTOR)
            }
            // Cutting a file sets the rest of the sector and all after it to zeros.
            Self::Length(length) => length / SECTOR..count,
        }
    }

    /// Sets the bytes of one sector as this change does.
    fn apply_to_sector(&self, sector: usize, content: &mut [u8; SECTOR]) {
        let start = sector * SECTOR;
        match self {
            Self::Bytes { offset, bytes } => {
                let from = start.max(*offset);
                let to = (start + SECTOR).min(offset + bytes.len());
                if from < to {
                    content[from - start..to - start]
                        .copy_from_slice(&bytes[from - offset..to - offset]);
                }
            }
            Self::Length(length) => {
                let from = length.saturating_sub(start).min(SECTOR);
                content[from..].fill(0);
            }
        }
    }
}

impl File {
    pub(super) fn len(&self) -> usize {
        self.cached.len()
    }

    pub(super) fn read(&self, offset: usize, size: usize) -> &[u8] {
        let from = offset.min(self.cached.len());
        let to = offset.saturating_add(size).min(self.cached.len());
        &self.cached[from..to]
    }

    pub(super) fn write(&mut self, offset: usize, bytes: &[u8]) {
        self.change(Write::Bytes { offset, bytes: bytes.to_vec() });
    }

    pub(super) fn set_len(&mut self, length: usize) {
        self.change(Write::Length(length));
    }

    fn change(&mut self, write: Write) {
        write.apply(&mut self.cached);
        self.writes.push(write);
    }

    /// Makes everything written so far durable.
    pub(super) fn sync(&mut self) {
        for write in self.writes.drain(..) {
            write.apply(&mut self.durable);
        }
    }

    /// A sync that fails as Linux lets it fail: what was to be written is taken for written, can
    /// still be read, and will never reach the disk by itself.
    pub(super) fn fail_sync(&mut self) {
        self.writes.clear();
    }

    pub(super) fn unsynced(&self) -> usize {
        self.writes.len()
    }

    /// What a power cut leaves of which nothing unsynced survives.
    pub(super) fn after_worst_cut(&self) -> Self {
        Self { durable: self.durable.clone(), cached: self.durable.clone(), writes: Vec::new() }
    }

    /// What a power cut leaves: each sector as of some moment since the last sync, and the length
    /// as of some moment. `kept` is how many times in a hundred the newest state reached the disk.
    pub(super) fn after_cut(&self, kept: u64, random: &mut Random) -> Self {
        let mut lengths = vec![self.durable.len()];
        let mut content = self.durable.clone();
        for write in &self.writes {
            write.apply(&mut content);
            lengths.push(content.len());
        }
        let length = lengths[newest_or_older(lengths.len(), kept, random)];
        let longest = lengths.iter().max().copied().unwrap_or(0);
        let mut disk = self.durable.clone();
        disk.resize(longest.next_multiple_of(SECTOR), 0);
        let count = longest.div_ceil(SECTOR);
        for sector in 0..count {
            let touching: Vec<_> =
                self.writes.iter().filter(|it| it.sectors(count).contains(&sector)).collect();
            let reached = newest_or_older(touching.len() + 1, kept, random);
            let at = sector * SECTOR;
            let mut bytes = [0; SECTOR];
            bytes.copy_from_slice(&disk[at..at + SECTOR]);
            for write in &touching[..reached] {
                write.apply_to_sector(sector, &mut bytes);
            }
            disk[at..at + SECTOR].copy_from_slice(&bytes);
        }
        disk.resize(length, 0);
        Self { durable: disk.clone(), cached: disk, writes: Vec::new() }
    }
}

/// Picks one of `count` states, oldest first: the newest in `kept` of a hundred cases, else any
/// older one.
fn newest_or_older(count: usize, kept: u64, random: &mut Random) -> usize {
    if count == 1 || random.percent(kept) { count - 1 } else { random.index(count - 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(synced: &[u8]) -> File {
        let mut file = File::default();
        file.write(0, synced);
        file.sync();
        file
    }

    #[test]
    fn synced_bytes_survive_every_cut() {
        let file = file(&[7; 2000]);
        for seed in 0..50 {
            let cut = file.after_cut(50, &mut Random::new(seed));
            assert_eq!(cut.cached, [7; 2000]);
        }
    }

    #[test]
    fn an_unsynced_sector_is_old_or_new_and_never_mixed() {
        let mut file = file(&[1; 2048]);
        file.write(100, &[2; 1000]);
        let (mut old, mut new) = (0, 0);
        for seed in 0..200 {
            let cut = file.after_cut(50, &mut Random::new(seed)).cached;
            for sector in 0..4 {
                let bytes = &cut[sector * SECTOR..(sector + 1) * SECTOR];
                let is_old = bytes == &[1; SECTOR][..];
                let is_new = bytes == &file.cached[sector * SECTOR..(sector + 1) * SECTOR];
                assert!(is_old || is_new);
                if sector == 1 {
                    old += u32::from(is_old);
                    new += u32::from(is_new);
                }
            }
        }
        assert!(old > 20 && new > 20, "{old} old, {new} new");
    }

    #[test]
    fn the_worst_cut_leaves_what_was_synced_and_nothing_else() {
        let mut file = file(&[1; 700]);
        file.write(100, &[2; 1000]);
        let mut cut = file.after_worst_cut();
        assert_eq!(cut.read(0, 2000), [1; 700]);
        cut.sync();
        assert_eq!(cut.after_worst_cut().cached, [1; 700]);
    }

    #[test]
    fn a_longer_length_can_arrive_before_the_bytes() {
        let mut file = file(&[1; 512]);
        file.write(512, &[2; 512]);
        let found = (0..100).any(|seed| {
            let cut = file.after_cut(50, &mut Random::new(seed)).cached;
            cut.len() == 1024 && cut[512..] == [0; 512]
        });
        assert!(found);
    }

    #[test]
    fn after_a_failed_sync_bytes_can_be_read_and_are_lost_by_a_cut() {
        let mut file = file(&[1; 512]);
        file.write(0, &[2; 512]);
        file.fail_sync();
        file.sync();
        assert_eq!(file.read(0, 512), [2; 512]);
        assert_eq!(file.after_cut(100, &mut Random::new(0)).cached, [1; 512]);
    }
}

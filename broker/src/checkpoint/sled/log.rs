//! Reads the file of sled 0.34.7 to say where it is damaged, and for nothing else.
//!
//! sled takes what does not fit for the end of its log, as after a power cut: it goes back to the
//! state before, writes zeros over the rest and tells nobody. So the part that it is about to
//! replay is read before it is opened, and the rest only when a base is refused.
//!
//! ```text
//! file     segments of 512 KiB, in any order
//! segment  crc32 u32 of the 16 bytes after it · lsn i64 · stable lsn i64 · messages
//! message  crc32 u32 of body and rest of the header · kind u8 · length · segment number · page
//!          · body; length, number and page take 1 to 9 bytes; segment number = lsn / 512 KiB
//! ```
//!
//! Numbers are little-endian, checksums are stored inverted, log sequence numbers (lsn) with their
//! low 63 bits inverted. Bytes that are zero were never written, or were given back.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use xxhash_rust::xxh3::Xxh3;

use super::super::backend::Place;
use crate::io::{Attempt, Failure};

/// What sled is opened with.
const SEGMENT: usize = 512 << 10;
const SEGMENT_HEADER: usize = 20;
/// No message begins where the segment has fewer bytes left.
const MESSAGE_HEADER_MAX: usize = 32;
const LSN_MASK: u64 = i64::MAX as u64;
/// Says that nothing more is in a segment.
const KIND_CAP: u8 = 2;
const KIND_LAST: u8 = 11;

/// A segment that is in use: where its log sequence numbers begin, and where it is in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Segment {
    lsn: u64,
    offset: u64,
}

/// How the log ends. Two files with the same tail hold the same, if all that is in them is sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tail {
    /// Where the log ends in the file.
    pub(super) offset: u64,
    /// The log sequence number there.
    pub(super) lsn: u64,
    /// A checksum of where all segments are.
    pub(super) segments: u64,
}

/// Where the messages of a segment end.
enum End {
    /// It is full, or says that nothing more is in it.
    Sealed,
    /// At this place nothing that is a message begins.
    At(usize),
}

/// Looks through the file for the first place that is not as sled wrote it, from the segment on
/// in which `from` lies; if there is none, says where the log ends.
///
/// # Errors
/// A [`Failure`] to read the file.
pub(super) fn look(path: &Path, from: u64) -> Result<Place, Failure> {
    let found = opened(path)?.map(|file| look_through(&file, from)).transpose();
    Ok(found.map_err(Failure::of(Attempt::Read, path))?.unwrap_or(Place::Missing))
}

/// Reads how the log ends, which takes the beginning of each segment and the last one. Nothing if
/// there is no file.
///
/// # Errors
/// A [`Failure`] to read the file.
pub(super) fn tail(path: &Path) -> Result<Option<Tail>, Failure> {
    let found = opened(path)?.map(|file| tail_of(&file)).transpose();
    found.map_err(Failure::of(Attempt::Read, path))
}

fn opened(path: &Path) -> Result<Option<File>, Failure> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::of(Attempt::Open, path)(error)),
    }
}

/// The segments in the order of their log sequence numbers, and the offsets of what is none.
fn segments_of(file: &File) -> io::Result<(Vec<Segment>, Vec<u64>)> {
    let length = file.metadata()?.len();
    let (mut segments, mut others) = (Vec::new(), Vec::new());
    for offset in (0..length).step_by(SEGMENT) {
        let mut header = [0; SEGMENT_HEADER];
        let read = read_at(file, &mut header, offset)?;
        match read_header(&header) {
            Some(lsn) if read == SEGMENT_HEADER => segments.push(Segment { lsn, offset }),
            _ => others.push(offset),
        }
    }
    segments.sort_unstable();
    Ok((segments, others))
}

fn tail_of(file: &File) -> io::Result<Tail> {
    let (segments, _) = segments_of(file)?;
    let mut hasher = Xxh3::new();
    for Segment { lsn, offset } in &segments {
        hasher.update(&lsn.to_le_bytes());
        hasher.update(&offset.to_le_bytes());
    }
    let (mut lsn, mut offset) = (0, 0);
    if let Some(last) = segments.last() {
        let bytes = read_segment(file, last.offset)?;
        let end = match messages_end(&bytes, last.lsn / SEGMENT as u64) {
            End::Sealed => SEGMENT,
            End::At(at) => at,
        };
        (lsn, offset) = (last.lsn + end as u64, last.offset + end as u64);
    }
    Ok(Tail { offset, lsn, segments: hasher.digest() })
}

fn look_through(file: &File, from: u64) -> io::Result<Place> {
    let (segments, others) = segments_of(file)?;
    let mut damaged = None;
    for offset in others {
        if !is_blank(file, offset)? {
            damaged = note(damaged, offset);
        }
    }
    let last = segments.last().copied();
    let mut end = 0;
    let is_looked_at = |it: &Segment| it.lsn + SEGMENT as u64 > from || Some(*it) == last;
    for segment in segments.into_iter().filter(is_looked_at) {
        let bytes = read_segment(file, segment.offset)?;
        let number = segment.lsn / SEGMENT as u64;
        let stopped = match messages_end(&bytes, number) {
            End::Sealed => bytes.len(),
            // Only the segment that is written to may end anywhere, and nothing goes on behind it.
            End::At(at) => {
                let is_open = Some(segment) == last && !goes_on(&bytes, at + 1, number);
                if !is_open {
                    damaged = note(damaged, segment.offset + at as u64);
                }
                at
            }
        };
        end = segment.offset + stopped as u64;
    }
    Ok(damaged.map_or(Place::EndsAt(end), Place::DamagedAt))
}

fn read_segment(file: &File, offset: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; SEGMENT];
    let read = read_at(file, &mut bytes, offset)?;
    bytes.truncate(read);
    Ok(bytes)
}

fn note(first: Option<u64>, offset: u64) -> Option<u64> {
    Some(first.map_or(offset, |it| it.min(offset)))
}

/// The log sequence number of a segment, if its header is whole.
fn read_header(header: &[u8; SEGMENT_HEADER]) -> Option<u64> {
    let (crc, rest) = header.split_first_chunk::<4>()?;
    let (lsn, _) = rest.split_first_chunk::<8>()?;
    let lsn = u64::from_le_bytes(*lsn) ^ LSN_MASK;
    let is_whole = !u32::from_le_bytes(*crc) == crc32fast::hash(rest);
    (is_whole && lsn.is_multiple_of(SEGMENT as u64) && lsn <= LSN_MASK - SEGMENT as u64)
        .then_some(lsn)
}

fn is_blank(file: &File, offset: u64) -> io::Result<bool> {
    Ok(read_segment(file, offset)?.iter().all(|it| *it == 0))
}

/// Where the messages that begin after the header end.
fn messages_end(bytes: &[u8], number: u64) -> End {
    let mut at = SEGMENT_HEADER;
    while at + MESSAGE_HEADER_MAX <= SEGMENT {
        match message(bytes, at, number) {
            Some((KIND_CAP, _)) => return End::Sealed,
            Some((_, length)) => at += length,
            None => return End::At(at.min(bytes.len())),
        }
    }
    End::Sealed
}

/// Whether a whole message begins anywhere from here on.
fn goes_on(bytes: &[u8], from: usize, number: u64) -> bool {
    (from..bytes.len()).any(|at| message(bytes, at, number).is_some())
}

/// Kind and length, with its header, of a whole message.
fn message(bytes: &[u8], at: usize, number: u64) -> Option<(u8, usize)> {
    let all = bytes.get(at..)?;
    let (crc, rest) = all.split_first_chunk::<4>()?;
    let (&kind, mut fields) = rest.split_first()?;
    if !(1..=KIND_LAST).contains(&kind) {
        return None;
    }
    let length = usize::try_from(take_number(&mut fields)?).ok()?;
    if take_number(&mut fields)? != number {
        return None;
    }
    take_number(&mut fields)?;
    let body = fields.get(..length)?;
    let header = rest.get(..rest.len() - fields.len())?;
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(body);
    hasher.update(header);
    let is_whole = !u32::from_le_bytes(*crc) == hasher.finalize();
    is_whole.then(|| (kind, 4 + header.len() + length))
}

/// Takes a number off the front: below 241 it is the first byte, else that says how many follow.
fn take_number(bytes: &mut &[u8]) -> Option<u64> {
    let (&first, rest) = bytes.split_first()?;
    let byte = |at: usize| rest.get(at).copied().map(u64::from);
    let (number, used) = match first {
        0..=240 => (u64::from(first), 0),
        241..=248 => (240 + 256 * (u64::from(first) - 241) + byte(0)?, 1),
        249 => (2288 + 256 * byte(0)? + byte(1)?, 2),
        250..=255 => {
            let count = usize::from(first) - 247;
            let mut number = [0; 8];
            number.get_mut(..count)?.copy_from_slice(rest.get(..count)?);
            (u64::from_le_bytes(number), count)
        }
    };
    *bytes = rest.get(used..)?;
    Some(number)
}

fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut read = 0;
    while let Some(rest) = buffer.get_mut(read..).filter(|it| !it.is_empty()) {
        match file.read_at(rest, offset + read as u64) {
            Ok(0) => break,
            Ok(count) => read += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    /// A base of some segments, and what is in its file.
    fn written(dir: &Path) -> (PathBuf, Vec<u8>) {
        let base = dir.join("base");
        let db = super::super::files::open_patiently(&base, &base, 1 << 20).expect("a new base");
        let rows = db.open_tree("rows").expect("a tree");
        for number in 0_u32..3_000 {
            let value = vec![7; 400 + (number % 700) as usize];
            rows.insert(number.to_be_bytes(), value).expect("inserted");
            if number % 500 == 499 {
                rows.flush().expect("flushed");
            }
        }
        drop((rows, db));
        let path = base.join("db");
        let bytes = std::fs::read(&path).expect("sled's file");
        (path, bytes)
    }

    fn place(path: &Path, bytes: &[u8]) -> Place {
        std::fs::write(path, bytes).expect("written");
        look(path, 0).expect("read")
    }

    #[test]
    fn a_sound_file_has_an_end_and_every_damage_to_what_is_written_a_place_before_it() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (path, sound) = written(dir.path());
        let Place::EndsAt(end) = look(&path, 0).expect("read") else {
            panic!("a sound file is damaged: {:?}", look(&path, 0));
        };
        let segments = sound.len() / SEGMENT;
        assert!(segments > 3, "{segments} segments");
        let used: Vec<usize> = (0..sound.len()).filter(|at| sound[*at] != 0).collect();
        for step in 0..150 {
            let at = used[step * (used.len() - 1) / 149];
            let mut bad = sound.clone();
            bad[at] ^= 1 << (step % 8);
            let (Place::DamagedAt(found) | Place::EndsAt(found)) = place(&path, &bad) else {
                panic!("byte {at}: no place");
            };
            let (found, at) = (usize::try_from(found).expect("fits"), at);
            assert!(found <= at, "byte {at}, found at {found}");
            // A message that is told has the byte in it, unless it was the last of all.
            assert_eq!(found / SEGMENT, at / SEGMENT, "byte {at}, found at {found}");
        }
        // Zeros where something was written; sled decides which segment that is in.
        let middle = used[used.len() / 2];
        let mut bad = sound.clone();
        let zeros = middle..(middle + 4096).min(sound.len());
        bad[zeros].fill(0);
        let (Place::DamagedAt(found) | Place::EndsAt(found)) = place(&path, &bad) else {
            panic!("zeros from {middle} on: no place");
        };
        assert!(found <= middle as u64 && found / SEGMENT as u64 == (middle / SEGMENT) as u64);
        // The last segment may lie anywhere in the file: it is always cut, too.
        let cut = middle.min(usize::try_from(end).expect("fits") - 1);
        let found = place(&path, &sound[..cut]);
        assert!(matches!(found, Place::DamagedAt(at) | Place::EndsAt(at) if at < end), "{found:?}");
        assert_eq!(place(&path, &[]), Place::EndsAt(0));
        assert_eq!(place(&path, &sound), Place::EndsAt(end));
        assert_eq!(look(&path.with_extension("none"), 0).expect("looks"), Place::Missing);
    }

    #[test]
    fn the_tail_is_where_the_log_ends_and_another_one_with_each_message_and_lost_segment() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (path, sound) = written(dir.path());
        let read = || tail(&path).expect("reads").expect("is there");
        let before = read();
        assert_eq!(look(&path, 0).expect("looks"), Place::EndsAt(before.offset));
        assert_eq!(before.lsn % SEGMENT as u64, before.offset % SEGMENT as u64);
        std::fs::write(&path, [&sound[..], &[0; 4096]].concat()).expect("writes");
        assert_eq!(read(), before, "zeros are nothing");
        // The first segment is gone, which alone is no damage: sled gives segments back.
        let mut lost = sound.clone();
        lost[..SEGMENT].fill(0);
        std::fs::write(&path, &lost).expect("writes");
        assert_eq!((read().lsn, read().offset), (before.lsn, before.offset));
        assert_ne!(read(), before);
        std::fs::write(&path, &sound).expect("writes");
        let db = super::super::files::open_patiently(&dir.path().join("base"), dir.path(), 1 << 20)
            .expect("opens");
        db.insert("one", "more").expect("inserts");
        drop(db);
        assert!(read().lsn > before.lsn);
        assert_eq!(tail(&path.with_extension("none")).expect("reads"), None);
    }

    #[test]
    fn numbers_are_read_as_sled_writes_them() {
        for (bytes, number) in [
            (&[240_u8][..], 240),
            (&[241, 1], 241),
            (&[248, 255], 2287),
            (&[249, 0, 0], 2288),
            (&[249, 255, 255], 67_823),
            (&[250, 0xf0, 0x08, 0x01], 67_824),
            (&[255, 1, 2, 3, 4, 5, 6, 7, 8], 0x0807_0605_0403_0201),
        ] {
            let mut rest = bytes;
            assert_eq!(take_number(&mut rest), Some(number), "{bytes:?}");
            assert!(rest.is_empty());
            assert_eq!(take_number(&mut &bytes[..bytes.len() - 1]), None);
        }
    }
}

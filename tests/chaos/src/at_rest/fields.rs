//! Where the fields of each format stand, so that none is left out.

use std::path::{Path, PathBuf};

/// A kind of file in a data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Format {
    /// Whose folder it is.
    Identity,
    /// Whose partition it is.
    Owner,
    /// The mark of the log.
    Head,
    /// A file of the log.
    Log,
    /// A checkpoint file.
    Delta,
    /// sled's file.
    SledData,
    /// What sled keeps beside it: its settings and its snapshot.
    SledBeside,
    /// The mark of the base.
    BaseMark,
    /// A record segment.
    Segment,
    /// A file whose contents mean nothing: a lock, space that is kept, or what a crash left of a file
    /// before it got its name.
    Scratch,
    /// What says that a restore was not finished; it is in no folder that can be started.
    Restoring,
}

/// Classes of damage, each with the name of what is damaged before it.
macro_rules! classes {
    ($name:literal: $($kind:literal)+) => {
        vec![$(concat!($name, " ", $kind)),+]
    };
}

impl Format {
    /// All of them.
    pub(super) const ALL: [Self; 11] = [
        Self::Identity,
        Self::Owner,
        Self::Head,
        Self::Log,
        Self::Delta,
        Self::SledData,
        Self::SledBeside,
        Self::BaseMark,
        Self::Segment,
        Self::Scratch,
        Self::Restoring,
    ];

    /// What a file is; nothing for one that this suite does not know, and for folders.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let extension = Path::new(name).extension().and_then(|it| it.to_str());
        match (name, extension) {
            ("identity", _) => Some(Self::Identity),
            ("owner", _) => Some(Self::Owner),
            ("lock" | "LOCK" | "reserve", _) | (_, Some("tmp" | "new")) => Some(Self::Scratch),
            ("restoring", _) => Some(Self::Restoring),
            ("head", _) => Some(Self::Head),
            ("db", _) => Some(Self::SledData),
            ("conf", _) => Some(Self::SledBeside),
            (_, Some("mark")) => Some(Self::BaseMark),
            (_, Some("wal")) => Some(Self::Log),
            (_, Some("delta")) => Some(Self::Delta),
            (_, Some("seg")) => Some(Self::Segment),
            _ if name.starts_with("snap.") => Some(Self::SledBeside),
            // Values that are too long for sled's file.
            _ if path.parent()?.ends_with("base/blobs") => Some(Self::SledData),
            _ => None,
        }
    }

    /// The classes of damage that can be done to it, with its name.
    pub(super) fn classes(self) -> Vec<&'static str> {
        match self {
            Self::Identity => classes!("identity": "flip" "truncate" "missing" "stale" "foreign"),
            Self::Owner => classes!("owner": "flip" "truncate" "missing" "foreign"),
            Self::Head => {
                classes!("log mark": "foreign" "flip" "truncate" "zero" "missing" "stale")
            }
            Self::Log => {
                classes!("log": "foreign" "flip" "truncate" "zero" "missing" "stale" "swap"
                "copied" "renamed")
            }
            Self::Delta => {
                classes!("checkpoint": "foreign" "flip" "truncate" "zero" "missing" "stale"
                "swap" "copied" "renamed")
            }
            Self::SledData => {
                classes!("sled data": "foreign" "flip" "truncate" "zero" "missing" "stale")
            }
            Self::SledBeside => {
                classes!("sled beside": "foreign" "flip" "truncate" "zero" "missing" "stale")
            }
            Self::BaseMark => {
                classes!("base mark": "foreign" "flip" "truncate" "zero" "missing" "stale")
            }
            Self::Scratch => classes!("scratch": "filled" "missing" "left"),
            Self::Restoring => classes!("restore mark": "left"),
            Self::Segment => {
                classes!("segment": "foreign" "flip" "truncate" "zero" "missing" "stale"
                "swap" "copied" "renamed")
            }
        }
    }
}

/// The preamble of our formats: kind, version, length, two checksums, header.
const PREAMBLE: [u64; 6] = [0, 8, 12, 16, 20, 24];

/// The offsets of fields in a file.
pub(super) fn of(format: Format, bytes: &[u8]) -> Vec<u64> {
    let mut fields = match format {
        Format::Identity | Format::Owner | Format::BaseMark => PREAMBLE.to_vec(),
        Format::Head => vec![0, 8, 12, 512, 520, 528, 1024, 1032, 1040],
        Format::Delta => blocks(bytes, &[0, 4, 8, 12], 16, 0),
        Format::Segment => blocks(bytes, &[0, 8, 12, 16, 20, 22, 24, 28], 32, 16),
        Format::Log => log_records(bytes),
        Format::Scratch | Format::Restoring => Vec::new(),
        Format::SledData | Format::SledBeside => (0..64).step_by(4).collect(),
    };
    fields.retain(|at| *at < bytes.len() as u64);
    fields
}

/// The preamble, and each field of each block: `length_at` says where a block says its length.
fn blocks(bytes: &[u8], fields: &[u64], header: u64, length_at: u64) -> Vec<u64> {
    const END: u32 = u32::MAX;
    let mut all = PREAMBLE.to_vec();
    let mut at = 24 + u64::from(word(bytes, 12).unwrap_or(0));
    while let Some(length) = word(bytes, at + length_at) {
        all.extend(fields.iter().map(|it| at + it));
        all.push(at + header);
        if length == END {
            // The end of a checkpoint file: rows, offset, checksum.
            all.extend([at + header + 8, at + header + 16]);
            break;
        }
        at += header + u64::from(length);
    }
    all
}

fn word(bytes: &[u8], at: u64) -> Option<u32> {
    let at = usize::try_from(at).ok()?;
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

/// The records of a log file, as far as they are appended entries: the type, the log id, the kind
/// and length of the entry, its bytes and its checksum.
fn log_records(bytes: &[u8]) -> Vec<u64> {
    const APPEND: [u8; 4] = [0, 0, 0, 1];
    let mut all: Vec<u64> = vec![0, 4, 5, 6, 14, 22];
    for at in 0..bytes.len().saturating_sub(33) {
        // Found by its type and by where its checksum would stand; a wrong guess does no harm.
        if bytes[at..at + 4] == APPEND && bytes[at + 28] < 3 && bytes[at + 29..at + 31] == [0, 0] {
            let length = u64::from(u16::from_be_bytes([bytes[at + 31], bytes[at + 32]]));
            let at = at as u64;
            all.extend([0, 4, 12, 20, 28, 29, 33].map(|field| at + field));
            all.extend([at + 33 + length, at + 37 + length]);
        }
    }
    all.push((bytes.len() as u64).saturating_sub(8));
    all
}

/// A name that the same kind of file could have.
pub(super) fn other_name(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let digits: String = name.chars().filter(char::is_ascii_digit).collect();
    let number: u64 = digits.parse().ok()?;
    let other = match Format::of(path)? {
        Format::Segment => format!("{:020}.seg", number + 7),
        Format::Delta => format!("checkpoint-{:020}.delta", number + 7),
        Format::Log => {
            let padded = format!("{:020}", number + 7);
            let groups: Vec<&str> = [0..2, 2..5, 5..8, 8..11, 11..14, 14..17, 17..20]
                .into_iter()
                .map(|it| &padded[it])
                .collect();
            format!("r-{}.wal", groups.join("_"))
        }
        Format::Identity
        | Format::Owner
        | Format::Head
        | Format::SledData
        | Format::SledBeside
        | Format::BaseMark
        | Format::Scratch
        | Format::Restoring => return None,
    };
    Some(path.with_file_name(other))
}

/// The files of a folder that this suite does not know, so that nobody damages them.
pub(super) fn unknown(files: &[PathBuf]) -> Vec<&Path> {
    files.iter().map(PathBuf::as_path).filter(|it| Format::of(it).is_none()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_nobody_damages_is_noticed() {
        let known = [
            "identity",
            "lock",
            "partitions/1/owner",
            "partitions/1/log/LOCK",
            "partitions/1/log/head",
            "partitions/1/log/r-00_000_000_000_000_000_000.wal",
            "partitions/1/checkpoints/reserve",
            "partitions/1/checkpoints/checkpoint-00000000000000000009.delta",
            "partitions/1/checkpoints/base.mark",
            "partitions/1/checkpoints/base/conf",
            "partitions/1/checkpoints/base/db",
            "partitions/1/checkpoints/base/snap.00000000000000EE",
            "partitions/1/checkpoints/base/blobs/12",
            "partitions/1/records/00000000000000000001.seg",
        ];
        let mut files: Vec<PathBuf> = known.iter().map(PathBuf::from).collect();
        assert!(unknown(&files).is_empty(), "{:?}", unknown(&files));
        files.push(PathBuf::from("partitions/1/index"));
        assert_eq!(unknown(&files), [Path::new("partitions/1/index")]);
    }
}

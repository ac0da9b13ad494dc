//! Which damages are tried on a folder: each field of each format, and places drawn by a seed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::damage::{Damage, Kind};
use super::fields::{self, Format};
use super::folders::{self, older};
use draw::Random;

/// How much is tried.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    /// Fields of each file whose bits are turned over, and at which it is cut.
    fields_max: usize,
    /// Places of each file drawn at random, for each class of damage.
    places: usize,
    /// Files of each format; the oldest and the newest always.
    files_max: usize,
    /// Folders of other nodes that each file and folder is taken from.
    strangers: usize,
}

impl Effort {
    /// A minute on two cores, for all folders together.
    pub(super) const SHORT: Self = Self { fields_max: 4, places: 1, files_max: 3, strangers: 1 };
    /// Many fields and places: some minutes for each folder.
    pub(super) const LONG: Self = Self { fields_max: 40, places: 12, files_max: 6, strangers: 4 };
}

/// The damages to try on the folder `target` of `place`.
///
/// # Errors
/// The disk refuses.
pub(super) fn damages(
    place: &Path,
    target: &str,
    effort: Effort,
    random: &mut Random,
) -> Result<Vec<Damage>> {
    let data = place.join(target);
    let mut all = Vec::new();
    for format in Format::ALL {
        let of_format: Vec<PathBuf> = folders::files(&data)?
            .into_iter()
            .filter(|path| Format::of(path) == Some(format))
            .collect();
        let mut chosen = choose(&of_format, effort.files_max, random);
        // What an older copy has otherwise is tried in each run.
        chosen.extend(last_changed(place, target, &of_format)?);
        for path in &chosen {
            if format == Format::Scratch {
                to_scratch(path, &mut all);
                continue;
            }
            to_others(place, target, path, format, &mut all)?;
            if format != Format::Identity {
                for from in strangers_with(place, format, effort, random)? {
                    to_stranger(place, target, path, (from, format), &mut all)?;
                }
            }
            let bytes = fs::read(data.join(path))?;
            to_bytes(path, format, &bytes, effort, random, &mut all);
            to_names(place, target, path, &of_format, &mut all)?;
        }
    }
    to_folders(place, target, (effort, random), &mut all);
    to_leftovers(&mut all);
    Ok(all)
}

/// Some of the files: the first, the last, and others between.
fn choose(paths: &[PathBuf], max: usize, random: &mut Random) -> BTreeSet<PathBuf> {
    let mut chosen = BTreeSet::new();
    chosen.extend(paths.first().cloned());
    chosen.extend(paths.last().cloned());
    while chosen.len() < max.min(paths.len()) {
        chosen.insert(paths[random.index(paths.len())].clone());
    }
    chosen
}

/// The last of the files that an older copy has with other bytes.
fn last_changed(place: &Path, target: &str, paths: &[PathBuf]) -> Result<Option<PathBuf>> {
    for path in paths.iter().rev() {
        if changed_since(place, target, path)?.next().is_some() {
            return Ok(Some(path.clone()));
        }
    }
    Ok(None)
}

/// The older copies that have this file with other bytes.
fn changed_since(
    place: &Path,
    target: &str,
    path: &Path,
) -> Result<impl Iterator<Item = &'static str> + use<>> {
    let now = fs::read(place.join(target).join(path))?;
    let (place, path) = (place.to_owned(), path.to_owned());
    let is_other =
        move |from: &&str| fs::read(place.join(from).join(&path)).is_ok_and(|then| then != now);
    Ok(older(target).filter(is_other))
}

/// Damages to the bytes of one file.
fn to_bytes(
    path: &Path,
    format: Format,
    bytes: &[u8],
    effort: Effort,
    random: &mut Random,
    all: &mut Vec<Damage>,
) {
    if bytes.is_empty() {
        return;
    }
    let mut add = |kind| all.push(Damage { path: path.to_owned(), kind });
    let length = bytes.len() as u64;
    let mut fields = fields::of(format, bytes);
    while fields.len() > effort.fields_max {
        fields.remove(random.index(fields.len()));
    }
    for field in fields {
        let at = field + random.below(2).min(length - 1 - field);
        add(Kind::Flip(vec![(at, bit(random))]));
        add(Kind::Truncate(field));
    }
    add(Kind::Truncate(0));
    add(Kind::Truncate(length - 1));
    let written: Vec<u64> = (0..length).filter(|at| bytes[as_index(*at)] != 0).collect();
    for _ in 0..effort.places {
        let count = 1 + random.below(8);
        // Half of them where something stands: large parts of sled's file are empty.
        let mut places: Vec<u64> = (0..count).map(|_| random.below(length)).collect();
        if random.percent(50) && !written.is_empty() {
            places = (0..count).map(|_| random.one_of(&written)).collect();
        }
        add(Kind::Flip(places.into_iter().map(|at| (at, bit(random))).collect()));
        add(Kind::Flip(vec![(random.one_of(&written), bit(random))]));
        add(Kind::Truncate(random.below(length)));
        for block in [512, 4096] {
            let at = random.below(length.div_ceil(block)) * block;
            let end = (at + block).min(length);
            // Zeros instead of zeros are no damage.
            if bytes[as_index(at)..as_index(end)].iter().any(|it| *it != 0) {
                add(Kind::Zero(at, end - at));
            }
        }
    }
}

fn bit(random: &mut Random) -> u8 {
    u8::try_from(random.below(8)).unwrap_or(0)
}

fn as_index(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// Damages to a file whose contents mean nothing: they must do no harm.
fn to_scratch(path: &Path, all: &mut Vec<Damage>) {
    for kind in [Kind::Filled(512), Kind::Missing] {
        all.push(Damage { path: path.to_owned(), kind });
    }
}

/// Another file stands in the place of one: that of an older copy, which has another name, or that
/// of another node.
fn to_others(
    place: &Path,
    target: &str,
    path: &Path,
    format: Format,
    all: &mut Vec<Damage>,
) -> Result<()> {
    let mut add = |kind| all.push(Damage { path: path.to_owned(), kind });
    match format {
        Format::Identity => {
            for from in [folders::FOUNDED].into_iter().chain(folders::OTHERS) {
                add(Kind::Other(from, path.to_owned()));
            }
        }
        Format::Delta | Format::SledBeside => {
            let begins = |path: &Path| {
                let name = path.file_name().map(|it| it.to_string_lossy().into_owned());
                name.map(|it| it.chars().take(4).collect::<String>())
            };
            for from in older(target) {
                let others = folders::files(&place.join(from))?;
                let is_like = |it: &PathBuf| Format::of(it) == Some(format) && it != path;
                let mut others = others.into_iter().filter(is_like);
                if let Some(other) = others.find(|it| begins(it) == begins(path)) {
                    add(Kind::Other(from, other));
                }
            }
        }
        Format::Owner
        | Format::Head
        | Format::Log
        | Format::SledData
        | Format::BaseMark
        | Format::Segment
        | Format::Scratch
        | Format::Restoring => {}
    }
    Ok(())
}

/// Some of the folders of other nodes.
fn strangers(effort: Effort, random: &mut Random) -> Vec<&'static str> {
    some_of(folders::STRANGERS.to_vec(), effort, random)
}

/// Some of the folders of other nodes that have a file of this format.
fn strangers_with(
    place: &Path,
    format: Format,
    effort: Effort,
    random: &mut Random,
) -> Result<Vec<&'static str>> {
    let mut having = Vec::new();
    for from in folders::STRANGERS {
        let files = folders::files(&place.join(from))?;
        if files.iter().any(|it| Format::of(it) == Some(format)) {
            having.push(from);
        }
    }
    Ok(some_of(having, effort, random))
}

fn some_of(
    mut chosen: Vec<&'static str>,
    effort: Effort,
    random: &mut Random,
) -> Vec<&'static str> {
    while chosen.len() > effort.strangers {
        chosen.swap_remove(random.index(chosen.len()));
    }
    chosen
}

/// A file of another node, or of another cluster, stands in the place of one: that of the same name,
/// or else the first and the last of its kind.
fn to_stranger(
    place: &Path,
    target: &str,
    path: &Path,
    (from, format): (&'static str, Format),
    all: &mut Vec<Damage>,
) -> Result<()> {
    let (own, theirs) = (fs::read(place.join(target).join(path))?, place.join(from));
    let mut like = folders::files(&theirs)?;
    like.retain(|it| Format::of(it) == Some(format));
    if like.iter().any(|it| it == path) {
        like.retain(|it| it == path);
    }
    let ends: BTreeSet<&PathBuf> = like.first().into_iter().chain(like.last()).collect();
    for other in ends {
        // The same bytes are no damage.
        if fs::read(theirs.join(other))? != own {
            all.push(Damage { path: path.to_owned(), kind: Kind::Other(from, other.clone()) });
        }
    }
    Ok(())
}

/// Damages to the name of one file.
fn to_names(
    place: &Path,
    target: &str,
    path: &Path,
    same: &[PathBuf],
    all: &mut Vec<Damage>,
) -> Result<()> {
    let mut add = |kind| all.push(Damage { path: path.to_owned(), kind });
    add(Kind::Missing);
    changed_since(place, target, path)?.for_each(|from| add(Kind::Stale(from)));
    if let Some(next) = same.iter().find(|it| it.as_path() > path) {
        add(Kind::Swap(next.clone()));
    }
    if let Some(other) = fields::other_name(path) {
        add(Kind::Copied(other.clone()));
        add(Kind::Renamed(other));
    }
    Ok(())
}

/// What a crash leaves: files that never got their names, and the mark of a restore.
fn to_leftovers(all: &mut Vec<Damage>) {
    const LEFT: [&str; 4] = [
        "identity.tmp",
        "partitions/1/log/head.new",
        "partitions/1/checkpoints/checkpoint-00000000000000000007.tmp",
        "restoring",
    ];
    for path in LEFT {
        all.push(Damage { path: PathBuf::from(path), kind: Kind::Left(700) });
    }
}

/// Whole folders that are older, another node's, or missing.
fn to_folders(
    place: &Path,
    target: &str,
    (effort, random): (Effort, &mut Random),
    all: &mut Vec<Damage>,
) {
    const FOLDERS: [&str; 5] = [
        "partitions/1/log",
        "partitions/1/records",
        "partitions/1/checkpoints",
        "partitions/1/checkpoints/base",
        "partitions",
    ];
    // A folder has no base before its first checkpoint.
    for folder in FOLDERS.into_iter().filter(|it| place.join(target).join(it).exists()) {
        let path = PathBuf::from(folder);
        all.push(Damage { path: path.clone(), kind: Kind::Missing });
        for from in strangers(effort, random) {
            if place.join(from).join(folder).exists() {
                all.push(Damage { path: path.clone(), kind: Kind::Stale(from) });
            }
        }
        // An older copy of everything together is an older folder: nothing in it can tell.
        for from in older(target).filter(|_| folder != "partitions") {
            if place.join(from).join(folder).exists() {
                all.push(Damage { path: path.clone(), kind: Kind::Stale(from) });
            }
        }
    }
}

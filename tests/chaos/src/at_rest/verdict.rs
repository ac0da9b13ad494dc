//! What a start of a damaged folder must lead to.

use super::damage::{Damage, Kind};
use super::fields::Format;
use super::opener::{Opened, Outcome};

/// What became of one damage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The start was refused, naming the file.
    Refused,
    /// State and records are the same as without the damage.
    Harmless,
    /// State and the records around are the same; who reads the damaged ones is told which file.
    Unreadable,
    /// Something that must not be, in a sentence.
    Wrong(String),
}

/// What a refusal tells people to do begins with one of these.
const WAYS_OUT: [&str; 3] = ["Restore", "Start", "Empty"];

/// Judges what a start of the damaged folder led to, by what a sound one leads to.
pub(super) fn judge(damage: &Damage, sound: &Opened, found: &Outcome) -> Verdict {
    let wrong = |what: String| Verdict::Wrong(format!("{damage}: {what}"));
    match found {
        Outcome::Broken(why) => wrong(format!("it began to serve, and then: {why}")),
        Outcome::Unsteady(why) => wrong(format!("it was refused, and {why}")),
        Outcome::Refused(sentence) if Format::of(&damage.path) == Some(Format::Scratch) => {
            wrong(format!("its contents mean nothing, and it was refused: {sentence}"))
        }
        Outcome::Refused(sentence) => match refusal_fault(damage, sentence) {
            None => Verdict::Refused,
            Some(fault) => wrong(format!("the refusal {fault}: {sentence}")),
        },
        Outcome::Opened(_) if Format::of(&damage.path) == Some(Format::Restoring) => {
            wrong("a restore that was not finished was started".to_owned())
        }
        Outcome::Opened(opened) if !is_same(sound, opened) => {
            wrong(format!("it started with another state: {opened:?} instead of {sound:?}"))
        }
        Outcome::Opened(opened) => match judge_records(damage, sound, opened) {
            Ok(verdict) => verdict,
            Err(what) => wrong(what),
        },
    }
}

/// Records that the state has passed cannot come back, and nothing but their readers needs them:
/// damage to them may be found behind the start, and must be told by the server and to readers.
fn judge_records(damage: &Damage, sound: &Opened, opened: &Opened) -> Result<Verdict, String> {
    let is_segment = Format::of(&damage.path) == Some(Format::Segment);
    match &opened.records {
        Ok(_) if opened.first != sound.first && !opened.told => {
            Err(format!("records before {} are missing in silence", opened.first))
        }
        Ok(_) if opened.first != sound.first && is_segment => Ok(Verdict::Unreadable),
        Ok(_) if (opened.first, &opened.records) == (sound.first, &sound.records) => {
            Ok(Verdict::Harmless)
        }
        Ok(_) => Err("it started with other records".to_owned()),
        Err(sentence) if !is_segment => Err(format!("records cannot be read: {sentence}")),
        Err(sentence) if !damage.is_named_in(sentence) => {
            Err(format!("a reader is not told the file: {sentence}"))
        }
        Err(sentence) if !opened.told => {
            Err(format!("the server does not say that records cannot be read: {sentence}"))
        }
        Err(_) => Ok(Verdict::Unreadable),
    }
}

fn is_same(sound: &Opened, found: &Opened) -> bool {
    let place = |it: &Opened| (it.state, it.term, it.applied, it.last);
    place(sound) == place(found)
}

/// Whether a sentence names one of sled's files, or the tree and the row.
fn names_in_base(sentence: &str) -> bool {
    let files = ["db'", "conf'", "snap."];
    files.iter().any(|file| sentence.contains(file))
        || (sentence.contains("tree '") && sentence.contains(" row "))
}

/// Whether a sentence says an offset, or a length.
fn names_place(sentence: &str) -> bool {
    let is_number = |it: &&str| {
        let digits = it.trim_matches(|it: char| !it.is_alphanumeric());
        !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit())
    };
    let words: Vec<&str> = sentence.split_whitespace().collect();
    words.windows(2).any(|two| {
        let is =
            |word: &str, what: &str| word.trim_matches(|it: char| !it.is_alphanumeric()) == what;
        (is(two[0], "offset") && is_number(&two[1])) || (is_number(&two[0]) && is(two[1], "bytes"))
    })
}

/// What is wrong with a refusal.
fn refusal_fault(damage: &Damage, sentence: &str) -> Option<&'static str> {
    let is_of_bytes = matches!(damage.kind, Kind::Flip(_) | Kind::Truncate(_) | Kind::Zero(..));
    let format = Format::of(&damage.path);
    let is_sled = matches!(format, Some(Format::SledData | Format::SledBeside));
    if !damage.is_named_in(sentence) {
        Some("does not name the file")
    } else if is_sled && !damage.is_foreign() && !names_in_base(sentence) {
        Some("does not name the file of the base, nor a row in it")
    } else if is_of_bytes && format != Some(Format::SledBeside) && !names_place(sentence) {
        Some("does not name the place in the file")
    } else if !WAYS_OUT.iter().any(|way| sentence.contains(&format!(". {way} "))) {
        Some("says no way out")
    } else if !sentence.ends_with('.') || sentence.lines().count() > 1 {
        Some("is no sentence")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn sound() -> Opened {
        Opened { state: 7, term: 3, applied: 40, first: 1, last: 90, records: Ok(5), told: false }
    }

    fn damage(file: &str) -> Damage {
        let path = PathBuf::from("partitions/1").join(file);
        Damage { path, kind: Kind::Truncate(9) }
    }

    fn is_wrong(damage: &Damage, found: &Outcome) -> bool {
        matches!(judge(damage, &sound(), found), Verdict::Wrong(_))
    }

    #[test]
    fn a_start_must_lead_to_the_same_state_and_records() {
        let delta = damage("checkpoints/checkpoint-00000000000000000009.delta");
        assert_eq!(judge(&delta, &sound(), &Outcome::Opened(sound())), Verdict::Harmless);
        let others = [
            Opened { state: 8, ..sound() },
            Opened { applied: 39, ..sound() },
            Opened { last: 89, ..sound() },
            Opened { first: 2, ..sound() },
            Opened { first: 2, told: true, ..sound() },
            Opened { records: Ok(6), ..sound() },
            Opened { records: Err("records 4 to 5 are missing".to_owned()), ..sound() },
        ];
        for other in others {
            assert!(is_wrong(&delta, &Outcome::Opened(other.clone())), "{other:?}");
        }
        assert!(is_wrong(&delta, &Outcome::Broken("it stopped".to_owned())));
    }

    #[test]
    fn a_refusal_names_file_and_place_and_says_a_way_out() {
        let delta = damage("checkpoints/checkpoint-00000000000000000009.delta");
        let refused = |sentence: &str| Outcome::Refused(sentence.to_owned());
        let good = "File 'checkpoint-00000000000000000009.delta' is damaged at offset 9. \
                    Restore it from a backup.";
        assert_eq!(judge(&delta, &sound(), &refused(good)), Verdict::Refused);
        for worse in [
            good.replace("9.delta", "8.delta"),
            good.replace("at offset 9", ""),
            good.replace("at offset 9", "and holds other bytes"),
            good.replace("at offset 9", "at some offset in the base"),
            good.replace(" Restore it from a backup.", ""),
            good.replace("backup.", "backup"),
            good.replace(". ", ".\n"),
        ] {
            assert!(is_wrong(&delta, &refused(&worse)), "{worse}");
        }
    }

    #[test]
    fn a_refusal_of_the_base_names_its_file_or_a_row() {
        let kind = Kind::Flip(vec![(7, 1)]);
        let db = Damage { path: PathBuf::from("partitions/1/checkpoints/base/db"), kind };
        let refused = |what: &str| {
            Outcome::Refused(format!("In 'checkpoints/base'{what}. Restore it from a backup."))
        };
        for good in [
            ", its file 'db' is damaged at offset 7",
            ", tree 'rows', row 0a: its checksum is wrong; its file 'db' is damaged at offset 7",
        ] {
            assert_eq!(judge(&db, &sound(), &refused(good)), Verdict::Refused, "{good}");
        }
        for vague in [
            " something is wrong",
            ", tree 'rows': a checksum is wrong at offset 7",
            ", its file 'db' is damaged",
            ", tree 'rows', row 0a: its checksum is wrong",
        ] {
            assert!(is_wrong(&db, &refused(vague)), "{vague}");
        }
    }

    #[test]
    fn what_means_nothing_must_do_no_harm() {
        let lock = Damage { path: PathBuf::from("lock"), kind: Kind::Filled(512) };
        assert_eq!(judge(&lock, &sound(), &Outcome::Opened(sound())), Verdict::Harmless);
        let sentence = "The file 'lock' is damaged. Restore it from a backup.";
        assert!(is_wrong(&lock, &Outcome::Refused(sentence.to_owned())));
    }

    #[test]
    fn a_half_restored_folder_is_not_started_and_a_leftover_does_no_harm() {
        let left = |path: &str| Damage { path: PathBuf::from(path), kind: Kind::Left(100) };
        let sentence = "A restore into the data folder 'data' was not finished. Empty the folder \
                        and restore again.";
        let refused = Outcome::Refused(sentence.to_owned());
        assert_eq!(judge(&left("restoring"), &sound(), &refused), Verdict::Refused);
        assert!(is_wrong(&left("restoring"), &Outcome::Opened(sound())));
        assert!(is_wrong(&left("partitions/1/checkpoints/checkpoint-9.tmp"), &refused));
    }

    #[test]
    fn the_identity_of_another_node_is_refused_and_told_by_the_folder() {
        let kind = Kind::Other("other-node", PathBuf::from("identity"));
        let identity = Damage { path: PathBuf::from("identity"), kind };
        let sentence = "The data folder 'data' belongs to node 1, not to node 0. Start it with \
                        node id 1, or give node 0 a folder of its own.";
        let refused = Outcome::Refused(sentence.to_owned());
        assert_eq!(judge(&identity, &sound(), &refused), Verdict::Refused);
        let state = Opened { state: 8, ..sound() };
        assert!(is_wrong(&identity, &Outcome::Opened(state)));
    }

    #[test]
    fn only_records_may_be_damaged_while_the_server_runs_and_it_says_so() {
        let segment = damage("records/00000000000000000001.seg");
        let unreadable = |name: &str, told| {
            Outcome::Opened(Opened { records: Err(name.to_owned()), told, ..sound() })
        };
        let named = "'00000000000000000001.seg' is damaged";
        assert_eq!(judge(&segment, &sound(), &unreadable(named, true)), Verdict::Unreadable);
        assert!(is_wrong(&segment, &unreadable(named, false)), "in silence");
        assert!(is_wrong(&segment, &unreadable("something is damaged", true)), "which file?");
        assert!(is_wrong(&damage("log/head"), &unreadable("'head' is damaged", true)));
    }
}

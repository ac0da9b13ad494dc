//! What goes wrong, and when: every call that opens, changes or syncs something is counted.

use std::any::Any;
use std::fmt;
use std::time::Duration;

use fuser::Errno;

use crate::places::kind;

/// What a process asks of the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Op {
    /// Opens a file that is there.
    Open,
    /// Creates a file.
    Create,
    /// Creates a folder.
    CreateFolder,
    /// Writes bytes.
    Write,
    /// Sets the length of a file, or reserves space for it.
    Resize,
    /// Gives a file another name, or one more.
    Rename,
    /// Removes a name.
    Unlink,
    /// Makes a file durable.
    Sync,
    /// Makes the names of a folder durable.
    SyncFolder,
}

impl Op {
    /// Whether the disk needs space for it, so that it fails when there is none.
    pub fn needs_space(self) -> bool {
        match self {
            Self::Create | Self::CreateFolder | Self::Write | Self::Resize | Self::Rename => true,
            Self::Open | Self::Unlink | Self::Sync | Self::SyncFolder => false,
        }
    }

    /// Whether it makes something durable.
    pub fn is_sync(self) -> bool {
        matches!(self, Self::Sync | Self::SyncFolder)
    }
}

/// A call of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// What is asked.
    pub op: Op,
    /// The inode that it is about; for a name, that of its folder.
    pub inode: u64,
    /// Where that is, from the root of the disk.
    pub path: String,
}

impl fmt::Display for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} of '{}'", self.op, self.path)
    }
}

/// Why a write fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The device is broken.
    Broken,
    /// There is no space.
    Full,
}

impl Trouble {
    pub(super) fn errno(self) -> Errno {
        match self {
            Self::Broken => Errno::EIO,
            Self::Full => Errno::ENOSPC,
        }
    }
}

/// Writes that fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailWrite {
    /// The first that fails.
    pub at: WriteAt,
    /// Why.
    pub trouble: Trouble,
    /// Whether all later ones fail too, until the disk is healed.
    pub is_lasting: bool,
}

/// Which call that needs space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteAt {
    /// The one with this number, counted from 1.
    Number(u64),
    /// The one that [`Place`] describes.
    Place(Place),
}

/// Syncs that take long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlowSync {
    /// Only syncs of files whose name ends like this.
    pub of: &'static str,
    /// The first of them that does, counted from 1.
    pub from: u64,
    /// How many.
    pub count: u64,
    /// How long.
    pub delay: Duration,
}

/// A call by what it is about: threads that work beside each other make the order of all calls
/// vary, and the order of those of one kind hardly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// What is asked.
    pub op: Op,
    /// The kind of file, as [`kind`] says.
    pub kind: &'static str,
    /// Which of them, counted from 1.
    pub number: u64,
}

/// When something goes wrong, counted in calls.
#[derive(Debug, Clone, Copy, Default)]
pub struct Faults {
    /// The processes stop before this call is carried out, counted from 1: whoever calls from then
    /// on gets no answer until [`super::mount::Mounted::release`].
    pub cut_at: Option<u64>,
    /// The same, before the call that [`Place`] describes.
    pub cut_at_place: Option<Place>,
    /// The same, before the first call after the one that [`Place`] describes, which is carried out.
    pub cut_after_place: Option<Place>,
    /// This call that syncs something fails, counted from 1; those after it succeed.
    pub fail_sync_at: Option<u64>,
    /// The same, of the sync that [`Place`] describes.
    pub fail_sync_at_place: Option<Place>,
    /// Writes that fail.
    pub fail_write: Option<FailWrite>,
    /// Syncs that take long.
    pub slow_sync: Option<SlowSync>,
}

/// What the disk had to do.
#[derive(Debug, Clone, Copy, Default)]
pub struct Calls {
    /// All calls that count.
    pub all: u64,
    /// Those that need space.
    pub writes: u64,
    /// Those that make something durable.
    pub syncs: u64,
}

/// What is to be done with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ruling {
    /// Carry it out.
    Go,
    /// Carry it out, later.
    GoLater(Duration),
    /// Answer with an error.
    Refuse(Trouble),
    /// Forget what was to be synced, and answer with an error.
    FailSync,
    /// Do not answer.
    Hold,
}

/// Counts calls and lets things go wrong.
#[derive(Default)]
pub(super) struct Judge {
    pub(super) faults: Faults,
    pub(super) calls: Calls,
    /// All calls, in order.
    pub(super) trace: Vec<Called>,
    /// The call at which something went wrong first.
    pub(super) struck: Option<Called>,
    /// The inode whose sync failed, and what was asked of it afterwards.
    pub(super) failed_inode: Option<u64>,
    pub(super) after_failure: Vec<Called>,
    /// Calls so far that could be that of [`Faults::cut_at_place`].
    pub(super) cut_seen: u64,
    /// Calls so far that could be that of [`Faults::cut_after_place`].
    pub(super) cut_after_seen: u64,
    /// Calls so far that could be that of [`Faults::fail_sync_at_place`].
    pub(super) sync_seen: u64,
    /// Calls so far that could be that of [`WriteAt::Place`].
    pub(super) write_seen: u64,
    /// The first of [`Faults::fail_write`] has failed.
    pub(super) writes_fail: bool,
    /// Syncs so far that could have been slow.
    pub(super) slow_seen: u64,
    /// The processes have been stopped.
    pub(super) is_dark: bool,
    /// Answers that nobody gets before the processes are dead.
    pub(super) held: Vec<Box<dyn Any + Send>>,
    /// From here on held calls are answered with an error.
    pub(super) is_released: bool,
}

impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Judge")
            .field("faults", &self.faults)
            .field("calls", &self.calls)
            .finish_non_exhaustive()
    }
}

impl Judge {
    /// What happens to a call that only reads.
    pub(super) fn look(&self) -> Ruling {
        match (self.is_dark, self.is_released) {
            (false, _) => Ruling::Go,
            (true, false) => Ruling::Hold,
            (true, true) => Ruling::Refuse(Trouble::Broken),
        }
    }

    /// Counts a call, and says what happens to it.
    pub(super) fn rule(&mut self, called: &Called) -> Ruling {
        if self.is_dark {
            return self.look();
        }
        self.trace.push(called.clone());
        if self.failed_inode == Some(called.inode)
            && (called.op.is_sync() || called.op == Op::Write)
        {
            self.after_failure.push(called.clone());
        }
        let Calls { all, writes, syncs } = &mut self.calls;
        *all += 1;
        *writes += u64::from(called.op.needs_space());
        *syncs += u64::from(called.op.is_sync());
        let ruling = self.apply(called);
        if ruling != Ruling::Go && self.struck.is_none() {
            self.struck = Some(called.clone());
        }
        ruling
    }

    fn apply(&mut self, called: &Called) -> Ruling {
        let Faults { cut_at, cut_at_place, cut_after_place, .. } = self.faults;
        let Faults { fail_sync_at, fail_sync_at_place, fail_write, slow_sync, .. } = self.faults;
        if cut_at == Some(self.calls.all) || is_at(cut_at_place, called, &mut self.cut_seen) {
            self.is_dark = true;
            return Ruling::Hold;
        }
        if is_at(cut_after_place, called, &mut self.cut_after_seen) {
            self.faults.cut_at = Some(self.calls.all + 1);
        }
        if called.op.is_sync() {
            let number = self.calls.syncs;
            if fail_sync_at == Some(number)
                || is_at(fail_sync_at_place, called, &mut self.sync_seen)
            {
                self.failed_inode = Some(called.inode);
                return Ruling::FailSync;
            }
            if let Some(slow) = slow_sync.filter(|it| called.path.ends_with(it.of)) {
                self.slow_seen += 1;
                if (slow.from..slow.from + slow.count).contains(&self.slow_seen) {
                    return Ruling::GoLater(slow.delay);
                }
            }
        }
        match fail_write {
            Some(fail) if called.op.needs_space() && self.is_to_fail(fail, called) => {
                Ruling::Refuse(fail.trouble)
            }
            _ => Ruling::Go,
        }
    }

    fn is_to_fail(&mut self, fail: FailWrite, called: &Called) -> bool {
        let is_first = match fail.at {
            WriteAt::Number(number) => self.calls.writes == number,
            WriteAt::Place(place) => is_at(Some(place), called, &mut self.write_seen),
        };
        self.writes_fail |= is_first;
        is_first || (fail.is_lasting && self.writes_fail)
    }

    /// Whether there is no space at all.
    pub(super) fn is_full(&self) -> bool {
        let is_full = |it: FailWrite| it.is_lasting && it.trouble == Trouble::Full;
        self.writes_fail && self.faults.fail_write.is_some_and(is_full)
    }
}

/// Whether a call is the one at `place`; `seen` counts those before it that could have been.
fn is_at(place: Option<Place>, called: &Called, seen: &mut u64) -> bool {
    let Some(place) = place else { return false };
    if place.op != called.op || place.kind != kind(&called.path) {
        return false;
    }
    *seen += 1;
    *seen == place.number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(op: Op, inode: u64) -> Called {
        Called { op, inode, path: String::new() }
    }

    fn judge(faults: Faults) -> Judge {
        Judge { faults, ..Judge::default() }
    }

    #[test]
    fn after_a_cut_nobody_gets_an_answer_until_the_release() {
        let mut judge = judge(Faults { cut_at: Some(2), ..Faults::default() });
        assert_eq!(judge.rule(&called(Op::Open, 1)), Ruling::Go);
        assert_eq!(judge.rule(&called(Op::Write, 1)), Ruling::Hold);
        assert_eq!(judge.look(), Ruling::Hold);
        assert_eq!(judge.struck, Some(called(Op::Write, 1)));
        judge.is_released = true;
        assert_eq!(judge.rule(&called(Op::Write, 1)), Ruling::Refuse(Trouble::Broken));
    }

    #[test]
    fn a_cut_after_a_place_comes_with_the_next_call_of_any_kind() {
        let place = Place { op: Op::SyncFolder, kind: "checkpoints", number: 2 };
        let mut judge = judge(Faults { cut_after_place: Some(place), ..Faults::default() });
        let of = |op, path: &str| Called { op, inode: 1, path: path.to_owned() };
        let checkpoints = of(Op::SyncFolder, "1/checkpoints");
        let log = of(Op::Write, "1/log/r.wal");
        let rulings = [&checkpoints, &log, &checkpoints, &log].map(|it| judge.rule(it));
        let go = Ruling::Go;
        assert_eq!(rulings, [go, go, go, Ruling::Hold]);
        assert_eq!(judge.struck, Some(log));
    }

    #[test]
    fn a_full_disk_refuses_what_needs_space_until_it_is_healed() {
        let fail = FailWrite { at: WriteAt::Number(2), trouble: Trouble::Full, is_lasting: true };
        let mut judge = judge(Faults { fail_write: Some(fail), ..Faults::default() });
        assert_eq!(judge.rule(&called(Op::Write, 1)), Ruling::Go);
        assert_eq!(judge.rule(&called(Op::Unlink, 1)), Ruling::Go);
        assert!(!judge.is_full());
        assert_eq!(judge.rule(&called(Op::Create, 1)), Ruling::Refuse(Trouble::Full));
        assert_eq!(judge.rule(&called(Op::Write, 1)), Ruling::Refuse(Trouble::Full));
        assert!(judge.is_full());
        judge.faults.fail_write = None;
        assert_eq!(judge.rule(&called(Op::Write, 1)), Ruling::Go);
    }

    #[test]
    fn a_write_fails_at_its_place_alone_or_with_all_after_it() {
        let of = |path: &str| Called { op: Op::Write, inode: 1, path: path.to_owned() };
        let at = WriteAt::Place(Place { op: Op::Write, kind: "records", number: 2 });
        let (go, refuse) = (Ruling::Go, Ruling::Refuse(Trouble::Full));
        for (is_lasting, last) in [(false, go), (true, refuse)] {
            let fail = FailWrite { at, trouble: Trouble::Full, is_lasting };
            let mut judge = judge(Faults { fail_write: Some(fail), ..Faults::default() });
            let rulings =
                ["1/log/r.wal", "1/records/2.seg", "1/log/r.wal", "1/records/2.seg", "1/log/r.wal"]
                    .map(|path| judge.rule(&of(path)));
            assert_eq!(rulings, [go, go, go, refuse, last]);
            assert_eq!(judge.is_full(), is_lasting);
        }
    }

    #[test]
    fn a_sync_fails_at_its_place_whatever_comes_between() {
        let place = Place { op: Op::Sync, kind: "the mark", number: 2 };
        let mut judge = judge(Faults { fail_sync_at_place: Some(place), ..Faults::default() });
        let of = |path: &str| Called { op: Op::Sync, inode: 1, path: path.to_owned() };
        let rulings = ["log/head", "log/r.wal", "log/head", "log/r.wal", "log/head"]
            .map(|path| judge.rule(&of(path)));
        let go = Ruling::Go;
        assert_eq!(rulings, [go, go, Ruling::FailSync, go, go]);
        assert_eq!(judge.struck, Some(of("log/head")));
    }

    #[test]
    fn what_is_asked_of_a_file_after_its_failed_sync_is_remembered() {
        let mut judge = judge(Faults { fail_sync_at: Some(1), ..Faults::default() });
        assert_eq!(judge.rule(&called(Op::Sync, 7)), Ruling::FailSync);
        judge.rule(&called(Op::Sync, 8));
        assert_eq!(judge.after_failure, []);
        judge.rule(&called(Op::Sync, 7));
        assert_eq!(judge.after_failure, [called(Op::Sync, 7)]);
    }
}

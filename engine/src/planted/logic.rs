//! Logic planted for tests: a binary that decides otherwise, and a logic version that is none yet.
//!
//! Both differ from the product in what they put out for a command, one in any kind of output, the
//! other only once a command has raised the logic version.

use super::case::Case;
use crate::ctx::Ctx;
use crate::output::{JobsAvailable, Push};
use crate::{Engine, Output};
use record::{
    Accepted, CommandBody, CreateInstance, Entry, ErrorEvent, Event, Key, LOGIC, RaiseLogic,
    RejectionType, Reply, RequestsSettled, SkipKeys,
};
use std::cell::Cell;

/// What a planted logic decides otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Difference {
    None,
    Record,
    Bookkeeping,
    Reply,
    Push,
    /// The logic version that comes next, which knows those before it too.
    NextVersion,
}

const NEXT: u32 = LOGIC + 1;

thread_local! {
    static PLANTED: Cell<Difference> = const { Cell::new(Difference::None) };
}

/// Adds to the output of a command what the planted logic has decided.
pub(crate) fn decide(ctx: &mut Ctx<'_>, entry: &Entry) {
    let error =
        |message: &str| Event::Error(ErrorEvent { message: message.into(), instance: Key::NONE });
    match PLANTED.get() {
        Difference::None => {}
        Difference::Record => ctx.emit(Key::NONE, error("planted")),
        Difference::Bookkeeping => {
            let settled = RequestsSettled { node: 9, incarnation: 9, below: entry.index };
            ctx.emit(Key::NONE, Event::RequestsSettled(settled));
        }
        Difference::Reply => {
            let request = entry.body.command.request.clone();
            ctx.out.replies.push((request, Reply::Accepted(Accepted {})));
        }
        Difference::Push => ctx.push(Push::JobsAvailable(JobsAvailable { job_type: "x".into() })),
        Difference::NextVersion if ctx.state.meta.logic() < NEXT => {}
        Difference::NextVersion => ctx.emit(Key::NONE, error("decided by the next version")),
    }
}

fn create() -> CommandBody {
    let process_id = "p".into();
    CommandBody::CreateInstance(CreateInstance { process_id, version: -1, ..Default::default() })
}

/// The output hash after a script, under a planted difference.
fn hash_of(difference: Difference) -> u64 {
    PLANTED.set(Difference::None);
    let mut case = Case::new(1);
    PLANTED.set(difference);
    case.apply(create());
    PLANTED.set(Difference::None);
    case.engine.output_hash()
}

#[test]
fn every_kind_of_output_is_in_the_hash() {
    let expected = hash_of(Difference::None);
    assert_eq!(hash_of(Difference::NextVersion), expected, "it was not raised");
    for difference in
        [Difference::Record, Difference::Bookkeeping, Difference::Reply, Difference::Push]
    {
        assert_ne!(hash_of(difference), expected, "{difference:?} is not in the hash");
    }
}

/// Applies entries to a new engine and tells the output hash after each.
fn replay(entries: &[(Entry, Key)]) -> Vec<u64> {
    let (mut engine, mut out) = (Engine::new(1), Output::default());
    let apply = |(entry, _): &(Entry, Key)| {
        engine.apply(entry, &mut out);
        engine.output_hash()
    };
    entries.iter().map(apply).collect()
}

#[test]
fn an_old_log_is_decided_by_its_own_version_until_the_entry_that_raises_it() {
    // Written by a binary that does not know the next version, then by one that does.
    let mut case = Case::new(1);
    case.apply(create());
    let (old, old_hash) = (case.entries.clone(), case.engine.output_hash());
    PLANTED.set(Difference::NextVersion);
    case.apply(create());
    assert_eq!(case.engine.logic(), 1);
    case.apply(CommandBody::RaiseLogic(RaiseLogic { to: NEXT }));
    assert_eq!(case.engine.logic(), NEXT);
    let raised = case.entries.len();
    case.apply(create());
    case.restore();
    assert_eq!(case.engine.logic(), NEXT, "a checkpoint keeps the version");
    let both = replay(&case.entries);
    assert_eq!(both.last(), Some(&case.engine.output_hash()));
    assert_eq!(both[old.len() - 1], old_hash, "the old log means the same to the new binary");

    PLANTED.set(Difference::None);
    let first_only = replay(&case.entries);
    let differs = (0..both.len()).find(|at| both[*at] != first_only[*at]);
    assert_eq!(differs, Some(raised), "the first entry after the raise is decided anew");
}

#[test]
fn the_logic_version_never_goes_back() {
    let mut case = Case::new(1);
    case.apply(CommandBody::RaiseLogic(RaiseLogic { to: 3 }));
    assert!(matches!(case.out.replies[0].1, Reply::Accepted(_)));
    for (to, words) in [(3, "is 3 already"), (2, "cannot go back to 2"), (0, "cannot go back")] {
        case.apply(CommandBody::RaiseLogic(RaiseLogic { to }));
        let Reply::Rejected(refused) = &case.out.replies[0].1 else { panic!("{to} was taken") };
        assert_eq!(refused.kind, RejectionType::InvalidState);
        assert!(refused.reason.contains(words), "{}", refused.reason);
        assert_eq!(case.engine.logic(), 3);
    }
}

#[test]
fn skipped_keys_are_never_handed_out() {
    let mut case = Case::new(1);
    let before = case.instances.last().expect("an instance").counter();
    case.apply(CommandBody::SkipKeys(SkipKeys { count: 1 << 40 }));
    case.restore();
    case.apply(create());
    let after = case.instances.last().expect("an instance").counter();
    assert!(after > before + (1 << 40), "{before} {after}");
}

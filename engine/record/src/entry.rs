//! Log entries: one command each, with all that `apply` may read besides its own state.

use crate::{Command, CommandBody, Millis};
use value::wire::{Message, WireError};
use value::{Str, wire_struct};

/// The newest logic version this binary knows.
///
/// A change in what `apply` decides raises it and keeps the old branch. Which version is in force
/// stands in the state, and a command raises it.
pub const LOGIC: u32 = LOGIC_REFINED;

/// The logic version of a new partition, until a command raises it.
pub const LOGIC_FIRST: u32 = 1;

/// The logic version from which on: boundary events of an interrupted scope catch errors and
/// escalations, a condition that is neither true nor false is told as such, setting the variables
/// of a user task asks its listeners, an output element is collected once, a cycle may begin at
/// a date with a time zone, a decision that fails tells where its warnings arose, a compensation
/// passes over subprocesses that completed after it was thrown, variables are found by names with
/// points and several blanks, expressions and decisions are evaluated by the refined edition of FEEL,
/// and a decision without a result is told what helps with its binding.
pub const LOGIC_REFINED: u32 = 2;

wire_struct! {
    /// One entry of the log, without the index and term that Raft keeps for it.
    pub struct EntryBody {
        /// Log time, stamped by the leader. Never goes back.
        1 => pub now: Millis,
        /// The source of all randomness in this entry.
        2 => pub seed: u64,
        /// The lowest logic version that understands the entry.
        3 => pub logic: u32,
        /// The proposer's hash of all outputs up to an index it had applied.
        4 => pub seen: Seen,
        /// What is to be done.
        5 => pub command: Command,
        /// Units of work that the leader lets the entry do after its command, if they are fewer
        /// than those of the settings; 0 for no limit of its own.
        6 => pub units_max: u64,
    }
}

wire_struct! {
    /// What a replica had computed when it had applied `index`.
    pub struct Seen {
        /// A log index; 0 for none.
        1 => pub index: u64,
        /// The running hash of all outputs up to it.
        2 => pub hash: u64,
    }
}

/// An entry as `apply` gets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its place in the log.
    pub index: u64,
    /// The term of the leader that proposed it.
    pub term: u64,
    /// The rest.
    pub body: EntryBody,
}

/// Why an entry of the log cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntryError {
    /// The bytes are damaged or hold what this version does not know.
    Unreadable(WireError),
    /// The entry needs a newer logic.
    NewerLogic {
        /// The version it needs.
        needed: u32,
        /// The newest one known here.
        known: u32,
    },
}

impl std::fmt::Display for EntryError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "{error}"),
            Self::NewerLogic { needed, known } => write!(
                f,
                "it needs logic version {needed}, which a newer Baton wrote; this one knows \
                 {known}. Start the newer version"
            ),
        }
    }
}

impl std::error::Error for EntryError {}

impl EntryBody {
    /// Reads an entry, refusing what a newer version wrote.
    ///
    /// # Errors
    /// [`EntryError`].
    pub fn read(bytes: &[u8]) -> Result<Self, EntryError> {
        Self::read_by(bytes, LOGIC)
    }

    /// Reads an entry for an engine that knows the logic versions up to `known`.
    ///
    /// # Errors
    /// [`EntryError`].
    pub fn read_by(bytes: &[u8], known: u32) -> Result<Self, EntryError> {
        let body = Self::from_bytes(bytes).map_err(EntryError::Unreadable)?;
        // Who cannot follow a raise must stop at it, not behind it.
        let raised_to =
            if let CommandBody::RaiseLogic(it) = &body.command.body { it.to } else { 0 };
        let needed = body.logic.max(raised_to);
        if needed > known {
            return Err(EntryError::NewerLogic { needed, known });
        }
        Ok(body)
    }
}

wire_struct! {
    /// Names a request of a gateway, so that a repeated one is answered and not executed again.
    pub struct RequestId {
        /// The node of the gateway.
        1 => pub node: u64,
        /// Distinguishes the lives of that gateway: its start time in milliseconds.
        2 => pub incarnation: u64,
        /// Counts its requests from 1; 0 means that nobody waits for an answer.
        3 => pub seq: u64,
    }
}

impl RequestId {
    /// True when nobody waits for an answer.
    pub fn is_none(&self) -> bool {
        self.seq == 0
    }
}

wire_struct! {
    /// Who asked, and what for: kept in the log for audit and Explain.
    pub struct Envelope {
        /// The authenticated caller; empty while there is no authentication.
        1 => pub principal: Str,
        /// The tenant; empty for the default one.
        2 => pub tenant: Str,
        /// Why, in the caller's words.
        3 => pub reason: Str,
        /// The caller's own name for the request.
        4 => pub idempotency_key: Str,
        /// W3C trace context.
        5 => pub trace: Str,
        /// The caller's number for what it does, to find the records of the command by; 0 if it
        /// gave none.
        6 => pub operation_reference: u64,
    }
}

/// What only the leader's proposer knows: the fields of [`EntryBody`] around the command.
#[derive(Debug, Clone, PartialEq)]
pub struct Stamp {
    /// Log time.
    pub now: Millis,
    /// The source of all randomness in the entry.
    pub seed: u64,
    /// The logic version in force.
    pub logic: u32,
    /// The hash of all outputs up to an index that was applied.
    pub seen: Seen,
    /// Units of work that the entry may do after its command; 0 for those of the settings.
    pub units_max: u64,
}

/// The bytes of an entry whose command is encoded already: equal to those of [`EntryBody`].
///
/// Commands are encoded by the tasks that submit them, side by side; what only the leader's
/// proposer knows is put around them here.
pub fn entry_bytes(stamp: &Stamp, command: &[u8]) -> Vec<u8> {
    use value::wire::{Field as _, LEN, put_tag, put_varint};
    let Stamp { now, seed, logic, seen, units_max } = stamp;
    let mut out = Vec::with_capacity(command.len() + 64);
    now.put(1, &mut out);
    seed.put(2, &mut out);
    logic.put(3, &mut out);
    seen.put(4, &mut out);
    if !command.is_empty() {
        put_tag(5, LEN, &mut out);
        put_varint(command.len() as u64, &mut out);
        out.extend_from_slice(command);
    }
    units_max.put(6, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::{EntryBody, EntryError, LOGIC, Seen, Stamp, entry_bytes};
    use crate::{Command, CommandBody, RaiseLogic, Tick};
    use value::wire::Message as _;

    fn body() -> EntryBody {
        let command =
            Command { settled: 7, body: CommandBody::Tick(Tick {}), ..Command::default() };
        let seen = Seen { index: 5, hash: u64::MAX };
        EntryBody { now: 1_700_000_000_000, seed: 3, logic: LOGIC, seen, command, units_max: 200 }
    }

    #[test]
    fn an_entry_around_an_encoded_command_has_the_same_bytes() {
        let body = body();
        let command = body.command.to_bytes();
        let EntryBody { now, seed, logic, units_max, .. } = body;
        let mut stamp = Stamp { now, seed, logic, seen: body.seen.clone(), units_max };
        let bytes = entry_bytes(&stamp, &command);
        assert_eq!(bytes, body.to_bytes());
        assert_eq!(EntryBody::read(&bytes), Ok(body));
        stamp.units_max = 0;
        assert_eq!(entry_bytes(&stamp, &command), bytes[..bytes.len() - 3], "no limit, no bytes");
    }

    #[test]
    fn an_entry_of_a_newer_logic_is_refused_by_name() {
        let bytes = EntryBody { logic: LOGIC + 1, ..body() }.to_bytes();
        let refused = EntryBody::read(&bytes);
        assert_eq!(refused, Err(EntryError::NewerLogic { needed: LOGIC + 1, known: LOGIC }));
        assert!(refused.unwrap_err().to_string().contains("newer Baton"));
    }

    #[test]
    fn who_does_not_know_the_version_that_is_raised_to_stops_at_the_raise() {
        let raise = CommandBody::RaiseLogic(RaiseLogic { to: LOGIC + 1 });
        let command = Command { body: raise, ..Command::default() };
        let bytes = EntryBody { command, ..body() }.to_bytes();
        let refused = EntryBody::read(&bytes);
        assert_eq!(refused, Err(EntryError::NewerLogic { needed: LOGIC + 1, known: LOGIC }));
        assert!(EntryBody::read_by(&bytes, LOGIC + 1).is_ok());
    }
}

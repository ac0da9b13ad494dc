//! How a command ends when it does not succeed: a message for people, a code for scripts.

use std::io::{self, Write};

use client::Code;
use serde_json::json;

use crate::output::Format;

/// The exit codes. They are an interface: scripts rely on the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nobody reads the output any more; nothing went wrong.
    Closed,
    /// A defect, or something nobody foresaw.
    Unexpected,
    /// The command line is wrong.
    Usage,
    /// What was asked for does not exist.
    NotFound,
    /// State or validation forbids it; nothing changed.
    Refused,
    /// The caller may not do it.
    NotAllowed,
    /// The server is away, overloaded or too slow: try again later.
    Unavailable,
    /// The instance that was waited for was cancelled or terminated.
    Cancelled,
    /// The instance that was waited for did not end in time.
    WaitTimedOut,
    /// The cluster cannot commit commands.
    Unhealthy,
    /// The user stopped it.
    Interrupted,
}

impl Exit {
    /// The number.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Closed => 0,
            Self::Unexpected => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::Refused => 4,
            Self::NotAllowed => 5,
            Self::Unavailable => 6,
            Self::Cancelled => 11,
            Self::WaitTimedOut => 12,
            Self::Unhealthy => 21,
            Self::Interrupted => 130,
        }
    }

    /// The name for programs, where the server did not give one.
    fn name(self) -> &'static str {
        match self {
            Self::Closed => "CLOSED",
            Self::Unexpected => "UNEXPECTED",
            Self::Usage => "USAGE",
            Self::NotFound => "NOT_FOUND",
            Self::Refused => "REFUSED",
            Self::NotAllowed => "NOT_ALLOWED",
            Self::Unavailable => "UNAVAILABLE",
            Self::Cancelled => "CANCELLED",
            Self::WaitTimedOut => "WAIT_TIMED_OUT",
            Self::Unhealthy => "UNHEALTHY",
            Self::Interrupted => "INTERRUPTED",
        }
    }
}

/// Why a command did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// How the process ends.
    pub(crate) exit: Exit,
    /// The kind, for programs.
    pub(crate) code: &'static str,
    /// What went wrong, naming the value at fault.
    pub(crate) message: String,
    /// The way out, if there is one to offer.
    pub(crate) hint: Option<String>,
    /// True if the same command may succeed later.
    pub(crate) is_retryable: bool,
}

impl Failure {
    /// A failure of this kind.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            code: exit.name(),
            message: message.into(),
            hint: None,
            is_retryable: exit == Exit::Unavailable,
        }
    }

    /// A mistake on the command line.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Offers a way out.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Tells the user, in one write: other threads of a server may be writing as well.
    pub(crate) fn report(&self, format: Format, stderr: &mut impl Write) -> io::Result<()> {
        if self.exit == Exit::Closed {
            return Ok(());
        }
        let text = match format {
            Format::Table => {
                let hint = self.hint.as_ref().map(|it| format!("hint: {it}\n"));
                format!("error: {}\n{}", self.message, hint.unwrap_or_default())
            }
            Format::Json => {
                let error = json!({"error": {
                    "code": self.code,
                    "exit": self.exit.code(),
                    "message": self.message,
                    "hint": self.hint,
                    "requestId": null,
                    "retryable": self.is_retryable,
                }});
                format!("{error}\n")
            }
        };
        stderr.write_all(text.as_bytes())
    }
}

impl From<client::Error> for Failure {
    fn from(error: client::Error) -> Self {
        let exit = match error.code() {
            Some(code) => exit_of(code),
            None => match error {
                client::Error::Address { .. }
                | client::Error::IdempotencyKey { .. }
                | client::Error::Variables { .. } => Exit::Usage,
                _ => Exit::Unexpected,
            },
        };
        let hint = match error {
            client::Error::Connect { .. } => {
                Some("Is the server running? Start it with `baton serve`, or name another with --address.".to_owned())
            }
            _ => None,
        };
        Self {
            exit,
            code: error.code().map_or(exit.name(), Code::name),
            is_retryable: error.is_retryable(),
            message: error.to_string(),
            hint,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::new(Exit::Closed, "The output was closed."),
            _ => Self::new(Exit::Unexpected, format!("Input or output failed: {error}.")),
        }
    }
}

/// How a status of the server ends the process.
fn exit_of(code: Code) -> Exit {
    match code {
        Code::NotFound => Exit::NotFound,
        Code::InvalidArgument
        | Code::AlreadyExists
        | Code::FailedPrecondition
        | Code::OutOfRange => Exit::Refused,
        Code::PermissionDenied | Code::Unauthenticated => Exit::NotAllowed,
        Code::ResourceExhausted
        | Code::Unavailable
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::Cancelled => Exit::Unavailable,
        Code::Unknown | Code::Unimplemented | Code::Internal | Code::DataLoss => Exit::Unexpected,
    }
}

#[cfg(test)]
mod tests {
    use client::Code;
    use expect_test::expect;

    use super::{Exit, Failure};
    use crate::output::Format;

    fn call(code: Code) -> client::Error {
        client::Error::Call { code, message: "No.".into() }
    }

    /// Counts the writes.
    struct Writes(Vec<Vec<u8>>);

    impl std::io::Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_failure_is_told_in_one_write_so_that_nothing_comes_between() {
        for format in [Format::Table, Format::Json] {
            let mut writes = Writes(Vec::new());
            let failure = Failure::new(Exit::Refused, "No.").hint("Ask again.");
            failure.report(format, &mut writes).expect("writes to memory");
            let [line] = writes.0.as_slice() else { panic!("{:?}", writes.0) };
            assert!(line.ends_with(b"\n"));
        }
    }

    #[test]
    fn each_status_of_the_server_has_its_exit_code() {
        for (code, exit, is_retryable) in [
            (Code::Unknown, 1, false),
            (Code::Internal, 1, false),
            (Code::Unimplemented, 1, false),
            (Code::DataLoss, 1, false),
            (Code::NotFound, 3, false),
            (Code::InvalidArgument, 4, false),
            (Code::AlreadyExists, 4, false),
            (Code::FailedPrecondition, 4, false),
            (Code::OutOfRange, 4, false),
            (Code::PermissionDenied, 5, false),
            (Code::Unauthenticated, 5, false),
            (Code::Unavailable, 6, true),
            (Code::ResourceExhausted, 6, true),
            (Code::DeadlineExceeded, 6, true),
            (Code::Aborted, 6, true),
            (Code::Cancelled, 6, true),
        ] {
            let failure = Failure::from(call(code));
            assert_eq!((failure.exit.code(), failure.is_retryable), (exit, is_retryable), "{code}");
            assert_eq!(failure.code, code.name());
        }
    }

    #[test]
    fn what_fails_before_the_server_has_its_exit_code_too() {
        let address = client::Error::Address { address: "x".into(), reason: "no".into() };
        assert_eq!(Failure::from(address).exit.code(), 2);
        let connect = client::Error::Connect { address: "x".into(), reason: "no".into() };
        assert_eq!(Failure::from(connect).exit.code(), 6);
        assert_eq!(Failure::from(client::Error::NoAnswer { waited_ms: 1 }).exit.code(), 6);
        assert_eq!(Failure::from(client::Error::Variables { found: "a text" }).exit.code(), 2);
        assert_eq!(Failure::from(client::Error::Answer { reason: "no".into() }).exit.code(), 1);
    }

    #[test]
    fn the_codes_that_no_status_leads_to_are_fixed() {
        for (exit, code) in [
            (Exit::Closed, 0),
            (Exit::Usage, 2),
            (Exit::Cancelled, 11),
            (Exit::WaitTimedOut, 12),
            (Exit::Unhealthy, 21),
            (Exit::Interrupted, 130),
        ] {
            assert_eq!(exit.code(), code);
        }
    }

    #[test]
    fn a_closed_pipe_is_no_failure() {
        let closed = Failure::from(std::io::Error::from(std::io::ErrorKind::BrokenPipe));
        assert_eq!(closed.exit.code(), 0);
        let mut text = Vec::new();
        closed.report(Format::Table, &mut text).expect("writes to memory");
        assert_eq!(text, b"");
    }

    #[test]
    fn programs_get_one_line_of_json() {
        let failure = Failure::new(Exit::NotFound, "No job '7'.").hint("Look again.");
        let mut text = Vec::new();
        failure.report(Format::Json, &mut text).expect("writes to memory");
        failure.report(Format::Table, &mut text).expect("writes to memory");
        expect![[r#"
            {"error":{"code":"NOT_FOUND","exit":3,"message":"No job '7'.","hint":"Look again.","requestId":null,"retryable":false}}
            error: No job '7'.
            hint: Look again.
        "#]]
        .assert_eq(&String::from_utf8(text).expect("text"));
    }
}

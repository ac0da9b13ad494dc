//! From a refusal or rejection to a gRPC status.
//!
//! Codes and the shape of the text are part of the protocol: clients choose by the code whether to
//! try again, and people and tools read `Command '<INTENT>' rejected with code '<TYPE>': <reason>`.

use broker_api::Refusal;
use record::{CommandIntent, Rejection, RejectionType};
use tonic::{Code, Status};

use crate::limits::STATUS_TEXT_MAX;

/// A status whose text is cut to what clients accept in a header.
pub(crate) fn status(code: Code, text: &str) -> Status {
    Status::new(code, cut(text))
}

/// The request itself is at fault.
pub(crate) fn invalid(text: impl AsRef<str>) -> Status {
    status(Code::InvalidArgument, text.as_ref())
}

/// The broker did not take the request.
pub(crate) fn of_refusal(refusal: &Refusal, intent: CommandIntent) -> Status {
    match refusal {
        Refusal::LimitReached { .. } | Refusal::NoSpace { .. } | Refusal::TooLarge { .. } => {
            status(Code::ResourceExhausted, &refusal.to_string())
        }
        Refusal::NoPartition { .. } => {
            rejected(intent, RejectionType::NotFound, &refusal.to_string())
        }
        Refusal::InvalidResources { .. } | Refusal::InvalidArgument { .. } => {
            rejected(intent, RejectionType::InvalidArgument, &refusal.to_string())
        }
        Refusal::Unavailable { .. } | Refusal::Stopping => {
            status(Code::Unavailable, &refusal.to_string())
        }
        Refusal::InvalidState { reason } => status(Code::FailedPrecondition, reason),
        Refusal::Interrupted => status(Code::Aborted, &refusal.to_string()),
        // The enumeration may grow with the broker.
        _ => status(Code::Unknown, &refusal.to_string()),
    }
}

/// The engine refused the command.
pub(crate) fn of_rejection(rejection: &Rejection) -> Status {
    rejected(rejection.intent, rejection.kind, &rejection.reason)
}

/// A rejection in the shape that clients know.
pub(crate) fn rejected(intent: CommandIntent, kind: RejectionType, reason: &str) -> Status {
    let (code, name) = match kind {
        RejectionType::InvalidArgument => (Code::InvalidArgument, "INVALID_ARGUMENT"),
        RejectionType::NotFound => (Code::NotFound, "NOT_FOUND"),
        RejectionType::AlreadyExists => (Code::AlreadyExists, "ALREADY_EXISTS"),
        RejectionType::InvalidState => (Code::FailedPrecondition, "INVALID_STATE"),
        RejectionType::ProcessingError => (Code::Internal, "PROCESSING_ERROR"),
        RejectionType::ResourceExhausted => (Code::ResourceExhausted, "RESOURCE_EXHAUSTED"),
    };
    let (_, verb) = intent.names();
    status(code, &format!("Command '{verb}' rejected with code '{name}': {reason}"))
}

/// Cuts a text to [`STATUS_TEXT_MAX`] bytes of its encoding, saying that it was cut.
fn cut(text: &str) -> String {
    const END: &str = " … (cut)";
    let mut size = 0;
    let mut fits = text.len();
    for (at, it) in text.char_indices() {
        size += encoded_len(it);
        if size > STATUS_TEXT_MAX {
            return format!("{}{END}", &text[..fits]);
        }
        if size <= STATUS_TEXT_MAX - 3 * END.len() {
            fits = at + it.len_utf8();
        }
    }
    text.to_owned()
}

/// The bytes of a character in a percent-encoded header, at most.
fn encoded_len(it: char) -> usize {
    let is_plain = it.is_ascii_alphanumeric() || "'(),.-_/:;=!*+".contains(it);
    if is_plain { 1 } else { 3 * it.len_utf8() }
}

#[cfg(test)]
mod tests {
    use super::{STATUS_TEXT_MAX, cut, encoded_len, of_refusal, rejected, status};
    use broker_api::Refusal;
    use record::{CommandIntent, RejectionType};
    use tonic::Code;

    #[test]
    fn a_rejection_names_command_code_and_reason() {
        let it = rejected(CommandIntent::JobUpdateTimeout, RejectionType::NotFound, "No such job.");
        assert_eq!(it.code(), Code::NotFound);
        assert_eq!(
            it.message(),
            "Command 'UPDATE_TIMEOUT' rejected with code 'NOT_FOUND': No such job."
        );
    }

    #[test]
    fn a_reached_limit_is_exhaustion_and_names_the_limit() {
        let refusal = Refusal::LimitReached {
            limit: "commands-in-flight-max",
            max: 5,
            reason: "Send fewer commands at once.".into(),
        };
        let it = of_refusal(&refusal, CommandIntent::JobComplete);
        assert_eq!(it.code(), Code::ResourceExhausted);
        assert!(it.message().contains("'commands-in-flight-max' of 5"), "{}", it.message());
    }

    #[test]
    fn a_disk_without_space_is_exhaustion_and_no_limit_that_is_not_reached() {
        let reason = "No space for records: write 'x'. Free some space.".into();
        let it = of_refusal(&Refusal::NoSpace { partition: 1, reason }, CommandIntent::JobComplete);
        assert_eq!(it.code(), Code::ResourceExhausted);
        let text =
            "Partition 1 takes no commands: No space for records: write 'x'. Free some space.";
        assert_eq!(it.message(), text);
    }

    #[test]
    fn a_text_that_no_header_can_carry_is_cut_at_a_character() {
        let text = "Straße ".repeat(2_000);
        let short = cut(&text);
        let encoded: usize = short.chars().map(encoded_len).sum();
        assert!(encoded <= STATUS_TEXT_MAX && encoded > STATUS_TEXT_MAX - 100, "{encoded}");
        assert!(short.starts_with("Straße Straße") && short.ends_with("(cut)"), "{short}");
        assert_eq!(status(Code::Unknown, "short").message(), "short");
    }
}

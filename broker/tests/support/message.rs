//! A command for any node.

use record::{CommandBody, PublishMessage};

/// A command that changes the state.
pub(crate) fn message() -> CommandBody {
    CommandBody::PublishMessage(PublishMessage {
        name: "paid".into(),
        time_to_live_ms: 3_600_000,
        ..PublishMessage::default()
    })
}

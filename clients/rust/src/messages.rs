//! Messages.

use std::time::Duration;

use proto::gateway as wire;
use serde_json::Value;

use crate::connection::millis;
use crate::{Client, Error, Key, payload};

/// A message to publish.
#[derive(Debug, Clone, Default)]
pub struct PublishMessage {
    /// The message name.
    pub name: String,
    /// Whom it is for; may be empty when it starts an instance.
    pub correlation_key: String,
    /// How long it waits for a receiver; zero for not at all.
    pub time_to_live: Duration,
    /// While a message with this id waits, a second one is refused; empty for none.
    pub message_id: String,
    /// The business id of the instance that it starts, up to 256 characters; empty for none.
    pub business_id: String,
    /// An object, or null for none.
    pub variables: Value,
}

impl Client {
    /// Publishes a message and answers its key.
    ///
    /// # Errors
    /// `ALREADY_EXISTS` when a message with the same id still waits.
    pub async fn publish_message(&self, message: PublishMessage) -> Result<Key, Error> {
        let request = wire::PublishMessageRequest {
            name: message.name,
            correlation_key: message.correlation_key,
            time_to_live: millis(message.time_to_live),
            message_id: message.message_id,
            variables: payload::to_text(&message.variables)?,
            business_id: (!message.business_id.is_empty()).then_some(message.business_id),
            ..wire::PublishMessageRequest::default()
        };
        self.answer(self.gateway().publish_message(request)).await.map(|it| it.key)
    }
}

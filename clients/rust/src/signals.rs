//! Signals.

use proto::gateway as wire;
use serde_json::Value;

use crate::{Client, Error, Key, payload};

/// A signal to broadcast.
#[derive(Debug, Clone, Default)]
pub struct BroadcastSignal {
    /// The signal name.
    pub name: String,
    /// An object, or null for none.
    pub variables: Value,
}

impl Client {
    /// Broadcasts a signal and answers its key: everything that waits for it hears of it, now or
    /// never.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` without a name.
    pub async fn broadcast_signal(&self, signal: BroadcastSignal) -> Result<Key, Error> {
        let request = wire::BroadcastSignalRequest {
            signal_name: signal.name,
            variables: payload::to_text(&signal.variables)?,
            ..wire::BroadcastSignalRequest::default()
        };
        self.answer(self.gateway().broadcast_signal(request)).await.map(|it| it.key)
    }
}

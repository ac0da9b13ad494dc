//! Which partition a request goes to.

use broker_api::Broker;
use record::{CommandIntent, Key, PartitionId, RejectionType};
use tonic::Status;

use crate::refusal;

/// The key in a request and the partition that owns it.
///
/// # Errors
/// `NOT_FOUND` for a number that no partition can have created.
pub(crate) fn by_key(
    broker: &dyn Broker,
    number: i64,
    noun: &str,
    intent: CommandIntent,
) -> Result<(PartitionId, Key), Status> {
    let key = Key::from_i64(number);
    let partition = key.partition();
    if key.is_none() || !broker.partitions().contains(&partition) {
        let reason = format!(
            "There is no {noun} with key '{number}'. \
             Use a key that this cluster has answered or handed out."
        );
        return Err(refusal::rejected(intent, RejectionType::NotFound, &reason));
    }
    Ok((partition, key))
}

//! Rpcs of the protocol that this version does not have.

use tonic::{Code, Status};

use super::service::Answer;
use crate::refusal;

/// Says that an rpc is missing, and what that means for the caller.
pub(super) fn rpc<T>(name: &str, because: &str) -> Answer<T> {
    let text = format!("This version of Baton does not have the rpc '{name}': {because}.");
    Err::<_, Status>(refusal::status(Code::Unimplemented, &text))
}

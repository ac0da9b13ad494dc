//! Publish a message: to the waiting subscriptions first, then to start events, then buffered.

use super::answer::Answer;
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::{business_id, message};
use record::{CommandIntent, Created, MessageEvent, PublishMessage, RejectionType, Reply};

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &PublishMessage) -> Result<Answer, Refused> {
    if command.name.is_empty() {
        return Err(refuse(
            RejectionType::InvalidArgument,
            CommandIntent::MessagePublish,
            "Expected to publish a message with a name, but the name was empty.",
        ));
    }
    if let Err(why) = business_id::check_length(&command.business_id) {
        return Err(refuse(RejectionType::InvalidArgument, CommandIntent::MessagePublish, why));
    }
    let message = MessageEvent {
        name: command.name.clone(),
        correlation_key: command.correlation_key.clone(),
        message_id: command.message_id.clone(),
        time_to_live_ms: command.time_to_live_ms,
        variables: command.variables.clone(),
        business_id: command.business_id.clone(),
        ..MessageEvent::default()
    };
    if message::same(ctx, &message).is_some() {
        return Err(refuse(
            RejectionType::AlreadyExists,
            CommandIntent::MessagePublish,
            format!(
                "Expected to publish a new message with id '{}', but a message with that id was \
                 already published and is still buffered.",
                command.message_id
            ),
        ));
    }
    let key = message::publish(ctx, message);
    Ok(Answer::Now(Reply::MessagePublished(Created { key })))
}

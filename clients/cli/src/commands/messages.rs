//! `baton messages`.

use std::time::Duration;

use client::PublishMessage;
use serde_json::json;

use super::block_on;
use crate::address::{Address, IdempotencyKey};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output::{Output, pairs};
use crate::span;
use crate::variables::Variables;

/// Publish messages
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton messages publish 'order placed' --key A1 --var orderId=A1\n  baton messages publish paid --key A1 --ttl 1h --id payment-7"
)]
pub(crate) struct Messages {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    address: Address,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Publish(Publish),
}

/// Publish a message to whom it may concern
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton messages publish 'order placed' --key A1 --var orderId=A1\n  baton messages publish paid --key A1 --ttl 1h --id payment-7"
)]
struct Publish {
    /// The message name
    #[arg(value_name = "NAME")]
    name: String,
    /// The correlation key: whom it is for
    #[arg(long, value_name = "K", default_value = "")]
    key: String,
    #[command(flatten)]
    variables: Variables,
    /// How long it waits for a receiver
    #[arg(long, value_name = "SPAN", value_parser = span::parse, default_value = "0")]
    ttl: Duration,
    /// While a message with this id waits, a second one is refused
    #[arg(long, value_name = "ID", default_value = "")]
    id: String,
    /// Your name for the case that it starts
    #[arg(long, value_name = "ID", default_value = "")]
    business_id: String,
    #[command(flatten)]
    once: IdempotencyKey,
}

impl Messages {
    pub(crate) fn run(
        &self,
        environment: &Environment,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let Verb::Publish(publish) = &self.verb;
        let message = PublishMessage {
            name: publish.name.clone(),
            correlation_key: publish.key.clone(),
            time_to_live: publish.ttl,
            message_id: publish.id.clone(),
            variables: publish.variables.read()?.for_client(),
            business_id: publish.business_id.clone(),
        };
        let key = block_on(async {
            let client = self.address.connect(environment).await?;
            Ok(publish.once.given_by(&client)?.publish_message(message).await?)
        })?;
        output.answer(
            || json!({"messageKey": key.to_string()}),
            || pairs(&[("message", key.to_string())]),
        )?;
        Ok(())
    }
}

//! `baton instances`.

use std::time::Duration;

use client::{CreateInstance, CreatedInstance, Key};
use serde_json::{Value, json};

use super::{DataFolder, block_on};
use crate::address::{Address, IdempotencyKey, Reason};
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::output::{Output, pairs};
use crate::span;
use crate::variables::Variables;

mod migrate;
mod modify;
mod show;
mod suspend;

/// Start, show, move, migrate, suspend and cancel process instances
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton instances create order --var orderId=A1\n  baton instances show 2251799813685251"
)]
pub(crate) struct Instances {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    address: Address,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Create(Create),
    Show(Show),
    Cancel(Cancel),
    Modify(modify::Modify),
    Migrate(migrate::Migrate),
    #[command(name = "assign-business-id")]
    AssignBusinessId(AssignBusinessId),
    Suspend(suspend::Suspend),
    Resume(suspend::Resume),
}

/// Start an instance; with --wait, exit 11 if it was cancelled, 12 if it takes too long
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton instances create order --var orderId=A1 --var amount=20\n  baton instances create order --vars @order.json --wait --timeout 30s -o json"
)]
struct Create {
    /// The process id
    #[arg(value_name = "ID")]
    process_id: String,
    #[command(flatten)]
    variables: Variables,
    /// The version; the latest if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..))]
    version: Option<i32>,
    /// Begin at these elements instead of the start event
    #[arg(long, value_name = "ELEMENT,...", value_delimiter = ',')]
    at: Vec<String>,
    /// Terminate the instance after any of these elements has ended
    #[arg(long, value_name = "ELEMENT,...", value_delimiter = ',')]
    end_after: Vec<String>,
    /// Your name for the case
    #[arg(long, value_name = "ID", alias = "business-key", default_value = "")]
    business_id: String,
    /// Words by which cases are found; may be repeated
    #[arg(long = "tag", value_name = "TAG,...", alias = "tags", value_delimiter = ',')]
    tags: Vec<String>,
    /// Wait until the instance has ended, and show its variables
    #[arg(long)]
    wait: bool,
    /// How long to wait
    #[arg(long, value_name = "SPAN", value_parser = span::parse, default_value = "5m", requires = "wait")]
    timeout: Duration,
    /// With --wait: only these variables
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', requires = "wait")]
    fetch: Vec<String>,
    #[command(flatten)]
    once: IdempotencyKey,
}

/// Show where an instance is, how it got there and what it waits for, from the record segments
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton instances show 2251799813685251\n  baton instances show 2251799813685251 --data /var/lib/baton -o json"
)]
struct Show {
    /// The instance
    #[arg(value_name = "KEY")]
    key: Key,
    #[command(flatten)]
    data: DataFolder,
}

/// Give a running instance a business id, once
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton instances assign-business-id 2251799813685251 A1\n  baton instances assign-business-id 2251799813685251 A1 --reason 'found in the archive'"
)]
struct AssignBusinessId {
    /// The instance
    #[arg(value_name = "KEY")]
    key: Key,
    /// The business id
    #[arg(value_name = "ID")]
    business_id: String,
    #[command(flatten)]
    reason: Reason,
}

/// Cancel an instance
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton instances cancel 2251799813685251\n  baton instances cancel 2251799813685251 --reason 'the customer called'"
)]
struct Cancel {
    /// The instance
    #[arg(value_name = "KEY")]
    key: Key,
    #[command(flatten)]
    reason: Reason,
}

impl Instances {
    pub(crate) fn run(
        &self,
        environment: &Environment,
        output: &mut Output,
    ) -> Result<(), Failure> {
        match &self.verb {
            Verb::Create(it) if it.wait => self.create_and_wait(it, environment, output),
            Verb::Create(it) => self.create(it, environment, output),
            Verb::Show(it) => show::run(it.key, &it.data.resolve(environment), output),
            Verb::Cancel(it) => {
                block_on(async {
                    let client = self.address.connect(environment).await?;
                    Ok(it.reason.given_by(&client).cancel_instance(it.key).await?)
                })?;
                output.answer(|| json!({"processInstanceKey": it.key.to_string()}), String::new)?;
                Ok(())
            }
            Verb::Suspend(it) => told(it.run(environment)?, output),
            Verb::Resume(it) => told(it.run(environment)?, output),
            Verb::Migrate(it) => {
                let request = it.request();
                block_on(async {
                    let client = self.address.connect(environment).await?;
                    Ok(it.reason.given_by(&client).migrate_instance(request).await?)
                })?;
                output.answer(|| json!({"processInstanceKey": it.key.to_string()}), String::new)?;
                Ok(())
            }
            Verb::AssignBusinessId(it) => {
                block_on(async {
                    let client = self.address.connect(environment).await?;
                    let client = it.reason.given_by(&client);
                    Ok(client.assign_business_id(it.key, &it.business_id).await?)
                })?;
                output.answer(|| json!({"processInstanceKey": it.key.to_string()}), String::new)?;
                Ok(())
            }
            Verb::Modify(it) => {
                let request = it.request()?;
                block_on(async {
                    let client = self.address.connect(environment).await?;
                    Ok(it.reason.given_by(&client).modify_instance(request).await?)
                })?;
                output.answer(|| json!({"processInstanceKey": it.key.to_string()}), String::new)?;
                Ok(())
            }
        }
    }

    fn create(
        &self,
        create: &Create,
        environment: &Environment,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let request = create.request()?;
        let created = block_on(async {
            let client = self.address.connect(environment).await?;
            Ok(create.once.given_by(&client)?.create_instance(request).await?)
        })?;
        output.answer(|| to_json(&created), || to_text(&created))?;
        Ok(())
    }

    fn create_and_wait(
        &self,
        create: &Create,
        environment: &Environment,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let request = create.request()?;
        let fetch = create.fetch.clone();
        let result = block_on(async {
            let client = self.address.connect(environment).await?;
            let client = create.once.given_by(&client)?;
            let ended = client.create_instance_with_result(request, fetch, create.timeout).await;
            ended.map_err(|error| wait_failure(error, create.timeout))
        })?;
        output.answer(
            || {
                let mut json = to_json(&result.created);
                json["state"] = json!("completed");
                json["variables"] = result.variables.clone();
                json
            },
            || format!("{}\nvariables  {}", to_text(&result.created), result.variables),
        )?;
        Ok(())
    }
}

/// Answers that an instance was changed.
fn told(instance: Key, output: &mut Output) -> Result<(), Failure> {
    output.answer(|| json!({"processInstanceKey": instance.to_string()}), String::new)?;
    Ok(())
}

impl Create {
    fn request(&self) -> Result<CreateInstance, Failure> {
        Ok(CreateInstance {
            version: self.version.unwrap_or(-1),
            variables: self.variables.read()?.for_client(),
            start_at: self.at.clone(),
            business_id: self.business_id.clone(),
            tags: self.tags.clone(),
            end_after: self.end_after.clone(),
            ..CreateInstance::latest(self.process_id.clone())
        })
    }
}

/// How a wait ends that did not end with a result.
fn wait_failure(error: client::Error, timeout: Duration) -> Failure {
    match error.code() {
        Some(client::Code::DeadlineExceeded) => {
            let text = format!("The instance did not end within {} ms.", timeout.as_millis());
            let failure = Failure::new(Exit::WaitTimedOut, text);
            failure.hint("It goes on. `baton instances show KEY` shows where it is.")
        }
        Some(client::Code::FailedPrecondition) if is_ended(&error.to_string()) => {
            Failure::new(Exit::Cancelled, error.to_string())
        }
        _ => Failure::from(error),
    }
}

/// Tells an instance that was ended from outside from one that could not begin: the server answers
/// both with the same status.
fn is_ended(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["cancel", "terminated"].iter().any(|word| message.contains(word))
}

fn to_json(created: &CreatedInstance) -> Value {
    json!({
        "processInstanceKey": created.instance.to_string(),
        "processId": created.process_id,
        "version": created.version,
        "processDefinitionKey": created.definition.to_string(),
        "businessId": (!created.business_id.is_empty()).then(|| created.business_id.clone()),
        "tags": created.tags,
    })
}

fn to_text(created: &CreatedInstance) -> String {
    pairs(&[
        ("instance", created.instance.to_string()),
        ("process", format!("{} v{}", created.process_id, created.version)),
    ])
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use client::{Code, Error};

    use super::wait_failure;

    #[test]
    fn the_end_of_a_wait_has_its_own_exit_codes() {
        let call = |code, message: &str| Error::Call { code, message: message.into() };
        for (error, exit) in [
            (call(Code::DeadlineExceeded, "too slow"), 12),
            (Error::NoAnswer { waited_ms: 5 }, 12),
            (call(Code::FailedPrecondition, "The instance was canceled."), 11),
            (call(Code::FailedPrecondition, "The instance was terminated."), 11),
            (call(Code::FailedPrecondition, "It has no none start event."), 4),
            (call(Code::NotFound, "No process."), 3),
            (call(Code::Unavailable, "No leader."), 6),
        ] {
            let text = error.to_string();
            assert_eq!(wait_failure(error, Duration::from_secs(1)).exit.code(), exit, "{text}");
        }
    }
}

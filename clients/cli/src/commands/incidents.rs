//! `baton incidents`.

use client::Key;
use serde_json::{Value, json};

use super::{DataFolder, block_on};
use crate::address::{Address, Reason};
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::history::incidents::Incidents as Open;
use crate::history::models::Models;
use crate::history::source::Source;
use crate::output::{Output, table};
use crate::time;

/// List and resolve incidents
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton incidents list\n  baton incidents resolve 2251799813685270"
)]
pub(crate) struct Incidents {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    address: Address,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    List(List),
    Resolve(Resolve),
}

/// List open incidents, from the record segments
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton incidents list\n  baton incidents list --data /var/lib/baton -o json"
)]
struct List {
    #[command(flatten)]
    data: DataFolder,
}

/// Go on where an incident stopped
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton incidents resolve 2251799813685270\n  baton incidents resolve 2251799813685270 --retries 3"
)]
struct Resolve {
    /// The incident
    #[arg(value_name = "KEY")]
    key: Key,
    /// Give the incident's job so many retries first; finds the job in the record segments
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..))]
    retries: Option<i32>,
    #[command(flatten)]
    reason: Reason,
    #[command(flatten)]
    data: DataFolder,
}

impl Incidents {
    pub(crate) fn run(
        &self,
        environment: &Environment,
        output: &mut Output,
    ) -> Result<(), Failure> {
        match &self.verb {
            Verb::List(it) => {
                let (mut open, mut models) = (Open::default(), Models::default());
                Source::open(&it.data.resolve(environment), None)?.for_each(|record| {
                    open.apply(record);
                    models.apply(record);
                })?;
                output.answer(|| to_json(&open), || to_table(&open, &models))?;
            }
            Verb::Resolve(it) => {
                let retries = match it.retries {
                    Some(retries) => Some((it.job(environment)?, retries)),
                    None => None,
                };
                block_on(async {
                    let client = it.reason.given_by(&self.address.connect(environment).await?);
                    if let Some((job, retries)) = retries {
                        client.update_job_retries(job, retries).await?;
                    }
                    Ok(client.resolve_incident(it.key).await?)
                })?;
                output.answer(|| json!({"incidentKey": it.key.to_string()}), String::new)?;
            }
        }
        Ok(())
    }
}

impl Resolve {
    /// The job of the incident, from the record segments.
    fn job(&self, environment: &Environment) -> Result<Key, Failure> {
        let mut open = Open::default();
        Source::open(&self.data.resolve(environment), None)?.for_each(|record| {
            open.apply(record);
        })?;
        let found = open.iter().find(|(key, _, _)| key.as_i64() == self.key);
        let Some((_, _, event)) = found else {
            let text = format!("There is no open incident '{}' in the records.", self.key);
            return Err(Failure::new(Exit::NotFound, text).hint("List them: baton incidents list"));
        };
        if event.job.is_none() {
            let text = format!("The incident '{}' is not one of a job.", self.key);
            return Err(Failure::new(Exit::Refused, text).hint("Resolve it without --retries"));
        }
        Ok(event.job.as_i64())
    }
}

fn to_json(open: &Open) -> Value {
    let incident = |(key, since, event): (record::Key, i64, &record::IncidentEvent)| {
        json!({
            "incidentKey": key.to_string(),
            "since": time::iso(since),
            "type": record::json::names::incident_type(event.kind),
            "message": event.message.to_string(),
            "processId": event.origin.process_id.to_string(),
            "processInstanceKey": event.origin.instance.to_string(),
            "elementId": event.origin.element_id.to_string(),
            "elementInstanceKey": event.origin.element_instance.to_string(),
            "jobKey": (!event.job.is_none()).then(|| event.job.to_string()),
        })
    };
    open.iter().map(incident).collect()
}

fn to_table(open: &Open, models: &Models) -> String {
    let rows = open.iter().map(|(key, since, event)| {
        [
            key.to_string(),
            time::iso(since),
            record::json::names::incident_type(event.kind).to_owned(),
            event.origin.instance.to_string(),
            models.names(event.origin.definition).shown(&event.origin.element_id),
            event.message.to_string(),
        ]
    });
    table(["INCIDENT", "SINCE", "TYPE", "INSTANCE", "ELEMENT", "MESSAGE"], rows)
}

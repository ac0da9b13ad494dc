//! `baton resources`.

use client::Key;
use serde_json::{Value, json};

use super::{DataFolder, block_on};
use crate::address::Address;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::history::resources::Resources as Deployed;
use crate::history::source::Source;
use crate::output::{Output, table};

/// List and delete what is deployed
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton resources list\n  baton resources delete 2251799813685250"
)]
pub(crate) struct Resources {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    address: Address,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    List(List),
    Delete(Delete),
}

/// List what is deployed, from the record segments
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton resources list\n  baton resources list --data /var/lib/baton -o json"
)]
struct List {
    #[command(flatten)]
    data: DataFolder,
}

/// Delete a version of a process, a DMN file, a form or another file
///
/// Nothing new begins with it. Instances of a process that still run go on to their end; if it was
/// the latest version, the one before is the latest again and its start events wait again. The
/// number of a deleted version is never given again.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton resources delete 2251799813685250\n  baton resources delete 2251799813685250 -o json"
)]
struct Delete {
    /// What to delete
    #[arg(value_name = "KEY")]
    key: Key,
}

impl Resources {
    pub(crate) fn run(
        &self,
        environment: &Environment,
        output: &mut Output,
    ) -> Result<(), Failure> {
        match &self.verb {
            Verb::List(it) => {
                let mut found = Deployed::default();
                let source = Source::open(&it.data.resolve(environment), None)?;
                source.for_each(|record| found.apply(record))?;
                output.answer(|| to_json(&found), || to_table(&found))?;
            }
            Verb::Delete(it) => {
                block_on(async {
                    let client = self.address.connect(environment).await?;
                    Ok(client.delete_resource(it.key).await?)
                })?;
                output.answer(|| json!({"resourceKey": it.key.to_string()}), String::new)?;
            }
        }
        Ok(())
    }
}

fn to_json(found: &Deployed) -> Value {
    let one = |(key, it): (record::Key, &crate::history::resources::Deployed)| {
        json!({
            "resourceKey": key.to_string(),
            "kind": it.what.name(),
            "id": it.id.to_string(),
            "version": it.version,
            "versionTag": (!it.version_tag.is_empty()).then(|| it.version_tag.to_string()),
            "resourceName": it.file.to_string(),
            "isEnding": it.is_ending,
        })
    };
    found.iter().map(one).collect()
}

fn to_table(found: &Deployed) -> String {
    let rows = found.iter().map(|(key, it)| {
        [
            key.to_string(),
            it.what.name().to_owned(),
            it.id.to_string(),
            it.version.to_string(),
            it.version_tag.to_string(),
            it.file.to_string(),
            if it.is_ending { "ending with its instances" } else { "" }.to_owned(),
        ]
    });
    table(["KEY", "WHAT", "ID", "VERSION", "TAG", "FILE", "STATE"], rows)
}

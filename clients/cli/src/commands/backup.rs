//! `baton backup`.

use std::path::{Path, PathBuf};

use broker::backup::{self, Found, Manifest, State};
use client::BackupProgress;
use serde_json::{Value, json};

use super::{DataFolder, block_on};
use crate::address::Address;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::output::{Output, pairs, table};
use crate::time;
use progress::Progress;

mod progress;

/// Back up a running node, and list, verify and restore backups
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton backup create --backups /mnt/backups\n  baton backup restore 20261126031500 --backups /mnt/backups --data /var/lib/baton"
)]
pub(crate) struct Backup {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    folder: BackupFolder,
}

/// Where backups are kept.
#[derive(Debug, Clone, clap::Args)]
struct BackupFolder {
    /// Where backups are kept, on the server's machine [env: `BATON_BACKUPS`] [default: ./baton-backups]
    #[arg(long, value_name = "DIR", global = true)]
    backups: Option<PathBuf>,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Create(Create),
    List(List),
    Verify(Verify),
    Restore(Restore),
}

/// Back up a running node; the server goes on meanwhile
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton backup create --backups /mnt/backups\n  baton backup create 42 --backups /mnt/backups -o json"
)]
struct Create {
    /// Names the backup; the time as digits if not given
    #[arg(value_name = "ID", value_parser = clap::value_parser!(u64).range(1..))]
    id: Option<u64>,
    #[command(flatten)]
    address: Address,
}

/// List backups and what became of them; needs no server
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton backup list --backups /mnt/backups\n  baton backup list -o json"
)]
struct List {}

/// Read every byte of a backup and compare it with what it was; needs no server
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton backup verify 42 --backups /mnt/backups\n  baton backup verify 20261126031500 -o json"
)]
struct Verify {
    /// The backup
    #[arg(value_name = "ID")]
    id: u64,
}

/// Restore a backup into an empty data folder; needs no server
///
/// The restored node has the state of the backup and a cluster id of its own.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton backup restore 42 --backups /mnt/backups --data /var/lib/baton\n  baton backup restore 42 --data ./restored -o json"
)]
struct Restore {
    /// The backup
    #[arg(value_name = "ID")]
    id: u64,
    #[command(flatten)]
    data: DataFolder,
}

impl BackupFolder {
    /// Flag before environment before default, as an absolute path: the server has another
    /// working folder.
    fn resolve(&self, environment: &Environment) -> Result<PathBuf, Failure> {
        let folder = self
            .backups
            .clone()
            .or_else(|| environment.first(&["BATON_BACKUPS"]).map(PathBuf::from))
            .unwrap_or_else(|| PathBuf::from("./baton-backups"));
        Ok(std::path::absolute(folder)?)
    }
}

impl Backup {
    pub(crate) fn run(
        &self,
        environment: &Environment,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let folder = self.folder.resolve(environment)?;
        match &self.verb {
            Verb::Create(it) => {
                let made = it.run(&folder, environment)?;
                output.answer(|| made_json(&made, &folder), || made_text(&made, &folder))?;
            }
            Verb::List(_) => {
                let found = backup::list(&folder).map_err(|error| failed(&error))?;
                output.answer(
                    || found.iter().map(found_json).collect(),
                    || {
                        let headings = ["BACKUP", "STARTED", "STATE", "BYTES", "LOG INDEX", "NOTE"];
                        table(headings, found.iter().map(found_row))
                    },
                )?;
            }
            Verb::Verify(it) => {
                let mut shown = Progress::new("verified");
                let manifest =
                    backup::verify(&folder, it.id, &mut |done, total| shown.add(done, total))
                        .map_err(|error| failed(&error))?;
                shown.end();
                output.answer(|| manifest_json(&manifest), || manifest_text(&manifest))?;
            }
            Verb::Restore(it) => {
                let data = std::path::absolute(it.data.resolve(environment))?;
                let mut shown = Progress::new("restored");
                let restored = backup::restore(&folder, it.id, &data, &mut |done, total| {
                    shown.add(done, total);
                })
                .map_err(|error| failed(&error))?;
                shown.end();
                output.answer(
                    || restored_json(&restored, &data),
                    || restored_text(&restored, &data),
                )?;
            }
        }
        Ok(())
    }
}

impl Create {
    fn run(&self, folder: &Path, environment: &Environment) -> Result<BackupProgress, Failure> {
        let id = self.id.unwrap_or_else(|| time::digits(jiff::Timestamp::now()));
        let folder = folder.to_string_lossy().into_owned();
        let mut shown = Progress::new("written");
        block_on(async {
            let client = self.address.connect(environment).await?;
            let mut steps = client.create_backup(folder, id).await?;
            while let Some(step) = steps.next().await? {
                if !step.partitions.is_empty() {
                    shown.end();
                    return Ok(step);
                }
                shown.set(step.done_bytes, step.total_bytes);
            }
            let text = "The server ended before the backup was done; 'baton backup list' shows \
                        what became of it.";
            Err(Failure::new(Exit::Unavailable, text))
        })
    }
}

fn failed(error: &backup::Error) -> Failure {
    let exit = match error {
        backup::Error::Missing { .. } => Exit::NotFound,
        _ => Exit::Refused,
    };
    Failure::new(exit, backup::sentence(error))
}

fn hash(hash: u64) -> String {
    format!("{hash:016x}")
}

fn made_json(made: &BackupProgress, folder: &Path) -> Value {
    json!({
        "backupId": made.backup.to_string(),
        "folder": folder.to_string_lossy(),
        "partitions": made.partitions.iter().map(|it| json!({
            "partitionId": it.partition,
            "index": it.index,
            "lastPosition": it.last_position,
            "stateHash": hash(it.state_hash),
            "activeInstances": it.active_instances,
            "bytes": it.bytes,
        })).collect::<Vec<_>>(),
    })
}

fn made_text(made: &BackupProgress, folder: &Path) -> String {
    let rows = made.partitions.iter().map(|it| {
        [
            it.partition.to_string(),
            it.index.to_string(),
            hash(it.state_hash),
            it.active_instances.to_string(),
            it.bytes.to_string(),
        ]
    });
    format!(
        "Backup {} is complete in '{}'.\n\n{}",
        made.backup,
        folder.display(),
        table(["PARTITION", "LOG INDEX", "STATE HASH", "INSTANCES", "BYTES"], rows)
    )
}

fn found_json(found: &Found) -> Value {
    let (state, reason, manifest) = match &found.state {
        State::Complete(manifest) => ("complete", None, Some(manifest_json(manifest))),
        State::Running => ("running", None, None),
        State::Failed(reason) => ("failed", Some(reason.clone()), None),
    };
    json!({
        "backupId": found.id.to_string(),
        "startedAt": found.started_at.map(time::iso),
        "state": state,
        "reason": reason,
        "manifest": manifest,
    })
}

fn found_row(found: &Found) -> [String; 6] {
    let (state, bytes, index, note) = match &found.state {
        State::Complete(it) => {
            let index = it.partitions.iter().map(|it| it.index.to_string());
            let index = index.collect::<Vec<_>>().join(" ");
            ("complete", it.bytes().to_string(), index, String::new())
        }
        State::Running => ("running", String::new(), String::new(), String::new()),
        State::Failed(reason) => ("failed", String::new(), String::new(), reason.clone()),
    };
    let started = found.started_at.map(time::iso).unwrap_or_default();
    [found.id.to_string(), started, state.to_owned(), bytes, index, note]
}

fn manifest_json(manifest: &Manifest) -> Value {
    json!({
        "backupId": manifest.id.to_string(),
        "startedAt": time::iso(manifest.started_at),
        "finishedAt": time::iso(manifest.finished_at),
        "clusterId": manifest.cluster_id.to_string(),
        "nodeId": manifest.node_id,
        "madeBy": manifest.made_by.to_string(),
        "logicVersion": manifest.logic,
        "bytes": manifest.bytes(),
        "partitions": manifest.partitions.iter().map(|it| json!({
            "partitionId": it.partition,
            "index": it.index,
            "lastPosition": it.last_position,
            "logTime": time::iso(it.now),
            "logicVersion": it.logic,
            "stateHash": hash(it.state_hash),
            "outputHash": hash(it.output_hash),
            "rows": it.rows,
            "activeInstances": it.instances,
            "bytes": it.bytes(),
            "files": it.files.len(),
        })).collect::<Vec<_>>(),
    })
}

fn manifest_text(manifest: &Manifest) -> String {
    let rows = manifest.partitions.iter().map(|it| {
        [
            it.partition.to_string(),
            it.index.to_string(),
            hash(it.state_hash),
            it.instances.to_string(),
            it.last_position.to_string(),
            it.bytes().to_string(),
        ]
    });
    let headings = ["PARTITION", "LOG INDEX", "STATE HASH", "INSTANCES", "LAST RECORD", "BYTES"];
    format!(
        "Backup {} is whole: every file that a restore needs is as it was written, and the state \
         has the hash that it had.\n\n{}",
        manifest.id,
        table(headings, rows)
    )
}

fn restored_json(restored: &backup::Restored, data: &Path) -> Value {
    json!({
        "data": data.to_string_lossy(),
        "clusterId": restored.cluster_id,
        "manifest": manifest_json(&restored.manifest),
    })
}

fn restored_text(restored: &backup::Restored, data: &Path) -> String {
    let manifest = &restored.manifest;
    let facts = pairs(&[
        ("data folder", data.display().to_string()),
        ("cluster id", restored.cluster_id.clone()),
        ("cluster id of the backup", manifest.cluster_id.to_string()),
        ("node id", manifest.node_id.to_string()),
    ]);
    format!("{}\n\n{facts}", manifest_text(manifest).replace(" is whole:", " is restored:"))
}

#[cfg(test)]
mod tests;

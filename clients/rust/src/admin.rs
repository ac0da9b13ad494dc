//! What operators ask: status and settings. Only Baton answers these.

use proto::admin as wire;

use crate::{Client, Error};

/// A node's partitions and whether commands can commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// True while commands can commit on every partition.
    pub is_ready: bool,
    /// Why not; one sentence each.
    pub reasons: Vec<String>,
    /// The partitions.
    pub partitions: Vec<PartitionStatus>,
}

/// A partition as the node has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionStatus {
    /// The partition.
    pub partition: u32,
    /// The Raft term.
    pub term: u64,
    /// What the node does for it.
    pub role: Role,
    /// The last log index whose entry is part of the state.
    pub applied_index: u64,
    /// The number of the last record.
    pub last_position: u64,
    /// The logic version in force.
    pub logic_version: u32,
    /// The hash of all rows of the state at `applied_index`.
    pub state_hash: u64,
    /// The running hash of all outputs up to `applied_index`.
    pub output_hash: u64,
    /// Log time in milliseconds since the epoch.
    pub log_time_ms: i64,
    /// Process instances that have not ended.
    pub active_instances: u64,
    /// Incidents that are open.
    pub open_incidents: u64,
    /// The last log index that a durable checkpoint covers.
    pub checkpoint_index: u64,
    /// The newest logic version that the node knows.
    pub logic_version_known: u32,
}

/// What a node does for a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It decides.
    Leader,
    /// It follows.
    Follower,
    /// The server did not say, or in words that are newer than this client.
    Unknown,
}

/// A setting that every replica uses, with its value as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl Client {
    /// Describes the node's partitions.
    ///
    /// # Errors
    /// `UNIMPLEMENTED` by servers other than Baton, or when asked from another machine.
    pub async fn status(&self) -> Result<Status, Error> {
        let request = wire::GetStatusRequest { partition_ids: Vec::new() };
        let answer = self.answer(self.admin().get_status(request)).await?;
        Ok(Status {
            is_ready: answer.is_ready,
            reasons: answer.reasons,
            partitions: answer.partitions.into_iter().map(partition).collect(),
        })
    }

    /// Lists the settings in force.
    ///
    /// # Errors
    /// As [`Client::status`].
    pub async fn settings(&self) -> Result<Vec<Setting>, Error> {
        let answer = self.answer(self.admin().get_settings(wire::GetSettingsRequest {})).await?;
        Ok(answer.settings.into_iter().map(setting).collect())
    }

    /// Raises the logic version on every partition; it never goes back. Answers the version in
    /// force.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` for a version that the node does not know, `FAILED_PRECONDITION` for one
    /// that is in force or older.
    pub async fn raise_logic_version(&self, logic_version: u32) -> Result<u32, Error> {
        let request = wire::RaiseLogicVersionRequest { logic_version };
        let answer = self.answer(self.admin().raise_logic_version(request)).await?;
        Ok(answer.logic_version)
    }

    /// Changes settings, all or none, and answers all as they are now.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` for an unknown name or a value out of range.
    pub async fn change_settings(&self, changes: Vec<Setting>) -> Result<Vec<Setting>, Error> {
        let settings = changes
            .into_iter()
            .map(|it| wire::Setting { name: it.name, value: it.value })
            .collect();
        let request = wire::ChangeSettingsRequest { settings };
        let answer = self.answer(self.admin().change_settings(request)).await?;
        Ok(answer.settings.into_iter().map(setting).collect())
    }
}

fn setting(setting: wire::Setting) -> Setting {
    Setting { name: setting.name, value: setting.value }
}

fn partition(status: wire::PartitionStatus) -> PartitionStatus {
    PartitionStatus {
        partition: status.partition_id,
        term: status.term,
        role: match status.role() {
            wire::Role::Leader => Role::Leader,
            wire::Role::Follower => Role::Follower,
            wire::Role::Unspecified => Role::Unknown,
        },
        applied_index: status.applied_index,
        last_position: status.last_position,
        logic_version: status.logic_version,
        state_hash: status.state_hash,
        output_hash: status.output_hash,
        log_time_ms: status.log_time,
        active_instances: status.active_instances,
        open_incidents: status.open_incidents,
        checkpoint_index: status.checkpoint_index,
        logic_version_known: status.logic_version_known,
    }
}

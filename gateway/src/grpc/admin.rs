//! The Admin service: the operator's door, for callers on this machine only.

use proto::admin as wire;
use record::{CommandBody, CommandIntent, Envelope, RaiseLogic, Reply, SettingsChange};
use tonic::{Code, Request, Response, Status};
use value::wire::Message as _;

use super::service::{Answer, Service};
use super::{backup, call};
use crate::convert::{envelope, reply};
use crate::refusal;

/// Answers operators.
#[derive(Debug, Clone)]
pub(super) struct Door(pub(super) Service);

/// Refuses callers from other machines. The service listens on loopback only, too; whoever moves
/// the listener must not move this door with it unseen.
fn check_caller<T>(request: &Request<T>) -> Result<(), Status> {
    match request.remote_addr() {
        Some(caller) if caller.ip().to_canonical().is_loopback() => Ok(()),
        Some(_) | None => {
            let text = "The admin service answers callers on the same machine only.";
            Err(refusal::status(Code::PermissionDenied, text))
        }
    }
}

#[tonic::async_trait]
impl wire::admin_server::Admin for Door {
    async fn get_status(
        &self,
        request: Request<wire::GetStatusRequest>,
    ) -> Answer<wire::GetStatusResponse> {
        check_caller(&request)?;
        let asked = request.into_inner().partition_ids;
        let all = self.0.broker.partitions();
        if let Some(unknown) = asked.iter().find(|it| !all.contains(it)) {
            let text = format!("There is no partition {unknown}. The partitions are {all:?}.");
            return Err(refusal::status(Code::NotFound, &text));
        }
        let mut partitions = Vec::new();
        for partition in if asked.is_empty() { all } else { asked } {
            partitions.push(partition_status(&self.status(partition).await?));
        }
        let health = self.0.broker.health();
        Ok(Response::new(wire::GetStatusResponse {
            partitions,
            is_ready: health.is_ready,
            reasons: health.reasons,
        }))
    }

    async fn get_settings(
        &self,
        request: Request<wire::GetSettingsRequest>,
    ) -> Answer<wire::GetSettingsResponse> {
        check_caller(&request)?;
        // The settings are the same on all partitions: each change goes to all of them.
        let Some(first) = self.0.broker.partitions().first().copied() else {
            let text = "The node does not know its partitions yet. Try again in a moment.";
            return Err(refusal::status(Code::Unavailable, text));
        };
        let settings = settings(&self.status(first).await?.settings);
        Ok(Response::new(wire::GetSettingsResponse { settings }))
    }

    async fn change_settings(
        &self,
        request: Request<wire::ChangeSettingsRequest>,
    ) -> Answer<wire::ChangeSettingsResponse> {
        check_caller(&request)?;
        let envelope = envelope::of(request.metadata())?;
        let change = change(&request.get_ref().settings)?;
        let mut answer = Vec::new();
        for partition in self.0.broker.partitions() {
            answer = self.change(partition, envelope.clone(), change.clone()).await?;
        }
        Ok(Response::new(wire::ChangeSettingsResponse { settings: answer }))
    }

    async fn raise_logic_version(
        &self,
        request: Request<wire::RaiseLogicVersionRequest>,
    ) -> Answer<wire::RaiseLogicVersionResponse> {
        check_caller(&request)?;
        let envelope = envelope::of(request.metadata())?;
        let logic_version = request.get_ref().logic_version;
        for partition in self.0.broker.partitions() {
            let body = CommandBody::RaiseLogic(RaiseLogic { to: logic_version });
            let intent = CommandIntent::LogicRaise;
            call::submit(&self.0, partition, envelope.clone(), intent, body).await?;
        }
        Ok(Response::new(wire::RaiseLogicVersionResponse { logic_version }))
    }

    type CreateBackupStream = backup::Steps;

    async fn create_backup(
        &self,
        request: Request<wire::CreateBackupRequest>,
    ) -> Answer<backup::Steps> {
        check_caller(&request)?;
        backup::create(&self.0, &request.into_inner())
    }
}

impl Door {
    async fn status(&self, partition: u32) -> Result<broker_api::PartitionStatus, Status> {
        let pending = self.0.broker.status(partition);
        let intent = CommandIntent::Unspecified;
        let waited = tokio::time::timeout(self.0.waits.command, pending).await;
        let late = |_| {
            let text = format!("Partition {partition} did not answer in time.");
            refusal::status(Code::DeadlineExceeded, &text)
        };
        waited.map_err(late)?.map_err(|it| refusal::of_refusal(&it, intent))
    }

    async fn change(
        &self,
        partition: u32,
        envelope: Envelope,
        change: SettingsChange,
    ) -> Result<Vec<wire::Setting>, Status> {
        let intent = CommandIntent::SettingsChange;
        let body = CommandBody::ChangeSettings(change);
        match call::submit(&self.0, partition, envelope, intent, body).await? {
            Reply::Settings(now) => Ok(settings(&now)),
            other => Err(reply::unexpected(&other)),
        }
    }
}

/// One change out of all named settings; the first that is wrong refuses them all.
fn change(settings: &[wire::Setting]) -> Result<SettingsChange, Status> {
    if settings.is_empty() {
        return Err(refusal::invalid("No setting is named. Name at least one with its value."));
    }
    let mut bytes = Vec::new();
    for it in settings {
        let one = SettingsChange::parse(&it.name, &it.value).map_err(refusal::invalid)?;
        one.encode(&mut bytes);
    }
    // Messages merge by standing one after the other: each change holds one field.
    SettingsChange::from_bytes(&bytes).map_err(|error| refusal::invalid(error.to_string()))
}

fn settings(settings: &record::Settings) -> Vec<wire::Setting> {
    let setting = |(name, value): (&str, String)| wire::Setting { name: name.to_owned(), value };
    settings.list().into_iter().map(setting).collect()
}

fn partition_status(it: &broker_api::PartitionStatus) -> wire::PartitionStatus {
    let role = if it.is_leader { wire::Role::Leader } else { wire::Role::Follower };
    wire::PartitionStatus {
        partition_id: it.partition,
        term: it.term,
        role: role.into(),
        applied_index: it.applied_index,
        last_position: it.last_position,
        logic_version: it.logic,
        state_hash: it.state_hash,
        output_hash: it.output_hash,
        log_time: it.now,
        active_instances: it.instances,
        open_incidents: it.incidents,
        checkpoint_index: it.checkpoint_index,
        logic_version_known: it.logic_known,
    }
}

//! `CreateBackup`: the steps of a backup, until it is complete or refused.

use std::pin::Pin;
use std::task::{Context, Poll};

use broker_api::{BackedUp, BackupRequest, BackupStep, BackupSteps};
use futures_util::Stream;
use proto::admin as wire;
use record::CommandIntent;
use tonic::{Response, Status};

use super::service::{Answer, Service};
use crate::refusal;

/// The steps of a backup. The backup stops when it is dropped, as it is when the client goes away.
#[derive(Debug)]
pub(super) struct Steps(BackupSteps);

/// Begins a backup.
pub(super) fn create(service: &Service, request: &wire::CreateBackupRequest) -> Answer<Steps> {
    if request.backup_id == 0 {
        return Err(refusal::invalid("A backup needs an id, a number from 1 on."));
    }
    let request = BackupRequest { folder: request.folder.clone().into(), id: request.backup_id };
    Ok(Response::new(Steps(service.broker.back_up(request))))
}

impl Stream for Steps {
    type Item = Result<wire::BackupProgress, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx).map(|step| {
            let step = step?;
            Some(
                step.map(progress)
                    .map_err(|refused| refusal::of_refusal(&refused, CommandIntent::Unspecified)),
            )
        })
    }
}

fn progress(step: BackupStep) -> wire::BackupProgress {
    wire::BackupProgress {
        backup_id: step.id,
        done_bytes: step.done_bytes,
        total_bytes: step.total_bytes,
        partitions: step.finished.unwrap_or_default().iter().map(partition).collect(),
    }
}

fn partition(it: &BackedUp) -> wire::PartitionBackup {
    wire::PartitionBackup {
        partition_id: it.partition,
        index: it.index,
        last_position: it.last_position,
        state_hash: it.state_hash,
        active_instances: it.instances,
        bytes: it.bytes,
    }
}

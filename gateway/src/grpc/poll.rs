//! `ActivateJobs`: hands out jobs, waiting for the first.

use broker_api::{Broker, JobBatch};
use futures_util::Stream;
use proto::gateway as wire;
use record::{Activation, CommandIntent, PartitionId};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tonic::{Request, Response, Status};

use super::delivery::{OnTheWay, Turn};
use super::oversize;
use super::service::{Answer, Service};
use crate::convert::job::Batch;
use crate::convert::{command, deadline, envelope, job};
use crate::refusal;

/// Asks the broker for jobs and sends them in messages within the limit.
///
/// When the client goes away during the wait, this future is dropped and the broker's with it.
pub(super) async fn activate_jobs(
    service: &Service,
    request: Request<wire::ActivateJobsRequest>,
) -> Answer<Batches> {
    let envelope = envelope::of(request.metadata())?;
    let deadline = deadline::of(request.metadata().as_ref());
    let request = request.into_inner();
    let wait = deadline::wait(request.request_timeout, service.waits.poll, deadline);
    let pending = service.broker.activate_jobs(command::poll(&request, envelope, wait)?);
    let found = tokio::select! {
        biased;
        found = pending => {
            found.map_err(|it| refusal::of_refusal(&it, CommandIntent::JobBatchActivate))?
        }
        () = service.stopping.cancelled() => JobBatch::default(),
    };
    let (batches, too_large) = job::batches(&found.jobs);
    for (activation, size_bytes) in too_large {
        oversize::park(service, activation.job, size_bytes);
    }
    Ok(Response::new(Batches::new(Arc::clone(&service.broker), batches)))
}

/// The messages of one poll. What the transport has not taken when it is dropped is given back.
#[derive(Debug)]
pub(crate) struct Batches {
    broker: Arc<dyn Broker>,
    waiting: std::vec::IntoIter<Batch>,
    on_the_way: OnTheWay<Vec<Activation>>,
}

impl Batches {
    fn new(broker: Arc<dyn Broker>, batches: Vec<Batch>) -> Self {
        Self { broker, waiting: batches.into_iter(), on_the_way: OnTheWay::default() }
    }
}

impl Stream for Batches {
    type Item = Result<wire::ActivateJobsResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.on_the_way.turn(cx) == Turn::NotYet {
            return Poll::Pending;
        }
        let Some(batch) = self.waiting.next() else {
            return Poll::Ready(None);
        };
        self.on_the_way.hand(batch.activations);
        Poll::Ready(Some(Ok(batch.message)))
    }
}

impl Drop for Batches {
    fn drop(&mut self) {
        let mut lost: BTreeMap<PartitionId, Vec<Activation>> = BTreeMap::new();
        let on_the_way = self.on_the_way.lost().into_iter();
        for activation in on_the_way.chain(self.waiting.by_ref().map(|it| it.activations)).flatten()
        {
            lost.entry(activation.job.partition()).or_default().push(activation);
        }
        for (partition, activations) in lost {
            tracing::debug!(partition, jobs = activations.len(), "a poll's client is gone");
            self.broker.yield_jobs(partition, activations);
        }
    }
}

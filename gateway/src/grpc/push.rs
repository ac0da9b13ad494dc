//! `StreamActivatedJobs`: pushes jobs to a worker, no faster than its transport takes them.
//!
//! Each stream has credit in the broker's state: so many jobs may be under way to it. What the
//! transport has taken is credited anew, in portions. A client that does not read therefore gets
//! what its transport buffers, then the credit, and then nothing more; and jobs do not wait behind
//! it either: [`Lanes::relieve`] gives back what a stuck stream cannot take, within a second.

use broker_api::JobStream;
use futures_util::Stream;
use proto::gateway as wire;
use record::{ActivatedJob, CommandIntent};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio_util::sync::WaitForCancellationFutureOwned;
use tonic::{Code, Request, Response, Status};

use super::delivery::{OnTheWay, Turn};
use super::oversize;
use super::service::{Answer, Service};
use crate::convert::{command, envelope, job};
use crate::limits::{MESSAGE_SIZE_MAX, STREAM_CREDIT};
use crate::refusal;

/// Credit is given anew when so much has been spent; the rest keeps the stream busy meanwhile.
const CREDIT_PORTION: u32 = STREAM_CREDIT / 2;

/// How often stuck streams are looked for. A job waits at most two rounds.
const RELIEF_INTERVAL: Duration = Duration::from_millis(400);

/// Opens a job stream.
pub(super) async fn stream_activated_jobs(
    service: &Service,
    request: Request<wire::StreamActivatedJobsRequest>,
) -> Answer<Push> {
    let envelope = envelope::of(request.metadata())?;
    let request = command::stream(request.get_ref(), envelope)?;
    let pending = service.broker.open_stream(request);
    let waited = tokio::time::timeout(service.waits.command, pending).await;
    let on_timeout = |_| {
        let text = "The stream could not be opened in time. Try again.";
        refusal::status(Code::Unavailable, text)
    };
    let opened = waited
        .map_err(on_timeout)?
        .map_err(|it| refusal::of_refusal(&it, CommandIntent::JobStreamOpen))?;
    let lane = service.lanes.add(opened);
    let stopping = Box::pin(service.stopping.clone().cancelled_owned());
    Ok(Response::new(Push { service: service.clone(), lane, stopping }))
}

/// The jobs of one stream. What the transport has not taken when it is dropped is given back.
#[derive(Debug)]
pub(crate) struct Push {
    service: Service,
    lane: Arc<Lane>,
    stopping: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Stream for Push {
    type Item = Result<wire::ActivatedJob, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let mut lane = this.lane.lock();
        let Some(lane) = lane.as_mut() else {
            return Poll::Ready(None);
        };
        if !lane.turn(cx) {
            return Poll::Pending;
        }
        if this.stopping.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        while let Poll::Ready(next) = lane.stream.jobs.poll_recv(cx) {
            let Some(pushed) = next else {
                let text = "The stream's partition has a new leader. Open the stream again.";
                return Poll::Ready(Some(Err(refusal::status(Code::Unavailable, text))));
            };
            let message = job::job(&pushed);
            let size_bytes = job::size_bytes(&message);
            if size_bytes > MESSAGE_SIZE_MAX {
                lane.spend(1);
                oversize::park(&this.service, pushed.key, size_bytes);
                continue;
            }
            lane.on_the_way.hand(pushed);
            return Poll::Ready(Some(Ok(message)));
        }
        Poll::Pending
    }
}

impl Drop for Push {
    fn drop(&mut self) {
        let Some(mut open) = self.lane.lock().take() else {
            return;
        };
        if let Some(lost) = open.on_the_way.lost() {
            open.stream.control.give_back(&lost);
        }
        // Dropping the broker's stream closes it and gives back the jobs still inside.
    }
}

/// One open stream, shared with the relief of stuck streams.
#[derive(Debug)]
struct Lane(Mutex<Option<Open>>);

impl Lane {
    fn lock(&self) -> MutexGuard<'_, Option<Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The state of an open stream.
#[derive(Debug)]
struct Open {
    stream: JobStream,
    on_the_way: OnTheWay<ActivatedJob>,
    /// Credit that was spent and not yet given anew.
    spent: u32,
    /// Counts the questions of the transport.
    turns: u64,
    /// `turns` at the last round of relief, if jobs were waiting then.
    waiting_since: Option<u64>,
}

impl Open {
    /// The transport or the encoder asks. True if the next job may go.
    fn turn(&mut self, cx: &Context<'_>) -> bool {
        self.turns += 1;
        match self.on_the_way.turn(cx) {
            Turn::NotYet => return false,
            Turn::Next(Some(_taken)) => self.spent += 1,
            Turn::Next(None) => {}
        }
        self.spend(0);
        true
    }

    /// Spends credit, and asks for more when a portion is spent.
    ///
    /// Called when the transport asks only: while it does not, more credit would be wrong.
    fn spend(&mut self, count: u32) {
        self.spent += count;
        if self.spent >= CREDIT_PORTION {
            self.stream.control.add_credit(self.spent);
            self.spent = 0;
        }
    }

    /// Gives back the waiting jobs if the transport has not asked for a whole round.
    fn relieve(&mut self) {
        if self.stream.jobs.is_empty() {
            self.waiting_since = None;
        } else if self.waiting_since != Some(self.turns) {
            self.waiting_since = Some(self.turns);
        } else {
            while let Ok(stuck) = self.stream.jobs.try_recv() {
                self.stream.control.give_back(&stuck);
                self.spent += 1;
            }
        }
    }
}

/// All open streams.
#[derive(Debug, Default)]
pub(super) struct Lanes(Mutex<Vec<Weak<Lane>>>);

impl Lanes {
    fn add(&self, stream: JobStream) -> Arc<Lane> {
        let lane = Arc::new(Lane(Mutex::new(Some(Open {
            stream,
            on_the_way: OnTheWay::default(),
            spent: 0,
            turns: 0,
            waiting_since: None,
        }))));
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.push(Arc::downgrade(&lane));
        lane
    }

    /// One round: gives back the jobs that wait behind a transport that takes none.
    fn relieve(&self) {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.retain(|lane| {
            let Some(lane) = lane.upgrade() else {
                return false;
            };
            if let Some(open) = lane.lock().as_mut() {
                open.relieve();
            }
            true
        });
    }
}

/// Relieves stuck streams, round after round, until the server stops.
pub(super) async fn relief(service: Service) {
    let mut rounds = tokio::time::interval(RELIEF_INTERVAL);
    rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while service.stopping.run_until_cancelled(rounds.tick()).await.is_some() {
        service.lanes.relieve();
    }
}

//! Jobs handed out: by polls, and through streams.

use std::time::Duration;

use broker_api::{Broker as _, PollRequest, StreamRequest};
use tokio::sync::mpsc;

use super::envelope;
use crate::clients::{Answer, Heard, Stream, StreamOrder, Wish};
use crate::models::JOB_TYPES;
use crate::world::World;

impl World {
    pub(super) fn poll(&mut self) {
        let job_type = self.random.one_of(&JOB_TYPES);
        let wait_ms = self.random.one_of(&[0, 0, 50, 5_000]);
        let timeout_ms = self.random.one_of(&[100, 5_000, 60_000]);
        let jobs_max = self.random.one_of(&[1, 5, 50]);
        self.poll_for(job_type, jobs_max, timeout_ms, wait_ms);
    }

    /// Asks for jobs.
    pub fn poll_for(
        &mut self,
        job_type: &'static str,
        jobs_max: u32,
        timeout_ms: i64,
        wait_ms: u64,
    ) {
        let number = self.clients.ask(Wish::Poll(job_type), self.now_ms(), Some(wait_ms));
        let Some(broker) = self.node.broker().cloned() else { return };
        let inbox = self.clients.inbox.clone();
        let task = self.node.spawn(async move {
            let request = PollRequest {
                envelope: envelope(number),
                job_type: job_type.into(),
                worker: "poller".into(),
                timeout_ms,
                jobs_max,
                fetch_variables: Vec::new(),
                wait: Duration::from_millis(wait_ms),
            };
            let answer = broker.activate_jobs(request).await.map(Answer::Jobs);
            inbox.lock().push_back(Heard::Answer(number, answer));
        });
        self.clients.tasks.extend(task.map(|it| (number, it)));
    }

    pub(super) fn open_stream(&mut self) {
        let job_type = self.random.one_of(&JOB_TYPES);
        let credit = self.random.one_of(&[1, 4, 20]);
        let timeout_ms = self.random.one_of(&[100, 5_000, 60_000]);
        let number = self.clients.ask(Wish::Stream(job_type), self.now_ms(), Some(0));
        let Some(broker) = self.node.broker().cloned() else { return };
        let (orders, received) = mpsc::unbounded_channel();
        let stream = Stream { orders, credit: u64::from(credit), received: 0, returned: 0 };
        self.clients.streams.insert(number, stream);
        let inbox = self.clients.inbox.clone();
        let task = self.node.spawn(async move {
            let request = StreamRequest {
                envelope: envelope(number),
                job_type: job_type.into(),
                worker: "streamer".into(),
                timeout_ms,
                fetch_variables: Vec::new(),
                credit,
            };
            match broker.open_stream(request).await {
                Ok(stream) => {
                    inbox.lock().push_back(Heard::StreamOpened(number));
                    hold_stream(number, stream, received, &inbox).await;
                }
                Err(refusal) => {
                    inbox.lock().push_back(Heard::Answer(number, Err(refusal)));
                }
            }
            inbox.lock().push_back(Heard::StreamEnded(number));
        });
        self.clients.tasks.extend(task.map(|it| (number, it)));
    }

    pub(super) fn credit(&mut self) {
        let numbers: Vec<u64> = self.clients.streams.keys().copied().collect();
        let Some(number) = self.random.pick(&numbers) else { return };
        let Some(stream) = self.clients.streams.get_mut(number) else { return };
        let taken = stream.received - stream.returned;
        let count = u32::try_from(taken).unwrap_or(u32::MAX);
        stream.returned += taken;
        stream.credit += taken;
        // A stream that has ended takes no more orders.
        drop(stream.orders.send(StreamOrder::Credit(count)));
    }

    pub(super) fn close_stream(&mut self) {
        let numbers: Vec<u64> = self.clients.streams.keys().copied().collect();
        let Some(number) = self.random.pick(&numbers) else { return };
        if let Some(stream) = self.clients.streams.get(number) {
            drop(stream.orders.send(StreamOrder::Close));
        }
    }
}

async fn hold_stream(
    number: u64,
    mut stream: broker_api::JobStream,
    mut orders: mpsc::UnboundedReceiver<StreamOrder>,
    inbox: &crate::clients::Inbox,
) {
    loop {
        tokio::select! {
            biased;
            order = orders.recv() => match order {
                Some(StreamOrder::Credit(count)) => stream.control.add_credit(count),
                Some(StreamOrder::Close) | None => return,
            },
            job = stream.jobs.recv() => match job {
                Some(job) => inbox.lock().push_back(Heard::StreamJob(number, Box::new(job))),
                None => return,
            },
        }
    }
}

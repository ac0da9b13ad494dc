//! One task: as many instances per second as the server completes.

use crate::{model, process};
use hdrhistogram::Histogram;
use proto::gateway::gateway_client::GatewayClient;
use proto::gateway::{CompleteJobRequest, StreamActivatedJobsRequest};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, Semaphore, mpsc};
use tonic::transport::Channel;

/// Streams that workers hold; completions run beside them.
const STREAMS: usize = 4;

struct Shared {
    /// When the create request of an instance was sent, once its key is known.
    started: Mutex<HashMap<i64, Instant>>,
    permits: Arc<Semaphore>,
    finished: mpsc::UnboundedSender<(i64, Instant)>,
}

/// Runs the workload and prints what it measured.
pub(crate) async fn run(
    channel: Channel,
    in_flight: usize,
    time: Duration,
    pid: Option<u32>,
) -> anyhow::Result<()> {
    model::deploy(&channel).await?;
    let (finished, mut ends) = mpsc::unbounded_channel();
    let permits = Arc::new(Semaphore::new(in_flight));
    let started = Mutex::new(HashMap::new());
    let shared = Arc::new(Shared { started, permits, finished });
    let workers: Vec<_> =
        (0..STREAMS).map(|_| tokio::spawn(work(channel.clone(), shared.clone()))).collect();
    tokio::time::sleep(Duration::from_millis(300)).await;

    let cpu_before = pid.map(process::cpu).transpose()?;
    let begin = Instant::now();
    let creator = tokio::spawn(create(channel, shared.clone(), begin + time));
    let mut latencies = Histogram::<u64>::new(3)?;
    let mut last = begin;
    let mut completed = 0u32;
    loop {
        let next = tokio::time::timeout(Duration::from_secs(2), ends.recv()).await;
        let Ok(Some((instance, end))) = next else {
            if begin.elapsed() > time {
                break;
            }
            continue;
        };
        // The answer to the create request may come after the job.
        let start = loop {
            if let Some(start) = shared.started.lock().await.remove(&instance) {
                break start;
            }
            tokio::task::yield_now().await;
        };
        completed += 1;
        last = end;
        let micros = u64::try_from(end.duration_since(start).as_micros())?;
        latencies.record(micros.max(1))?;
    }
    creator.await??;
    workers.iter().for_each(tokio::task::JoinHandle::abort);
    let took = last.duration_since(begin).as_secs_f64();
    report(completed, took, &latencies);
    if let (Some(pid), Some(before)) = (pid, cpu_before) {
        let used = process::cpu(pid)?.saturating_sub(before);
        let each = used.as_secs_f64() * 1_000_000.0 / f64::from(completed.max(1));
        let memory = process::memory_kib(pid)?;
        eprintln!("server: {each:.0} us CPU per instance, {memory} KiB resident");
    }
    Ok(())
}

fn report(completed: u32, took: f64, latencies: &Histogram<u64>) {
    let at = |quantile| latencies.value_at_quantile(quantile);
    eprintln!(
        "{completed} instances completed in {took:.2} s: {:.0}/s",
        f64::from(completed) / took
    );
    eprintln!(
        "create to completed: p50 {} us, p99 {} us, p99.9 {} us, max {} us",
        at(0.5),
        at(0.99),
        at(0.999),
        latencies.max()
    );
}

async fn create(channel: Channel, shared: Arc<Shared>, until: Instant) -> anyhow::Result<()> {
    while Instant::now() < until {
        let permit = shared.permits.clone().acquire_owned().await?;
        let (channel, shared) = (channel.clone(), shared.clone());
        tokio::spawn(async move {
            let start = Instant::now();
            match GatewayClient::new(channel).create_process_instance(model::create()).await {
                Ok(created) => {
                    let key = created.into_inner().process_instance_key;
                    shared.started.lock().await.insert(key, start);
                    // Given back when the instance has completed.
                    permit.forget();
                }
                Err(status) => eprintln!("create: {status}"),
            }
        });
    }
    Ok(())
}

async fn work(channel: Channel, shared: Arc<Shared>) -> anyhow::Result<()> {
    let request = StreamActivatedJobsRequest {
        r#type: model::JOB_TYPE.into(),
        worker: "load".into(),
        timeout: 60_000,
        ..StreamActivatedJobsRequest::default()
    };
    let mut client = GatewayClient::new(channel.clone());
    let mut jobs = client.stream_activated_jobs(request).await?.into_inner();
    while let Some(job) = jobs.message().await? {
        let (mut client, shared) = (GatewayClient::new(channel.clone()), shared.clone());
        tokio::spawn(async move {
            let request = CompleteJobRequest { job_key: job.key, ..CompleteJobRequest::default() };
            match client.complete_job(request).await {
                // The receiver ends with the run.
                Ok(_) => drop(shared.finished.send((job.process_instance_key, Instant::now()))),
                Err(status) => eprintln!("complete: {status}"),
            }
            shared.permits.add_permits(1);
        });
    }
    Ok(())
}

//! Waiting instances: what each costs in memory.

use crate::{model, process};
use proto::gateway::gateway_client::GatewayClient;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Semaphore;
use tonic::transport::Channel;

/// Creates instances that nobody works on, and prints what it measured.
pub(crate) async fn run(
    channel: Channel,
    instances: u64,
    in_flight: usize,
    pid: Option<u32>,
) -> anyhow::Result<()> {
    model::deploy(&channel).await?;
    let before = pid.map(process::memory_kib).transpose()?;
    let permits = Arc::new(Semaphore::new(in_flight));
    let begin = Instant::now();
    for number in 0..instances {
        let permit = permits.clone().acquire_owned().await?;
        let mut client = GatewayClient::new(channel.clone());
        tokio::spawn(async move {
            if let Err(status) = client.create_process_instance(model::create()).await {
                eprintln!("create: {status}");
            }
            drop(permit);
        });
        if number % 10_000 == 9_999 {
            eprintln!("{} of {instances} created", number + 1);
        }
    }
    drop(permits.acquire_many(u32::try_from(in_flight)?).await?);
    let took = begin.elapsed().as_secs_f64();
    let rate = u32::try_from(instances).map_or(f64::INFINITY, f64::from) / took;
    eprintln!("{instances} instances created in {took:.2} s: {rate:.0}/s");
    if let (Some(pid), Some(before)) = (pid, before) {
        let after = process::memory_kib(pid)?;
        let each = after.saturating_sub(before) * 1024 / instances.max(1);
        eprintln!("server: {after} KiB resident, {each} bytes per waiting instance");
    }
    Ok(())
}

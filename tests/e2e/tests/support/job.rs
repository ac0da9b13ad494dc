//! Jobs as another client takes them: over gRPC, without our client.

use anyhow::{Context, Result};
use proto::gateway::gateway_client::GatewayClient;
use proto::gateway::{ActivateJobsRequest, ActivatedJob};
use tonic::transport::Channel;

/// Takes a job of a type for a minute, and waits ten seconds for it.
pub(crate) async fn next_job(
    client: &mut GatewayClient<Channel>,
    job_type: &str,
) -> Result<ActivatedJob> {
    let request = ActivateJobsRequest {
        r#type: job_type.to_owned(),
        worker: "test".to_owned(),
        timeout: 60_000,
        max_jobs_to_activate: 1,
        request_timeout: 10_000,
        ..Default::default()
    };
    let mut answers = client.activate_jobs(request).await?.into_inner();
    let answer = answers.message().await?.context("no job came")?;
    answer.jobs.into_iter().next().context("an empty answer")
}

//! Load on a running server: the workloads of `docs/performance.md`.
//!
//! ```text
//! creators ──▶ CreateProcessInstance ──▶ server ──▶ StreamActivatedJobs ──▶ workers
//!     ▲                                    ▲                                   │
//!     └── one more may begin ◀── completed └──────── CompleteJob ◀─────────────┘
//! ```
//!
//! What counts is instances *completed*, and the time from the create request to the answer of the
//! last completion. The server's CPU and memory are read from `/proc` if its process id is given.

mod model;
mod one_task;
mod process;
mod waiting;

use clap::{Parser, Subcommand};
use std::time::Duration;

/// Load on a running server.
#[derive(Debug, Parser)]
struct Options {
    /// The server's gRPC address.
    #[arg(long, default_value = "http://127.0.0.1:26500")]
    address: String,
    /// The server's process id, to report its CPU time and memory.
    #[arg(long)]
    pid: Option<u32>,
    #[command(subcommand)]
    workload: Workload,
}

#[derive(Debug, Subcommand)]
enum Workload {
    /// Start, one service task, end; a payload of 14 variables in 460 bytes.
    OneTask {
        /// Instances under way at the same time.
        #[arg(long, default_value_t = 64)]
        in_flight: usize,
        /// How long.
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
    /// The same instances, that nobody works on.
    Waiting {
        /// How many.
        #[arg(long, default_value_t = 100_000)]
        instances: u64,
        /// Requests under way at the same time.
        #[arg(long, default_value_t = 64)]
        in_flight: usize,
    },
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let channel = tonic::transport::Endpoint::from_shared(options.address.clone())?
            .connect_timeout(Duration::from_secs(5))
            .connect()
            .await?;
        match options.workload {
            Workload::OneTask { in_flight, seconds } => {
                let time = Duration::from_secs(seconds);
                one_task::run(channel, in_flight, time, options.pid).await
            }
            Workload::Waiting { instances, in_flight } => {
                waiting::run(channel, instances, in_flight, options.pid).await
            }
        }
    })
}

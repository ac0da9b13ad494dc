//! The server: a node, a gateway in front of it, and their orderly end.

use crate::config::{Clock, Config, LogFormat};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use broker::RunningNode;
use std::cell::Cell;
use std::io::IsTerminal as _;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// Serves until SIGTERM or Ctrl-C.
pub(crate) fn run(config: &Config, output: &mut Output) -> Result<(), Failure> {
    start_log(config.log_format);
    refuse_huge_pages();
    let addresses = [config.grpc_addr, config.http_addr];
    if let Some(open) = addresses.iter().find(|it| !it.ip().is_loopback()) {
        tracing::warn!(
            address = %open,
            "the server listens beyond this machine, and nobody is asked who they are: every \
             caller may do everything"
        );
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| failed("start the server's threads", &error))?;
    runtime.block_on(serve(config, output))
}

/// Takes memory page by page. The kernel clears a huge page at once, while whoever touched it waits:
/// the engine, for up to 8 ms on a virtual machine, which is more than an entry may take
/// (`docs/performance.md`).
fn refuse_huge_pages() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::debug!(%error, "the kernel may give huge pages");
    }
}

/// Logs on stderr; `RUST_LOG` chooses what.
fn start_log(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,openraft=error,raft_log=error,sled=error"));
    let is_colored = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(is_colored)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

fn failed(action: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Exit::Unexpected, format!("Could not {action}: {error}"))
}

/// An error with its causes, as one sentence.
fn sentence(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let reason = error.to_string();
        // Some errors say what their cause says.
        if !text.contains(&reason) {
            text.push_str(": ");
            text.push_str(&reason);
        }
        cause = error.source();
    }
    if !text.ends_with('.') {
        text.push('.');
    }
    text
}

fn node_config(config: &Config) -> broker::Config {
    let mut node = broker::Config::new(config.data.clone());
    node.node_id = config.node_id;
    node.clock_is_controllable = config.clock == Clock::Controllable;
    node.limits.commands_in_flight_max = u64::from(config.limits.commands_in_flight_max);
    node.limits.answers_awaited_max = u64::from(config.limits.answers_awaited_max);
    node.limits.polls_parked_max = u64::from(config.limits.polls_parked_max);
    node.limits.disk_free_min_bytes = config.limits.free_disk_min_bytes;
    node.checkpoints.interval = config.limits.checkpoint_interval;
    node.checkpoints.log_bytes = config.limits.checkpoint_log_bytes;
    node.checkpoints.base_bytes = config.limits.checkpoint_base_bytes;
    node.files.log_bytes = usize::try_from(config.limits.log_file_bytes).unwrap_or(usize::MAX);
    node.files.record_bytes = config.limits.record_file_bytes;
    node
}

async fn serve(config: &Config, output: &mut Output) -> Result<(), Failure> {
    // Both are listened to from the start, so that a signal during recovery is not lost.
    let signals = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    let (Ok(mut terminate), Ok(mut interrupt)) = signals else {
        let text = "The operating system does not let the server listen to signals.";
        return Err(Failure::new(Exit::Unexpected, text));
    };
    let node = RunningNode::start(node_config(config))
        .await
        .map_err(|error| Failure::new(Exit::Refused, sentence(&error)))?;
    let stop = CancellationToken::new();
    let gateway = gateway::Config::new(config.grpc_addr, config.http_addr);
    let running = gateway::serve(gateway, node.broker(), stop.clone())
        .await
        .map_err(|error| Failure::new(Exit::Refused, error.to_string()))?;
    node.set_grpc_address(running.grpc_addr);
    let (grpc, http) = (running.grpc_addr, running.http_addr);

    let was_ready = Cell::new(false);
    let until_told =
        until_told(&node, (grpc, http), &was_ready, output, (&mut terminate, &mut interrupt));
    let result = tokio::select! {
        result = until_told => result,
        reason = node.failed() => {
            // What a log holds is known when it was read: such a folder is refused as any other.
            let exit = if was_ready.get() { Exit::Unexpected } else { Exit::Refused };
            Err(Failure::new(exit, reason))
        }
    };
    stop.cancel();
    if let Err(error) = running.stopped().await {
        tracing::warn!(%error, "the gateway did not stop cleanly");
    }
    if result.is_ok() {
        node.shut_down().await;
        tracing::info!("stopped");
    }
    result
}

/// Says when commands can commit, then waits for a signal.
async fn until_told(
    node: &RunningNode,
    (grpc, http): (std::net::SocketAddr, std::net::SocketAddr),
    was_ready: &Cell<bool>,
    output: &mut Output,
    (terminate, interrupt): (&mut Signal, &mut Signal),
) -> Result<(), Failure> {
    let told = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    tokio::pin!(told);
    tokio::select! {
        () = node.ready() => was_ready.set(true),
        () = &mut told => return Ok(()),
    }
    output.line(&format!("ready grpc={grpc} http={http}"))?;
    output.flush()?;
    told.await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[derive(Debug, thiserror::Error)]
    #[error("open the log")]
    struct Opening(#[source] std::io::Error);

    #[derive(Debug, thiserror::Error)]
    #[error("partition 1: {source}")]
    struct Starting {
        source: Opening,
    }

    #[test]
    fn a_refused_start_names_every_cause_once_and_ends_as_a_sentence() {
        let source = Opening(std::io::Error::other("no space"));
        assert_eq!(sentence(&Starting { source }), "partition 1: open the log: no space.");
        assert_eq!(sentence(&std::io::Error::other("Refused.")), "Refused.");
    }
}

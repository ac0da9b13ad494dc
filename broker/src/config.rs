//! How a node is set up. What `apply` uses is not here: it is replicated state.

use std::path::PathBuf;
use std::time::Duration;

/// How a node is set up.
#[derive(Debug, Clone)]
pub struct Config {
    /// The data folder.
    pub data: PathBuf,
    /// The number of this node.
    pub node_id: u32,
    /// Whether the test clock may be moved.
    pub clock_is_controllable: bool,
    /// Limits of this node.
    pub limits: Limits,
    /// When checkpoints are taken.
    pub checkpoints: Checkpoints,
    /// How large files become.
    pub files: FileSizes,
    /// The newest logic version that the engine knows.
    pub logic: u32,
}

/// Limits of a node. Each is named in the refusal when it is reached.
#[derive(Debug, Clone)]
pub struct Limits {
    /// `commands-in-flight-max`: commands that were not carried out yet.
    pub commands_in_flight_max: u64,
    /// `answers-awaited-max`: about so many requests, whose command was carried out, wait for what
    /// others do: for the result of an instance, or for the listeners of a user task.
    pub answers_awaited_max: u64,
    /// `polls-parked-max`: job polls that wait for a job.
    pub polls_parked_max: u64,
    /// `message-size-max`: bytes of one command.
    pub message_size_max_bytes: u64,
    /// `free-disk-min-bytes`: bytes that must stay free on the disk of the data folder.
    pub disk_free_min_bytes: u64,
}

/// When checkpoints are taken: whichever comes first.
#[derive(Debug, Clone)]
pub struct Checkpoints {
    /// This long after the last one, if anything changed.
    pub interval: Duration,
    /// After so many bytes of log.
    pub log_bytes: u64,
    /// `checkpoint-base-bytes`: what they are folded into is written anew when it uses more on disk
    /// than this, and most of that is of rows that are gone.
    pub base_bytes: u64,
}

/// How large files become before the next one begins: space is freed file by file.
#[derive(Debug, Clone)]
pub struct FileSizes {
    /// `log-file-bytes`: a file of the log. The entries of the open one stay in memory.
    pub log_bytes: usize,
    /// `record-file-bytes`: a segment of records.
    pub record_bytes: u64,
}

impl Config {
    /// The usual set-up of a node over a data folder.
    pub fn new(data: PathBuf) -> Self {
        Self {
            data,
            node_id: 0,
            clock_is_controllable: false,
            limits: Limits {
                commands_in_flight_max: 4_096,
                answers_awaited_max: 65_536,
                polls_parked_max: 10_000,
                message_size_max_bytes: 4 << 20,
                disk_free_min_bytes: 256 << 20,
            },
            checkpoints: Checkpoints {
                interval: Duration::from_mins(1),
                log_bytes: 64 << 20,
                base_bytes: 16 << 20,
            },
            files: FileSizes { log_bytes: 16 << 20, record_bytes: 64 << 20 },
            logic: record::LOGIC,
        }
    }
}

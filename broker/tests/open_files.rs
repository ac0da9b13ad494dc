//! Starts of a process that may open only so many files. The limit is of the whole process, so
//! each start is one of its own: this program runs itself.
//!
//! No other test that opens a data folder belongs here: until it runs its program, a new process has
//! the locks of this one, also of a folder that was closed since.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/message.rs"]
mod message;
mod support;

use broker::{Config, Node};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder that the process started for one limit is to open.
const DATA: &str = "BATON_TEST_DATA";
/// What begins its answer.
const ANSWER: &str = "the start: ";

/// A start must need more files than this, and do with fewer than [`ENOUGH`].
const FEW: u32 = 10;
const ENOUGH: u32 = 64;

/// Answers for one limit. Without a folder there is nothing to do: it was not started for one.
#[tokio::test]
async fn one_start() {
    let Some(data) = std::env::var_os(DATA).map(PathBuf::from) else { return };
    let answer = match Node::start(Config::new(data)).await {
        Ok(_) => "ready".to_owned(),
        Err(error) => {
            let mut sentence = error.to_string();
            let mut cause = std::error::Error::source(&error);
            while let Some(error) = cause {
                sentence = format!("{sentence}: {error}");
                cause = error.source();
            }
            sentence
        }
    };
    println!("{ANSWER}{answer}");
    // What is half open need not be closed in order.
    std::process::exit(0);
}

fn start_with(open_files: u32, data: &Path) -> String {
    let output = Command::new("sh")
        .args(["-c", "ulimit -n $1 && shift && exec \"$@\"", "sh"])
        .arg(open_files.to_string())
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "one_start", "--nocapture", "--test-threads=1"])
        .env(DATA, data)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let answer = told.lines().find_map(|it| it.split_once(ANSWER));
    let answer = answer.map(|(_, it)| it.to_owned());
    answer
        .unwrap_or_else(|| format!("no answer: {told} {}", String::from_utf8_lossy(&output.stderr)))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_with_too_few_open_files_says_so_and_needs_no_backup() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let node = support::start(&Config::new(data.clone())).await;
    for _ in 0..5 {
        support::submit(&node, message::message()).await;
    }
    node.shut_down().await;
    drop(node);
    let mut refused = 0;
    for open_files in FEW..ENOUGH {
        let copy = folder.path().join(open_files.to_string());
        support::copy_folder(&data, &copy);
        let answer = start_with(open_files, &copy);
        if answer == "ready" {
            break;
        }
        // With still fewer files not even the process begins.
        if answer.starts_with("no answer") && refused == 0 {
            continue;
        }
        refused += 1;
        let says_so = answer.contains("Too many open files (os error 24)")
            && answer.contains("Raise the limit of open files (ulimit -n), then start again.");
        assert!(says_so && !answer.contains("ackup"), "with {open_files}: {answer}");
        // Nothing is lost: the same folder starts.
        assert_eq!(start_with(ENOUGH, &copy), "ready", "after {answer}");
    }
    assert!(refused > 3, "{refused} starts with too few files");
}

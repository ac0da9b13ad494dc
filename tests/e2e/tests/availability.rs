//! When a server calls itself ready, and what those hear who wait when it goes.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use baton_e2e::{Baton, Finished, Record, Server, finish, wait_for};

/// Longer than a start takes.
const START_MAX: Duration = Duration::from_secs(3);
/// A server that stops for those who wait takes no longer than without them.
const STOP_MAX: Duration = Duration::from_secs(4);

#[test]
fn a_server_that_would_refuse_every_command_does_not_call_itself_ready() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let minimum = u64::MAX.to_string();
    let mut server = baton.spawn(&mut baton.serve(&["--free-disk-min-bytes", &minimum]))?;
    ensure!(!server.is_ready(START_MAX)?, "it calls itself ready");
    let log = std::fs::read_to_string(baton.file("server.log"))?;
    ensure!(
        log.contains("commands cannot commit yet") && log.contains("free-disk-min-bytes"),
        "{log}"
    );
    server.kill()
}

/// Waits for the end of an instance that nobody works for, while `end` ends the server.
fn wait_while(
    baton: &Baton,
    server: Server,
    end: impl FnOnce(Server) -> Result<()>,
) -> Result<Finished> {
    baton.run(&server, &["deploy", &Baton::fixture("tests/fixtures/approval.bpmn")])?;
    let create = ["-o", "json", "instances", "create", "approval", "--wait"];
    let variables = ["--vars", r#"{"groups": ["boss"]}"#];
    let mut waiting: Command = baton.client(&server, &[&create[..], &variables].concat());
    thread::scope(|scope| {
        let waiting = scope.spawn(move || finish(&mut waiting));
        let is_created = |it: &Record| it.is("USER_TASK", "CREATED");
        let created = wait_for("instance that is waited for", || {
            Ok(baton.records()?.iter().any(is_created).then_some(()))
        });
        end(server)?;
        created?;
        match waiting.join() {
            Ok(finished) => finished,
            Err(_) => bail!("the thread that waits panicked"),
        }
    })
}

fn check(waited: &Finished, sentence: &str) -> Result<()> {
    ensure!(waited.code == Some(6), "{waited:?}");
    let error: serde_json::Value = serde_json::from_str(&waited.stderr)?;
    let error = &error["error"];
    ensure!(error["code"] == "ABORTED" && error["retryable"] == true, "{waited:?}");
    ensure!(error["message"].as_str().is_some_and(|it| it.contains(sentence)), "{waited:?}");
    Ok(())
}

#[test]
fn who_waits_when_the_server_is_killed_hears_that_the_connection_ended() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = baton.start(&[])?;
    let waited = wait_while(&baton, server, Server::kill)?;
    check(&waited, "The connection ended before the answer came")
}

#[test]
fn who_waits_when_the_server_stops_is_told_and_does_not_hold_it_up() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = baton.start(&[])?;
    let waited = wait_while(&baton, server, |mut server| {
        let process = server.process_id().to_string();
        ensure!(Command::new("kill").args(["-TERM", &process]).status()?.success(), "no signal");
        let asked = Instant::now();
        while server.ended()?.is_none() {
            ensure!(asked.elapsed() < STOP_MAX, "it does not stop while somebody waits");
            thread::sleep(Duration::from_millis(5));
        }
        ensure!(server.ended()?.is_some_and(|it| it.success()), "it did not stop cleanly");
        Ok(())
    })?;
    check(&waited, "The server is stopping.")
}

//! What the server refuses, each with one sentence that names the value at fault.

use std::fs;
use std::net::TcpListener;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use baton_e2e::{Baton, finish};
use broker::folder::{Identity, identify};
use broker::io::preamble::Kind;
use client::{Client, Code, OpenJobStream};

/// How the identity of a data folder begins.
const IDENTITY: Kind = Kind { magic: *b"BTNIDENT", version: 1 };

/// A folder that a server used and left.
fn used(baton: &Baton) -> Result<Identity> {
    baton.start(&[])?.kill()?;
    identify(&baton.data())?.context("the server left no identity")
}

/// Replaces the identity of the folder.
fn replace(baton: &Baton, kind: Kind, identity: &Identity) -> Result<()> {
    let mut bytes = Vec::new();
    kind.put(identity, &mut bytes);
    Ok(fs::write(baton.data().join("identity"), bytes)?)
}

/// A server with these arguments refuses to start, and the sentence contains all of `words`.
fn refuses(baton: &Baton, arguments: &[&str], words: &[&str]) -> Result<()> {
    let finished = finish(&mut baton.serve(arguments))?;
    ensure!(finished.stdout.is_empty(), "it said it was ready: {finished:?}");
    let sentence = finished.refusal()?;
    for word in words {
        ensure!(sentence.contains(word), "'{word}' is missing in: {sentence}");
    }
    ensure!(sentence.ends_with('.'), "no sentence: {sentence}");
    Ok(())
}

#[test]
fn a_folder_of_a_newer_format_is_refused() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let identity = used(&baton)?;
    replace(&baton, Kind { version: 2, ..IDENTITY }, &identity)?;
    let data = baton.data();
    refuses(&baton, &[], &["format version 2", "newer Baton", &data.to_string_lossy()])?;
    replace(&baton, IDENTITY, &identity)?;
    drop(baton.start(&[])?);
    Ok(())
}

#[test]
fn a_folder_of_a_newer_logic_is_refused() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let identity = used(&baton)?;
    // The folder notes the version of its log a moment after that: what this binary knows counts.
    let known = broker::Config::new(baton.data()).logic;
    let newer = Identity { logic: known + 1, ..identity.clone() };
    replace(&baton, IDENTITY, &newer)?;
    refuses(&baton, &[], &[&format!("logic version {}", newer.logic), "newer Baton"])?;
    replace(&baton, IDENTITY, &identity)?;
    drop(baton.start(&[])?);
    Ok(())
}

#[test]
fn a_folder_of_another_node_is_refused() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    used(&baton)?;
    refuses(&baton, &["--node-id", "3"], &["belongs to node 0", "node 3"])
}

#[test]
fn a_folder_that_another_process_writes_is_refused_and_can_be_read() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = baton.start(&[])?;
    baton.run(&server, &["deploy", &Baton::fixture("tests/fixtures/order.bpmn")])?;
    refuses(&baton, &[], &["already open for writing in another process"])?;
    ensure!(!baton.records()?.is_empty(), "readers take no lock");
    baton.run(&server, &["cluster", "status"])?;
    Ok(())
}

#[test]
fn a_folder_whose_partition_knows_another_node_is_refused() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let identity = used(&baton)?;
    replace(&baton, IDENTITY, &Identity { node_id: 1, ..identity })?;
    let as_other = ["--node-id", "1"];
    refuses(&baton, &as_other, &["holds partition 1 of node 0", "/owner'", "of node 1"])?;
    // As a folder of an older version, where nothing beside the log says whose it is.
    fs::remove_file(baton.data().join("partitions/1/owner"))?;
    refuses(&baton, &as_other, &["is of the nodes [0]", "this is node 1"])?;
    // Who was refused has not claimed it.
    let own = identify(&baton.data())?.context("the identity is gone")?;
    replace(&baton, IDENTITY, &Identity { node_id: 0, ..own })?;
    drop(baton.start(&[])?);
    ensure!(baton.data().join("partitions/1/owner").is_file(), "nothing says whose it is");
    Ok(())
}

#[test]
fn a_moved_clock_is_refused_without_the_flag() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let controllable = ["--clock", "controllable"];
    let server = baton.start(&controllable)?;
    server.add_to_clock(1_000)?;
    server.kill()?;
    refuses(&baton, &[], &["clock of this data folder was moved", "--clock controllable"])?;
    let server = baton.start(&controllable)?;
    server.reset_clock()?;
    server.kill()?;
    drop(baton.start(&[])?);
    Ok(())
}

#[test]
fn the_clock_of_a_server_without_the_flag_cannot_be_moved() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = baton.start(&[])?;
    let Err(error) = server.add_to_clock(1_000) else { bail!("the clock was moved") };
    ensure!(error.to_string().contains("--clock controllable"), "{error}");
    Ok(())
}

#[test]
fn an_address_beyond_this_machine_needs_the_flag() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    for option in ["--grpc-addr", "--http-addr"] {
        let finished = baton.offline(&["serve", option, "0.0.0.0:0"])?;
        let sentence = finished.refusal()?;
        ensure!(sentence.contains("0.0.0.0:0") && finished.code == Some(2), "{finished:?}");
        ensure!(finished.stderr.contains("--unprotected"), "{finished:?}");
    }
    ensure!(!baton.data().exists(), "a refused server leaves no folder");
    let free = ["--grpc-addr", "0.0.0.0:0", "--http-addr", "127.0.0.1:0", "--unprotected"];
    let mut open = baton.command(&["serve"]);
    drop(baton.start_as(open.args(free))?);
    let log = fs::read_to_string(baton.file("server.log"))?;
    ensure!(log.contains("WARN") && log.contains("beyond this machine"), "no warning: {log}");
    Ok(())
}

#[test]
fn a_port_in_use_is_refused() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?.to_string();
    for option in ["--grpc-addr", "--http-addr"] {
        let other = if option == "--grpc-addr" { "--http-addr" } else { "--grpc-addr" };
        let arguments = ["serve", option, &address, other, "127.0.0.1:0"];
        let finished = baton.offline(&arguments)?;
        let sentence = finished.refusal()?;
        ensure!(sentence.contains(&address), "{finished:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn more_streams_than_the_setting_allows_are_refused_by_its_name() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = baton.start(&[])?;
    baton.run(&server, &["cluster", "settings", "set", "streams_max=1"])?;
    let client = Client::connect(&server.grpc).await?;
    let open = || {
        let client = client.clone();
        let request = OpenJobStream {
            job_type: "work".to_owned(),
            worker: "e2e".to_owned(),
            timeout: Duration::from_mins(1),
            fetch_variables: Vec::new(),
        };
        // The head of the answer may come only with a job, so waiting for it may be refused too.
        async move { client.open_job_stream(request).await?.next().await.map(|_| ()) }
    };
    let first = tokio::spawn(open());
    let second = tokio::spawn(open());
    let ended = async {
        tokio::select! {
            ended = first => ended,
            ended = second => ended,
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(20), ended).await;
    let Err(error) = ended.context("both streams are open")?? else {
        bail!("a stream ended without a reason")
    };
    ensure!(error.code() == Some(Code::ResourceExhausted), "{error:?}");
    ensure!(error.to_string().contains("streams_max"), "{error}");
    Ok(())
}

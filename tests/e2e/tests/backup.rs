//! Backups and logic versions on the real binary: under load, killed, on a full disk, restored.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, ensure};
use baton_e2e::{Baton, Random, Server, finish, wait_for};
use client::{Client, CreateInstance};
use serde_json::{Value, json};

/// Keys that a restored node leaves out.
const KEYS_SKIPPED: i64 = 1 << 40;

fn deploy(baton: &Baton, server: &Server) -> Result<()> {
    baton.run(server, &["deploy", &Baton::fixture("tests/fixtures/one.bpmn")])?;
    Ok(())
}

/// Gives a backup so much to do that it can be caught at it: 16 MB of waiting messages, which no
/// compression makes small.
fn fill(baton: &Baton, server: &Server) -> Result<()> {
    let mut random = Random::new(1);
    let numbers: Vec<String> = (0..65_536).map(|_| format!("{:016x}", random.number())).collect();
    let file = baton.file("ballast.json");
    fs::write(&file, json!({ "ballast": numbers.concat() }).to_string())?;
    let variables = format!("@{}", file.to_string_lossy());
    for number in 0..16 {
        let key = number.to_string();
        let publish = ["messages", "publish", "ballast", "--key", &key, "--ttl", "1h"];
        baton.run(server, &[&publish[..], &["--vars", &variables]].concat())?;
    }
    Ok(())
}

async fn create(client: &Client) -> Result<i64> {
    let request = CreateInstance { variables: json!({"x": 1}), ..CreateInstance::latest("one") };
    Ok(client.create_instance(request).await?.instance)
}

/// `baton backup VERB …` on the folder of the test.
fn words<'a>(verb: &'a [&'a str], backups: &'a str) -> Vec<&'a str> {
    [&["backup"], verb, &["--backups", backups]].concat()
}

/// A backup command that needs no server and has to succeed.
fn offline(baton: &Baton, verb: &[&str], backups: &str) -> Result<Value> {
    let finished = baton.offline(&[&words(verb, backups)[..], &["-o", "json"]].concat())?;
    ensure!(finished.code == Some(0), "{verb:?}: {finished:?}");
    Ok(serde_json::from_str(&finished.stdout)?)
}

/// What a command that has to fail says.
fn refusal(command: &mut Command) -> Result<String> {
    Ok(finish(command)?.refusal()?.to_owned())
}

/// The state of the only backup, and why.
fn state(baton: &Baton, backups: &str) -> Result<(String, String)> {
    let list = offline(baton, &["list"], backups)?;
    let only = &list[0];
    let text = |name: &str| only[name].as_str().unwrap_or_default().to_owned();
    Ok((text("state"), text("reason")))
}

/// Starts a server on another data folder.
fn start_on(baton: &Baton, data: &Path) -> Result<Server> {
    let mut command = baton.serve(&[]);
    baton.start_as(command.env("BATON_DATA", data))
}

fn records(baton: &Baton, data: &Path) -> Result<Vec<String>> {
    let finished = finish(baton.command(&["records"]).env("BATON_DATA", data))?;
    ensure!(finished.code == Some(0), "{finished:?}");
    Ok(finished.stdout.lines().map(str::to_owned).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_is_restored_and_the_restored_server_goes_on() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let backups = baton.file("backups").to_string_lossy().into_owned();
    let server = baton.start(&["--checkpoint-interval", "1s"])?;
    deploy(&baton, &server)?;
    let is_over = Arc::new(AtomicBool::new(false));
    let mut loads = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let client = Client::connect(&server.grpc).await?;
        let is_over = is_over.clone();
        loads.spawn(async move {
            let mut created = Vec::new();
            while !is_over.load(Ordering::SeqCst) {
                created.push(create(&client).await?);
            }
            Ok::<_, anyhow::Error>(created)
        });
    }
    let mut made = Vec::new();
    for id in ["1", "2", "3"] {
        let before = baton.json(&server, &["cluster", "status"])?;
        made.push(baton.json(&server, &words(&["create", id], &backups))?);
        let after = baton.json(&server, &["cluster", "status"])?;
        let index = |it: &Value| it["partitions"][0]["appliedIndex"].as_u64();
        ensure!(index(&before) < index(&after), "commands wait while backup {id} is made");
    }
    is_over.store(true, Ordering::SeqCst);
    let mut handed_out = BTreeSet::new();
    while let Some(created) = loads.join_next().await {
        handed_out.extend(created??);
    }
    server.kill()?;
    let all = records(&baton, &baton.data())?;

    let list = offline(&baton, &["list"], &backups)?;
    let states: Vec<_> = list.as_array().context("a list")?.iter().map(|it| &it["state"]).collect();
    ensure!(states == ["complete"; 3], "{list}");
    for (id, made) in ["1", "2", "3"].into_iter().zip(&made) {
        let manifest = offline(&baton, &["verify", id], &backups)?;
        let part = &manifest["partitions"][0];
        ensure!(part["stateHash"] == made["partitions"][0]["stateHash"], "{manifest} {made}");
        let data = baton.file(&format!("restored-{id}"));
        let restored =
            offline(&baton, &["restore", id, "--data", &data.to_string_lossy()], &backups)?;
        ensure!(restored["manifest"]["partitions"][0]["stateHash"] == part["stateHash"]);
        ensure!(restored["clusterId"] != manifest["clusterId"], "{restored}");
        goes_on(&baton, &data, part, &all, &handed_out).await?;
    }
    Ok(())
}

/// A restored server has the state and records of the cut, hands out new keys, survives a kill.
async fn goes_on(
    baton: &Baton,
    data: &Path,
    part: &Value,
    all: &[String],
    handed_out: &BTreeSet<i64>,
) -> Result<()> {
    let last = usize::try_from(part["lastPosition"].as_u64().context("a position")?)?;
    ensure!(records(baton, data)? == all[..last], "the records up to the cut");
    let server = start_on(baton, data)?;
    let status = baton.json(&server, &["cluster", "status"])?;
    let status = &status["partitions"][0];
    ensure!(status["activeInstances"] == part["activeInstances"], "{status} {part}");
    let created = create(&Client::connect(&server.grpc).await?).await?;
    ensure!(!handed_out.contains(&created), "key {created} was handed out before");
    let newest = handed_out.last().context("instances")?;
    ensure!(created > newest + KEYS_SKIPPED / 2, "{created} {newest}");
    server.kill()?;
    let server = start_on(baton, data)?;
    create(&Client::connect(&server.grpc).await?).await?;
    drop(server);
    let found = records(baton, data)?;
    ensure!(found[..last] == all[..last] && found.len() > last, "a hole or other records");
    Ok(())
}

#[test]
fn a_backup_whose_server_is_killed_is_listed_as_failed() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let mut failed = 0;
    for round in 0..40 {
        let backups = baton.file(&format!("backups-{round}"));
        let folder = backups.to_string_lossy().into_owned();
        let server = baton.start(&[])?;
        if round == 0 {
            deploy(&baton, &server)?;
            fill(&baton, &server)?;
        }
        let mut creating = baton.client(&server, &words(&["create", "1"], &folder)).spawn()?;
        wait_for("beginning of the backup", || {
            Ok(backups.join("1/started").exists().then_some(()))
        })?;
        server.kill()?;
        let code = creating.wait()?.code();
        let (state, reason) = state(&baton, &folder)?;
        let verified = baton.offline(&words(&["verify", "1"], &folder))?;
        match state.as_str() {
            "complete" => ensure!(verified.code == Some(0), "{verified:?}"),
            "failed" => {
                ensure!(code != Some(0), "it said that it was done");
                ensure!(reason.contains("no 'manifest'"), "{reason}");
                ensure!(verified.refusal()?.contains("was never finished"), "{verified:?}");
                failed += 1;
            }
            other => anyhow::bail!("backup {round} is {other}"),
        }
        if failed == 5 {
            return Ok(());
        }
    }
    anyhow::bail!("only {failed} of 40 backups were killed in the middle")
}

/// A server whose writes to one file fail as if the disk were full.
fn on_a_full_disk(baton: &Baton, path: &Path) -> Command {
    let plain = baton.serve(&[]);
    let mut command = Command::new("strace");
    command.args(["-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=write,pwrite64", "-P"]);
    command.arg(path).args(["-e", "inject=write,pwrite64:error=ENOSPC"]);
    command.arg(plain.get_program()).args(plain.get_args()).env_clear();
    for (name, value) in plain.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command
}

#[test]
fn a_disk_that_fills_up_fails_the_backup_and_nothing_else() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    if Command::new("strace").arg("-V").output().is_err() {
        println!("skipped: strace is not installed");
        return Ok(());
    }
    let server = baton.start(&[])?;
    deploy(&baton, &server)?;
    drop(server);
    for (round, file) in
        ["partitions/1/records/00000000000000000001.seg", "manifest.tmp"].into_iter().enumerate()
    {
        let backups = baton.file(&format!("backups-{round}"));
        let folder = backups.to_string_lossy().into_owned();
        let server = baton.start_as(&mut on_a_full_disk(&baton, &backups.join("1").join(file)))?;
        let refused = refusal(&mut baton.client(&server, &words(&["create", "1"], &folder)))?;
        ensure!(refused.contains("No space left on device"), "{refused}");
        let (state, reason) = state(&baton, &folder)?;
        ensure!(state == "failed" && reason.contains("No space left"), "{state}: {reason}");
        let left = backups.join("1/partitions");
        ensure!(!left.exists(), "the space is given back");
        baton.run(&server, &["cluster", "status"])?;
        baton.run(&server, &["instances", "create", "one"])?;
        baton.run(&server, &words(&["create", "2"], &folder))?;
    }
    Ok(())
}

#[test]
fn what_cannot_be_is_refused_with_one_sentence() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let backups = baton.file("backups").to_string_lossy().into_owned();
    let server = baton.start(&[])?;
    let inside = baton.data().join("backups").to_string_lossy().into_owned();
    baton.run(&server, &words(&["create", "1"], &backups))?;
    let create = |id, folder| refusal(&mut baton.client(&server, &words(&["create", id], folder)));
    let refused = create("1", &inside)?;
    ensure!(refused.contains("lies inside the data folder"), "{refused}");
    let refused = create("1", &backups)?;
    ensure!(refused.contains("There is a backup 1 in"), "{refused}");
    let file = baton.file("server.log").to_string_lossy().into_owned();
    let refused = create("1", &file)?;
    ensure!(refused.starts_with("Could not") && refused.contains(&file), "{refused}");

    let offline = |verb: &[&str]| baton.offline(&words(verb, &backups));
    let used = baton.data().to_string_lossy().into_owned();
    let finished = offline(&["restore", "1", "--data", &used])?;
    ensure!(
        finished.code == Some(4) && finished.refusal()?.contains("is not empty"),
        "{finished:?}"
    );
    let finished = offline(&["verify", "9"])?;
    ensure!(finished.code == Some(3), "{finished:?}");

    // A byte that rots is named with its file, and nothing is restored.
    let rotten: PathBuf = fs::read_dir(Path::new(&backups).join("1/partitions/1"))?
        .filter_map(|it| it.ok().map(|it| it.path()))
        .find(|it| it.extension().is_some_and(|it| it == "delta"))
        .context("a checkpoint")?;
    let mut bytes = fs::read(&rotten)?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&rotten, bytes)?;
    let finished = offline(&["verify", "1"])?;
    let sentence = finished.refusal()?;
    let name = rotten.to_string_lossy();
    ensure!(sentence.contains(&*name) && sentence.contains("offset"), "{sentence}");
    let fresh = baton.file("fresh").to_string_lossy().into_owned();
    let finished = offline(&["restore", "1", "--data", &fresh])?;
    ensure!(finished.refusal()?.contains(&*name), "{finished:?}");
    ensure!(!Path::new(&fresh).join("identity").exists(), "nothing is restored");
    Ok(())
}

#[test]
fn the_logic_version_is_shown_and_raised_only_as_far_as_the_binary_knows() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = baton.start(&[])?;
    let shown = baton.json(&server, &["cluster", "logic", "show"])?;
    let number = |name: &str| shown[0][name].as_u64().context("a version");
    let (active, known) = (number("logicVersion")?, number("logicVersionKnown")?);
    ensure!(active == known, "a new folder begins with the newest version: {shown}");
    let raise = |to: u64| {
        let to = to.to_string();
        refusal(&mut baton.client(&server, &["cluster", "logic", "raise", &to]))
    };
    let refused = raise(known + 1)?;
    ensure!(refused.contains("Upgrade every node first"), "{refused}");
    let refused = raise(active)?;
    ensure!(refused.contains(&format!("is {active} already")), "{refused}");
    Ok(())
}

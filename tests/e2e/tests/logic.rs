//! A release that knows a newer logic version: it is raised from the command line, and the folder
//! then belongs to releases that know it.

use std::net::SocketAddr;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use baton_e2e::{Baton, Finished, finish};
use broker::RunningNode;
use tokio_util::sync::CancellationToken;

const NEWER: u32 = record::LOGIC + 1;

/// Runs a command of `baton cluster logic` while the server of this process goes on.
fn logic(baton: &Baton, address: SocketAddr, words: &[&str]) -> Result<Finished> {
    let address = address.to_string();
    let arguments = [&["cluster", "logic"], words, &["--address", &address]].concat();
    let mut command: Command = baton.command(&arguments);
    tokio::task::block_in_place(|| finish(&mut command))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_logic_version_is_raised_from_the_command_line() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let config = broker::Config { logic: NEWER, ..broker::Config::new(baton.data()) };
    let node = RunningNode::start(config).await?;
    let stop = CancellationToken::new();
    let any: SocketAddr = "127.0.0.1:0".parse()?;
    let gateway = gateway::Config::new(any, any);
    let running = gateway::serve(gateway, node.broker(), stop.clone()).await?;
    node.ready().await;

    let versions = |shown: &Finished| -> Result<Vec<u32>> {
        let line = shown.stdout.lines().nth(1).with_context(|| format!("{shown:?}"))?;
        line.split_whitespace().map(|it| it.parse().context("a number")).collect()
    };
    let before = logic(&baton, running.grpc_addr, &["show"])?;
    ensure!(versions(&before)? == [1, record::LOGIC, NEWER], "{before:?}");
    let raised = logic(&baton, running.grpc_addr, &["raise", &NEWER.to_string()])?;
    ensure!(raised.code == Some(0), "{raised:?}");
    let after = logic(&baton, running.grpc_addr, &["show"])?;
    ensure!(versions(&after)? == [1, NEWER, NEWER], "{after:?}");
    let again = logic(&baton, running.grpc_addr, &["raise", &NEWER.to_string()])?;
    ensure!(again.refusal()?.contains(&format!("is {NEWER} already")), "{again:?}");

    stop.cancel();
    running.stopped().await?;
    node.shut_down().await;
    drop(node);
    // The program under test is the older release now.
    let refused = tokio::task::block_in_place(|| finish(&mut baton.serve(&[])))?;
    let sentence = refused.refusal()?;
    ensure!(sentence.contains(&format!("logic version {NEWER}")), "{sentence}");
    ensure!(refused.code == Some(4), "{refused:?}");
    Ok(())
}

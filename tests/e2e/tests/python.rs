//! The example that drives Baton with pyzeebe does what it says.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use baton_e2e::{Baton, finish, wait_for};

#[test]
fn pyzeebe_takes_an_order_to_its_end() -> Result<()> {
    let Some(python) = std::env::var_os("BATON_PYTHON") else {
        println!("skipped: BATON_PYTHON is not set");
        return Ok(());
    };
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = baton.start(&[])?;
    let example = Baton::fixture("clients/examples/python/order.py");
    let finished = finish(Command::new(python).args([&example, &server.grpc]))?;
    ensure!(finished.code == Some(0), "{finished:?}");
    let lines: Vec<&str> = finished.stdout.lines().collect();
    ensure!(lines.len() == 3, "each job is done once: {finished:?}");
    ensure!(lines[0] == "order-1: 42 paid", "{finished:?}");
    ensure!(lines[1] == "order-1: fetched, paid is True", "{finished:?}");
    let key = lines[2]
        .strip_prefix("order-1: shipped, instance ")
        .and_then(|rest| rest.strip_suffix(" ends"))
        .with_context(|| format!("{finished:?}"))?;

    let shown = wait_for("end of the instance", || {
        let shown = baton.json(&server, &["instances", "show", key])?;
        Ok((shown["state"] == "completed").then_some(shown))
    })?;
    let variables = shown["variables"].as_array().context("no variables")?;
    let tracked =
        variables.iter().any(|it| it["name"] == "trackingId" && it["value"] == "T-order-1");
    ensure!(tracked, "{shown}");
    Ok(())
}

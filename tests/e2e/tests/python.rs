//! The example that drives Baton with pyzeebe does what it says, in all fates of an order.

use std::ffi::OsString;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use baton_e2e::{Baton, Finished, Record, Server, finish, wait_for};
use serde_json::Value;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What the example needs; none where it is skipped.
#[expect(clippy::print_stdout, reason = "a skipped test says why, and the gate counts that")]
fn stage() -> Result<Option<(OsString, Baton)>> {
    let Some(python) = std::env::var_os("BATON_PYTHON") else {
        println!("skipped: BATON_PYTHON is not set");
        return Ok(None);
    };
    Ok(Baton::of_environment()?.map(|baton| (python, baton)))
}

/// Runs the example to its end while `meanwhile` goes on; the lines that it printed, and the
/// instance as it is shown in the end.
fn run(
    fate: &str,
    meanwhile: impl FnOnce(&Baton, &Server) -> Result<()>,
) -> Result<Option<(Vec<String>, Value)>> {
    let Some((python, baton)) = stage()? else { return Ok(None) };
    let server = baton.start(&["--clock", "controllable"])?;
    let example = Baton::fixture("clients/examples/python/order.py");
    let mut command = Command::new(python);
    command.args([&example, &server.grpc, fate]);
    let finished: Finished = thread::scope(|scope| {
        let running = scope.spawn(|| finish(&mut command));
        let done = meanwhile(&baton, &server);
        match running.join() {
            Ok(finished) => done.with_context(|| format!("{finished:?}")).and(finished),
            Err(_) => bail!("the thread of the example panicked"),
        }
    })?;
    ensure!(finished.code == Some(0), "{finished:?}");
    let lines: Vec<String> = finished.stdout.lines().map(str::to_owned).collect();
    let last = lines.last().context("it printed nothing")?;
    let key = last
        .split_once("instance ")
        .and_then(|(_, rest)| rest.strip_suffix(" ends"))
        .with_context(|| format!("{finished:?}"))?;
    let shown = wait_for("end of the instance", || {
        let shown = baton.json(&server, &["instances", "show", key])?;
        Ok((shown["state"] == "completed").then_some(shown))
    })?;
    Ok(Some((lines.iter().map(|it| it.replace(key, "K")).collect(), shown)))
}

fn wait_for_record(baton: &Baton, what: &str, is_it: impl Fn(&Record) -> bool) -> Result<()> {
    wait_for(what, || Ok(baton.records()?.iter().any(&is_it).then_some(())))
}

/// Moves the clock to the reminder, once the payment is asked for.
fn pass_14_days(baton: &Baton, server: &Server) -> Result<()> {
    wait_for_record(baton, "payment to retrieve", |it| {
        it.is("JOB", "CREATED") && it.text("type") == "retrieve-payment"
    })?;
    server.add_to_clock(14 * DAY_MS)
}

fn has_tracking_id(shown: &Value, order: &str) -> bool {
    let variables = shown["variables"].as_array().map_or(&[][..], Vec::as_slice);
    let value = format!("T-{order}");
    variables.iter().any(|it| it["name"] == "trackingId" && it["value"] == value.as_str())
}

#[test]
fn pyzeebe_takes_an_order_to_its_end() -> Result<()> {
    let Some((lines, shown)) = run("paid", |_, _| Ok(()))? else { return Ok(()) };
    let expected = [
        "order-paid: placed",
        "order-paid: 42 paid",
        "order-paid: fetched, paid is True",
        "order-paid: shipped, instance K ends",
    ];
    ensure!(lines == expected, "{lines:?}");
    ensure!(has_tracking_id(&shown, "order-paid"), "{shown}");
    Ok(())
}

#[test]
fn pyzeebe_pays_an_order_when_the_customer_is_reminded() -> Result<()> {
    let Some((lines, shown)) = run("late", pass_14_days)? else { return Ok(()) };
    let expected = [
        "order-late: placed",
        "order-late: reminded",
        "order-late: 42 paid",
        "order-late: fetched, paid is True",
        "order-late: shipped, instance K ends",
    ];
    ensure!(lines == expected, "{lines:?}");
    ensure!(has_tracking_id(&shown, "order-late"), "{shown}");
    Ok(())
}

#[test]
fn pyzeebe_cancels_an_order_that_nobody_pays() -> Result<()> {
    let meanwhile = |baton: &Baton, server: &Server| {
        pass_14_days(baton, server)?;
        wait_for_record(baton, "reminder that was sent", |it| {
            it.is_of_element("ELEMENT_COMPLETED", "customer-reminded")
        })?;
        server.add_to_clock(7 * DAY_MS)
    };
    let Some((lines, shown)) = run("unpaid", meanwhile)? else { return Ok(()) };
    let expected = [
        "order-unpaid: placed",
        "order-unpaid: reminded",
        "order-unpaid: canceled, instance K ends",
    ];
    ensure!(lines == expected, "{lines:?}");
    ensure!(!has_tracking_id(&shown, "order-unpaid"), "{shown}");
    Ok(())
}

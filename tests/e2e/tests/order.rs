//! The order process in all its fates, driven from the command line as a user would.

use anyhow::{Context, Result, ensure};
use baton_e2e::{Baton, Record, Server, wait_for};
use serde_json::Value;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// A payment that succeeds.
const PAY: &str = r#"echo "{\"paid\": true}""#;

/// A server whose clock can be moved, with the order process deployed.
fn start(baton: &Baton) -> Result<Server> {
    let server = baton.start(&["--clock", "controllable"])?;
    baton.run(&server, &["deploy", &Baton::fixture("tests/fixtures/order.bpmn")])?;
    Ok(server)
}

/// Places an order, and returns the key of its instance.
fn place(baton: &Baton, server: &Server, order: &str) -> Result<i64> {
    let variables = format!(r#"{{"orderId": "{order}", "amount": 42}}"#);
    let publish = ["messages", "publish", "order placed", "--key", order, "--vars", &variables];
    baton.run(server, &publish)?;
    let is_it = |it: &Record| it.is("MESSAGE_START_EVENT_SUBSCRIPTION", "CORRELATED");
    let correlated = |it: &Record| is_it(it) && it.text("correlationKey") == order;
    wait_for("instance of the order", || {
        Ok(baton
            .records()?
            .iter()
            .find(|it| correlated(it))
            .map(|it| it.number("processInstanceKey")))
    })
}

/// Waits for a record of this instance.
fn wait_for_record(
    baton: &Baton,
    instance: i64,
    what: &str,
    is_it: impl Fn(&Record) -> bool,
) -> Result<Record> {
    let of_instance = |it: &Record| it.number("processInstanceKey") == instance;
    wait_for(what, || Ok(baton.records()?.into_iter().find(|it| of_instance(it) && is_it(it))))
}

fn wait_for_element(
    baton: &Baton,
    instance: i64,
    intent: &str,
    element_id: &str,
) -> Result<Record> {
    let what = format!("{element_id} {intent}");
    wait_for_record(baton, instance, &what, |it| it.is_of_element(intent, element_id))
}

fn show(baton: &Baton, server: &Server, instance: i64) -> Result<Value> {
    baton.json(server, &["instances", "show", &instance.to_string()])
}

/// The names of the elements where an instance is, sorted.
fn places(shown: &Value) -> Vec<&str> {
    let places = shown["places"].as_array().map_or(&[][..], Vec::as_slice);
    let mut names: Vec<_> = places.iter().filter_map(|it| it["name"].as_str()).collect();
    names.sort_unstable();
    names
}

/// How often a record of this kind is about an element of the instance.
fn count(baton: &Baton, instance: i64, is_it: impl Fn(&Record) -> bool) -> Result<usize> {
    let records = baton.records()?;
    Ok(records.iter().filter(|it| it.number("processInstanceKey") == instance && is_it(it)).count())
}

#[test]
fn an_order_that_is_paid_is_shipped() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = start(&baton)?;
    let instance = place(&baton, &server, "A1")?;
    let shown = show(&baton, &server, instance)?;
    ensure!(shown["state"] == "active" && places(&shown) == ["Retrieve payment"], "{shown}");

    let input = baton.file("input.json");
    let pay = format!("cat > '{}'; {PAY}", input.display());
    let _pay = baton.work(&server, "retrieve-payment", &pay)?;
    let _fetch = baton.work(&server, "fetch-inventory", "true")?;
    let _ship = baton.work(&server, "ship-order", r#"echo "{\"trackingId\": \"T7\"}""#)?;
    wait_for_element(&baton, instance, "ELEMENT_COMPLETED", "order")?;

    let input: Value = serde_json::from_str(&std::fs::read_to_string(input)?)?;
    ensure!(input == serde_json::json!({"orderId": "A1", "amount": 42}), "{input}");
    let shown = show(&baton, &server, instance)?;
    ensure!(shown["state"] == "completed", "{shown}");
    let path = shown["path"].as_array().context("no path")?;
    ensure!(path.iter().any(|it| it["name"] == "Order done"), "{shown}");
    let has = |name: &str, value: Value| {
        let variables = shown["variables"].as_array().map_or(&[][..], Vec::as_slice);
        variables.iter().any(|it| it["name"] == name && it["value"] == value)
    };
    ensure!(has("paid", true.into()) && has("trackingId", "T7".into()), "{shown}");
    Ok(())
}

#[test]
fn an_unpaid_order_is_reminded_after_14_days_and_goes_on() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = start(&baton)?;
    let instance = place(&baton, &server, "A2")?;
    server.add_to_clock(14 * DAY_MS - 60_000)?;
    baton.run(&server, &["cluster", "status"])?;
    let reminded = |it: &Record| it.is_of_element("ELEMENT_ACTIVATED", "remind-customer");
    ensure!(count(&baton, instance, reminded)? == 0, "the reminder came before 14 days");

    server.add_to_clock(60_000)?;
    wait_for_element(&baton, instance, "ELEMENT_ACTIVATED", "remind-customer")?;
    let shown = show(&baton, &server, instance)?;
    ensure!(places(&shown) == ["Remind customer", "Retrieve payment"], "{shown}");

    let _remind = baton.work(&server, "remind-customer", "true")?;
    wait_for_element(&baton, instance, "ELEMENT_COMPLETED", "customer-reminded")?;
    let shown = show(&baton, &server, instance)?;
    ensure!(shown["state"] == "active" && places(&shown) == ["Retrieve payment"], "{shown}");

    let _pay = baton.work(&server, "retrieve-payment", PAY)?;
    let _fetch = baton.work(&server, "fetch-inventory", "true")?;
    let _ship = baton.work(&server, "ship-order", "true")?;
    wait_for_element(&baton, instance, "ELEMENT_COMPLETED", "order")?;
    ensure!(count(&baton, instance, reminded)? == 1, "one reminder");
    Ok(())
}

#[test]
fn an_order_that_is_unpaid_for_21_days_is_canceled() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = start(&baton)?;
    let instance = place(&baton, &server, "A3")?;
    server.add_to_clock(14 * DAY_MS)?;
    wait_for_element(&baton, instance, "ELEMENT_ACTIVATED", "remind-customer")?;
    let _remind = baton.work(&server, "remind-customer", "true")?;
    wait_for_element(&baton, instance, "ELEMENT_COMPLETED", "customer-reminded")?;

    server.add_to_clock(7 * DAY_MS)?;
    wait_for_element(&baton, instance, "ELEMENT_TERMINATED", "retrieve-payment")?;
    let shown = show(&baton, &server, instance)?;
    ensure!(places(&shown) == ["Cancel order"], "{shown}");
    let is_it = |it: &Record| it.is("JOB", "CANCELED") && it.text("type") == "retrieve-payment";
    wait_for_record(&baton, instance, "canceled payment job", is_it)?;

    let _cancel = baton.work(&server, "cancel-order", "true")?;
    wait_for_element(&baton, instance, "ELEMENT_COMPLETED", "order-canceled")?;
    let shown = show(&baton, &server, instance)?;
    let path = shown["path"].as_array().context("no path")?;
    ensure!(shown["state"] == "completed", "{shown}");
    ensure!(path.iter().any(|it| it["name"] == "Order canceled"), "{shown}");
    ensure!(path.iter().all(|it| it["name"] != "Order done"), "{shown}");
    Ok(())
}

#[test]
fn a_payment_that_fails_for_good_is_an_incident_that_can_be_resolved() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = start(&baton)?;
    let instance = place(&baton, &server, "A4")?;
    let decline = r#"echo "the card was declined" >&2; exit 1"#;
    let worker = baton.work(&server, "retrieve-payment", decline)?;
    let is_incident = |it: &Record| it.is("INCIDENT", "CREATED");
    let incident = wait_for_record(&baton, instance, "incident", is_incident)?;
    drop(worker);
    let is_failure = |it: &Record| it.is("JOB", "FAILED");
    ensure!(count(&baton, instance, is_failure)? == 3, "one failure for each of three retries");

    let listed = baton.json(&server, &["incidents", "list"])?;
    let key = incident.key().to_string();
    ensure!(listed[0]["incidentKey"] == key.as_str(), "{listed}");
    ensure!(listed[0]["type"] == "JOB_NO_RETRIES", "{listed}");
    let message = listed[0]["message"].as_str().unwrap_or_default();
    ensure!(message.contains("the card was declined"), "{listed}");
    let shown = show(&baton, &server, instance)?;
    ensure!(shown["incidents"][0]["elementId"] == "retrieve-payment", "{shown}");

    let reason = "the customer has a new card: «Visa»";
    baton.run(&server, &["incidents", "resolve", &key, "--retries", "2", "--reason", reason])?;
    let is_resolved = |it: &Record| it.is("INCIDENT", "RESOLVED");
    let resolved = wait_for_record(&baton, instance, "resolved incident", is_resolved)?;
    ensure!(resolved.0["baton"]["caller"]["reason"] == reason, "{resolved:?}");
    ensure!(baton.json(&server, &["incidents", "list"])? == serde_json::json!([]));
    let _pay = baton.work(&server, "retrieve-payment", PAY)?;
    wait_for_element(&baton, instance, "ELEMENT_COMPLETED", "retrieve-payment")?;
    Ok(())
}

#[test]
fn a_killed_server_comes_back_with_everything_where_it_was() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = start(&baton)?;
    let waiting = place(&baton, &server, "A5")?;
    let reminded = place(&baton, &server, "A6")?;
    server.add_to_clock(14 * DAY_MS)?;
    wait_for_element(&baton, reminded, "ELEMENT_ACTIVATED", "remind-customer")?;
    let late = place(&baton, &server, "A7")?;
    let pay = ["jobs", "activate", "retrieve-payment", "--timeout", "1h"];
    let jobs = baton.json(&server, &pay)?;
    let job = jobs[0]["jobKey"].as_str().context("no job")?.to_owned();
    let oldest = waiting.to_string();
    ensure!(jobs[0]["processInstanceKey"] == oldest.as_str(), "the oldest first: {jobs}");
    let instances = [waiting, reminded, late];
    let before: Vec<Value> =
        instances.iter().map(|it| show(&baton, &server, *it)).collect::<Result<_>>()?;
    let status = baton.json(&server, &["cluster", "status"])?;
    server.kill()?;

    let server = baton.start(&["--clock", "controllable"])?;
    for (instance, before) in instances.iter().zip(before) {
        ensure!(show(&baton, &server, *instance)? == before, "{instance} moved: {before}");
    }
    let after = baton.json(&server, &["cluster", "status"])?;
    let (before, after) = (&status["partitions"][0], &after["partitions"][0]);
    ensure!(before["activeInstances"] == 3 && after["activeInstances"] == 3, "{before} {after}");
    // The activation survived with its worker, so its result counts.
    baton.run(&server, &["jobs", "complete", &job, "--var", "paid=true"])?;
    wait_for_element(&baton, waiting, "ELEMENT_ACTIVATED", "fetch-inventory")?;
    // The timers survived too: a week later two orders are three weeks old, one is not.
    server.add_to_clock(7 * DAY_MS)?;
    wait_for_element(&baton, reminded, "ELEMENT_ACTIVATED", "cancel-order")?;
    ensure!(places(&show(&baton, &server, late)?) == ["Retrieve payment"], "A7 is a week old");
    Ok(())
}

#[test]
fn a_reader_of_records_that_is_stopped_and_continued_sees_each_record_once() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = start(&baton)?;
    let mut seen: Vec<Record> = Vec::new();
    for round in 0..3 {
        let from = seen.last().map_or(1, |it| it.position() + 1);
        let follower = baton.follow(from)?;
        for order in 0..5 {
            place(&baton, &server, &format!("B{round}-{order}"))?;
        }
        seen.extend(follower.stop()?);
    }
    // The last stop may have come before the last lines; a reader that ends by itself has them.
    let all = baton.records()?;
    let rest = seen.last().map_or(0, Record::position);
    ensure!(rest > 0, "the reader printed nothing");
    seen.extend(all.iter().filter(|it| it.position() > rest).cloned());
    let expected = 1..=all.len() as u64;
    ensure!(seen.iter().map(Record::position).eq(expected), "positions are not dense");
    ensure!(seen.iter().zip(&all).all(|(one, other)| one.0 == other.0), "two readers differ");
    Ok(())
}

//! Decisions on the real server: deployed, evaluated by clients and by business rule tasks, with
//! their incidents, and still there after a kill.

use anyhow::{Context, Result, ensure};
use baton_e2e::{Baton, Server, finish, wait_for};
use serde_json::{Value, json};

const DMN: &str = "tests/fixtures/discount.dmn";
const BPMN: &str = "tests/fixtures/quote.bpmn";

fn deploy(baton: &Baton, server: &Server, path: &str) -> Result<Value> {
    baton.json(server, &["deploy", &Baton::fixture(path)])
}

fn evaluate(baton: &Baton, server: &Server, variables: &str) -> Result<Value> {
    baton.json(server, &["decisions", "evaluate", "discount", "--vars", variables])
}

/// Begins an instance and returns its key.
fn begin(baton: &Baton, server: &Server, variables: &str) -> Result<String> {
    let created = baton.json(server, &["instances", "create", "quote", "--vars", variables])?;
    Ok(created["processInstanceKey"].as_str().context("no key")?.to_owned())
}

/// The only incident of an instance.
fn incident(baton: &Baton, server: &Server, instance: &str) -> Result<Value> {
    wait_for("the incident", || {
        let incidents = baton.json(server, &["incidents", "list"])?;
        let incidents = incidents.as_array().context("no list")?;
        Ok(incidents.iter().find(|it| it["processInstanceKey"] == *instance).cloned())
    })
}

fn resolve(baton: &Baton, server: &Server, incident: &Value) -> Result<()> {
    let key = incident["incidentKey"].as_str().context("no key")?;
    baton.run(server, &["incidents", "resolve", key]).map(drop)
}

/// Waits until an instance is completed, and returns what the decision answered.
fn percent(baton: &Baton, server: &Server, instance: &str) -> Result<Value> {
    let shown = wait_for("the end of the instance", || {
        let shown = baton.json(server, &["instances", "show", instance])?;
        Ok((shown["state"] == "completed").then_some(shown))
    })?;
    let variables = shown["variables"].as_array().context("no variables")?;
    let percent = variables.iter().find(|it| it["name"] == "percent").context("no percent")?;
    Ok(percent["value"].clone())
}

/// What the message of an incident must mention for the person who mends it.
fn ensure_mentions(incident: &Value, words: &[&str]) -> Result<()> {
    let message = incident["message"].as_str().context("no message")?;
    for word in words {
        ensure!(message.contains(word), "'{word}' is missing: {message}");
    }
    Ok(())
}

#[test]
fn a_decision_is_evaluated_by_clients_and_processes_also_after_a_kill() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = baton.start(&[])?;
    let deployed = deploy(&baton, &server, DMN)?;
    let ids: Vec<&Value> = deployed["decisions"]
        .as_array()
        .context("no decisions")?
        .iter()
        .map(|it| &it["decisionId"])
        .collect();
    ensure!(ids == ["tier", "discount"], "{deployed}");
    let again = deploy(&baton, &server, DMN)?;
    ensure!(again["decisions"] == deployed["decisions"], "a duplicate is no version: {again}");
    deploy(&baton, &server, BPMN)?;

    let gold = r#"{"orders": 12, "amount": 400}"#;
    let before = evaluate(&baton, &server, gold)?;
    ensure!(before["output"] == 5 && before["version"] == 1, "{before}");
    let decisions = before["decisions"].as_array().context("no decisions")?;
    ensure!(decisions.len() == 2, "{before}");
    ensure!(decisions[0]["decisionId"] == "tier" && decisions[0]["matchedRules"] == json!([1]));
    ensure!(decisions[1]["inputs"][0] == json!({"name": "Tier", "value": "gold"}), "{before}");
    ensure!(decisions[1]["matchedRules"] == json!([2]), "{before}");
    let shown = baton.run(&server, &["decisions", "evaluate", "discount", "--vars", gold])?;
    let marked: Vec<&str> = shown.lines().filter(|it| it.starts_with("> ")).collect();
    ensure!(marked.len() == 2 && marked[0].starts_with("> 1"), "one rule of each table: {shown}");
    ensure!(marked[1].starts_with("> 2") && shown.contains("Tier = \"gold\""), "{shown}");
    let instance = begin(&baton, &server, r#"{"orders": 3, "amount": 50}"#)?;
    ensure!(percent(&baton, &server, &instance)? == 0);

    let unknown = finish(&mut baton.client(&server, &["decisions", "evaluate", "rebate"]))?;
    ensure!(unknown.code == Some(3) && unknown.stderr.contains("rebate"), "{unknown:?}");

    server.kill()?;
    let server = baton.start(&[])?;
    let after = evaluate(&baton, &server, gold)?;
    ensure!(after["output"] == before["output"], "{after}");
    ensure!(after["decisions"] == before["decisions"], "{after}");
    let instance = begin(&baton, &server, r#"{"orders": 12, "amount": 5000}"#)?;
    ensure!(percent(&baton, &server, &instance)? == 10);
    Ok(())
}

#[test]
fn a_table_that_cannot_decide_is_an_incident_until_it_is_mended() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = baton.start(&[])?;
    deploy(&baton, &server, DMN)?;
    deploy(&baton, &server, BPMN)?;
    let both = r#"{"orders": 12, "amount": 1000}"#;
    let failed =
        finish(&mut baton.client(&server, &["decisions", "evaluate", "discount", "--vars", both]))?;
    ensure!(failed.code == Some(4) && failed.stderr.contains("the rules 2, 3 match"), "{failed:?}");

    let instance = begin(&baton, &server, both)?;
    let told = incident(&baton, &server, &instance)?;
    ensure!(told["type"] == "DECISION_EVALUATION_ERROR" && told["elementId"] == "decide", "{told}");
    ensure_mentions(
        &told,
        &[
            "The decision 'discount' (version 1) has no result",
            "the rules 2, 3 match, but the hit policy UNIQUE allows only one",
            "Tier = \"gold\", Amount = 1000",
            "then resolve the incident",
        ],
    )?;

    server.kill()?;
    let server = baton.start(&[])?;
    ensure!(incident(&baton, &server, &instance)? == told, "the kill changed the incident");
    let text = std::fs::read_to_string(Baton::fixture(DMN))?;
    let mended = text.replace("&lt;= 1000", "&lt; 1000");
    ensure!(mended != text, "the table is another one");
    let path = baton.file("discount.dmn");
    std::fs::write(&path, mended)?;
    let deployed = baton.json(&server, &["deploy", &path.to_string_lossy()])?;
    ensure!(deployed["decisions"][1]["version"] == 2, "{deployed}");
    resolve(&baton, &server, &told)?;
    ensure!(percent(&baton, &server, &instance)? == 10);
    Ok(())
}

#[test]
fn a_decision_that_is_not_deployed_is_an_incident_until_it_is() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = baton.start(&[])?;
    deploy(&baton, &server, BPMN)?;
    let instance = begin(&baton, &server, r#"{"orders": 12, "amount": 10}"#)?;
    let told = incident(&baton, &server, &instance)?;
    ensure!(told["type"] == "CALLED_DECISION_ERROR" && told["elementId"] == "decide", "{told}");
    let way_out = "No decision with the id 'discount' is deployed. Deploy it, then resolve";
    ensure_mentions(&told, &[way_out])?;

    server.kill()?;
    let server = baton.start(&[])?;
    deploy(&baton, &server, DMN)?;
    resolve(&baton, &server, &told)?;
    ensure!(percent(&baton, &server, &instance)? == 5);
    Ok(())
}

#[test]
fn a_file_that_cannot_work_is_refused_with_decision_rule_column_and_expression() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = baton.start(&[])?;
    let text = std::fs::read_to_string(Baton::fixture(DMN))?;
    let path = baton.file("discount.dmn");
    std::fs::write(&path, text.replace("&gt;= 10<", "&gt;= ten orders<"))?;
    let refused = finish(&mut baton.client(&server, &["deploy", &path.to_string_lossy()]))?;
    ensure!(refused.code == Some(4), "{refused:?}");
    for word in [
        "'discount.dmn'",
        "tier",
        "tg-1",
        "'>= ten orders' is no FEEL",
        "line 8",
        "Rule 1, input 'Orders so far'",
    ] {
        ensure!(refused.stderr.contains(word), "'{word}' is missing: {}", refused.stderr);
    }
    let unknown = finish(&mut baton.client(&server, &["decisions", "evaluate", "tier"]))?;
    ensure!(unknown.code == Some(3), "nothing of it is deployed: {unknown:?}");
    Ok(())
}

/// Runs a command that may fail, and returns its exit code, what it wrote, and its complaint.
fn shown(baton: &Baton, server: &Server, arguments: &[&str]) -> Result<(i32, String, String)> {
    let words = [&["decisions", "evaluate"], arguments].concat();
    let done = finish(&mut baton.client(server, &words))?;
    Ok((done.code.context("no exit code")?, done.stdout, done.stderr))
}

fn ensure_has(text: &str, parts: &[&str]) -> Result<()> {
    for part in parts {
        ensure!(text.contains(part), "'{part}' is missing in:\n{text}");
    }
    Ok(())
}

#[test]
fn a_deployed_decision_is_evaluated_by_its_id_or_by_the_key_of_a_version() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = baton.start(&[])?;
    let deployed = deploy(&baton, &server, DMN)?;
    let key = deployed["decisions"][1]["decisionKey"].as_str().context("no key")?.to_owned();
    let text = std::fs::read_to_string(Baton::fixture(DMN))?;
    let path = baton.file("discount.dmn");
    std::fs::write(&path, text.replace("<text>5</text>", "<text>7</text>"))?;
    deploy(&baton, &server, &path.to_string_lossy())?;
    let gold = ["--vars", r#"{"orders": 12, "amount": 400}"#];
    let by = |what: &str| {
        baton.json(&server, &[&["decisions", "evaluate", what][..], &gold[..]].concat())
    };
    let (first, latest) = (by(&key)?, by("discount")?);
    ensure!(first["output"] == 5 && first["version"] == 1, "{first}");
    ensure!(latest["output"] == 7 && latest["version"] == 2, "{latest}");
    ensure!(first["decisions"][1]["unmatchedRules"][0] == json!({"ruleIndex": 1, "inputIndex": 1}));
    let (code, text, _) = shown(&baton, &server, &[&[&*key][..], &gold[..]].concat())?;
    ensure!(code == 0, "{text}");
    ensure_has(&text, &["version", "> 2", "discount = 5"])?;
    // A key that nothing has, and a number that is no key but an id.
    let (code, _, told) = shown(&baton, &server, &["4503599627370495"])?;
    ensure!(code == 3 && told.contains("key '4503599627370495'"), "{told}");
    let (code, _, told) = shown(&baton, &server, &["12"])?;
    ensure!(code == 3 && told.contains("id '12'"), "{told}");
    Ok(())
}

const HINTS: &str = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="hints"
 name="Hints" namespace="urn:hints" xmlns:modeler="http://camunda.org/schema/modeler/1.0"
 modeler:executionPlatform="Camunda Cloud"><decision id="hint" name="Hint">
 <decisionTable hitPolicy="UNIQUE"><input label="Level"><inputExpression><text>level</text>
 </inputExpression></input><output name="hint"><outputValues><text>"wait","go"</text></outputValues>
 </output><rule><inputEntry><text>&lt; 3</text></inputEntry><outputEntry><text>"stop"</text>
 </outputEntry></rule><rule><inputEntry><text>[2..9]</text></inputEntry><outputEntry>
 <text>"go" + missing</text></outputEntry></rule></decisionTable></decision></definitions>"#;

#[test]
fn a_deployed_decision_is_shown_with_table_marks_and_warnings_also_when_it_fails() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = baton.start(&[])?;
    let path = baton.file("hints.dmn");
    std::fs::write(&path, HINTS)?;
    deploy(&baton, &server, &path.to_string_lossy())?;
    let undeclared = "the value \"stop\" is none of \"wait\",\"go\", which the model declares";
    let missing = "No variable found with name 'missing'";
    let (code, text, told) = shown(&baton, &server, &["hint", "--var", "level=1"])?;
    ensure!(code == 0, "{told}");
    ensure_has(&text, &["output", "\"stop\"", "> 1", "[[2..9]]", undeclared])?;
    let (code, text, told) = shown(&baton, &server, &["hint", "--var", "level=5"])?;
    ensure!(code == 0, "{told}");
    ensure_has(&text, &["> 2", "[< 3]", "rule 2, output 'hint'", missing])?;
    let answer = baton.json(&server, &["decisions", "evaluate", "hint", "--var", "level=5"])?;
    ensure!(answer["warnings"][0]["kind"] == "NO_VARIABLE_FOUND", "{answer}");
    // Both rules match: no result, but the table with both marks and the reason.
    let (code, text, told) = shown(&baton, &server, &["hint", "--var", "level=2"])?;
    ensure!(code == 4 && told.contains("the rules 1, 2 match"), "{told}");
    ensure_has(&text, &["hint has no result", "> 1", "> 2"])?;
    ensure_has(&(text + &told), &[missing])?;
    // A file says the same of the same decision.
    let file = path.to_string_lossy();
    let (code, text, told) = shown(&baton, &server, &[&*file, "--var", "level=2"])?;
    ensure!(code == 4 && told.contains("the rules 1, 2 match"), "{told}");
    ensure_has(&text, &["hint has no result", "> 1", "> 2", missing, undeclared])
}

const SHARED: &str = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="shared"
 name="Shared" namespace="urn:shared"><decision id="rate" name="rate"><decisionTable><input id="i">
 <inputExpression><text>level</text></inputExpression></input><output id="o" name="r"/>
 <rule id="r1"><inputEntry><text>&lt; 3</text></inputEntry><outputEntry><text>1</text></outputEntry>
 </rule><rule id="r2"><inputEntry><text>&gt;= 3</text></inputEntry><outputEntry><text>10</text>
 </outputEntry></rule></decisionTable></decision><businessKnowledgeModel id="k" name="twice">
 <encapsulatedLogic><formalParameter name="x"/><literalExpression><text>x * 2</text>
 </literalExpression></encapsulatedLogic></businessKnowledgeModel></definitions>"#;

const IMPORTING: &str = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
 id="user" name="User" namespace="urn:user"><import name="s" namespace="urn:shared"
 importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/><decision id="fee" name="fee">
 <informationRequirement><requiredDecision href="urn:shared#rate"/></informationRequirement>
 <literalExpression><text>s.rate + 1</text></literalExpression></decision></definitions>"#;

/// Imports a knowledge model only, so that no decision of the other file is evaluated.
const IMPORTING_A_FUNCTION: &str = r#"<definitions id="other" name="Other" namespace="urn:other"
 xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><import name="s" namespace="urn:shared"
 importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/><decision id="twofold" name="twofold">
 <knowledgeRequirement><requiredKnowledge href="urn:shared#k"/></knowledgeRequirement>
 <literalExpression><text>s.twice(level) + 1</text></literalExpression></decision></definitions>"#;

#[test]
fn the_tables_of_imported_decisions_are_shown_and_what_cannot_be_is_said() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = baton.start(&[])?;
    let files =
        [("shared.dmn", SHARED), ("user.dmn", IMPORTING), ("other.dmn", IMPORTING_A_FUNCTION)];
    for (name, text) in files {
        std::fs::write(baton.file(name), text)?;
    }
    let [shared, user, other] = files.map(|it| baton.file(it.0).to_string_lossy().into_owned());
    baton.json(&server, &["deploy", &shared, &user, &other])?;
    let (code, deployed, told) = shown(&baton, &server, &["fee", "--var", "level=5"])?;
    ensure!(code == 0 && told.is_empty(), "{told}");
    ensure_has(&deployed, &["output", "11", "> 2", "[< 3]"])?;
    // The tables are those of the file itself.
    let (_, file, _) = shown(&baton, &server, &[&user, "--var", "level=5"])?;
    ensure_has(&file, &["> 2", "[< 3]"])?;

    let (code, text, told) = shown(&baton, &server, &["twofold", "--var", "level=5"])?;
    ensure!(code == 0, "{told}");
    ensure_has(&text, &["output", "11"])?;
    let way_out = "baton decisions evaluate FILE --decision twofold";
    ensure_has(&told, &["imports the model with the namespace 'urn:shared'", way_out])
}

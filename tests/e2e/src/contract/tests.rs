//! Each rule of the contract is broken once.

use serde_json::{Value, json};

use super::{Contract, Exchange};

fn contract() -> Contract {
    let problem = json!({
        "type": "object",
        "required": ["title", "status"],
        "properties": {
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 600},
        },
    });
    let body = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["names"],
        "properties": {
            "names": {"type": "array", "items": {"type": "string", "minLength": 1}},
            "priority": {"type": "integer", "nullable": true, "minimum": 0, "maximum": 100},
            "all": {"type": "boolean"},
        },
    });
    let key = json!({"type": "string", "allOf": [{"pattern": "^-?[0-9]+$"}]});
    let refusal =
        json!({"content": {"application/problem+json": {"schema": {"$ref": "#/problem"}}}});
    let document = json!({
        "problem": problem,
        "refusal": refusal,
        "paths": {"/things/{key}/change": {"post": {
            "parameters": [{"in": "path", "name": "key", "schema": key}],
            "requestBody": {"required": true, "content": {"application/json": {"schema": body}}},
            "responses": {"204": {"description": "done"}, "400": {"$ref": "#/refusal"}},
        }}},
    });
    Contract { document }
}

const RIGHT: &str = r#"{"names": ["a"], "priority": null, "all": true}"#;

fn done(body: &str) -> Exchange<'_> {
    Exchange {
        method: "POST",
        path: "/v2/things/-7/change",
        body,
        status: 204,
        media_type: "",
        answer: "",
    }
}

fn refused(answer: &str) -> Exchange<'_> {
    let media_type = "application/problem+json";
    Exchange { status: 400, media_type, answer, ..done("{}") }
}

fn broken(exchange: Exchange<'_>) -> String {
    format!("{:#}", contract().check(exchange).expect_err("it is broken"))
}

#[test]
fn what_keeps_to_the_contract_is_no_fault() {
    contract().check(done(RIGHT)).expect("a right request");
    contract().check(refused(r#"{"title": "t", "status": 400}"#)).expect("a right refusal");
}

#[test]
fn a_wrong_request_has_to_be_refused() {
    for (body, fault) in [
        ("", "the body is missing"),
        ("{", "the body is no JSON"),
        ("null", "the body is null"),
        ("[]", "against 'type'"),
        ("{}", "against 'required'"),
        (r#"{"names": null}"#, "'names' of the body is null"),
        (r#"{"names": [7]}"#, "an item of 'names'"),
        (r#"{"names": [""]}"#, "against 'minLength'"),
        (r#"{"names": [], "priority": 101}"#, "against 'maximum'"),
        (r#"{"names": [], "priority": -1}"#, "against 'minimum'"),
        (r#"{"names": [], "priority": 1.5}"#, "against 'type'"),
        (r#"{"names": [], "all": "yes"}"#, "against 'type'"),
        (r#"{"names": [], "more": 1}"#, "'more' of the body is not known"),
    ] {
        let found = broken(done(body));
        assert!(found.contains("should have been refused") && found.contains(fault), "{found}");
    }
    let path = "/v2/things/x/change";
    let found = broken(Exchange { path, ..done(RIGHT) });
    assert!(found.contains("key is \"x\", against 'pattern'"), "{found}");
}

#[test]
fn routes_and_answers_have_to_be_known() {
    let right = done(RIGHT);
    for (exchange, fault) in [
        (Exchange { path: "/v2/things/7", ..right }, "no route has this path"),
        (Exchange { path: "/v3/things/7/change", ..right }, "not below /v2"),
        (Exchange { method: "PUT", ..right }, "no such method"),
        (Exchange { status: 200, ..right }, "no such status"),
        (Exchange { answer: "{}", ..right }, "there should be no body"),
        (Exchange { media_type: "application/json", ..refused("{}") }, "the media type is"),
        (refused("{"), "the answer is no JSON"),
        (refused(r#"{"title": "t"}"#), "another status"),
        (refused(r#"{"title": "t", "status": 404}"#), "another status"),
        (refused(r#"{"title": 7, "status": 400}"#), "'title' of the answer is 7"),
        (refused(r#"{"status": 400}"#), "against 'required'"),
    ] {
        let found = broken(exchange);
        assert!(found.contains(fault), "{fault}: {found}");
    }
}

#[test]
fn a_rule_that_nobody_checks_is_a_fault() {
    let mut contract = contract();
    contract.document["problem"]["minProperties"] = Value::from(1);
    let found = contract.check(refused(r#"{"title": "t", "status": 400}"#));
    let found = format!("{:#}", found.expect_err("an unknown rule"));
    assert!(
        found.contains("'minProperties' of the answer is a rule that is not checked"),
        "{found}"
    );
}

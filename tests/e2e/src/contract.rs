//! The description of REST v2 (`rest-api.bundle.json`), and whether an exchange keeps to it.
//!
//! ```text
//! request ─▶ path, method, body ─┐
//!                                ├─ Contract::check ─▶ a sentence that says what is broken
//! answer ──▶ status, body ───────┘
//! ```
//!
//! What is read of a schema is what the routes in question use. A keyword that is not known here
//! fails: it would be a rule that nobody checks.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};

/// Keywords that say nothing about which values are allowed.
const NOTES: [&str; 5] = ["default", "description", "example", "format", "title"];

/// How deep a schema may refer to others.
const DEPTH_MAX: usize = 32;

/// The description of REST v2.
#[derive(Debug)]
pub struct Contract {
    document: Value,
}

/// One request and its answer.
#[derive(Debug, Clone, Copy)]
pub struct Exchange<'a> {
    /// Such as `POST`.
    pub method: &'a str,
    /// Begins with `/v2/`.
    pub path: &'a str,
    /// JSON, or empty.
    pub body: &'a str,
    /// The status of the answer.
    pub status: u16,
    /// The media type of the answer; empty without a body.
    pub media_type: &'a str,
    /// The body of the answer, perhaps empty.
    pub answer: &'a str,
}

impl Contract {
    /// The description in the folder of the reference, if there is one.
    ///
    /// # Errors
    /// It cannot be read, or has to be there and is not.
    #[expect(clippy::print_stdout, reason = "what was skipped is reported")]
    pub fn of_environment() -> Result<Option<Self>> {
        let Some(folder) = std::env::var_os("BATON_REFERENCE") else {
            let required = std::env::var("BATON_REQUIRE_REFERENCE").is_ok_and(|it| it == "1");
            ensure!(!required, "BATON_REFERENCE names no folder");
            println!("skipped: BATON_REFERENCE names no folder, so no exchange is checked");
            return Ok(None);
        };
        let path = std::path::Path::new(&folder).join("rest-api/rest-api.bundle.json");
        let text = std::fs::read(&path).with_context(|| format!("read {}", path.display()))?;
        Ok(Some(Self { document: serde_json::from_slice(&text)? }))
    }

    /// Checks that a request which breaks its schema is refused, and that the answer is one of
    /// those that the route has, in its shape.
    ///
    /// # Errors
    /// A sentence that says what is broken.
    pub fn check(&self, exchange: Exchange<'_>) -> Result<()> {
        let Exchange { method, path, status, .. } = exchange;
        self.broken(exchange).with_context(|| format!("{method} {path} answered {status}"))
    }

    fn broken(&self, exchange: Exchange<'_>) -> Result<()> {
        let path = exchange.path.strip_prefix("/v2").context("the path is not below /v2")?;
        let paths = self.document["paths"].as_object().context("there are no paths")?;
        let found = paths.iter().find_map(|(template, it)| Some((arguments(template, path)?, it)));
        let (arguments, item) = found.context("no route has this path")?;
        let operation = &item[exchange.method.to_ascii_lowercase()];
        ensure!(operation.is_object(), "the route has no such method");

        let faults = [self.path_fault(operation, &arguments), self.body_fault(operation, exchange)];
        if let Some(fault) = faults.into_iter().find_map(Result::err) {
            let refused = (400..500).contains(&exchange.status);
            ensure!(refused, "the request should have been refused: {fault:#}");
        }
        let answers = &operation["responses"];
        let answer = self.resolved(&answers[exchange.status.to_string()])?;
        ensure!(answer.is_object(), "the route has no such status, only {answers}");
        let Some(content) = answer.get("content").and_then(Value::as_object) else {
            ensure!(exchange.answer.is_empty(), "there should be no body: {}", exchange.answer);
            return Ok(());
        };
        let of_type = content.get(exchange.media_type).with_context(|| {
            let types: Vec<_> = content.keys().collect();
            format!("the media type is '{}', and not of {types:?}", exchange.media_type)
        })?;
        let body: Value = serde_json::from_str(exchange.answer)
            .with_context(|| format!("the answer is no JSON: {}", exchange.answer))?;
        ensure!(
            exchange.status < 400 || body["status"] == exchange.status,
            "the problem has another status: {body}"
        );
        self.fits(&of_type["schema"], &body, "the answer", 0)
    }

    fn path_fault(&self, operation: &Value, arguments: &[(&str, &str)]) -> Result<()> {
        for it in operation["parameters"].as_array().into_iter().flatten() {
            let it = self.resolved(it)?;
            if it["in"] == "path" {
                let name = it["name"].as_str().context("a parameter has no name")?;
                let given = arguments.iter().find(|it| it.0 == name);
                let given = given.with_context(|| format!("'{name}' is not in the path"))?.1;
                self.fits(&it["schema"], &Value::from(given), name, 0)?;
            }
        }
        Ok(())
    }

    fn body_fault(&self, operation: &Value, exchange: Exchange<'_>) -> Result<()> {
        let body = &operation["requestBody"];
        if exchange.body.is_empty() {
            ensure!(body["required"] != true, "the body is missing");
            return Ok(());
        }
        if body.is_null() {
            return Ok(());
        }
        let given: Value = serde_json::from_str(exchange.body).context("the body is no JSON")?;
        self.fits(&body["content"]["application/json"]["schema"], &given, "the body", 0)
    }

    /// What a reference refers to; anything else is itself.
    fn resolved<'a>(&'a self, mut it: &'a Value) -> Result<&'a Value> {
        for _ in 0..DEPTH_MAX {
            let Some(reference) = it.get("$ref") else { return Ok(it) };
            let pointer = reference.as_str().and_then(|it| it.strip_prefix('#'));
            let pointer = pointer.context("a reference leads out of the document")?;
            let found = self.document.pointer(pointer);
            it = found.with_context(|| format!("'{pointer}' refers to nothing"))?;
        }
        bail!("references go round in circles")
    }

    /// Checks a value by a schema; `name` is what the value is called.
    fn fits(&self, schema: &Value, value: &Value, name: &str, depth: usize) -> Result<()> {
        ensure!(depth < DEPTH_MAX, "the schema of {name} is too deep");
        let schema = self.resolved(schema)?.as_object();
        let schema = schema.with_context(|| format!("{name} has no schema"))?;
        for all in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.fits(all, value, name, depth + 1)?;
        }
        if value.is_null() && schema.contains_key("type") {
            let nullable = schema.get("nullable").is_some_and(|it| it == true);
            ensure!(nullable, "{name} is null");
            return Ok(());
        }
        for (keyword, rule) in schema {
            let keeps = match keyword.as_str() {
                "allOf" | "nullable" | "properties" | "additionalProperties" => true,
                it if NOTES.contains(&it) || it.starts_with("x-") => true,
                "type" => is_of_type(value, rule)?,
                "enum" => rule.as_array().is_some_and(|it| it.contains(value)),
                "minimum" => value.as_f64() >= rule.as_f64(),
                "maximum" => value.as_f64() <= rule.as_f64(),
                "minLength" => value.as_str().map(|it| it.chars().count() as u64) >= rule.as_u64(),
                "maxLength" => value.as_str().map(|it| it.chars().count() as u64) <= rule.as_u64(),
                "pattern" => has_pattern(value, rule)?,
                "required" => {
                    let mut names = rule.as_array().into_iter().flatten().filter_map(Value::as_str);
                    names.all(|it| value.get(it).is_some())
                }
                "items" => {
                    for it in value.as_array().into_iter().flatten() {
                        self.fits(rule, it, &format!("an item of {name}"), depth + 1)?;
                    }
                    true
                }
                unknown => bail!("'{unknown}' of {name} is a rule that is not checked"),
            };
            ensure!(keeps, "{name} is {value}, against '{keyword}' {rule}");
        }
        value.as_object().map_or(Ok(()), |fields| self.fields(schema, fields, name, depth))
    }

    fn fields(
        &self,
        schema: &Map<String, Value>,
        fields: &Map<String, Value>,
        name: &str,
        depth: usize,
    ) -> Result<()> {
        let known = schema.get("properties").and_then(Value::as_object);
        let is_closed = schema.get("additionalProperties").is_some_and(|it| it == false);
        for (field, value) in fields {
            if let Some(rule) = known.and_then(|it| it.get(field)) {
                self.fits(rule, value, &format!("'{field}' of {name}"), depth + 1)?;
            } else {
                ensure!(!is_closed, "'{field}' of {name} is not known");
            }
        }
        Ok(())
    }
}

/// The arguments in a path, by the names in a template such as `/user-tasks/{userTaskKey}`.
fn arguments<'a>(template: &'a str, path: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let (names, parts): (Vec<_>, Vec<_>) =
        (template.split('/').collect(), path.split('/').collect());
    if names.len() != parts.len() {
        return None;
    }
    let mut found = Vec::new();
    for (name, part) in names.into_iter().zip(parts) {
        match name.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
            Some(name) => found.push((name, part)),
            None if name == part => {}
            None => return None,
        }
    }
    Some(found)
}

fn is_of_type(value: &Value, rule: &Value) -> Result<bool> {
    Ok(match rule.as_str().unwrap_or_default() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        unknown => bail!("'{unknown}' is no type"),
    })
}

/// Keys have the only pattern that the routes use.
fn has_pattern(value: &Value, rule: &Value) -> Result<bool> {
    ensure!(rule == "^-?[0-9]+$", "the pattern {rule} is a rule that is not checked");
    let text = value.as_str().unwrap_or_default();
    let digits = text.strip_prefix('-').unwrap_or(text);
    Ok(!digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit()))
}

#[cfg(test)]
mod tests;

//! Variables on the command line: `--vars '{"a":1}'`, `--vars @file`, `--vars @-`, `--var a=1`.

use std::io::Read;
use std::path::Path;

use serde_json::{Map, Value};
use value::Doc;

use crate::failure::Failure;

/// Variables, from one document and single ones on top.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Variables {
    /// Variables as a JSON object, @FILE, or @- for stdin
    #[arg(long, value_name = "JSON|@FILE|@-")]
    vars: Option<String>,
    /// One variable; what is no JSON is text. May be repeated
    #[arg(long = "var", value_name = "NAME=VALUE")]
    var: Vec<String>,
}

/// The object that variables make, in the order in which they were written; or none.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Document(pub(crate) Option<Map<String, Value>>);

impl Document {
    /// Whether nothing was said; an empty object is something.
    pub(crate) fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// The document as JSON; null for none.
    pub(crate) fn text(&self) -> String {
        self.for_client().to_string()
    }

    /// The document as the client takes it.
    pub(crate) fn for_client(&self) -> Value {
        self.0.clone().map_or(Value::Null, Value::Object)
    }

    /// The document as expressions read it.
    pub(crate) fn doc(&self) -> Result<Doc, Failure> {
        if self.is_none() {
            return Ok(Doc::empty());
        }
        Doc::from_json(&self.text())
            .map_err(|error| Failure::usage(format!("The variables cannot be used: {error}.")))
    }
}

impl Variables {
    /// The object they make, or none.
    pub(crate) fn read(&self) -> Result<Document, Failure> {
        self.read_with(&mut std::io::stdin())
    }

    fn read_with(&self, stdin: &mut impl Read) -> Result<Document, Failure> {
        let mut variables = match &self.vars {
            None if self.var.is_empty() => return Ok(Document(None)),
            None => Map::new(),
            Some(argument) => object(&text(argument, stdin)?)?,
        };
        for pair in &self.var {
            let (name, value) = single(pair)?;
            variables.insert(name, value);
        }
        Ok(Document(Some(variables)))
    }
}

/// The text itself, of a file, or of stdin.
fn text(argument: &str, stdin: &mut impl Read) -> Result<String, Failure> {
    match argument.strip_prefix('@') {
        Some(path) => text_of(Path::new(path), stdin, "The variables"),
        None => Ok(argument.to_owned()),
    }
}

/// The text of a file, or of stdin when the path is `-`; `what` begins the sentence of a failure.
pub(crate) fn read_text(path: &Path, what: &str) -> Result<String, Failure> {
    text_of(path, &mut std::io::stdin(), what)
}

fn text_of(path: &Path, stdin: &mut impl Read, what: &str) -> Result<String, Failure> {
    let is_stdin = path.as_os_str() == "-";
    let read = if is_stdin {
        let mut text = String::new();
        stdin.read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    read.map_err(|error| {
        let source = if is_stdin { "stdin".to_owned() } else { path.display().to_string() };
        Failure::usage(format!("{what} cannot be read from '{source}': {error}."))
    })
}

fn object(text: &str) -> Result<Map<String, Value>, Failure> {
    let wrong = |what: String| {
        Failure::usage(format!("The variables are no JSON object: {what}."))
            .hint(r#"Write for example --vars '{"orderId":"A1"}' or --var orderId=A1."#)
    };
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(other) => Err(wrong(format!("this is {other}"))),
        Err(error) => Err(wrong(error.to_string())),
    }
}

fn single(pair: &str) -> Result<(String, Value), Failure> {
    match pair.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), json_or_text(value))),
        _ => Err(Failure::usage(format!("--var '{pair}' is no variable. Write --var NAME=VALUE."))),
    }
}

/// A value that is written as JSON, or else as text.
pub(crate) fn json_or_text(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

#[cfg(test)]
mod tests {
    use super::Variables;

    fn read(vars: Option<&str>, var: &[&str], stdin: &str) -> Result<String, String> {
        let variables = Variables {
            vars: vars.map(str::to_owned),
            var: var.iter().map(|it| (*it).to_owned()).collect(),
        };
        let read = variables.read_with(&mut stdin.as_bytes());
        read.map(|it| it.text()).map_err(|failure| failure.message)
    }

    #[test]
    fn single_variables_stand_on_top_of_the_document() {
        let read = read(Some(r#"{"a":1,"b":2}"#), &["b=[3]", "c=plain text", "d=", "e=x=y"], "");
        assert_eq!(read, Ok(r#"{"a":1,"b":[3],"c":"plain text","d":"","e":"x=y"}"#.to_owned()));
    }

    #[test]
    fn the_order_and_the_digits_stay() {
        let text = r#"{"z":967194606792.5679,"b":2,"a":{"y":1,"x":2}}"#;
        assert_eq!(read(Some(text), &["b=3"], ""), Ok(text.replace("2,\"a", "3,\"a")));
    }

    #[test]
    fn a_document_comes_from_stdin() {
        assert_eq!(read(Some("@-"), &[], r#"{"a":1}"#), Ok(r#"{"a":1}"#.to_owned()));
    }

    #[test]
    fn a_document_comes_from_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("v.json");
        std::fs::write(&path, r#"{"a":true}"#).expect("a file");
        let argument = format!("@{}", path.display());
        assert_eq!(read(Some(&argument), &[], ""), Ok(r#"{"a":true}"#.to_owned()));
        let missing = format!("@{}.missing", path.display());
        assert!(read(Some(&missing), &[], "").expect_err("no file").contains("v.json.missing"));
    }

    #[test]
    fn no_variables_are_null() {
        assert_eq!(read(None, &[], ""), Ok("null".to_owned()));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        assert!(read(Some("[1]"), &[], "").expect_err("a list").contains("[1]"));
        assert!(read(Some("{"), &[], "").expect_err("no JSON").contains("EOF"));
        assert!(read(None, &["x"], "").expect_err("no pair").contains("'x'"));
    }
}

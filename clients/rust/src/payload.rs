//! Variables between JSON values and the text of the protocol.

use serde_json::Value;

use crate::error::Error;

/// Variables as the protocol sends them; null for none. A text that is a JSON object stays as it
/// is written.
pub(crate) fn to_text(variables: &Value) -> Result<String, Error> {
    let found = match variables {
        Value::Object(_) => return Ok(variables.to_string()),
        Value::Null => return Ok(String::new()),
        Value::String(text) if is_object(text) => return Ok(text.clone()),
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
    };
    Err(Error::Variables { found })
}

/// Variables as the protocol answers them.
pub(crate) fn from_text(text: &str) -> Result<Value, Error> {
    if text.is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    serde_json::from_str(text)
        .map_err(|error| Error::Answer { reason: format!("variables are not JSON ({error})") })
}

fn is_object(text: &str) -> bool {
    matches!(serde_json::from_str(text), Ok(Value::Object(_)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{from_text, to_text};

    #[test]
    fn what_the_server_answers_keeps_the_order_of_entries_and_all_digits() {
        let text = r#"{"z":967194606792.5679,"a":[{"y":1,"b":2}],"c":9223372036854775808}"#;
        assert_eq!(from_text(text).ok().map(|it| it.to_string()).as_deref(), Some(text));
    }

    #[test]
    fn the_text_of_an_object_stays_as_it_is_written() {
        let text = r#"{"z": 1.50, "a": {"y": 1, "b": 2}}"#;
        assert_eq!(to_text(&Value::from(text)).ok().as_deref(), Some(text));
        assert_eq!(to_text(&json!({"z": 1})).ok().as_deref(), Some(r#"{"z":1}"#));
        assert_eq!(to_text(&Value::Null).ok().as_deref(), Some(""));
    }

    #[test]
    fn other_texts_are_no_variables() {
        for text in ["", "a", "1", "[1]", "null", "{"] {
            assert!(to_text(&Value::from(text)).is_err(), "{text}");
        }
    }
}

//! Variables between JSON values and the text of the protocol.

use serde_json::Value;

use crate::error::Error;

/// Variables as the protocol sends them; null for none.
pub(crate) fn to_text(variables: &Value) -> Result<String, Error> {
    let found = match variables {
        Value::Object(_) => return Ok(variables.to_string()),
        Value::Null => return Ok(String::new()),
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

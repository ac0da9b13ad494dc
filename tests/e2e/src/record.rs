//! Records as `baton records` prints them.

use anyhow::{Context, Result};
use serde_json::Value;

/// One record.
#[derive(Debug, Clone)]
pub struct Record(pub Value);

impl Record {
    pub(crate) fn read(line: &str) -> Result<Self> {
        let value = serde_json::from_str(line).with_context(|| format!("not JSON: '{line}'"))?;
        Ok(Self(value))
    }

    /// Its number in its partition.
    pub fn position(&self) -> u64 {
        self.0["position"].as_u64().unwrap_or_default()
    }

    /// What it is about.
    pub fn key(&self) -> i64 {
        self.0["key"].as_i64().unwrap_or_default()
    }

    /// Log time, in milliseconds.
    pub fn timestamp(&self) -> i64 {
        self.0["timestamp"].as_i64().unwrap_or_default()
    }

    /// Whether it is an event of this kind.
    pub fn is(&self, value_type: &str, intent: &str) -> bool {
        self.0["recordType"] == "EVENT"
            && self.0["valueType"] == value_type
            && self.0["intent"] == intent
    }

    /// A text in its value, or the empty text.
    pub fn text(&self, field: &str) -> &str {
        self.0["value"][field].as_str().unwrap_or_default()
    }

    /// A number in its value, or 0.
    pub fn number(&self, field: &str) -> i64 {
        self.0["value"][field].as_i64().unwrap_or_default()
    }

    /// Whether it says this of an element.
    pub fn is_of_element(&self, intent: &str, element_id: &str) -> bool {
        self.is("PROCESS_INSTANCE", intent) && self.text("elementId") == element_id
    }

    /// Whether it says this of a process instance as a whole.
    pub fn is_of_instance(&self, intent: &str) -> bool {
        self.is("PROCESS_INSTANCE", intent) && self.text("bpmnElementType") == "PROCESS"
    }
}

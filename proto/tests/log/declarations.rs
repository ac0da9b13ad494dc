//! The declarations of the engine's types, read from their source, against `log.proto`.

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto};
use std::collections::BTreeSet;

use crate::walk::file;

/// The files that declare what is on disk.
const SOURCES: [&str; 25] = [
    include_str!("../../../engine/record/src/ad_hoc.rs"),
    include_str!("../../../engine/record/src/command.rs"),
    include_str!("../../../engine/record/src/decision.rs"),
    include_str!("../../../engine/record/src/compensation.rs"),
    include_str!("../../../engine/record/src/complex_gateway.rs"),
    include_str!("../../../engine/record/src/condition.rs"),
    include_str!("../../../engine/record/src/deployment.rs"),
    include_str!("../../../engine/record/src/entry.rs"),
    include_str!("../../../engine/record/src/event.rs"),
    include_str!("../../../engine/record/src/resource.rs"),
    include_str!("../../../engine/record/src/idempotency.rs"),
    include_str!("../../../engine/record/src/incident.rs"),
    include_str!("../../../engine/record/src/job.rs"),
    include_str!("../../../engine/record/src/job_command.rs"),
    include_str!("../../../engine/record/src/labels.rs"),
    include_str!("../../../engine/record/src/multi_instance.rs"),
    include_str!("../../../engine/record/src/migration.rs"),
    include_str!("../../../engine/record/src/modification.rs"),
    include_str!("../../../engine/record/src/process_instance.rs"),
    include_str!("../../../engine/record/src/reply.rs"),
    include_str!("../../../engine/record/src/settings.rs"),
    include_str!("../../../engine/record/src/signal.rs"),
    include_str!("../../../engine/record/src/subscription.rs"),
    include_str!("../../../engine/record/src/suspension.rs"),
    include_str!("../../../engine/record/src/user_task.rs"),
];

/// All declarations as lines `Message.field number type` or `Enum.VALUE number`.
fn declared() -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for source in SOURCES {
        let mut name = "";
        for line in source.lines().map(str::trim) {
            if let Some(rest) =
                line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "))
            {
                name = rest.split([' ', '{', '(']).next().unwrap_or_default();
            } else if line == "settings! {" {
                name = "settings!";
            } else if let Some((number, field)) = numbered(line) {
                declare(name, number, field, &mut lines);
            }
        }
    }
    // The one field of the settings that their macro writes itself.
    lines.insert("SettingsChange.zone 1 optional string".into());
    lines.insert("Settings.zone 1 string".into());
    lines
}

/// A line `7 => what`.
fn numbered(line: &str) -> Option<(u32, &str)> {
    let (number, rest) = line.strip_suffix(',')?.split_once(" => ")?;
    Some((number.parse().ok()?, rest))
}

fn declare(name: &str, number: u32, field: &str, lines: &mut BTreeSet<String>) {
    if let Some(field) = field.strip_prefix("pub ") {
        let (field, kind) = field.split_once(": ").unwrap();
        lines.insert(format!("{name}.{field} {number} {}", described(kind)));
    } else if let Some((setting, _)) = field.split_once(": ") {
        lines.insert(format!("SettingsChange.{setting} {number} optional uint64"));
        lines.insert(format!("Settings.{setting} {number} uint64"));
    } else if let Some((choice, kind)) = field.split_once('(') {
        let kind = kind.trim_end_matches(')');
        lines.insert(format!("{name}.{} {number} {}", snake(choice), described(kind)));
    } else {
        lines.insert(format!("{name}.{}_{} {number}", upper(name), upper(field)));
    }
}

/// A type of the engine as the description names it.
fn described(kind: &str) -> String {
    let inner = |prefix: &str| kind.strip_prefix(prefix).and_then(|it| it.strip_suffix('>'));
    if let Some(item) = inner("Vec<") {
        return format!("repeated {}", described(item));
    }
    if let Some(item) = inner("Option<") {
        let boxed = item.strip_prefix("Box<").and_then(|it| it.strip_suffix('>'));
        // A message is optional by nature.
        return boxed.map_or_else(|| format!("optional {}", described(item)), described);
    }
    if let Some(boxed) = inner("Box<") {
        return described(boxed);
    }
    let name = kind.rsplit("::").next().unwrap_or(kind);
    match name {
        "Key" | "u64" => "uint64",
        "u32" => "uint32",
        "i64" | "Millis" => "sint64",
        "i32" => "sint32",
        "Str" => "string",
        "Doc" | "Arc<[u8]>" => "bytes",
        other => other,
    }
    .to_owned()
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for it in name.chars() {
        if it.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(it.to_ascii_lowercase());
    }
    out
}

fn upper(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

/// The same lines from `log.proto`.
fn documented() -> BTreeSet<String> {
    let file = file();
    let mut lines = BTreeSet::new();
    for message in &file.message_type {
        lines.extend(message.field.iter().map(|it| field_line(message, it)));
    }
    for it in &file.enum_type {
        lines.extend(
            it.value
                .iter()
                .map(|value| format!("{}.{} {}", it.name(), value.name(), value.number())),
        );
    }
    lines
}

fn field_line(message: &DescriptorProto, field: &FieldDescriptorProto) -> String {
    let kind = match field.r#type() {
        Type::Message | Type::Enum => field.type_name().rsplit('.').next().unwrap_or_default(),
        Type::Uint64 => "uint64",
        Type::Uint32 => "uint32",
        Type::Sint64 => "sint64",
        Type::Sint32 => "sint32",
        Type::String => "string",
        Type::Bytes => "bytes",
        Type::Bool => "bool",
        other => panic!("'{}' has a type that the log does not use: {other:?}", field.name()),
    };
    let label = match field.label() {
        Label::Repeated => "repeated ",
        Label::Optional if field.proto3_optional() => "optional ",
        Label::Optional | Label::Required => "",
    };
    format!("{}.{} {} {label}{kind}", message.name(), field.name(), field.number())
}

#[test]
fn the_description_and_the_declarations_say_the_same() {
    let (declared, documented) = (declared(), documented());
    let missing: Vec<_> = declared.difference(&documented).collect();
    let extra: Vec<_> = documented.difference(&declared).collect();
    assert!(missing.is_empty(), "log.proto lacks, or has otherwise: {missing:#?}");
    assert!(extra.is_empty(), "log.proto has, and the engine has not: {extra:#?}");
    assert!(declared.len() > 300, "the declarations are read: {}", declared.len());
}

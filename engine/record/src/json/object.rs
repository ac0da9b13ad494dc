//! A small writer of JSON objects.

use std::fmt::{Display, Write as _};

use value::{Doc, json};

use crate::Key;

/// An object that is being written: one call per field, in order.
pub(super) struct Object<'a> {
    out: &'a mut String,
    is_empty: bool,
}

/// Appends an object whose fields `fill` writes.
pub(super) fn object(out: &mut String, fill: impl FnOnce(&mut Object<'_>)) {
    out.push('{');
    fill(&mut Object { out, is_empty: true });
    out.push('}');
}

impl Object<'_> {
    /// Writes a field's name; the value is up to the caller.
    fn name(&mut self, name: &str) -> &mut String {
        if !self.is_empty {
            self.out.push(',');
        }
        self.is_empty = false;
        json::write_json_str(name, self.out);
        self.out.push(':');
        self.out
    }

    /// A text.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        json::write_json_str(text, self.name(name));
    }

    /// A whole number.
    pub(super) fn number(&mut self, name: &str, number: impl Display) {
        write!(self.name(name), "{number}").expect("writing to a String cannot fail");
    }

    /// True or false.
    pub(super) fn flag(&mut self, name: &str, flag: bool) {
        self.number(name, flag);
    }

    /// A key; -1 for none.
    pub(super) fn key(&mut self, name: &str, key: Key) {
        self.number(name, key.as_i64());
    }

    /// A position; -1 for none.
    pub(super) fn position(&mut self, name: &str, position: u64) {
        if position == 0 {
            self.number(name, -1);
        } else {
            self.number(name, position);
        }
    }

    /// A point in time or a duration of which 0 means that there is none, written as -1.
    pub(super) fn time(&mut self, name: &str, millis: i64) {
        self.number(name, if millis == 0 { -1 } else { millis });
    }

    /// Variables as an object.
    pub(super) fn document(&mut self, name: &str, document: &Doc) {
        self.value(name, document.as_bytes());
    }

    /// A `MessagePack` value as JSON.
    pub(super) fn value(&mut self, name: &str, raw: &[u8]) {
        json::write_json(raw, self.name(name));
    }

    /// A `MessagePack` value as a text that holds JSON.
    pub(super) fn value_as_text(&mut self, name: &str, raw: &[u8]) {
        self.text(name, &json::value_to_json(raw));
    }

    /// An object inside.
    pub(super) fn object(&mut self, name: &str, fill: impl FnOnce(&mut Object<'_>)) {
        object(self.name(name), fill);
    }

    /// A list whose items `write` appends.
    pub(super) fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(T, &mut String),
    ) {
        let out = self.name(name);
        out.push('[');
        for (at, item) in items.into_iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            write(item, out);
        }
        out.push(']');
    }

    /// A list of texts.
    pub(super) fn texts<'t>(&mut self, name: &str, texts: impl IntoIterator<Item = &'t str>) {
        self.list(name, texts, json::write_json_str);
    }

    /// A list of keys.
    pub(super) fn keys(&mut self, name: &str, keys: impl IntoIterator<Item = Key>) {
        self.list(name, keys, |key, out| out.push_str(&key.to_string()));
    }

    /// A list without items.
    pub(super) fn empty_list(&mut self, name: &str) {
        self.texts(name, []);
    }

    /// A list of objects.
    pub(super) fn objects<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(T, &mut Object<'_>),
    ) {
        self.list(name, items, |item, out| object(out, |o| fill(item, o)));
    }
}

//! JSON whose objects keep the order in which they were written: FEEL shows it.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Number, Value};

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ordered {
    /// Null, a boolean, a number or a text.
    Plain(Value),
    List(Vec<Ordered>),
    Object(Object),
}

/// The entries of an object; of those with one name the last one counts, in the place of the first.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Object(Vec<(String, Ordered)>);

impl Object {
    /// Adds an entry, or replaces the one with this name.
    pub(crate) fn put(&mut self, name: String, value: Ordered) {
        match self.0.iter_mut().find(|it| it.0 == name) {
            Some(entry) => entry.1 = value,
            None => self.0.push((name, value)),
        }
    }

    /// The value of an entry.
    pub(crate) fn get(&self, name: &str) -> Option<&Ordered> {
        self.0.iter().find(|it| it.0 == name).map(|it| &it.1)
    }
}

impl From<Ordered> for Value {
    fn from(it: Ordered) -> Self {
        match it {
            Ordered::Plain(value) => value,
            Ordered::List(items) => items.into_iter().map(Self::from).collect(),
            Ordered::Object(entries) => {
                entries.0.into_iter().map(|(name, it)| (name, Self::from(it))).collect()
            }
        }
    }
}

impl fmt::Display for Ordered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Ordered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain(value) => value.serialize(serializer),
            Self::List(items) => items.serialize(serializer),
            Self::Object(entries) => entries.serialize(serializer),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Ordered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Ordered;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Ordered, E> {
        Ok(Ordered::Plain(Value::Null))
    }

    fn visit_bool<E>(self, it: bool) -> Result<Ordered, E> {
        Ok(Ordered::Plain(it.into()))
    }

    fn visit_i64<E>(self, it: i64) -> Result<Ordered, E> {
        Ok(Ordered::Plain(it.into()))
    }

    fn visit_u64<E>(self, it: u64) -> Result<Ordered, E> {
        Ok(Ordered::Plain(it.into()))
    }

    fn visit_f64<E>(self, it: f64) -> Result<Ordered, E> {
        Ok(Ordered::Plain(Number::from_f64(it).map_or(Value::Null, Value::Number)))
    }

    fn visit_str<E>(self, it: &str) -> Result<Ordered, E> {
        Ok(Ordered::Plain(it.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Ordered, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Ordered::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Ordered, A::Error> {
        let mut list: Vec<(String, Ordered)> = Vec::new();
        // An object may have very many entries.
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        while let Some((name, value)) = entries.next_entry::<String, Ordered>()? {
            if let Some(&at) = places.get(&name) {
                list[at].1 = value;
            } else {
                places.insert(name.clone(), list.len());
                list.push((name, value));
            }
        }
        Ok(Ordered::Object(Object(list)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::Ordered;

    #[test]
    fn entries_keep_their_order_and_numbers_their_digits() {
        let text = r#"{"z":967194606792.5679,"b":[{"y":1,"a":null}],"a":9223372036854775808}"#;
        let read: Ordered = serde_json::from_str(text).expect("JSON");
        assert_eq!(read.to_string(), text);
        assert_eq!(Value::from(read), serde_json::from_str::<Value>(text).expect("JSON"));
    }

    #[test]
    fn the_last_of_two_entries_with_one_name_counts() {
        let read: Ordered = serde_json::from_str(r#"{"a":1,"b":2,"a":3}"#).expect("JSON");
        assert_eq!(read.to_string(), r#"{"a":3,"b":2}"#);
    }
}

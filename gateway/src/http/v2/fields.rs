//! The fields of a JSON object, each read by its name, so that a problem can name it.

use axum::http::Uri;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use value::Doc;

use super::super::problem::Problem;

/// The fields of an object that were not read yet.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    uri: &'a Uri,
    fields: BTreeMap<String, Box<RawValue>>,
}

impl<'a> Fields<'a> {
    /// The fields of a body that must be there.
    pub(super) fn required(body: &[u8], uri: &'a Uri) -> Result<Self, Problem> {
        if body.is_empty() {
            return Err(Problem::bad_request("Required request body is missing", uri));
        }
        let fields = serde_json::from_slice(body).map_err(|error| {
            Problem::bad_request(format!("The body must be a JSON object: {error}."), uri)
        })?;
        Ok(Self { uri, fields })
    }

    /// The fields of a body that may be absent.
    pub(super) fn optional(body: &[u8], uri: &'a Uri) -> Result<Self, Problem> {
        Self::required(if body.is_empty() { b"{}" } else { body }, uri)
    }

    /// The value of a field; `None` if it is absent or null.
    pub(super) fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, Problem> {
        let Some(raw) = self.fields.remove(name) else { return Ok(None) };
        serde_json::from_str(raw.get()).map_err(|_| self.unreadable(name))
    }

    /// The fields of an object inside; `None` if it is absent or null.
    pub(super) fn object(&mut self, name: &str) -> Result<Option<Self>, Problem> {
        let fields = self.take(name)?;
        Ok(fields.map(|fields| Self { uri: self.uri, fields }))
    }

    /// The fields of each object of a list; `None` if it is absent or null.
    pub(super) fn objects(&mut self, name: &str) -> Result<Option<Vec<Self>>, Problem> {
        let list: Option<Vec<BTreeMap<String, Box<RawValue>>>> = self.take(name)?;
        let of = |fields| Self { uri: self.uri, fields };
        Ok(list.map(|all| all.into_iter().map(of).collect()))
    }

    /// Variables; none if they are absent or null.
    pub(super) fn variables(&mut self, name: &str) -> Result<Doc, Problem> {
        let raw: Option<Box<RawValue>> = self.take(name)?;
        let text = raw.as_ref().map_or("{}", |it| it.get());
        if !text.starts_with('{') {
            return Err(self.unreadable(name));
        }
        Doc::from_json(text).map_err(|error| {
            Problem::invalid(format!("The property '{name}' cannot be kept: {error}."), self.uri)
        })
    }

    /// Refuses fields that were not read: what they ask for would be ignored.
    pub(super) fn finish(self) -> Result<(), Problem> {
        self.fields.keys().next().map_or(Ok(()), |name| Err(self.unreadable(name)))
    }

    fn unreadable(&self, name: &str) -> Problem {
        Problem::bad_request(format!("Request property [{name}] cannot be parsed"), self.uri)
    }
}

#[cfg(test)]
mod tests {
    use super::Fields;
    use axum::http::Uri;

    #[test]
    fn a_field_that_is_absent_or_null_is_none() {
        let uri = Uri::from_static("/v2/x");
        let mut fields = Fields::optional(br#"{"a": null, "c": 7}"#, &uri).expect("an object");
        assert_eq!(fields.take::<String>("a").expect("null"), None);
        assert_eq!(fields.take::<String>("b").expect("absent"), None);
        assert_eq!(fields.take("c").expect("a number"), Some(7));
        assert!(fields.finish().is_ok());
        assert!(Fields::optional(b"", &uri).expect("no body").finish().is_ok());
    }

    #[test]
    fn wrong_bodies_and_fields_are_refused() {
        let uri = Uri::from_static("/v2/x");
        for body in ["", "[]", "null", "{", "{} {}", "7"] {
            assert!(Fields::required(body.as_bytes(), &uri).is_err(), "{body}");
        }
        let mut fields = Fields::required(br#"{"a": 1.5, "v": [], "b": {}}"#, &uri).expect("it is");
        assert!(fields.take::<i32>("a").is_err());
        assert!(fields.variables("v").is_err());
        assert!(fields.finish().is_err());
    }
}

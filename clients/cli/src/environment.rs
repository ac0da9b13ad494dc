//! The environment as a plain map, so that everything below can be tested with another one.

use std::collections::BTreeMap;

/// Environment variables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The variables of this process; names and values that are no text are left out.
    pub(crate) fn of_process() -> Self {
        let text = |it: std::ffi::OsString| it.into_string().ok();
        Self(
            std::env::vars_os()
                .filter_map(|(name, value)| Some((text(name)?, text(value)?)))
                .collect(),
        )
    }

    /// The value of the first of these names that is set and not empty.
    pub(crate) fn first(&self, names: &[&str]) -> Option<&str> {
        names
            .iter()
            .filter_map(|name| self.0.get(*name))
            .map(String::as_str)
            .find(|value| !value.is_empty())
    }
}

#[cfg(test)]
impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Environment;

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let environment = Environment::from([("A", ""), ("B", "2")]);
        assert_eq!(environment.first(&["A", "B"]), Some("2"));
        assert_eq!(environment.first(&["A"]), None);
    }
}

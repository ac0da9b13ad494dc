//! The variables of one scope: a packed document, and the keys of its variables.

use record::Key;
use value::{Doc, wire_struct};

wire_struct! {
    /// The variables of one scope, in the order of their creation.
    ///
    /// A scope's variables never go one by one, and those created together have consecutive keys.
    /// So the keys are kept as runs: one or two numbers per scope instead of one per variable.
    pub(crate) struct Variables {
        1 => pub(crate) doc: Doc,
        2 => runs: Vec<KeyRun>,
    }
}

wire_struct! {
    /// From the `first`-th variable on, keys count up from `base`.
    struct KeyRun {
        1 => first: u32,
        2 => base: Key,
    }
}

impl Variables {
    /// The key of a variable, if it exists.
    pub(crate) fn key_of(&self, name: &str) -> Option<Key> {
        let at = self.doc.iter().position(|(it, _)| it == name)?;
        let at = u32::try_from(at).ok()?;
        let run = self.runs.iter().rev().find(|it| it.first <= at)?;
        Some(Key(run.base.0 + u64::from(at - run.first)))
    }

    /// The names with their keys.
    pub(crate) fn keyed(&self) -> impl Iterator<Item = (Key, &str)> {
        let ends = self.runs.iter().skip(1).map(|it| it.first).chain([u32::MAX]);
        let keys = self.runs.iter().zip(ends).flat_map(|(run, end)| {
            (run.first..end).map(|at| Key(run.base.0 + u64::from(at - run.first)))
        });
        keys.zip(self.doc.iter().map(|(name, _)| name))
    }

    /// Adds a variable that is not there yet.
    pub(crate) fn create(&mut self, name: &str, raw: &[u8], key: Key) {
        let at = u32::try_from(self.doc.len()).expect("documents are far smaller than 4 GiB");
        let continues =
            self.runs.last().is_some_and(|it| it.base.0 + u64::from(at - it.first) == key.0);
        if !continues {
            self.runs.reserve_exact(1);
            self.runs.push(KeyRun { first: at, base: key });
        }
        self.doc = self.doc.set(name, raw);
    }

    /// Replaces a variable.
    pub(crate) fn update(&mut self, name: &str, raw: &[u8]) {
        self.doc = self.doc.set(name, raw);
    }
}

#[cfg(test)]
mod tests {
    use super::Variables;
    use record::Key;

    #[test]
    fn keys_of_variables_created_together_take_one_run() {
        let mut variables = Variables::default();
        variables.create("a", &[1], Key(10));
        variables.create("b", &[2], Key(11));
        variables.create("c", &[3], Key(40));
        variables.update("a", &[9]);
        assert_eq!(variables.runs.len(), 2);
        let keys: Vec<_> = ["a", "b", "c", "d"].map(|it| variables.key_of(it)).to_vec();
        assert_eq!(keys, [Some(Key(10)), Some(Key(11)), Some(Key(40)), None]);
        let keyed: Vec<_> = variables.keyed().collect();
        assert_eq!(keyed, [(Key(10), "a"), (Key(11), "b"), (Key(40), "c")]);
    }
}

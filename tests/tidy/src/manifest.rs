//! Reading the `Cargo.toml` files of the workspace.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::{File, Tree, Violation};

/// The root manifest, as far as the checks need it.
pub(crate) struct Workspace {
    /// The crates of ours: from the name they have in manifests to their folder.
    pub(crate) ours: BTreeMap<String, String>,
}

/// One member's manifest.
pub(crate) struct Member<'a> {
    pub(crate) file: &'a File,
    pub(crate) table: Table,
}

impl Workspace {
    /// Reads the root manifest and those of all members.
    pub(crate) fn read(tree: &Tree) -> Result<(Self, Vec<Member<'_>>), Violation> {
        let root = parse(tree, "Cargo.toml")?.table;
        let section = root.get("workspace");
        let members = section.and_then(|it| it.get("members")).and_then(Value::as_array);
        let members = members.into_iter().flatten().filter_map(Value::as_str);
        let shared = section.and_then(|it| it.get("dependencies")).and_then(Value::as_table);
        let path = |(name, spec): (&String, &Value)| {
            Some((name.clone(), spec.get("path")?.as_str()?.to_owned()))
        };
        let ours = shared.into_iter().flatten().filter_map(path).collect();
        let read = |member: &str| parse(tree, &format!("{member}/Cargo.toml"));
        let manifests = members.map(read).collect::<Result<_, _>>()?;
        Ok((Self { ours }, manifests))
    }
}

impl Member<'_> {
    /// The folder of the crate.
    pub(crate) fn folder(&self) -> &str {
        self.file.path.strip_suffix("/Cargo.toml").unwrap_or(&self.file.path)
    }

    /// The dependencies in a section: their names and what is said about them. Those that only
    /// some platforms have are included.
    pub(crate) fn dependencies(&self, section: &str) -> Vec<(&str, &Value)> {
        let targets = self.table.get("target").and_then(Value::as_table);
        let tables = targets.into_iter().flatten().filter_map(|(_, target)| target.as_table());
        std::iter::once(&self.table)
            .chain(tables)
            .filter_map(|table| table.get(section)?.as_table())
            .flatten()
            .map(|(name, spec)| (name.as_str(), spec))
            .collect()
    }
}

fn parse<'a>(tree: &'a Tree, path: &str) -> Result<Member<'a>, Violation> {
    let missing = || Violation { path: path.to_owned(), line: 0, what: "is missing".to_owned() };
    let file = tree.file(path).ok_or_else(missing)?;
    match file.text.parse::<Table>() {
        Ok(table) => Ok(Member { file, table }),
        Err(error) => Err(file.violation(0, format!("is not TOML: {error}"))),
    }
}

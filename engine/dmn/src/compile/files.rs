//! Several files at once, which may import each other.

use std::collections::BTreeMap;

use value::Str;

use super::{Care, Others, check_name, model, read};
use crate::model::Model;
use crate::node::DmnNode as _;
use xml::Node;
use xml::Problem;

/// A file to compile.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its name, for messages only.
    pub resource_name: &'a str,
    /// What it contains.
    pub bytes: &'a [u8],
}

/// Compiles files of one deployment, each after those it imports; the results are in the order of
/// the files.
///
/// # Errors
/// The problems of each file that has some, with its number.
pub fn compile_all(files: &[File<'_>]) -> Result<Vec<Model>, Vec<(usize, Vec<Problem>)>> {
    compile_with(files, Care::Validate)
}

/// Compiles files that were validated when they were deployed, perhaps by another release, with
/// all that they import.
///
/// What only refuses is left out, so that a rule that came later cannot take away a decision that
/// is deployed. For files that [`compile_all`] accepts, the models are the same.
///
/// # Errors
/// The problems of each file of which no model can be made, with its number.
pub fn compile_all_accepted(files: &[File<'_>]) -> Result<Vec<Model>, Vec<(usize, Vec<Problem>)>> {
    compile_with(files, Care::Build)
}

fn compile_with(files: &[File<'_>], care: Care) -> Result<Vec<Model>, Vec<(usize, Vec<Problem>)>> {
    let mut problems = Vec::new();
    let mut open: Vec<(usize, Node)> = Vec::new();
    for (ix, file) in files.iter().enumerate() {
        let named = match care {
            Care::Validate => check_name(file.resource_name),
            Care::Build => Ok(()),
        };
        match named.and_then(|()| read(file.bytes)) {
            Ok(root) => open.push((ix, root)),
            Err(found) => problems.push((ix, found)),
        }
    }
    let mut models: Vec<(usize, Model)> = Vec::new();
    let mut refused: Vec<String> = Vec::new();
    while !open.is_empty() {
        let namespaces: Vec<String> = open.iter().map(|it| namespace(&it.1)).collect();
        let waits = |root: &Node| {
            root.all("import").any(|it| {
                let wanted = it.attribute("namespace").unwrap_or_default();
                wanted != namespace(root) && namespaces.iter().any(|it| it == wanted)
            })
        };
        let ready = open.iter().position(|it| !waits(&it.1));
        let (ix, root) = open.remove(ready.unwrap_or(0));
        if ready.is_none() {
            refused.push(namespace(&root));
            let message = "The models import each other in a circle.".to_owned();
            problems.push((ix, vec![Problem::of_file(Some(root.place), message)]));
            continue;
        }
        let available: Vec<&Model> = models.iter().map(|it| &it.1).collect();
        let others = Others { available: &available, refused: &refused };
        match model(&root, files[ix].bytes, others, care) {
            Ok(compiled) => models.push((ix, compiled)),
            Err(found) => {
                refused.push(namespace(&root));
                problems.push((ix, found));
            }
        }
    }
    if problems.is_empty() {
        models.sort_by_key(|it| it.0);
        Ok(models.into_iter().map(|it| it.1).collect())
    } else {
        problems.sort_by_key(|it| it.0);
        Err(problems)
    }
}

/// The namespace of a file and those of the models it imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespaces {
    /// Its own.
    pub own: String,
    /// Those of the models it imports.
    pub imported: Vec<String>,
}

/// The namespaces of a file; `None` if it is no DMN.
pub fn namespaces(bytes: &[u8]) -> Option<Namespaces> {
    let root = read(bytes).ok()?;
    let own = namespace(&root);
    let imports = root.all("import").filter(|it| is_model(it));
    let imported = imports.filter_map(|it| it.attribute("namespace")).filter(|it| *it != own);
    Some(Namespaces { imported: imported.map(str::to_owned).collect(), own })
}

/// Whether an import is one of a DMN model.
pub(super) fn is_model(import: &Node) -> bool {
    import.attribute("importType").unwrap_or_default().contains("/DMN/")
}

fn namespace(root: &Node) -> String {
    root.attribute("namespace").unwrap_or_default().to_owned()
}

/// The names of the decisions and other elements of a file, by the ids that problems and findings
/// have; empty if it is no DMN. An element without an id is known by its name.
pub fn element_names(bytes: &[u8]) -> BTreeMap<Str, Str> {
    let Ok(root) = read(bytes) else { return BTreeMap::new() };
    root.elements().filter_map(|it| Some((it.id()?.into(), it.name()?))).collect()
}

//! The models that a file imports, from the files beside it.

use std::path::{Path, PathBuf};

use client::Resource;
use dmn::Namespaces;

use crate::commands::deploy;
use crate::failure::{Exit, Failure};

/// How many files of a folder are looked at.
const FILES_MAX: usize = 1_000;

/// A file with its namespaces, if it is a model.
struct Read {
    resource: Resource,
    namespaces: Option<Namespaces>,
}

impl Read {
    fn of(path: &Path) -> Result<Self, Failure> {
        let resource = deploy::read(path)?;
        let namespaces = dmn::namespaces(&resource.content);
        Ok(Self { resource, namespaces })
    }

    fn has(&self, namespace: &str) -> bool {
        self.namespaces.as_ref().is_some_and(|it| it.own == namespace)
    }
}

/// The file and, behind it, all that it imports, directly or not.
///
/// # Errors
/// When the file cannot be read, or what it imports is not there or there twice.
pub(super) fn with_imports(path: &Path) -> Result<Vec<Resource>, Failure> {
    let mut files = vec![Read::of(path)?];
    let mut beside: Option<Vec<Read>> = None;
    let mut at = 0;
    while let Some(file) = files.get(at) {
        let name = file.resource.name.clone();
        let imported = file.namespaces.as_ref().map_or(Vec::new(), |it| it.imported.clone());
        at += 1;
        for namespace in imported {
            if files.iter().any(|it| it.has(&namespace)) {
                continue;
            }
            let beside = beside.get_or_insert_with(|| siblings(path));
            files.push(take(beside, &name, &namespace)?);
        }
    }
    Ok(files.into_iter().map(|it| it.resource).collect())
}

/// Takes the file that has a namespace.
fn take(beside: &mut Vec<Read>, importing: &str, namespace: &str) -> Result<Read, Failure> {
    let found: Vec<usize> = (0..beside.len())
        .filter(|ix| beside.get(*ix).is_some_and(|it| it.has(namespace)))
        .collect();
    match found.as_slice() {
        [only] => Ok(beside.swap_remove(*only)),
        [] => Err(Failure::new(
            Exit::Refused,
            format!(
                "The file '{importing}' imports the model with the namespace '{namespace}', which \
                 no DMN file in its folder has."
            ),
        )),
        _ => {
            let names = found.iter().filter_map(|ix| beside.get(*ix));
            let names: Vec<&str> = names.map(|it| it.resource.name.as_str()).collect();
            Err(Failure::new(
                Exit::Refused,
                format!(
                    "The file '{importing}' imports the model with the namespace '{namespace}', \
                     which several files in its folder have: {}.",
                    names.join(", ")
                ),
            ))
        }
    }
}

/// The other models in the folder of a file. What cannot be read is no model.
fn siblings(path: &Path) -> Vec<Read> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let Ok(entries) = std::fs::read_dir(folder.unwrap_or(Path::new("."))) else {
        return Vec::new();
    };
    let is_model = |it: &PathBuf| {
        let extension = it.extension().map(|it| it.to_string_lossy().to_ascii_lowercase());
        matches!(extension.as_deref(), Some("dmn" | "xml"))
            && it.file_name() != path.file_name()
            && it.is_file()
    };
    let paths = entries.filter_map(|it| Some(it.ok()?.path())).filter(is_model);
    let mut paths: Vec<PathBuf> = paths.take(FILES_MAX).collect();
    paths.sort();
    paths.iter().filter_map(|it| Read::of(it).ok()).filter(|it| it.namespaces.is_some()).collect()
}

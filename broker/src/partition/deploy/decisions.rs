//! DMN files: compiled together, because they may import each other, and what `apply` must know of
//! them.

use super::{Kind, Problems};
use broker_api::Resource;
use engine::Source;
use record::DeployedResource;
use std::collections::{BTreeMap, BTreeSet};
use value::Str;

/// The models of the DMN files by their place among the resources.
pub(super) fn compile(
    resources: &[Resource],
    problems: &mut Problems,
) -> BTreeMap<usize, dmn::Model> {
    let files = resources.iter().enumerate();
    let files: Vec<_> = files.filter(|(_, it)| Kind::of(&it.name) == Kind::Decisions).collect();
    let read: Vec<_> = files
        .iter()
        .map(|(_, it)| dmn::File { resource_name: &it.name, bytes: &it.content })
        .collect();
    match dmn::compile_all(&read) {
        Ok(models) => {
            let models: BTreeMap<usize, dmn::Model> =
                files.iter().map(|(ix, _)| *ix).zip(models).collect();
            ambiguous_imports(&models, problems);
            models
        }
        Err(found) => {
            for (file, found) in found {
                if let Some((ix, _)) = files.get(file) {
                    problems.of(*ix, found.iter().map(ToString::to_string));
                }
            }
            BTreeMap::new()
        }
    }
}

/// What each model is made from: its file and those it imports, directly or not.
pub(super) fn sources(
    resources: &[Resource],
    models: &BTreeMap<usize, dmn::Model>,
) -> BTreeMap<usize, Source> {
    let part = |ix: usize| {
        let (resource, model) = (resources.get(ix)?, models.get(&ix)?);
        Some((model.checksum, resource.content.len()))
    };
    let by_namespace: BTreeMap<&Str, usize> =
        models.iter().map(|(ix, it)| (&it.namespace, *ix)).collect();
    let source = |ix: usize| {
        let mut files = vec![ix];
        let mut at = 0;
        while let Some(file) = files.get(at) {
            let imports = models.get(file).map_or(&[][..], |it| &it.imports);
            let imports = imports.iter().filter_map(|it| by_namespace.get(it).copied());
            let new: BTreeSet<usize> = imports.filter(|it| !files.contains(it)).collect();
            files.extend(new);
            at += 1;
        }
        let imported = files.iter().skip(1).filter_map(|it| part(*it));
        Some((ix, Source::new(part(ix)?, imported)))
    };
    models.keys().filter_map(|it| source(*it)).collect()
}

/// An import names a namespace, so that must be the namespace of one file only.
fn ambiguous_imports(models: &BTreeMap<usize, dmn::Model>, problems: &mut Problems) {
    for (ix, model) in models {
        for namespace in &model.imports {
            let count = models.values().filter(|it| it.namespace == *namespace).count();
            if count > 1 {
                let text = format!(
                    "The file imports the namespace '{namespace}', which {count} files of the \
                     deployment have. Give each of them its own namespace."
                );
                problems.of(*ix, [text]);
            }
        }
    }
}

pub(super) fn summary(resource: &Resource, model: &dmn::Model) -> DeployedResource {
    DeployedResource {
        name: resource.name.clone(),
        content: resource.content.clone(),
        checksum: model.checksum.as_slice().into(),
        requirements: Some(Box::new(engine::requirements_summary(model))),
        ..DeployedResource::default()
    }
}

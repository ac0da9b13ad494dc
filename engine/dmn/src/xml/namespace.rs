//! Which prefix stands for which namespace at a place in the file.

use super::{NAMESPACES_MAX, Namespace};

/// The namespaces of DMN 1.1 to 1.6; the first is one of 1.1 too.
const DMN: [&str; 7] = [
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
    "https://www.omg.org/spec/DMN/20240513/MODEL/",
];
const ZEEBE: &str = "http://camunda.org/schema/zeebe/1.0";

/// The declarations in force, the innermost last.
#[derive(Default, Debug)]
pub(super) struct Bindings {
    all: Vec<Binding>,
}

#[derive(Debug)]
struct Binding {
    /// Empty for the default namespace.
    prefix: Box<str>,
    namespace: Namespace,
    /// The depth of the element that declares it.
    depth: usize,
}

impl Bindings {
    /// Takes a declaration `xmlns:prefix="uri"` of an element at `depth`.
    pub(super) fn declare(&mut self, prefix: &str, uri: &str, depth: usize) -> Result<(), String> {
        if self.all.len() >= NAMESPACES_MAX {
            return Err(format!(
                "More than {NAMESPACES_MAX} namespace declarations are in force here."
            ));
        }
        let namespace = match uri {
            _ if DMN.contains(&uri) => Namespace::Dmn,
            ZEEBE => Namespace::Zeebe,
            _ => Namespace::Foreign,
        };
        self.all.push(Binding { prefix: prefix.into(), namespace, depth });
        Ok(())
    }

    /// Forgets what elements at `depth` and deeper declared.
    pub(super) fn leave(&mut self, depth: usize) {
        while self.all.last().is_some_and(|binding| binding.depth >= depth) {
            self.all.pop();
        }
    }

    /// The namespace of an element by its prefix; `None` when nothing declares the prefix.
    pub(super) fn resolve(&self, prefix: Option<&str>) -> Option<Namespace> {
        let wanted = prefix.unwrap_or("");
        let found = self.all.iter().rev().find(|binding| &*binding.prefix == wanted);
        match found {
            Some(binding) => Some(binding.namespace),
            None if wanted.is_empty() || wanted == "xml" => Some(Namespace::Foreign),
            None => None,
        }
    }
}

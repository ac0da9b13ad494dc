//! Which prefix stands for which namespace at a place in the file.

use crate::NAMESPACES_MAX;

/// The namespace of BPMN 2.0.
const BPMN: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";
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

/// What a model file is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// BPMN 2.0.
    Bpmn,
    /// DMN, in any of its versions.
    Dmn,
}

impl Language {
    /// What people call it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Bpmn => "BPMN",
            Self::Dmn => "DMN",
        }
    }

    /// The namespace that a URI names in files of this language.
    fn namespace(self, uri: &str) -> Namespace {
        match self {
            _ if uri == ZEEBE => Namespace::Zeebe,
            Self::Bpmn if uri == BPMN => Namespace::Bpmn,
            Self::Dmn if DMN.contains(&uri) => Namespace::Dmn,
            Self::Bpmn | Self::Dmn => Namespace::Foreign,
        }
    }
}

/// The namespaces whose elements mean something here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Namespace {
    /// The model of BPMN 2.0.
    Bpmn,
    /// The model of DMN, in any of its versions.
    Dmn,
    /// The extensions of Zeebe.
    Zeebe,
    /// Any other, or none.
    Foreign,
}

impl Namespace {
    /// Whether its elements are the model itself.
    pub(crate) fn is_of_model(self) -> bool {
        match self {
            Self::Bpmn | Self::Dmn => true,
            Self::Zeebe | Self::Foreign => false,
        }
    }
}

/// The declarations in force, the innermost last.
#[derive(Debug)]
pub(super) struct Bindings {
    language: Language,
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
    pub(super) fn of(language: Language) -> Self {
        Self { language, all: Vec::new() }
    }

    /// Takes a declaration `xmlns:prefix="uri"` of an element at `depth`.
    pub(super) fn declare(&mut self, prefix: &str, uri: &str, depth: usize) -> Result<(), String> {
        if self.all.len() >= NAMESPACES_MAX {
            return Err(format!(
                "More than {NAMESPACES_MAX} namespace declarations are in force here."
            ));
        }
        let namespace = self.language.namespace(uri);
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

//! The XML of a DMN file as a small tree: only what execution reads, within fixed limits.
//!
//! ```text
//! bytes ─decode─▶ text ─parse─▶ Node (root)
//! ```
//!
//! Elements of other namespaces than DMN and zeebe (diagrams, vendor extensions) are counted, then
//! dropped with everything inside them. Nothing is ever fetched: a document type is refused before
//! any entity in it could be expanded.

mod decode;
mod namespace;
mod parse;

use value::Str;

pub(crate) use parse::parse;

/// How deep elements may be nested. Modelers write about ten levels.
pub(crate) const DEPTH_MAX: usize = 256;
/// How many elements a file may have, diagram included.
pub(crate) const ELEMENTS_MAX: u32 = 250_000;
/// How many attributes one element may have.
pub(crate) const ATTRIBUTES_MAX: usize = 256;
/// How many namespace declarations may be in force at one place.
pub(crate) const NAMESPACES_MAX: usize = 256;

/// The namespaces whose elements mean something here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Namespace {
    /// The model of DMN, in any of its versions.
    Dmn,
    /// The extensions of Zeebe.
    Zeebe,
    /// Any other, or none.
    Foreign,
}

/// Where something starts in the file, counted from 1; columns in characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// Name and value.
pub(crate) type Attribute = (Box<str>, Box<str>);

/// One element of the file.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) namespace: Namespace,
    /// The name without prefix.
    pub(crate) name: Box<str>,
    /// Name, with its prefix, and value of the attributes.
    attributes: Vec<Attribute>,
    /// The text directly inside it, entities and CDATA sections joined.
    text: String,
    pub(crate) children: Vec<Node>,
    pub(crate) place: Place,
}

/// Why a file cannot be read as XML at all.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) place: Option<Place>,
    pub(crate) message: String,
}

impl Node {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| &**key == name).map(|(_, value)| &**value)
    }

    /// An attribute of any other namespace with this local name.
    pub(crate) fn foreign_attribute(&self, local: &str) -> Option<&str> {
        let same = |key: &str| key.split_once(':').is_some_and(|it| it.1 == local);
        self.attributes.iter().find(|(key, _)| same(key)).map(|(_, value)| &**value)
    }

    /// The id without surrounding blanks, which XML ignores; `None` when absent or blank.
    pub(crate) fn id(&self) -> Option<&str> {
        self.attribute("id").map(str::trim).filter(|id| !id.is_empty())
    }

    /// The name with single blanks between its words; `None` when absent or blank.
    pub(crate) fn name(&self) -> Option<Str> {
        self.attribute("name").map(single_blanks).filter(|name| !name.is_empty())
    }

    /// The text directly inside the element, without blanks around it.
    pub(crate) fn text(&self) -> &str {
        self.text.trim()
    }

    pub(crate) fn is(&self, namespace: Namespace, name: &str) -> bool {
        self.namespace == namespace && &*self.name == name
    }

    /// The children in the namespace of DMN.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Node> {
        self.children.iter().filter(|child| child.namespace == Namespace::Dmn)
    }

    /// The children in the namespace of DMN that have a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| child.is(Namespace::Dmn, name))
    }

    /// The first child in the namespace of DMN that has a name.
    pub(crate) fn first(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.is(Namespace::Dmn, name))
    }

    /// The text inside the `text` child of a child; `None` when there is no such child.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        let child = self.first(name)?;
        Some(child.first("text").map_or("", Node::text))
    }

    /// The value of a zeebe extension such as `zeebe:versionTag`.
    pub(crate) fn extension(&self, name: &str) -> Option<&str> {
        let extensions = self.first("extensionElements")?;
        let found = extensions.children.iter().find(|it| it.is(Namespace::Zeebe, name))?;
        found.attribute("value").filter(|it| !it.is_empty())
    }
}

/// A name with single blanks between its words and none around them.
pub(crate) fn single_blanks(name: &str) -> Str {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").into()
}

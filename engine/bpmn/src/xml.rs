//! The XML of a BPMN file as a small tree: only what execution reads, within fixed limits.
//!
//! ```text
//! bytes ─decode─▶ text ─parse─▶ Node (root)
//! ```
//!
//! Elements of other namespaces than BPMN and zeebe (diagrams, vendor extensions) are counted, then
//! dropped with everything inside them. Nothing is ever fetched: a document type is refused before
//! any entity in it could be expanded.

mod decode;
mod namespace;
mod parse;

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
    /// The model of BPMN 2.0.
    Bpmn,
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
    /// The ordinal of its start tag: see [`crate::ElementIx`].
    pub(crate) ordinal: u32,
    pub(crate) namespace: Namespace,
    /// The name without prefix.
    pub(crate) name: Box<str>,
    /// Name and value of the attributes without namespace.
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

    /// The id without surrounding blanks, which XML ignores; `None` when absent or blank.
    pub(crate) fn id(&self) -> Option<&str> {
        self.attribute("id").map(str::trim).filter(|id| !id.is_empty())
    }

    /// An attribute that refers to another element by id, without the namespace prefix that some
    /// tools write.
    pub(crate) fn reference(&self, name: &str) -> Option<&str> {
        let text = self.attribute(name)?.trim();
        let id = text.rsplit_once(':').map_or(text, |(_, id)| id);
        (!id.is_empty()).then_some(id)
    }

    /// Whether an attribute of the XML schema type boolean is set; `absent` when it is not there.
    pub(crate) fn flag(&self, name: &str, absent: bool) -> bool {
        self.attribute(name).map_or(absent, |text| matches!(text.trim(), "true" | "1"))
    }

    /// The text directly inside the element, without blanks around it.
    pub(crate) fn text(&self) -> &str {
        self.text.trim()
    }

    pub(crate) fn is(&self, namespace: Namespace, name: &str) -> bool {
        self.namespace == namespace && &*self.name == name
    }

    /// The children of a namespace.
    pub(crate) fn of(&self, namespace: Namespace) -> impl Iterator<Item = &Node> {
        self.children.iter().filter(move |child| child.namespace == namespace)
    }

    /// The children of a namespace that have a name.
    pub(crate) fn named<'a>(
        &'a self,
        namespace: Namespace,
        name: &'a str,
    ) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| child.is(namespace, name))
    }

    /// The zeebe elements inside its `extensionElements`.
    pub(crate) fn extensions(&self) -> impl Iterator<Item = &Node> {
        self.named(Namespace::Bpmn, "extensionElements")
            .flat_map(|extensions| extensions.of(Namespace::Zeebe))
    }

    /// The first zeebe extension with a name.
    pub(crate) fn extension(&self, name: &str) -> Option<&Node> {
        self.extensions().find(|extension| &*extension.name == name)
    }
}

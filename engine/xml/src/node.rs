//! One element of a model file, and what its readers ask of it.

use value::Str;

use crate::Namespace;

/// Where something starts in the file, counted from 1; columns in characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The character in it.
    pub column: u32,
}

/// Name and value.
pub(crate) type Attribute = (Box<str>, Box<str>);

/// One element of the file.
#[derive(Debug)]
pub struct Node {
    /// Whose element it is.
    pub namespace: Namespace,
    /// The name without prefix.
    pub name: Box<str>,
    /// How many start tags stand before its own in the file, those of dropped elements included.
    pub ordinal: u32,
    /// Name, with its prefix, and value of the attributes.
    pub(crate) attributes: Vec<Attribute>,
    /// The text directly inside it, entities and CDATA sections joined.
    pub(crate) text: String,
    /// The elements directly inside it, but for those that are dropped.
    pub children: Vec<Node>,
    /// Where its start tag begins.
    pub place: Place,
}

impl Node {
    /// An attribute without prefix.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| &**key == name).map(|(_, value)| &**value)
    }

    /// An attribute of any other namespace with this local name.
    pub fn foreign_attribute(&self, local: &str) -> Option<&str> {
        let same = |key: &str| key.split_once(':').is_some_and(|it| it.1 == local);
        self.attributes.iter().find(|(key, _)| same(key)).map(|(_, value)| &**value)
    }

    /// The names of its attributes without prefix, in the order of the file.
    pub fn plain_attributes(&self) -> impl Iterator<Item = &str> {
        let names = self.attributes.iter().map(|(name, _)| &**name);
        names.filter(|name| !name.contains(':') && *name != "xmlns")
    }

    /// The id without surrounding blanks, which XML ignores; `None` when absent or blank.
    pub fn id(&self) -> Option<&str> {
        self.attribute("id").map(str::trim).filter(|id| !id.is_empty())
    }

    /// The name with single blanks between its words; `None` when absent or blank.
    pub fn name(&self) -> Option<Str> {
        self.attribute("name").map(single_blanks).filter(|name| !name.is_empty())
    }

    /// An attribute that refers to another element by id, without the namespace prefix that some
    /// tools write.
    pub fn reference(&self, name: &str) -> Option<&str> {
        let text = self.attribute(name)?.trim();
        let id = text.rsplit_once(':').map_or(text, |(_, id)| id);
        (!id.is_empty()).then_some(id)
    }

    /// Whether an attribute of the XML schema type boolean is set; `absent` when it is not there.
    pub fn flag(&self, name: &str, absent: bool) -> bool {
        self.attribute(name).map_or(absent, |text| matches!(text.trim(), "true" | "1"))
    }

    /// The text directly inside the element, without blanks around it.
    pub fn text(&self) -> &str {
        self.text.trim()
    }

    /// Whether it has this namespace and this name.
    pub fn is(&self, namespace: Namespace, name: &str) -> bool {
        self.namespace == namespace && &*self.name == name
    }

    /// The children of a namespace.
    pub fn of(&self, namespace: Namespace) -> impl Iterator<Item = &Node> {
        self.children.iter().filter(move |child| child.namespace == namespace)
    }

    /// The children of a namespace that have a name.
    pub fn named<'a>(
        &'a self,
        namespace: Namespace,
        name: &'a str,
    ) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| child.is(namespace, name))
    }

    /// The zeebe elements inside its `extensionElements`.
    pub fn extensions(&self) -> impl Iterator<Item = &Node> {
        let is_theirs =
            |child: &&Node| child.namespace.is_of_model() && &*child.name == "extensionElements";
        let all = self.children.iter().filter(is_theirs);
        all.flat_map(|extensions| extensions.of(Namespace::Zeebe))
    }

    /// The first zeebe extension with a name.
    pub fn extension(&self, name: &str) -> Option<&Node> {
        self.extensions().find(|extension| &*extension.name == name)
    }
}

/// A name with single blanks between its words and none around them.
pub fn single_blanks(name: &str) -> Str {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").into()
}

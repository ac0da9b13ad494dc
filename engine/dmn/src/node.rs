//! What readers of DMN ask of an element, beyond what every model file offers.

use xml::{Namespace, Node};

/// Short forms for children in the namespace of DMN.
pub(crate) trait DmnNode {
    /// The children in the namespace of DMN.
    fn elements(&self) -> impl Iterator<Item = &Node>;

    /// Those of them that have a name.
    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node>;

    /// The first of them that has a name.
    fn first(&self, name: &str) -> Option<&Node>;

    /// The text inside the `text` child of a child; `None` when there is no such child.
    fn text_of(&self, name: &str) -> Option<&str>;

    /// The value of a zeebe extension such as `zeebe:versionTag`; `None` when absent or empty.
    fn extension_value(&self, name: &str) -> Option<&str>;
}

impl DmnNode for Node {
    fn elements(&self) -> impl Iterator<Item = &Node> {
        self.of(Namespace::Dmn)
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.named(Namespace::Dmn, name)
    }

    fn first(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.is(Namespace::Dmn, name))
    }

    fn text_of(&self, name: &str) -> Option<&str> {
        let child = self.first(name)?;
        Some(child.first("text").map_or("", Node::text))
    }

    fn extension_value(&self, name: &str) -> Option<&str> {
        self.extension(name)?.attribute("value").filter(|it| !it.is_empty())
    }
}

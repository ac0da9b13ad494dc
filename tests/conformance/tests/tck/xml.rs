//! The XML of test cases as a small tree. The files are trusted: the kit is given.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// An element, by its local name.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    pub(crate) text: String,
    pub(crate) children: Vec<Node>,
}

impl Node {
    /// An attribute by its local name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|it| it.0 == name).map(|it| &*it.1)
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |it| it.name == name)
    }

    pub(crate) fn first(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|it| it.name == name)
    }
}

fn open(tag: &BytesStart<'_>) -> Node {
    let local = |it: &str| it.rsplit_once(':').map_or(it, |it| it.1).to_owned();
    let attributes = tag.attributes().map(|it| {
        let it = it.unwrap();
        let key: &str = it.key.as_ref();
        let value = it.normalized_value(quick_xml::XmlVersion::Explicit1_0).unwrap().into_owned();
        (local(key), value)
    });
    let name: &str = tag.name().into_inner();
    Node { name: local(name), attributes: attributes.collect(), ..Node::default() }
}

/// The root element of a file.
pub(crate) fn parse(text: &str) -> Node {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{FEFF}'));
    let mut stack = vec![Node::default()];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => stack.push(open(&tag)),
            Event::Empty(tag) => stack.last_mut().unwrap().children.push(open(&tag)),
            Event::End(_) => {
                let node = stack.pop().unwrap();
                stack.last_mut().unwrap().children.push(node);
            }
            Event::Text(text) => stack.last_mut().unwrap().text += &text.xml10_content(),
            Event::CData(data) => stack.last_mut().unwrap().text += &data.xml10_content(),
            Event::GeneralRef(reference) => {
                let node = stack.last_mut().unwrap();
                match reference.resolve_char_ref().unwrap() {
                    Some(it) => node.text.push(it),
                    None => node.text += resolve_predefined_entity(&reference).unwrap(),
                }
            }
            Event::Eof => break,
            Event::Decl(_) | Event::DocType(_) | Event::Comment(_) | Event::PI(_) => {}
        }
    }
    stack.pop().unwrap().children.pop().unwrap()
}

//! From text to the tree of nodes.

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use super::decode::{self, decode, is_allowed};
use super::namespace::{Bindings, Language, Namespace};
use super::node::{Attribute, Node, Place};
use super::{ATTRIBUTES_MAX, DEPTH_MAX, ELEMENTS_MAX};

/// Why a file cannot be read as XML at all.
#[derive(Debug)]
pub struct Unreadable {
    /// Where reading stopped, if it is known.
    pub place: Option<Place>,
    /// One sentence or two: what is wrong, and the way out.
    pub message: String,
}

/// Reads a file; the result is its root element.
///
/// # Errors
/// It is no well-formed XML in UTF-8, has a document type, or is beyond a limit.
pub fn parse(language: Language, bytes: &[u8]) -> Result<Node, Unreadable> {
    let text = decode(bytes)?;
    let mut parser = Parser::new(language, text);
    match parser.run() {
        Ok(root) => Ok(root),
        Err(message) => {
            // The event that failed starts where the last good one ended; the reader knows better
            // when it is the one that failed.
            let offset = usize::try_from(parser.reader.error_position()).unwrap_or(0);
            parser.cursor.advance(text, offset.max(parser.event_start));
            Err(Unreadable { place: Some(parser.cursor.place), message })
        }
    }
}

struct Parser<'t> {
    language: Language,
    text: &'t str,
    reader: Reader<&'t [u8]>,
    /// Where the current event starts.
    event_start: usize,
    cursor: Cursor,
    bindings: Bindings,
    /// The kept elements that are open, the innermost last.
    open: Vec<Node>,
    /// How many elements are open inside a dropped one, that one included.
    dropped: usize,
    /// How many start tags were seen.
    count: u32,
    root: Option<Node>,
}

impl<'t> Parser<'t> {
    fn new(language: Language, text: &'t str) -> Self {
        Parser {
            language,
            text,
            reader: Reader::from_str(text),
            event_start: 0,
            cursor: Cursor { offset: 0, place: Place { line: 1, column: 1 } },
            bindings: Bindings::of(language),
            open: Vec::new(),
            dropped: 0,
            count: 0,
            root: None,
        }
    }

    fn run(&mut self) -> Result<Node, String> {
        loop {
            self.event_start = self.position();
            let event = self.reader.read_event().map_err(|error| malformed(&error))?;
            match event {
                Event::Start(tag) => self.start(&tag)?,
                Event::Empty(tag) => {
                    self.start(&tag)?;
                    self.end();
                }
                Event::End(_) => self.end(),
                Event::Text(text) => self.append(&text.xml10_content())?,
                Event::CData(data) => {
                    if self.depth() == 0 {
                        return Err(outside());
                    }
                    self.append(&data.xml10_content())?;
                }
                Event::GeneralRef(reference) => {
                    let character = resolve(&reference)?;
                    if self.depth() == 0 {
                        return Err(outside());
                    }
                    self.append(character.encode_utf8(&mut [0; 4]))?;
                }
                Event::Decl(declaration) => self.declaration(&declaration)?,
                Event::DocType(_) => {
                    return Err(format!(
                        "The file has a document type (DOCTYPE). Remove it: {} needs none, and \
                         Baton reads none.",
                        self.language.title()
                    ));
                }
                Event::Comment(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
        }
        if let Some(node) = self.open.last() {
            return Err(format!("The file ends inside the element '{}'.", node.name));
        }
        self.root.take().ok_or_else(|| "The file contains no XML element.".to_owned())
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    fn depth(&self) -> usize {
        self.open.len() + self.dropped
    }

    fn declaration(&self, declaration: &BytesDecl<'_>) -> Result<(), String> {
        if self.event_start != 0 {
            return Err("The XML declaration must stand at the very beginning.".to_owned());
        }
        match declaration.encoding() {
            Some(Ok(label)) => decode::check_label(&label, self.text),
            Some(Err(error)) => Err(malformed(&error.into())),
            None => Ok(()),
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        let depth = self.depth();
        if depth == 0 && self.root.is_some() {
            return Err("The file has more than one root element.".to_owned());
        }
        if depth >= DEPTH_MAX {
            return Err(format!("Elements are nested more than {DEPTH_MAX} levels deep."));
        }
        let ordinal = self.count;
        if ordinal >= ELEMENTS_MAX {
            return Err(format!("The file has more than {ELEMENTS_MAX} elements."));
        }
        self.count += 1;
        let attributes = self.attributes(tag, depth)?;
        let name = tag.name();
        let (local, prefix) = (name.local_name(), name.prefix());
        let prefix = prefix.as_ref().map(AsRef::as_ref);
        let namespace = self.bindings.resolve(prefix).ok_or_else(|| unbound(prefix))?;
        if self.dropped > 0 || (namespace == Namespace::Foreign && depth > 0) {
            self.dropped += 1;
            return Ok(());
        }
        self.cursor.advance(self.text, self.event_start);
        self.open.push(Node {
            ordinal,
            namespace,
            name: local.as_ref().into(),
            attributes,
            text: String::new(),
            children: Vec::new(),
            place: self.cursor.place,
        });
        Ok(())
    }

    /// Takes namespace declarations, and gives the other attributes.
    fn attributes(&mut self, tag: &BytesStart<'_>, depth: usize) -> Result<Vec<Attribute>, String> {
        let mut own = Vec::new();
        let mut prefixes = Vec::new();
        for (at, attribute) in tag.attributes().enumerate() {
            if at >= ATTRIBUTES_MAX {
                return Err(format!("An element has more than {ATTRIBUTES_MAX} attributes."));
            }
            let attribute = attribute.map_err(|error| malformed(&error.into()))?;
            if attribute.value.contains('<') {
                return Err("An attribute value contains '<'. Write it as '&lt;'.".to_owned());
            }
            let value = attribute
                .normalized_value(XmlVersion::Explicit1_0)
                .map_err(|error| malformed(&error))?;
            if !value.chars().all(is_allowed) {
                return Err(
                    "An attribute value contains a character that XML does not allow.".to_owned()
                );
            }
            let key: &str = attribute.key.as_ref();
            match key.split_once(':') {
                None if key == "xmlns" => self.bindings.declare("", &value, depth)?,
                None => own.push((key.into(), value.into())),
                Some(("xmlns", prefix)) => self.bindings.declare(prefix, &value, depth)?,
                Some((prefix, _)) => {
                    prefixes.push(prefix.to_owned());
                    own.push((key.into(), value.into()));
                }
            }
        }
        // Only now: an element may use the prefixes that it declares itself.
        for prefix in &prefixes {
            self.bindings.resolve(Some(prefix)).ok_or_else(|| unbound(Some(prefix)))?;
        }
        Ok(own)
    }

    fn end(&mut self) {
        if self.dropped > 0 {
            self.dropped -= 1;
        } else if let Some(node) = self.open.pop() {
            match self.open.last_mut() {
                Some(parent) => parent.children.push(node),
                None => self.root = Some(node),
            }
        }
        self.bindings.leave(self.depth());
    }

    fn append(&mut self, text: &str) -> Result<(), String> {
        if self.depth() == 0 {
            return if text.trim().is_empty() { Ok(()) } else { Err(outside()) };
        }
        if self.dropped == 0
            && let Some(node) = self.open.last_mut()
        {
            node.text.push_str(text);
        }
        Ok(())
    }
}

/// Turns offsets into lines and columns, forward only, so that a whole file costs one pass.
struct Cursor {
    offset: usize,
    place: Place,
}

impl Cursor {
    fn advance(&mut self, text: &str, to: usize) {
        let Some(passed) = text.get(self.offset..to) else { return };
        for character in passed.chars() {
            if character == '\n' {
                self.place = Place { line: self.place.line.saturating_add(1), column: 1 };
            } else {
                self.place.column = self.place.column.saturating_add(1);
            }
        }
        self.offset = to;
    }
}

/// The character that `&name;` or `&#number;` stands for.
fn resolve(reference: &BytesRef<'_>) -> Result<char, String> {
    let name: &str = reference;
    let character = match reference.resolve_char_ref().map_err(|error| malformed(&error))? {
        Some(character) => Some(character),
        None => resolve_predefined_entity(name).and_then(|text| text.chars().next()),
    };
    character
        .filter(|character| is_allowed(*character))
        .ok_or_else(|| format!("The file uses '&{name};', which stands for no character in XML."))
}

fn malformed(error: &quick_xml::Error) -> String {
    format!("The file is not well-formed XML: {error}.")
}

fn unbound(prefix: Option<&str>) -> String {
    format!("The namespace prefix '{}' is not declared.", prefix.unwrap_or_default())
}

fn outside() -> String {
    "There is text outside the root element.".to_owned()
}

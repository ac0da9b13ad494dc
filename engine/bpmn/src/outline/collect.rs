//! Finds the parts and flows of a process, and names what Baton cannot run.

use super::{FlowPart, Outline, Part, PartIx, Syntax, element};
use crate::element::Child;
use xml::{Namespace, Node};
use xml::{Problem, Problems};

/// How long the id of an element may be, in bytes.
const ID_BYTES_MAX: usize = 255;

impl<'t> Outline<'t> {
    pub(super) fn collect(&mut self, process: &'t Node, problems: &mut Problems) {
        let root = PartIx(0);
        self.add(process, Syntax::Supported(&element::PROCESS), root, problems);
        self.collect_scope(process, root, problems);
    }

    /// Adds everything inside a scope. Recursion is bounded by the depth of the XML.
    fn collect_scope(&mut self, scope: &'t Node, scope_ix: PartIx, problems: &mut Problems) {
        for child in &scope.children {
            if child.namespace == Namespace::Zeebe {
                let message = format!(
                    "The extension 'zeebe:{}' stands outside 'extensionElements', where it has \
                     no effect. Move it there.",
                    child.name
                );
                problems.push(self.problem(scope_ix, child, message));
                continue;
            }
            match element::classify(child) {
                Child::Ignored => {}
                Child::Unknown if element::is_own_child(scope, child) => {}
                Child::SequenceFlow => self.add_flow(child, scope_ix, problems),
                Child::Element(syntax) => {
                    let ix = self.add(child, Syntax::Supported(syntax), scope_ix, problems);
                    if syntax.scope {
                        self.collect_scope(child, ix, problems);
                    }
                }
                Child::Unsupported(unsupported) => {
                    let ix = self.add(child, Syntax::Unsupported(unsupported), scope_ix, problems);
                    let message = format!(
                        "The element '{}' is {}. Baton does not run {} yet.",
                        self.part(ix).label(),
                        unsupported.noun,
                        unsupported.plural
                    );
                    problems.push(self.problem(ix, child, message));
                }
                Child::Unknown => problems.push(self.unknown(child, scope_ix)),
            }
        }
    }

    fn unknown(&self, node: &Node, scope: PartIx) -> Problem {
        let id = node.id().unwrap_or_default();
        let named = if id.is_empty() { String::new() } else { format!(" '{id}'") };
        let message = format!(
            "The element{named} is of the type '{}', which Baton does not know here.",
            node.name
        );
        let label = if id.is_empty() { format!("<{}>", node.name) } else { id.to_owned() };
        Problem::new(format!("{} > {label}", self.path(scope)), id, node.place, message)
    }

    fn add(
        &mut self,
        node: &'t Node,
        syntax: Syntax,
        scope: PartIx,
        problems: &mut Problems,
    ) -> PartIx {
        let ix = PartIx(self.parts.len());
        self.parts.push(Part {
            ix,
            node,
            id: node.id().unwrap_or_default(),
            syntax,
            scope,
            incoming: 0,
            entering: Vec::new(),
            outgoing: Vec::new(),
            boundary_events: Vec::new(),
            inside: Vec::new(),
            attached_to: None,
        });
        if scope != ix {
            self.parts[scope.0].inside.push(ix);
        }
        if let Some(message) = id_fault(node) {
            problems.push(self.problem(ix, node, message));
        }
        ix
    }

    fn add_flow(&mut self, node: &'t Node, scope: PartIx, problems: &mut Problems) {
        let flow = FlowPart { node, id: node.id().unwrap_or_default(), scope, ends: None };
        if let Some(message) = id_fault(node) {
            problems.push(self.flow_problem(&flow, message));
        }
        self.flows.push(flow);
    }
}

/// What is wrong with the id of an element: records, incidents and APIs name elements by it.
fn id_fault(node: &Node) -> Option<String> {
    let Some(id) = node.id() else {
        return Some(format!("An element of the type '{}' has no id. Give it one.", node.name));
    };
    if id.len() > ID_BYTES_MAX {
        return Some(format!(
            "The id of an element is {} bytes long. At most {ID_BYTES_MAX} are allowed.",
            id.len()
        ));
    }
    let mut characters = id.chars();
    if characters.next().is_some_and(starts_name) && characters.all(continues_name) {
        return None;
    }
    Some(format!(
        "The id '{id}' is not a valid name. Begin with a letter or '_', and use only letters, \
         digits, '_', '-' and '.'."
    ))
}

/// The characters that an XML name may begin with, beyond the basic plane only letters and digits.
fn starts_name(character: char) -> bool {
    match character {
        '\u{C0}'..='\u{2FF}' => !matches!(character, '\u{D7}' | '\u{F7}'),
        '\u{370}'..='\u{1FFF}' => character != '\u{37E}',
        'A'..='Z'
        | 'a'..='z'
        | '_'
        | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}'
        | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}'
        | '\u{FDF0}'..='\u{FFFD}' => true,
        '\u{10000}'.. => character.is_alphanumeric(),
        _ => false,
    }
}

/// The characters that an XML name may go on with.
fn continues_name(character: char) -> bool {
    starts_name(character)
        || matches!(character, '0'..='9' | '-' | '.' | '\u{B7}')
        || matches!(character, '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

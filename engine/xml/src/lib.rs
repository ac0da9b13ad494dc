//! Model files of BPMN and DMN as a small tree: only what execution reads, within fixed limits; and
//! what is wrong with them, in words for the person who drew them.
//!
//! ```text
//! bytes ─decode─▶ text ─parse─▶ Node (root) ─a compiler─▶ Problem, Problem, …
//! ```
//!
//! Elements of other namespaces than the model's own and zeebe (diagrams, vendor extensions) are
//! counted, then dropped with everything inside them. Nothing is ever fetched: a document type is
//! refused before any entity in it could be expanded.

#![warn(missing_docs)]

mod decode;
mod namespace;
mod node;
mod parse;
mod problem;

pub use namespace::{Language, Namespace};
pub use node::{Node, Place, single_blanks};
pub use parse::{Unreadable, parse};
pub use problem::{Problem, Problems};

/// How deep elements may be nested. Modelers write about ten levels.
const DEPTH_MAX: usize = 256;
/// How many elements a file may have, diagram included.
const ELEMENTS_MAX: u32 = 250_000;
/// How many attributes one element may have.
const ATTRIBUTES_MAX: usize = 256;
/// How many namespace declarations may be in force at one place.
const NAMESPACES_MAX: usize = 256;

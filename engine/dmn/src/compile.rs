//! From the bytes of DMN files to models.
//!
//! ```text
//! bytes ─xml─▶ Node ─names, types─▶ elements (boxed expressions) ─link─▶ Graph
//! ```
//!
//! Every step goes on after a problem, so that one deployment shows all of them.

mod context;
mod element;
mod expression;
mod files;
mod link;
mod requirements;
mod table;
mod type_refs;
mod types;
mod unknown_types;

use std::collections::BTreeMap;

use md5::{Digest, Md5};
use value::Str;

pub use self::files::{
    File, Namespaces, compile_all, compile_all_accepted, element_names, namespaces,
};

use self::context::{Context, Imports};
use self::element::Elements;
use crate::model::Model;
use crate::node::DmnNode as _;
use xml::{Language, Namespace, Node};
use xml::{Problem, Problems};

/// How long the name of a resource may be, in bytes.
const RESOURCE_NAME_BYTES_MAX: usize = 4_096;

/// Reads and validates a DMN file that imports no other. The result depends on nothing but the
/// arguments; the name of the resource is only text.
///
/// # Errors
/// All problems of the file by their place in it, at most a thousand. A file that is no XML has
/// exactly one.
pub fn compile(resource_name: &str, bytes: &[u8]) -> Result<Model, Vec<Problem>> {
    check_name(resource_name)?;
    let root = read(bytes)?;
    model(&root, bytes, Others::default(), Care::Validate)
}

/// What problems of a file lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Care {
    /// Any problem refuses it.
    Validate,
    /// Only what leaves an element without meaning does: a file that is deployed stays deployed,
    /// whatever rules come later.
    Build,
}

fn check_name(resource_name: &str) -> Result<(), Vec<Problem>> {
    if resource_name.len() <= RESOURCE_NAME_BYTES_MAX {
        return Ok(());
    }
    let message = format!(
        "The name of the resource is {} bytes long. At most {RESOURCE_NAME_BYTES_MAX} are allowed.",
        resource_name.len()
    );
    Err(vec![Problem::of_file(None, message)])
}

/// The root element of a file.
fn read(bytes: &[u8]) -> Result<Node, Vec<Problem>> {
    let root = xml::parse(Language::Dmn, bytes)
        .map_err(|fault| vec![Problem::of_file(fault.place, fault.message)])?;
    if root.is(Namespace::Dmn, "definitions") {
        return Ok(root);
    }
    let message = format!(
        "The root element is '{}'. A DMN file has 'definitions' in the namespace of DMN 1.1 to 1.6.",
        root.name
    );
    Err(vec![Problem::of_file(Some(root.place), message)])
}

/// The other files of a deployment, as far as they were compiled.
#[derive(Debug, Clone, Copy, Default)]
struct Others<'o, 'm> {
    /// The models that can be imported.
    available: &'o [&'m Model],
    /// The namespaces of those that have problems.
    refused: &'o [String],
}

/// Compiles a file, which may import others.
fn model(
    root: &Node,
    bytes: &[u8],
    others: Others<'_, '_>,
    care: Care,
) -> Result<Model, Vec<Problem>> {
    let mut problems = Problems::default();
    if care == Care::Validate {
        unique_ids(root, &mut problems);
    }
    let imports = Imports::of(root, others, &mut problems);
    let imported = imports.all.iter().map(|it| it.model.namespace.clone()).collect();
    let mut ctx = Context::new(root, imports, &mut problems, care);
    let id = element::definitions_id(&mut ctx, root);
    let types = types::read(&mut ctx, root);
    let Elements { drafts, outlines } = element::read_all(&mut ctx, root);
    link::refuse_cycles(&mut ctx, &outlines);
    let graph = link::graph(&ctx, drafts);
    let names = ctx.names.clone();
    let written = ctx.written(root);
    let mut ignored = std::mem::take(&mut ctx.ignored);
    ignored.extend(unknown_types::all(&ctx, root));
    let own = graph.own;
    if !problems.is_empty() {
        return Err(problems.into_sorted());
    }
    let text = |name: &str| -> Str { root.attribute(name).unwrap_or_default().into() };
    Ok(Model {
        id,
        name: root.name().unwrap_or_else(|| "".into()),
        namespace: text("namespace"),
        imports: imported,
        checksum: Md5::digest(bytes).into(),
        graph: graph.graph.into(),
        own,
        types,
        names,
        written,
        ignored,
    })
}

/// Refuses ids that stand on more than one element.
fn unique_ids(root: &Node, problems: &mut Problems) {
    let mut seen = BTreeMap::new();
    let mut pending = vec![root];
    while let Some(node) = pending.pop() {
        if let Some(id) = node.id() {
            let first = *seen.entry(id).or_insert(node.place);
            if first != node.place {
                let message = format!(
                    "The id '{id}' is used twice; line {} has it too. Give one of the elements \
                     another id.",
                    first.line
                );
                problems.push(Problem::new(id.to_owned(), id, node.place, message));
            }
        }
        pending.extend(node.elements().collect::<Vec<_>>().into_iter().rev());
    }
}

//! From the bytes of a file to its executable processes.
//!
//! ```text
//! bytes ─xml─▶ Node ─outline─▶ parts and flows, linked ─element─▶ kinds ─check─▶ Process
//! ```
//!
//! Every step goes on after a problem, so that one deployment shows all of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use md5::{Digest, Md5};

use crate::assemble;
use crate::check::{self, CallAtOnce};
use crate::context::{Context, Roots};
use crate::graph::{Process, Resource};
use crate::outline::Outline;
use crate::part::flow;
use xml::{Language, Namespace, Node};
use xml::{Problem, Problems};

/// How long the name of a resource may be, in bytes.
const RESOURCE_NAME_BYTES_MAX: usize = 4_096;

/// Reads and validates a BPMN file. The result depends on nothing but the arguments.
///
/// The name of the resource is only text: nothing is read from it.
///
/// # Errors
/// All problems of the file by their place in it, at most a thousand. A file that is no XML has
/// exactly one.
pub fn compile(resource_name: &str, bytes: &[u8]) -> Result<Resource, Vec<Problem>> {
    if resource_name.len() > RESOURCE_NAME_BYTES_MAX {
        let message = format!(
            "The name of the resource is {} bytes long. At most {RESOURCE_NAME_BYTES_MAX} are \
             allowed.",
            resource_name.len()
        );
        return Err(vec![Problem::of_file(None, message)]);
    }
    let root = xml::parse(Language::Bpmn, bytes)
        .map_err(|fault| vec![Problem::of_file(fault.place, fault.message)])?;
    if is_dmn(&root, bytes) {
        let message = "The file is a DMN model, but its name is that of a BPMN file. Give it a name \
                       that ends in '.dmn'.";
        return Err(vec![Problem::of_file(Some(root.place), message.to_owned())]);
    }
    let mut problems = Problems::default();
    let processes = processes(&root, Care::Validate, &mut problems);
    if problems.is_empty() {
        Ok(Resource { processes, checksum: Md5::digest(bytes).into() })
    } else {
        Err(problems.into_sorted())
    }
}

/// Reads a BPMN file that was validated when it was deployed, perhaps by another release.
///
/// What only refuses is left out, so that a rule that came later cannot take away a process that
/// is deployed. For a file that [`compile`] accepts, the graph is the same.
///
/// # Errors
/// All problems of a file that holds a process of which no graph can be made.
pub fn compile_accepted(bytes: &[u8]) -> Result<Resource, Vec<Problem>> {
    let root = xml::parse(Language::Bpmn, bytes)
        .map_err(|fault| vec![Problem::of_file(fault.place, fault.message)])?;
    let mut problems = Problems::default();
    let processes = processes(&root, Care::Build, &mut problems);
    let executable = executable(&root).count();
    if executable > 0 && processes.len() == executable {
        Ok(Resource { processes, checksum: Md5::digest(bytes).into() })
    } else {
        Err(problems.into_sorted())
    }
}

/// Whether the root is that of a model of the other language: modelers also write `.xml`.
fn is_dmn(root: &Node, bytes: &[u8]) -> bool {
    !root.is(Namespace::Bpmn, "definitions")
        && xml::parse(Language::Dmn, bytes).is_ok_and(|it| it.is(Namespace::Dmn, "definitions"))
}

/// What problems of a process lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Care {
    /// Any problem refuses it.
    Validate,
    /// Only what leaves an element without meaning does.
    Build,
}

/// The processes of a file that are meant to run.
pub(crate) fn executable(root: &Node) -> impl Iterator<Item = &Node> {
    root.named(Namespace::Bpmn, "process").filter(|process| process.flag("isExecutable", false))
}

fn processes(root: &Node, care: Care, problems: &mut Problems) -> Vec<Arc<Process>> {
    if !root.is(Namespace::Bpmn, "definitions") {
        let message = format!(
            "The root element is '{}'. A BPMN 2.0 file has 'definitions' in the namespace of the \
             BPMN 2.0 model.",
            root.name
        );
        problems.push(Problem::of_file(Some(root.place), message));
        return Vec::new();
    }
    let executable: Vec<_> = executable(root).collect();
    if executable.is_empty() {
        let drawn = root.named(Namespace::Bpmn, "process").count();
        let message = format!(
            "No process in the file is executable (it has {}). Set isExecutable=\"true\" on the one \
             that Baton shall run.",
            if drawn == 0 { "none".to_owned() } else { drawn.to_string() }
        );
        problems.push(Problem::of_file(Some(root.place), message));
    }
    check::executable(root, problems);
    unique_ids(root, problems);
    let roots = Roots::of(root);
    let mut calls = Vec::new();
    let found: Vec<_> = executable
        .iter()
        .filter_map(|process| one(process, &roots, care, (problems, &mut calls)))
        .map(Arc::new)
        .collect();
    if care == Care::Validate {
        for problem in check::recursion(calls) {
            problems.push(problem);
        }
    }
    found
}

/// Reads one process, with the calls that it makes at once; `None` after a problem that matters.
fn one<'t>(
    process: &'t Node,
    roots: &Roots<'t>,
    care: Care,
    (problems, calls): (&mut Problems, &mut Vec<CallAtOnce>),
) -> Option<Process> {
    let before = problems.count();
    let outline = Outline::of(process, problems);
    let mut ctx = Context { outline: &outline, roots, problems, refusals: Vec::new() };
    let parts: Vec<_> =
        outline.parts().iter().map(|part| assemble::read_part(&mut ctx, part)).collect();
    let flows: Vec<_> = outline.flows().iter().map(|it| flow::read(&mut ctx, it)).collect();
    if care == Care::Validate {
        check::flags(&mut ctx);
        check::extensions(&mut ctx);
        check::lanes(&mut ctx);
        check::names(&mut ctx, &parts);
        check::loops(&mut ctx, &parts);
        check::joins(&mut ctx, &parts);
        calls.extend(check::calls(&ctx, &parts));
        for refusal in std::mem::take(&mut ctx.refusals) {
            ctx.problems.push(refusal);
        }
        if ctx.problems.count() > before {
            return None;
        }
    }
    let straight_loops = check::straight_loops(&outline, &parts);
    assemble::process(&outline, parts, flows, &straight_loops)
}

/// Refuses ids that stand on more than one element, outside processes that are only drawn.
fn unique_ids(root: &Node, problems: &mut Problems) {
    let mut seen = BTreeMap::new();
    // The nodes still to visit with the process they are in, the next one last.
    let mut pending = vec![(root, "")];
    while let Some((node, mut process)) = pending.pop() {
        if let Some(id) = node.id() {
            let first = *seen.entry(id).or_insert(node.place);
            if first != node.place {
                let message = format!(
                    "The id '{id}' is used twice; line {} has it too. Give one of the elements \
                     another id.",
                    first.line
                );
                let path =
                    if process.is_empty() { id.to_owned() } else { format!("{process} > {id}") };
                problems.push(Problem::new(path, id, node.place, message));
            }
            if &*node.name == "process" {
                process = id;
            }
        }
        let children = node.children.iter().rev().filter(|child| {
            child.namespace == Namespace::Bpmn
                && (&*child.name != "process" || child.flag("isExecutable", false))
        });
        pending.extend(children.map(|child| (child, process)));
    }
}

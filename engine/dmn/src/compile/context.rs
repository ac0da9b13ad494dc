//! What is known while a file is compiled.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use feel::{Program, Scope, SyntaxError};
use value::Str;

use super::files::is_model;
use super::{Care, Others};
use crate::model::Model;
use crate::node::DmnNode as _;
use crate::table::{Finding, FindingKind};
use crate::types::ItemType;
use crate::written::Written;
use xml::Node;
use xml::{Problem, Problems};

/// The models that a file imports, by the names it gives them.
pub(super) struct Imports<'m> {
    pub(super) all: Vec<Import<'m>>,
    /// The names and namespaces of those that are not there, which was told.
    missing: Vec<(Str, Str)>,
}

pub(super) struct Import<'m> {
    pub(super) name: Str,
    pub(super) model: &'m Model,
}

impl<'m> Imports<'m> {
    pub(super) fn of(root: &Node, others: Others<'_, 'm>, problems: &mut Problems) -> Self {
        let mut all = Vec::new();
        let mut missing = Vec::new();
        for node in root.all("import") {
            let name = node.name().unwrap_or_else(|| "".into());
            let kind = node.attribute("importType").unwrap_or_default();
            let namespace = node.attribute("namespace").unwrap_or_default();
            if !is_model(node) {
                let message = format!(
                    "The import of '{namespace}' has the type '{kind}'. Only DMN models can be \
                     imported."
                );
                problems.push(problem(node, "", message));
                missing.push((name, namespace.into()));
                continue;
            }
            match others.available.iter().find(|it| *it.namespace == *namespace) {
                Some(model) => all.push(Import { name, model }),
                None => {
                    let why = if others.refused.iter().any(|it| it == namespace) {
                        "and has problems of its own. Mend them first."
                    } else {
                        "but not there. Deploy it together with this file."
                    };
                    let message =
                        format!("The model with the namespace '{namespace}' is imported, {why}");
                    problems.push(problem(node, "", message));
                    missing.push((name, namespace.into()));
                }
            }
        }
        Self { all, missing }
    }

    /// Whether a namespace is one that is imported and not there.
    pub(super) fn lacks(&self, namespace: &str) -> bool {
        self.missing.iter().any(|it| *it.1 == *namespace)
    }

    /// Whether an expression may be none only because a model that is imported is not there: it
    /// begins a path with the name of the import, or the import has no name and its names any.
    fn may_explain(&self, expression: &str) -> bool {
        let expression = xml::single_blanks(expression).replace(" .", ".");
        let is_read = |name: &str| {
            expression.match_indices(&format!("{name}.")).any(|(at, _)| {
                let before = expression[..at].chars().next_back();
                before.is_none_or(|it| !it.is_alphanumeric() && it != '_')
            })
        };
        self.missing.iter().any(|it| it.0.is_empty() || is_read(&it.0))
    }
}

fn problem(node: &Node, path: &str, message: String) -> Problem {
    let id = node.id().unwrap_or_default();
    let path = match (path, id) {
        (path, "") => path.to_owned(),
        ("", id) => id.to_owned(),
        (path, id) if path == id => id.to_owned(),
        (path, id) => format!("{path} > {id}"),
    };
    Problem::new(path, id, node.place, message)
}

/// Whether a name is only words that mean nothing in FEEL. In models made for Camunda names of
/// decisions are labels: there `Price - Discount` and `valid and complete` are expressions.
fn is_plain(name: &str) -> bool {
    const RESERVED: [&str; 6] = ["and", "or", "in", "then", "else", "between"];
    name.chars().all(|it| it.is_alphanumeric() || " _".contains(it))
        && !name.split(' ').any(|word| RESERVED.contains(&word))
}

/// The type that each item definition of single values names.
fn bases(root: &Node) -> BTreeMap<Str, String> {
    let is_single = |it: &&Node| it.attribute("isCollection").is_none_or(|it| it.trim() != "true");
    let base = |it: &Node| Some((it.name()?, it.first("typeRef")?.text().trim().to_owned()));
    root.all("itemDefinition").filter(is_single).filter_map(base).collect()
}

fn capitalized(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or(String::new(), |it| it.to_uppercase().chain(rest).collect())
}

/// One file being compiled.
pub(super) struct Context<'a, 'm> {
    pub(super) imports: Imports<'m>,
    pub(super) problems: &'a mut Problems,
    pub(super) scope: Scope,
    pub(super) types: BTreeMap<Str, Arc<ItemType>>,
    pub(super) names: Vec<Str>,
    /// The places of elements whose names cannot be read and were told.
    unreadable: BTreeSet<(u32, u32)>,
    /// What item definitions of single values are made of, by their names.
    pub(super) bases: BTreeMap<Str, String>,
    /// The `typeRef`s of the variables that the expression being read may name.
    pub(super) type_refs: BTreeMap<Str, String>,
    /// The namespace of the file.
    pub(super) namespace: Str,
    /// The expression language where an expression names none.
    language: Option<String>,
    /// Whether types and allowed values are enforced. In models made for Camunda they are labels,
    /// as they are there.
    pub(super) enforces_types: bool,
    care: Care,
    /// What is told of types, and of parts that nothing reads in a model made for Camunda.
    pub(super) ignored: Vec<Finding>,
    /// The id of the element being read.
    pub(super) path: String,
    /// The places inside of the element that are being read, such as rule and column; outermost
    /// first, as people name them.
    places: Vec<String>,
    /// How deep the boxed expression being read is nested.
    pub(super) depth: u16,
}

impl<'a, 'm> Context<'a, 'm> {
    pub(super) fn new(
        root: &Node,
        imports: Imports<'m>,
        problems: &'a mut Problems,
        care: Care,
    ) -> Self {
        let mut names = Vec::new();
        let mut pending = vec![root];
        while let Some(node) = pending.pop() {
            for attribute in ["name", "iteratorVariable"] {
                if let Some(name) = node.attribute(attribute) {
                    names.push(xml::single_blanks(name));
                }
            }
            pending.extend(node.elements());
        }
        names.extend(imports.all.iter().flat_map(|it| it.model.names.iter().cloned()));
        names.sort();
        names.dedup();
        let platform = root.foreign_attribute("executionPlatform").unwrap_or_default();
        let for_camunda = platform.starts_with("Camunda");
        let mut scope = if for_camunda { Scope::for_camunda() } else { Scope::new() };
        for name in &names {
            if !for_camunda || is_plain(name) {
                scope.know(name);
            }
        }
        Self {
            imports,
            problems,
            scope,
            types: BTreeMap::new(),
            names,
            unreadable: BTreeSet::new(),
            bases: bases(root),
            type_refs: BTreeMap::new(),
            namespace: root.attribute("namespace").unwrap_or_default().into(),
            language: root.attribute("expressionLanguage").map(str::to_owned),
            enforces_types: !for_camunda,
            ignored: Vec::new(),
            care,
            path: String::new(),
            places: Vec::new(),
            depth: 0,
        }
    }

    /// Runs what reads a place inside of the element, which is named in all that is wrong there.
    pub(super) fn at<T>(&mut self, place: String, read: impl FnOnce(&mut Self) -> T) -> T {
        self.places.push(place);
        let found = read(self);
        self.places.pop();
        found
    }

    /// Whether the model says that it was made for Camunda.
    pub(super) fn is_for_camunda(&self) -> bool {
        !self.enforces_types
    }

    /// Reports that an element breaks a rule, though a model can be made of it. A file that is
    /// deployed already is not asked.
    pub(super) fn refuse(&mut self, node: &Node, message: impl Into<String>) {
        match self.care {
            Care::Validate => self.problem(node, message),
            Care::Build => {}
        }
    }

    /// Refuses an element whose name expressions around here cannot write, and tells it once. In
    /// models made for Camunda names are labels.
    pub(super) fn check_readable(&mut self, node: &Node, name: &Str) {
        let Some(why) = self.scope.why_unreadable(name) else { return };
        let is_new = |it: &mut Self| it.unreadable.insert((node.place.line, node.place.column));
        if !self.enforces_types || !is_new(self) {
            return;
        }
        let message = format!(
            "The name '{name}' cannot be written in an expression: {why}. Give the '{}' another name.",
            node.name
        );
        // The place inside of what requires it is not where the name is.
        let (path, places) = (std::mem::take(&mut self.path), std::mem::take(&mut self.places));
        self.refuse(node, message);
        (self.path, self.places) = (path, places);
    }

    /// Reports a problem of an element, which is left without meaning.
    pub(super) fn problem(&mut self, node: &Node, message: impl Into<String>) {
        let mut message = message.into();
        if !self.places.is_empty() {
            message = format!("{}: {message}", capitalized(&self.places.join(", ")));
        }
        self.problems.push(problem(node, &self.path, message));
    }

    /// The inputs of the file and of those it imports whose names are written otherwise than they
    /// are read. In models made for Camunda names are labels.
    pub(super) fn written(&self, root: &Node) -> Vec<Written> {
        let imported = self.imports.all.iter().flat_map(|it| it.model.written.iter().cloned());
        let mut all: Vec<Written> = imported.collect();
        for node in root.all("inputData").filter(|_| self.enforces_types) {
            let variable = node.first("variable");
            let has_type =
                !self.type_named(variable.and_then(|it| it.attribute("typeRef"))).is_any();
            let name =
                variable.and_then(|it| it.attribute("name")).or_else(|| node.attribute("name"));
            let name = name.map(str::trim).filter(|it| !it.is_empty());
            all.extend(
                name.and_then(|it| Written::of(it, has_type)).filter(|it| !all.contains(it)),
            );
        }
        all
    }

    /// Compiles an expression that belongs to an element.
    pub(super) fn program(&mut self, node: &Node, text: &str) -> Option<Program> {
        let compiled = Program::compile_in(text, &self.scope);
        self.compiled(node, text, compiled)
    }

    /// Compiles unary tests that belong to an element.
    pub(super) fn unary_tests(&mut self, node: &Node, text: &str) -> Option<Program> {
        let compiled = Program::compile_unary_tests_in(text, &self.scope);
        self.compiled(node, text, compiled)
    }

    /// Compiles unary tests that say which values there are. In models made for Camunda nothing
    /// reads them, so what is no FEEL is told and refuses nothing.
    pub(super) fn declared_values(&mut self, node: &Node, text: &str) -> Option<Program> {
        if self.enforces_types {
            return self.unary_tests(node, text);
        }
        let compiled = Program::compile_unary_tests_in(text, &self.scope);
        if let Err(error) = &compiled {
            let (shown, error) = (crate::evaluate::shown(text), error.to_string());
            let error = error.lines().next().unwrap_or_default();
            let message = format!(
                "The values '{shown}' are no FEEL: {error}. No value is compared with them. Write \
                 texts in double quotes, separated by commas."
            );
            self.ignore(node, message);
        }
        compiled.ok()
    }

    /// Tells of a part of an element that is not read.
    pub(super) fn ignore(&mut self, node: &Node, message: String) {
        self.doubt(node, FindingKind::Ignored, message);
    }

    /// Tells of something that looks wrong with an element.
    pub(super) fn doubt(&mut self, node: &Node, kind: FindingKind, message: String) {
        let id = node.id().map(Into::into).or_else(|| node.name()).unwrap_or_default();
        let element = self.path.split(" > ").next().unwrap_or_default();
        let (decision_id, place) =
            (if element.is_empty() { id } else { element.into() }, self.places.join(", "));
        self.ignored.push(Finding { decision_id, place, kind, rules: Vec::new(), message });
    }

    /// Takes a compiled program, or reports what is wrong with its text.
    pub(super) fn compiled(
        &mut self,
        node: &Node,
        text: &str,
        compiled: Result<Program, SyntaxError>,
    ) -> Option<Program> {
        match compiled {
            Ok(program) => Some(program),
            // The import that is missing was told, and refuses the file.
            Err(_) if self.imports.may_explain(text) => None,
            Err(error) => {
                let shown = crate::evaluate::shown(text);
                // The lines below show the text with a caret, but a problem is one line.
                let error = error.to_string();
                let error = error.lines().next().unwrap_or_default();
                self.problem(node, format!("The expression '{shown}' is no FEEL: {error}."));
                None
            }
        }
    }

    /// Refuses an expression in another language than FEEL.
    pub(super) fn check_language(&mut self, node: &Node) -> bool {
        let own = node.attribute("expressionLanguage");
        let Some(language) = own.or(self.language.as_deref()).map(str::trim) else { return true };
        if language.is_empty() || language.to_lowercase().contains("feel") {
            return true;
        }
        let language = language.to_owned();
        let message = format!(
            "The expression language is '{language}'. Only FEEL is evaluated: rewrite the \
             expression in FEEL."
        );
        self.problem(node, message);
        false
    }
}

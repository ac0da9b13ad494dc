//! What variables a decision reads, with all that it requires.

use std::collections::BTreeSet;

use feel::Program;
use value::Str;

use crate::boxed::{Boxed, Condition};
use crate::graph::{Element, Fill, Graph, Logic, UnitIx};
use crate::table::{Cell, Table};

/// The variables that some expression of the element or of what it requires may read, in the order
/// of their names.
pub(crate) fn variables(graph: &Graph, root: UnitIx) -> BTreeSet<Str> {
    let mut reads = Reads::default();
    let mut seen = BTreeSet::from([root]);
    let mut waiting = vec![root];
    while let Some(unit) = waiting.pop().and_then(|ix| graph.units.get(ix)) {
        reads.element(&unit.element);
        waiting.extend(unit.needs.iter().filter(|it| seen.insert(**it)));
    }
    reads.variables
}

#[derive(Default)]
struct Reads {
    variables: BTreeSet<Str>,
    /// The slots that the element reads.
    slots: BTreeSet<usize>,
}

impl Reads {
    fn element(&mut self, element: &Element) {
        self.slots.clear();
        match &element.logic {
            Logic::Input { read, .. } => self.program(read),
            Logic::Decision { body, .. } => self.boxed(body),
            Logic::Knowledge(definition) => self.boxed(&definition.body),
            Logic::Service { .. } => {}
        }
        for fill in &element.fills {
            if let Fill::Named(slots) = fill {
                let read = slots.iter().filter(|it| self.slots.contains(&it.0));
                self.variables.extend(read.filter_map(|it| it.1.clone()));
            }
        }
    }

    fn program(&mut self, program: &Program) {
        self.variables.extend(program.variables().iter().cloned());
        self.slots.extend(program.slots());
    }

    fn programs<'a>(&mut self, programs: impl IntoIterator<Item = &'a Program>) {
        for it in programs {
            self.program(it);
        }
    }

    fn all<'a>(&mut self, boxed: impl IntoIterator<Item = &'a Boxed>) {
        for it in boxed {
            self.boxed(it);
        }
    }

    /// Recurses as deep as boxed expressions are nested, which is limited when they are compiled.
    fn boxed(&mut self, boxed: &Boxed) {
        match boxed {
            Boxed::Empty => {}
            Boxed::Literal(program) => self.program(program),
            Boxed::Typed { value, .. } => self.boxed(value),
            Boxed::Table(table) => self.table(table),
            Boxed::Context { entries, .. } => self.all(entries.iter().map(|it| &it.value)),
            Boxed::List(items) => self.all(items),
            Boxed::Relation { rows, .. } => self.all(rows.iter().flatten()),
            Boxed::Invocation { function, bindings, .. } => {
                self.boxed(function);
                self.all(bindings.iter().map(|it| &it.1));
            }
            Boxed::Function(definition) => self.boxed(&definition.body),
            Boxed::Conditional { condition, then, otherwise } => {
                self.all([condition, then, otherwise].map(|it| &**it));
            }
            Boxed::Filter { list, condition, .. } => {
                self.boxed(list);
                match condition {
                    Condition::Literal(program) => self.program(program),
                    Condition::Other(boxed) => self.boxed(boxed),
                }
            }
            Boxed::For { list, body, .. } | Boxed::Quantified { list, body, .. } => {
                self.boxed(list);
                self.boxed(body);
            }
        }
    }

    fn table(&mut self, table: &Table) {
        for input in &table.inputs {
            self.program(&input.expression);
            self.programs(&input.allowed);
        }
        for output in &table.outputs {
            self.programs([&output.allowed, &output.default].into_iter().flatten());
            // Words read nothing, and by the first edition they are names.
            self.programs(output.order.iter().filter_map(|it| it.feel.as_ref()));
        }
        for rule in &table.rules {
            for cell in &rule.cells {
                match cell {
                    Cell::Any => {}
                    Cell::Constants { program, .. } | Cell::Program(program) => {
                        self.program(program);
                    }
                }
            }
            self.programs(rule.outputs.iter().flatten());
        }
    }
}

//! The syntax tree: a flat list of nodes that name each other by number, so that dropping one
//! never recurses.

use std::ops::Range;

use ::value::{Dec, Str};

use crate::types::Type;

/// Number of a node in its tree.
pub(crate) type Id = u32;

/// One parsed text.
#[derive(Debug, Default)]
pub(crate) struct Ast {
    nodes: Vec<Expr>,
    /// Where each node starts in the text, for errors found after parsing.
    starts: Vec<u32>,
    /// Where each node ends.
    ends: Vec<u32>,
}

/// Operators of the arithmetic chains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arith {
    Add,
    Sub,
    Mul,
    Div,
    Pow,
}

/// Operators that compare two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Relation {
    /// The relation of the right value to the left one.
    pub(crate) fn flipped(self) -> Self {
        match self {
            Self::Equal | Self::NotEqual => self,
            Self::Less => Self::Greater,
            Self::LessEqual => Self::GreaterEqual,
            Self::Greater => Self::Less,
            Self::GreaterEqual => Self::LessEqual,
        }
    }
}

/// An iterator of `for`, `some` and `every`.
#[derive(Debug)]
pub(crate) struct Iteration {
    pub(crate) name: Str,
    pub(crate) source: Source,
}

/// What an iterator runs over.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    List(Id),
    /// `a..b`, ascending or descending.
    Steps(Id, Id),
}

/// Arguments of an invocation.
#[derive(Debug)]
pub(crate) enum Arguments {
    Positional(Vec<Id>),
    Named(Vec<(Str, Id)>),
}

/// The two ends of a range.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends {
    pub(crate) low: Id,
    pub(crate) low_closed: bool,
    pub(crate) high: Id,
    pub(crate) high_closed: bool,
}

/// One node.
#[derive(Debug)]
pub(crate) enum Expr {
    Null,
    Bool(bool),
    Number(Dec),
    Text(Str),
    /// `@"..."`
    At(Str),
    /// `?`, the input of unary tests.
    Input,
    Name(Str),
    Path {
        base: Id,
        names: Vec<Str>,
    },
    Filter {
        base: Id,
        filter: Id,
    },
    Negate(Id),
    /// Operators of one precedence, applied from left to right.
    Chain {
        first: Id,
        rest: Vec<(Arith, Id)>,
    },
    Compare {
        relation: Relation,
        left: Id,
        right: Id,
    },
    Between {
        value: Id,
        low: Id,
        high: Id,
    },
    In {
        value: Id,
        tests: Vec<Id>,
    },
    InstanceOf {
        value: Id,
        of: Type,
    },
    And(Vec<Id>),
    Or(Vec<Id>),
    If {
        condition: Id,
        then: Id,
        otherwise: Id,
    },
    For {
        iterations: Vec<Iteration>,
        body: Id,
    },
    Quantified {
        every: bool,
        iterations: Vec<Iteration>,
        body: Id,
    },
    List(Vec<Id>),
    Context(Vec<(Str, Id)>),
    Range(Ends),
    Function {
        parameters: Vec<(Str, Option<Type>)>,
        body: Id,
    },
    /// `name(...)`
    Call {
        name: Str,
        arguments: Arguments,
    },
    /// `base.name(...)`
    CallEntry {
        base: Id,
        name: Str,
        arguments: Arguments,
    },
    /// `base(...)` where `base` is any other value.
    CallValue {
        base: Id,
        arguments: Arguments,
    },
    /// `< 5` on the input.
    InputCompare {
        relation: Relation,
        operand: Id,
        /// Alone in parentheses it is a range where there is no input, in models that declare
        /// names.
        parenthesized: bool,
    },
    /// An expression as unary test.
    Test(Id),
    /// Several unary tests: one must hold.
    Tests(Vec<Id>),
    /// `not(...)` around unary tests.
    NotTests(Id),
    /// `not(...)` around unary tests, which the first edition read as an invocation or as other
    /// tests, because it counted only round brackets and took `[1..2)` for the end of them.
    NotTestsRefined {
        /// The negation.
        tests: Id,
        /// What the first edition read.
        first: Id,
    },
    /// `-`: every input passes.
    AnyInput,
}

impl Ast {
    /// The node with this number.
    pub(crate) fn get(&self, id: Id) -> &Expr {
        &self.nodes[id as usize]
    }

    /// Notes the parentheses around a node, which belong to its text; they change what a comparison
    /// with the input means.
    pub(crate) fn parenthesize(&mut self, id: Id, start: u32, end: u32) {
        self.starts[id as usize] = start;
        self.ends[id as usize] = end;
        if let Expr::InputCompare { parenthesized, .. } = &mut self.nodes[id as usize] {
            *parenthesized = true;
        }
    }

    /// Where the node starts in the text.
    pub(crate) fn start(&self, id: Id) -> usize {
        self.starts[id as usize] as usize
    }

    /// Where the node stands in the text.
    pub(crate) fn span(&self, id: Id) -> Range<usize> {
        self.start(id)..self.ends[id as usize] as usize
    }

    /// All nodes, in the order in which they were read.
    #[cfg(test)]
    pub(crate) fn nodes(&self) -> &[Expr] {
        &self.nodes
    }

    /// Number of nodes.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn push(&mut self, expr: Expr, start: u32, end: u32) -> Id {
        let id = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push(expr);
        self.starts.push(start);
        self.ends.push(end);
        id
    }
}

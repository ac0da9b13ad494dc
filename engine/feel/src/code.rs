//! What a compiled expression consists of.

use ::value::Str;

use crate::ast::{Arith, Relation};
use crate::builtins::Builtin;
use crate::builtins::regex::Pattern;
use crate::types::Type;
use crate::values::Value;

/// Number of a node.
pub(crate) type NodeId = u32;

/// A run of entries in one of the side tables of [`Code`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) first: u32,
    pub(crate) count: u32,
}

impl Run {
    pub(crate) fn of<T>(self, table: &[T]) -> &[T] {
        &table[self.first as usize..][..self.count as usize]
    }
}

/// What a program consists of: a flat list of nodes, and tables they refer to.
#[derive(Debug, Default)]
pub(crate) struct Code {
    pub(crate) text: Box<str>,
    pub(crate) root: NodeId,
    pub(crate) nodes: Vec<Node>,
    pub(crate) constants: Vec<Value>,
    pub(crate) variables: Vec<Str>,
    pub(crate) names: Vec<Str>,
    pub(crate) lists: Vec<NodeId>,
    pub(crate) slots: Vec<u32>,
    pub(crate) operations: Vec<(Arith, NodeId)>,
    pub(crate) loops: Vec<Loop>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) ranges: Vec<Ends>,
    pub(crate) definitions: Vec<Definition>,
    pub(crate) calls: Vec<Call>,
    pub(crate) types: Vec<Type>,
    /// Patterns that are constants, by the number of their call, or why one is not supported.
    pub(crate) patterns: Vec<(u32, Result<Pattern, Box<str>>)>,
    /// Why constant patterns can never match, where a model is not refused for that.
    pub(crate) pattern_problems: Vec<String>,
    /// The texts of the nodes that are explained.
    pub(crate) texts: Vec<Str>,
    /// Slots of the frame around the expression, and where their values are in its own.
    pub(crate) captures: Vec<(u32, u32)>,
    /// Whether it stands in a DMN model, where the standard's implicit conversions hold.
    pub(crate) standard: bool,
    /// Whether that model is not made for Camunda, so that the standard goes first everywhere.
    pub(crate) strict: bool,
    /// The variables that are a built-in function when there is no such variable, ascending.
    pub(crate) builtin_variables: Vec<u32>,
    /// How many local values the expression needs, outside of functions.
    pub(crate) slot_count: u32,
}

impl Code {
    #[inline]
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    pub(crate) fn names(&self, run: Run) -> &[Str] {
        run.of(&self.names)
    }
}

/// One step of an evaluation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Node {
    Constant(u32),
    /// `@"..."` whose text, in this constant, names no date, time or duration.
    Unreadable(u32),
    /// A context in which the key of this constant is there twice, which the standard refuses.
    KeyTwice(u32),
    /// A constant or a negated test of the newest edition, for which the first has another one, a
    /// call or none.
    ByEdition {
        first: NodeId,
        refined: NodeId,
    },
    Local(u32),
    /// `?`, the input in a slot; that it is read is noted.
    Input(u32),
    Variable(u32),
    /// A path below a variable, read without decoding what is beside it.
    VariablePath {
        variable: u32,
        names: Run,
    },
    /// A name inside filters: an entry of one of the items in these slots, or else the fallback.
    Scoped {
        name: u32,
        slots: Run,
        fallback: NodeId,
    },
    Path {
        base: NodeId,
        names: Run,
    },
    /// A filter that is a number.
    Index {
        base: NodeId,
        index: u32,
    },
    /// A filter for each item, which is in `slot`.
    Filter {
        base: NodeId,
        filter: NodeId,
        slot: u32,
    },
    /// A filter that may be a number that does not depend on the items.
    IndexOrFilter {
        base: NodeId,
        filter: NodeId,
        slot: u32,
    },
    Negate(NodeId),
    Arithmetic {
        operator: Arith,
        left: NodeId,
        right: NodeId,
    },
    Chain {
        first: NodeId,
        operations: Run,
    },
    Compare {
        relation: Relation,
        left: NodeId,
        right: NodeId,
    },
    Between {
        value: NodeId,
        low: NodeId,
        high: NodeId,
    },
    In {
        value: NodeId,
        slot: u32,
        test: NodeId,
    },
    InstanceOf {
        value: NodeId,
        of: u32,
    },
    And(Run),
    Or(Run),
    If {
        condition: NodeId,
        then: NodeId,
        otherwise: NodeId,
    },
    For {
        loops: Run,
        body: NodeId,
    },
    /// A `for` whose body reads the results so far, which are in `slot`.
    ForPartial {
        loops: Run,
        slot: u32,
        body: NodeId,
    },
    Some {
        loops: Run,
        body: NodeId,
    },
    Every {
        loops: Run,
        body: NodeId,
    },
    List(Run),
    Context(Run),
    Range(u32),
    /// A range that one comparison describes, such as `(< 10)`.
    HalfRange {
        relation: Relation,
        operand: NodeId,
    },
    Function(u32),
    Call(u32),
    /// The input compared with a value.
    InputCompare {
        relation: Relation,
        slot: u32,
        operand: NodeId,
    },
    /// The input tested with a value, of which the type decides how.
    Test {
        slot: u32,
        operand: NodeId,
    },
    /// A test that names the input itself, which is in a slot. Where it is evaluated without reading
    /// the input, its value is compared with it.
    BooleanTest {
        slot: u32,
        operand: NodeId,
    },
    /// The same where a function inside of it names the input, which counts as reading it.
    CapturedTest(NodeId),
    NotTests(NodeId),
    /// A node of which the result is noted, with the text it stands for.
    Explained {
        node: NodeId,
        text: u32,
    },
}

/// An iterator of a loop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Loop {
    pub(crate) slot: u32,
    pub(crate) from: NodeId,
    /// The other end of `from..to`.
    pub(crate) to: Option<NodeId>,
}

/// An entry of a context literal; later entries read it from its slot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) name: u32,
    pub(crate) slot: u32,
    pub(crate) value: NodeId,
}

/// The ends of a range literal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends {
    pub(crate) low: NodeId,
    pub(crate) low_closed: bool,
    pub(crate) high: NodeId,
    pub(crate) high_closed: bool,
}

/// A function literal. Its parameters are in the first slots of its invocation.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) parameters: Vec<Str>,
    pub(crate) types: Vec<Type>,
    /// Slot where it is defined, slot in its invocation.
    pub(crate) captures: Vec<(u32, u32)>,
    /// Slot in its invocation that holds the function itself, if it calls itself.
    pub(crate) itself: Option<u32>,
    pub(crate) slot_count: u32,
    pub(crate) body: NodeId,
}

/// An invocation.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) name: Str,
    pub(crate) callee: Callee,
    pub(crate) arguments: Vec<NodeId>,
    /// The arguments' names, if they have any. Those of a built-in are in its order already.
    pub(crate) names: Option<Vec<Str>>,
}

/// What is invoked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Callee {
    Builtin(&'static Builtin),
    /// The value of a node if it is a function, or else a built-in.
    Local(NodeId, Option<&'static Builtin>),
    /// An entry of a context.
    Entry(NodeId),
    /// A value.
    Value(NodeId),
    Unknown,
}

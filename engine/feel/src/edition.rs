//! How what was decided otherwise once is answered.

/// An edition of the language. What an old log decided must be decided so again, so a change of what
/// an expression answers keeps the old answer for evaluations by the old edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Edition {
    /// The first one: an `assert` whose condition is no boolean gives null with a
    /// warning, `to json` writes what a variable would hold, `context` of a key twice is null, flags of
    /// regular expressions that are not known are refused, zones are those of the database, and UTC is
    /// the offset `Z`.
    /// Moments end with 9999-12-30T22:00:00.999999999Z and begin with -9999-01-02T01:59:59Z, and that
    /// a date is beyond the calendar is not told. More than 239 976 months cannot be added.
    /// An `assert` that ends the evaluation leaves a warning with the text of the failure as well.
    /// The default outputs of a decision table that is made for Camunda stand together with null for
    /// outputs that have none, and in a list where the hit policy gives lists.
    /// A value that is not of its declared type is told with the structure of the type alone, and an
    /// aggregation that fails with the value alone.
    /// For boxed iterations a range is a single value, and every round copies what came before.
    /// `string` writes numbers without zeros at the end and without exponents.
    /// A function of the caller counts for 16 nodes and a boxed expression for 6, so that about forty
    /// knowledge models may call each other.
    /// A failure of nesting does not tell calls from values.
    /// Knowledge models capture those that they require, so that a chain of 200 is nested too deep.
    /// Parts of boxed expressions but context entries and bindings are not told in failures and
    /// warnings, and neither are values that a name given twice loses, nor expressions that are empty.
    /// `not(` around tests ends at the first round bracket that closes, also that of `[1..2)`, and a
    /// test with `?` that is no boolean is null without a warning, and so is a context with a key
    /// twice in models of DMN.
    /// `sqrt`, `log` and `exp` end where doubles do, and what has no logarithm is told to be out of
    /// range.
    /// Words among the output values of a decision table that is made for Camunda are names.
    /// The default outputs of a decision table are not compared with its output values and types.
    /// A test in which `?` stands is what it evaluates to, also where it is not reached.
    /// In models made for Camunda every name of a required decision hides a variable of that name.
    /// A result that is not of the type of its variable is not told in models made for Camunda.
    /// `get value` with no keys is null without a warning. A text that must be read, and is no list
    /// where one is declared, or the only item of a list where none is, stays a text.
    /// A decision that fails keeps neither the rule whose output failed nor the input that is none of
    /// its values.
    First,
    /// The newest one.
    #[default]
    Refined,
}

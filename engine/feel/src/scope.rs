//! What a model declares around its expressions: names, some of several words, and the places of
//! their values.

use std::collections::{BTreeMap, BTreeSet};

use ::value::Str;

use crate::ast::Expr;
use crate::builtins;
use crate::lex::{self, Kind};
use crate::parse;
use crate::types::Type;

/// The names around an expression. Names of several words (`Loan Amount`, `Approved/Declined`) are
/// recognised where they are declared, the longest first; without a scope a text is read alone.
///
/// Names that begin like something else of the language (`some value`, `true cost`, `2nd owner`)
/// are recognised in texts that cannot be read without them.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    known: Names,
    /// Names with a dot, which would hide paths: only where they are declared.
    dotted: Names,
    locals: Vec<(Str, usize)>,
    /// The slots of each name, the innermost last.
    slots: BTreeMap<Str, Vec<usize>>,
    /// The next free slot.
    next: usize,
    size: usize,
    types: BTreeMap<Str, Type>,
    /// Names of built-in functions that the model gives to something else.
    taken: BTreeSet<Str>,
    for_camunda: bool,
}

impl Scope {
    /// A scope without names, of a model that is written for the standard.
    pub fn new() -> Self {
        Self::default()
    }

    /// A scope without names, of a model that is made for Camunda: what the standard has and
    /// Camunda answers otherwise does not hold. Fractions of seconds count in equality, a built-in
    /// function is no value, and Camunda's names of parameters are known.
    pub fn for_camunda() -> Self {
        Self { for_camunda: true, ..Self::default() }
    }

    pub(crate) fn is_for_camunda(&self) -> bool {
        self.for_camunda
    }

    /// Whether a name that has no value here is that of a built-in function.
    pub(crate) fn names_builtin(&self, name: &str) -> bool {
        !self.for_camunda && !self.taken.contains(name) && builtins::is_name(name)
    }

    /// Recognises a name wherever it is written, without giving it a value.
    pub fn know(&mut self, name: &str) {
        if builtins::is_name(name) {
            self.taken.insert(name.into());
        }
        if !name.contains('.') {
            self.known.add(name);
        }
    }

    /// Declares a name and answers the slot of its value in the frame; it hides earlier ones.
    pub fn declare(&mut self, name: &Str) -> usize {
        let slot = self.next;
        self.alias(name, slot);
        self.next += 1;
        self.size = self.size.max(self.next);
        slot
    }

    /// Gives a slot another name.
    pub fn alias(&mut self, name: &Str, slot: usize) {
        let names = if name.contains('.') { &mut self.dotted } else { &mut self.known };
        names.add(name);
        self.locals.push((name.clone(), slot));
        self.slots.entry(name.clone()).or_default().push(slot);
    }

    /// Where the scope is; [`Scope::reset`] forgets what is declared later.
    pub fn mark(&self) -> (usize, usize) {
        (self.locals.len(), self.next)
    }

    /// Forgets the names declared since a mark; their slots are used again.
    pub fn reset(&mut self, mark: (usize, usize)) {
        for (name, _) in self.locals.drain(mark.0..) {
            self.slots.get_mut(&name).map(Vec::pop);
        }
        self.next = mark.1;
    }

    /// Forgets all declared names, not the known ones, and starts a new frame.
    pub fn restart(&mut self) {
        self.locals.clear();
        self.slots.clear();
        self.dotted = Names::default();
        self.next = 0;
        self.size = 0;
    }

    /// How many slots a frame needs for all that was ever declared.
    pub fn frame_size(&self) -> usize {
        self.size
    }

    /// The slot of a name.
    pub fn slot(&self, name: &str) -> Option<usize> {
        self.slots.get(name)?.last().copied()
    }

    /// Gives a type a name for `instance of`.
    pub fn define_type(&mut self, name: &str, defined: Type) {
        self.known.add(name);
        self.types.insert(name.into(), defined);
    }

    pub(crate) fn type_named(&self, name: &str) -> Option<&Type> {
        self.types.get(name)
    }

    /// The longest name that starts with `first`; see [`Names::longest`].
    pub(crate) fn longest<'t>(
        &self,
        first: &str,
        word: impl Fn(usize) -> &'t str + Copy,
        reading: Reading,
    ) -> Option<(&Str, usize)> {
        longer(self.dotted.longest(first, word, reading), self.known.longest(first, word, reading))
    }

    /// Why a name that is declared here cannot be written in an expression; `None` if it can.
    pub fn why_unreadable(&self, name: &str) -> Option<String> {
        let (tree, root) = match parse::expression(name, Some(self)) {
            Ok(read) => read,
            Err(error) => return Some(error.message),
        };
        let meaning = match tree.get(root) {
            Expr::Name(read) if **read == *name => return None,
            Expr::Name(read) => format!("the name '{read}'"),
            Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Text(_) | Expr::At(_) => {
                "a constant".to_owned()
            }
            Expr::Path { .. } => "an entry of something else".to_owned(),
            _ => "an expression of its own".to_owned(),
        };
        Some(format!("it reads as {meaning}"))
    }
}

/// How much of what is declared is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Names that cannot be mistaken for anything else.
    Plain,
    /// Also those that begin like a form of the language or a literal, where none can be read.
    FormsFirst,
    /// Those go before forms and literals.
    NamesFirst,
}

/// The longer of two names with their numbers of tokens.
pub(crate) fn longer<'n>(
    left: Option<(&'n Str, usize)>,
    right: Option<(&'n Str, usize)>,
) -> Option<(&'n Str, usize)> {
    match (left, right) {
        (Some(left), Some(right)) => Some(if right.1 > left.1 { right } else { left }),
        (left, right) => left.or(right),
    }
}

/// How many tokens a name may have to be recognised.
const NAME_TOKENS_MAX: usize = 64;

/// Names that no single token is, or that no name is without their declaration.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    plain: Words,
    /// Those that begin like a form of the language or a literal.
    hidden: Words,
}

#[derive(Debug, Clone, Default)]
struct Words {
    /// How many tokens the longest name has that starts with this one.
    by_first: BTreeMap<Box<str>, usize>,
    /// Names by their tokens, one a line.
    by_tokens: BTreeMap<Box<str>, Str>,
}

impl Names {
    /// Adds a name, unless it is one token: those need no help.
    pub(crate) fn add(&mut self, name: &str) {
        let Ok(tokens) = lex::tokens(name) else { return };
        let words: Vec<&str> = tokens
            .iter()
            .take_while(|it| it.kind != Kind::End)
            .map(|it| &name[it.start as usize..it.end as usize])
            .collect();
        let Some(first) = tokens.first() else { return };
        // A name that starts like a form of the language would hide that form.
        let is_plain = matches!(first.kind, Kind::Name | Kind::Other)
            && !matches!(words.first(), Some(&("if" | "for" | "some" | "every")));
        let least = if is_keyword(first.kind) { 1 } else { 2 };
        if !(least..=NAME_TOKENS_MAX).contains(&words.len()) {
            return;
        }
        if is_plain { &mut self.plain } else { &mut self.hidden }.add(&words, name);
    }

    /// The longest name that starts with `first`; `word` answers the tokens after it, and an
    /// empty text behind the last.
    pub(crate) fn longest<'t>(
        &self,
        first: &str,
        word: impl Fn(usize) -> &'t str + Copy,
        reading: Reading,
    ) -> Option<(&Str, usize)> {
        let plain = self.plain.longest(first, word);
        match reading {
            Reading::Plain => plain,
            Reading::FormsFirst | Reading::NamesFirst => {
                longer(plain, self.hidden.longest(first, word))
            }
        }
    }
}

/// Whether a word is no operand where one is expected, so that it can be a name there.
fn is_keyword(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Function
            | Kind::In
            | Kind::Return
            | Kind::Then
            | Kind::Else
            | Kind::Satisfies
            | Kind::And
            | Kind::Or
    )
}

impl Words {
    fn add(&mut self, words: &[&str], name: &str) {
        let longest = self.by_first.entry(words[0].into()).or_default();
        *longest = words.len().max(*longest);
        self.by_tokens.insert(words.join("\n").into(), name.into());
    }

    fn longest<'t>(&self, first: &str, word: impl Fn(usize) -> &'t str) -> Option<(&Str, usize)> {
        let longest = *self.by_first.get(first)?;
        let mut key = String::from(first);
        let mut found = self.by_tokens.get(first).map(|name| (name, 1));
        for ahead in 0..longest - 1 {
            let next = word(ahead);
            if next.is_empty() {
                break;
            }
            key.push('\n');
            key.push_str(next);
            if let Some(name) = self.by_tokens.get(&*key) {
                found = Some((name, ahead + 2));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::{Reading, Scope};

    #[test]
    fn the_longest_name_is_found_and_forms_of_the_language_are_none() {
        let mut scope = Scope::new();
        for name in ["loan", "loan amount", "loan amount-max", "if approved", "1 x", "a/b"] {
            scope.know(name);
        }
        let found = |first: &str, rest: &'static [&'static str]| {
            let word = |ahead: usize| rest.get(ahead).copied().unwrap_or("");
            scope
                .longest(first, word, Reading::Plain)
                .map(|(name, length)| (name.to_string(), length))
        };
        let max = ("loan amount-max".to_owned(), 4);
        assert_eq!(found("loan", &["amount", "-", "max", "+"]), Some(max));
        assert_eq!(found("loan", &["amount", "-", "min"]), Some(("loan amount".to_owned(), 2)));
        assert_eq!(found("loan", &["+", "1"]), None);
        assert_eq!(found("if", &["approved", "then"]), None);
        assert_eq!(found("a", &["/", "b"]), Some(("a/b".to_owned(), 3)));
        let all = |first: &str, rest: &'static [&'static str]| {
            let word = |ahead: usize| rest.get(ahead).copied().unwrap_or("");
            let found = scope.longest(first, word, Reading::NamesFirst);
            found.map(|(name, length)| (name.to_string(), length))
        };
        assert_eq!(all("if", &["approved", "then"]), Some(("if approved".to_owned(), 2)));
        assert_eq!(all("1", &["x"]), Some(("1 x".to_owned(), 2)));
        assert_eq!(all("loan", &["+"]), None);
    }

    #[test]
    fn slots_are_used_again_after_a_reset() {
        let mut scope = Scope::new();
        assert_eq!(scope.declare(&"a".into()), 0);
        let mark = scope.mark();
        assert_eq!(scope.declare(&"b".into()), 1);
        assert_eq!(scope.declare(&"a".into()), 2);
        assert_eq!(scope.slot("a"), Some(2));
        scope.reset(mark);
        assert_eq!(scope.slot("a"), Some(0));
        assert_eq!(scope.slot("b"), None);
        assert_eq!((scope.declare(&"c".into()), scope.frame_size()), (1, 3));
    }
}

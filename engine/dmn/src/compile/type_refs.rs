//! What the `typeRef`s of a file name.

use feel::Type;
use value::Str;

use super::context::Context;
use crate::types::ItemType;

/// Types of whole numbers in the languages of tools; those of Camunda's come first.
pub(super) const WHOLE: [&str; 6] = ["integer", "long", "int", "short", "byte", "unsignedInt"];

impl Context<'_, '_> {
    /// The type that a `typeRef` names. What is no type here is a label: tools write types of
    /// other languages.
    pub(super) fn type_named(&self, name: Option<&str>) -> ItemType {
        let Some(name) = name.map(str::trim).filter(|it| !it.is_empty()) else {
            return ItemType::any();
        };
        if !self.enforces_types {
            return ItemType::any();
        }
        let local = name.rsplit_once(':').map_or(name, |it| it.1);
        match self.types.get(name).or_else(|| self.types.get(local)) {
            Some(of) => ItemType::named(of),
            None => ItemType::simple(Type::named(local).unwrap_or(Type::Any)),
        }
    }

    /// Notes what type a name has that is declared, also if it has none.
    pub(super) fn note_type_ref(&mut self, name: &Str, type_ref: Option<&str>) {
        match type_ref {
            Some(type_ref) => self.type_refs.insert(name.clone(), type_ref.to_owned()),
            None => self.type_refs.remove(name),
        };
    }

    /// The `typeRef` of the variable that an expression is, if it is nothing but its name.
    pub(super) fn type_ref_of(&self, expression: &str) -> Option<&str> {
        self.type_refs.get(&xml::single_blanks(expression)).map(String::as_str)
    }

    /// The type of the entry that an expression is, if it is nothing but a path below such a
    /// variable.
    pub(super) fn type_of_path(&self, expression: &str) -> Option<ItemType> {
        let mut names = expression.split('.').map(str::trim);
        let root = self.type_named(Some(self.type_ref_of(names.next()?)?));
        let of = names.try_fold(&root, |of, name| of.component(name));
        of.cloned()
    }

    /// Whether a `typeRef` names a type of whole numbers. None of the standard's is one: tools write
    /// those of other languages, also as the base of item definitions.
    pub(super) fn names_whole(&self, name: Option<&str>) -> bool {
        let mut name = name.map(str::trim);
        // Definitions may name each other in a circle.
        for _ in 0..=self.bases.len() {
            let Some(current) = name else { return false };
            let local = current.rsplit_once(':').map_or(current, |it| it.1);
            match self.bases.get(current).or_else(|| self.bases.get(local)) {
                Some(base) => name = Some(base),
                None => return WHOLE.contains(&local),
            }
        }
        false
    }
}

//! Item definitions: types with names, components and allowed values.

use std::sync::Arc;

use feel::{Edition, Env, Failure, Program, Signature, Type, Value, Variables};
use value::Str;

mod misfit;

pub(crate) use self::misfit::Misfit;
use self::misfit::{Part, Why, tests_shown};

/// What a variable of a model may hold.
#[derive(Debug, Clone)]
pub(crate) struct ItemType {
    /// The name of its definition, if it has one.
    name: Option<Str>,
    pub(crate) kind: Kind,
    /// The value is a list of what `kind` says.
    pub(crate) collection: bool,
    /// What each item must fulfil.
    pub(crate) allowed: Option<Program>,
    /// What the value as a whole must fulfil.
    pub(crate) constraint: Option<Program>,
    /// The type without its constraints.
    structure: Type,
}

/// What one item is.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Simple(Type),
    Named(Arc<ItemType>),
    Components(Vec<(Str, Arc<ItemType>)>),
}

impl ItemType {
    /// Any value, null included.
    pub(crate) fn any() -> Self {
        Self::simple(Type::Any)
    }

    pub(crate) fn simple(of: Type) -> Self {
        Self::new(Kind::Simple(of), false, None, None)
    }

    /// The type that a definition names.
    pub(crate) fn named(of: &Arc<Self>) -> Self {
        Self::new(Kind::Named(Arc::clone(of)), false, None, None)
    }

    pub(crate) fn new(
        kind: Kind,
        collection: bool,
        allowed: Option<Program>,
        constraint: Option<Program>,
    ) -> Self {
        let item = match &kind {
            Kind::Simple(of) => of.clone(),
            Kind::Named(of) => of.structure.clone(),
            Kind::Components(components) => {
                let entry = |(name, of): &(Str, Arc<Self>)| (name.clone(), of.structure.clone());
                Type::Context(components.iter().map(entry).collect())
            }
        };
        let structure = if collection { Type::List(Arc::new(item)) } else { item };
        Self { name: None, kind, collection, allowed, constraint, structure }
    }

    /// The same type with the name by which messages call it.
    pub(crate) fn called(self, name: &Str) -> Self {
        Self { name: Some(name.clone()), ..self }
    }

    /// Whether every value conforms.
    pub(crate) fn is_any(&self) -> bool {
        !self.collection
            && self.allowed.is_none()
            && self.constraint.is_none()
            && match &self.kind {
                Kind::Simple(of) => matches!(of, Type::Any),
                Kind::Named(of) => of.is_any(),
                Kind::Components(_) => false,
            }
    }

    /// The type without its constraints.
    pub(crate) fn structure(&self) -> &Type {
        &self.structure
    }

    /// The type of an entry, if it says one.
    pub(crate) fn component(&self, name: &str) -> Option<&Self> {
        if self.collection {
            return None;
        }
        match &self.kind {
            Kind::Simple(_) => None,
            Kind::Named(of) => of.component(name),
            Kind::Components(all) => all.iter().find(|it| *it.0 == *name).map(|it| &*it.1),
        }
    }

    /// The unary tests of the allowed values of a single value, if there are any.
    pub(crate) fn allowed_values(&self) -> Option<&Program> {
        if self.collection {
            return None;
        }
        let own = self.allowed.as_ref().or(self.constraint.as_ref());
        own.or_else(|| match &self.kind {
            Kind::Named(of) => of.allowed_values(),
            Kind::Simple(_) | Kind::Components(_) => None,
        })
    }

    /// The value as a variable of this type takes it, or why it does not conform.
    pub(crate) fn fit(
        &self,
        value: Value,
        vars: &dyn Variables,
        env: &mut Env<'_>,
    ) -> Result<Result<Value, Misfit>, Failure> {
        if value.is_null() || self.is_any() {
            return Ok(Ok(value));
        }
        env.budget.steps(1)?;
        let value = match self.structure.coerce(value, env.edition) {
            Ok(value) => value,
            Err(value) => {
                let part = self.unlike(&value);
                let part =
                    part.unwrap_or_else(|| Part::new(&value, Why::Type(self.structure.name())));
                return Ok(Err(Misfit::new(self, value, part)));
            }
        };
        Ok(match self.refused(&value, vars, env)? {
            None => Ok(value),
            Some(part) => Err(Misfit::new(self, value, part)),
        })
    }

    /// The first part of a value of the right structure that does not fulfil its constraints.
    fn refused(
        &self,
        value: &Value,
        vars: &dyn Variables,
        env: &mut Env<'_>,
    ) -> Result<Option<Part>, Failure> {
        env.budget.steps(1)?;
        if let Some(tests) = failing(self.constraint.as_ref(), value, vars, env)? {
            let part = Part::new(value, Why::Constraint(tests_shown(tests.text())));
            return Ok(Some(part.of_type(self.name.as_ref())));
        }
        match value.as_list() {
            Some(list) if self.collection => {
                for (ix, item) in list.items().iter().enumerate() {
                    if let Some(part) = self.refused_item(item, vars, env)? {
                        return Ok(Some(part.in_item(ix)));
                    }
                }
                Ok(None)
            }
            _ => self.refused_item(value, vars, env),
        }
    }

    fn refused_item(
        &self,
        item: &Value,
        vars: &dyn Variables,
        env: &mut Env<'_>,
    ) -> Result<Option<Part>, Failure> {
        if item.is_null() {
            return Ok(None);
        }
        if let Some(tests) = failing(self.allowed.as_ref(), item, vars, env)? {
            let part = Part::new(item, Why::NotAllowed(tests_shown(tests.text())));
            return Ok(Some(part.of_type(self.name.as_ref())));
        }
        match &self.kind {
            Kind::Simple(_) => Ok(None),
            Kind::Named(of) => {
                Ok(of.refused(item, vars, env)?.map(|it| it.of_type(self.name.as_ref())))
            }
            Kind::Components(components) => {
                for (name, of) in components {
                    if let Some(entry) = item.entry(name)
                        && !entry.is_null()
                        && let Some(part) = of.refused(&entry, vars, env)?
                    {
                        return Ok(Some(part.in_entry(name)));
                    }
                }
                Ok(None)
            }
        }
    }
}

/// The tests, if there are some and the value does not pass them.
fn failing<'t>(
    tests: Option<&'t Program>,
    value: &Value,
    vars: &dyn Variables,
    env: &mut Env<'_>,
) -> Result<Option<&'t Program>, Failure> {
    let Some(tests) = tests else { return Ok(None) };
    let passes = tests.evaluate_unary_tests(value.clone(), vars, env)?.as_bool() == Some(true);
    Ok(if passes { None } else { Some(tests) })
}

/// The type of a function with these parameters and this result.
pub(crate) fn function(parameters: Vec<Type>, result: Type) -> Type {
    Type::Function(Some(Arc::new(Signature { parameters, result })))
}

/// A value that came as JSON, where texts stand for what has no word there: dates, times,
/// durations. What [`Type::coerce`] then takes as a list of one, or as its item, is read as that;
/// the first edition left it as it came.
pub(crate) fn from_json(value: Value, of: &Type, edition: Edition) -> Value {
    let temporal =
        matches!(of, Type::Date | Type::Time | Type::DateTime | Type::YearsMonths | Type::DaysTime);
    match (&value, of) {
        (Value::Str(text), _) if temporal => match feel::temporal::literal(text, edition) {
            Some(read) if of.has(&read) => read,
            _ => value,
        },
        (_, kind) if temporal || matches!(kind, Type::Context(_)) && value.is_list() => {
            only_item(value, of, edition)
        }
        (_, Type::List(item)) => match value.as_list() {
            Some(list) => {
                let items = list.items().iter();
                let items = items.map(|it| from_json(it.clone(), item, edition)).collect();
                Value::List(Arc::new(feel::List::new(items)))
            }
            None if edition > Edition::First => from_json(value, item, edition),
            None => value,
        },
        (_, Type::Context(kinds)) => match value.as_context() {
            Some(context) => {
                let entries = context.entries().iter().map(|(key, entry)| {
                    let kind = kinds.iter().find(|it| it.0 == *key).map(|it| &it.1);
                    let entry = entry.clone();
                    let read = kind.map(|kind| from_json(entry.clone(), kind, edition));
                    (key.clone(), read.unwrap_or(entry))
                });
                Value::Context(Arc::new(feel::Context::new(entries)))
            }
            None => value,
        },
        _ => value,
    }
}

/// The only item of a list, read as a type that is no list.
fn only_item(value: Value, of: &Type, edition: Edition) -> Value {
    let list = value.as_list().filter(|_| edition > Edition::First);
    match list.as_deref().map(feel::List::items) {
        Some([item]) => {
            Value::List(Arc::new(feel::List::new(vec![from_json(item.clone(), of, edition)])))
        }
        Some(_) | None => value,
    }
}

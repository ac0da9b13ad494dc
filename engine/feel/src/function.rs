//! Functions as values: those that expressions define, and those that the caller brings.

use std::fmt;
use std::sync::Arc;

use ::value::Str;

use crate::builtins;
use crate::code::{Code, Definition, Node};
use crate::env::Env;
use crate::eval::Machine;
use crate::failure::Failure;
use crate::types::Type;
use crate::values::{Extent, Value};
use crate::variables::Variables;

/// What a function of the caller does.
pub trait Callable: fmt::Debug + Send + Sync {
    /// Runs the function with as many arguments as it has parameters, of their types or null.
    ///
    /// # Errors
    /// When there is no result: see [`Failure`].
    fn call(
        &self,
        arguments: Vec<Value>,
        vars: &dyn Variables,
        env: &mut Env<'_>,
    ) -> Result<Value, Failure>;
}

/// A function, with the values it saw where it was defined.
pub struct Function {
    pub(crate) body: Body,
    pub(crate) captured: Vec<Value>,
    pub(crate) extent: Extent,
}

/// Bytes that a function of the caller counts for.
const NATIVE_BYTES: u64 = 64;

/// Invokes a function with as many arguments as it has parameters.
///
/// # Errors
/// When it has no result: see [`Failure`].
pub fn invoke(
    function: &Arc<Function>,
    arguments: Vec<Value>,
    vars: &dyn Variables,
    env: &mut Env<'_>,
) -> Result<Value, Failure> {
    let code = Arc::new(Code::default());
    Machine::new(&code, vars, env).invoke(function, arguments)
}

impl Env<'_> {
    /// What the caller makes once in an evaluation and finds again by a place, such as an address and
    /// a number that stay its own as long as the value is there: functions that refer to each other by
    /// their places need not capture each other.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn made_at(
        &mut self,
        place: (usize, usize),
        make: impl FnOnce(&mut Self) -> Result<Value, Failure>,
    ) -> Result<Value, Failure> {
        if let Some(known) = self.made.get(&place) {
            return Ok(known.clone());
        }
        let value = make(self)?;
        self.made.insert(place, value.clone());
        Ok(value)
    }
}

/// What a function runs.
pub(crate) enum Body {
    /// A definition in the code of an expression.
    Code { code: Arc<Code>, definition: u32 },
    /// Something of the caller.
    Native { parameters: Vec<Str>, types: Vec<Type>, result: Type, call: Arc<dyn Callable> },
    /// A built-in function with all its forms; the parameters are those of the first.
    Builtin { name: &'static str, parameters: Vec<Str> },
}

impl Function {
    /// A function of the caller. What it captured counts for its depth, not for its size: it is
    /// never written out.
    pub(crate) fn native(
        parameters: Vec<(Str, Type)>,
        result: Type,
        captured: &[Value],
        call: Arc<dyn Callable>,
    ) -> Self {
        let (parameters, types) = parameters.into_iter().unzip();
        let depth = Extent::around(captured.iter()).depth;
        let body = Body::Native { parameters, types, result, call };
        Self { body, captured: Vec::new(), extent: Extent { depth, weight: NATIVE_BYTES } }
    }

    /// A built-in function as a value.
    pub(crate) fn builtin(name: &str) -> Option<Self> {
        let first = builtins::first(name)?;
        let parameters = first.parameters.iter().map(|it| Str::from(*it)).collect();
        let body = Body::Builtin { name: first.name, parameters };
        Some(Self { body, captured: Vec::new(), extent: Extent { depth: 0, weight: NATIVE_BYTES } })
    }

    /// Whether it takes arguments of these types.
    pub(crate) fn takes(&self, wanted: &[Type]) -> bool {
        if let Body::Builtin { name, .. } = &self.body {
            return builtins::takes(name, wanted.len());
        }
        let found = self.types();
        found.len() == wanted.len()
            && found
                .iter()
                .zip(wanted)
                .all(|(found, wanted)| matches!(found, Type::Any) || found.accepts(wanted))
    }

    /// The names of the parameters.
    pub fn parameters(&self) -> &[Str] {
        match &self.body {
            Body::Code { .. } => self.definition().map_or(&[], |it| &it.parameters),
            Body::Native { parameters, .. } | Body::Builtin { parameters, .. } => parameters,
        }
    }

    /// The types of the parameters; none of a built-in function, which checks its arguments.
    pub fn types(&self) -> &[Type] {
        match &self.body {
            Body::Code { .. } => self.definition().map_or(&[], |it| &it.types),
            Body::Native { types, .. } => types,
            Body::Builtin { .. } => &[],
        }
    }

    /// The type of the result, where it is known before the function runs.
    pub fn result(&self) -> Option<Type> {
        match &self.body {
            Body::Native { result, .. } => {
                Some(result.clone()).filter(|it| !matches!(it, Type::Any))
            }
            Body::Code { code, .. } => match *code.node(self.definition()?.body) {
                Node::Constant(number) => Some(Type::of(&code.constants[number as usize])),
                _ => None,
            },
            Body::Builtin { .. } => None,
        }
    }

    pub(crate) fn definition(&self) -> Option<&Definition> {
        match &self.body {
            Body::Code { code, definition } => code.definitions.get(*definition as usize),
            Body::Native { .. } | Body::Builtin { .. } => None,
        }
    }

    pub(crate) fn extent(&self) -> Extent {
        self.extent
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Function").field(&self.parameters()).finish()
    }
}

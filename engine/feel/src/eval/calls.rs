//! Invocations of built-ins and of functions that expressions define.

use std::sync::Arc;

use ::value::Str;

use super::{Evaluated, Machine};
use crate::builtins::regex::Pattern;
use crate::builtins::{self, Builtin, Invocation, Reject};
use crate::code::{Call, Callee, Code, Definition};
use crate::edition::Edition;
use crate::failure::{Failure, Resource};
use crate::function::{Body, Callable, Function};
use crate::types::Type;
use crate::values::{List, Value};
use crate::warning::WarningDetail;

impl Machine<'_, '_, '_> {
    #[inline(never)]
    pub(super) fn call(&mut self, number: u32) -> Evaluated {
        let code = self.code;
        let call = &code.calls[number as usize];
        match call.callee {
            Callee::Builtin(builtin) => self.call_builtin(number, call, builtin),
            Callee::Local(node, builtin) => match (self.eval(node)?, builtin) {
                (Value::Function(function), _) => self.call_function(call, &function),
                (_, Some(builtin)) if call.names.is_none() => {
                    self.call_builtin(number, call, builtin)
                }
                _ => self.no_function(call),
            },
            Callee::Entry(base) => {
                let base = self.eval(base)?;
                if !base.is_context() {
                    return self.wrong_type("context", base);
                }
                match base.entry(&call.name) {
                    Some(Value::Function(function)) => self.call_function(call, &function),
                    _ => self.no_function(call),
                }
            }
            Callee::Value(node) => match self.eval(node)? {
                Value::Function(function) => self.call_function(call, &function),
                other => self.wrong_type("function", other),
            },
            Callee::Unknown => self.no_function(call),
        }
    }

    fn no_function(&mut self, call: &Call) -> Evaluated {
        let name = call.name.clone();
        self.warn(match &call.names {
            None => WarningDetail::NoFunction { name, arguments: call.arguments.len() },
            Some(names) => WarningDetail::NoFunctionNamed { name, parameters: names.clone() },
        });
        Ok(Value::Null)
    }

    #[inline(never)]
    fn call_builtin(&mut self, number: u32, call: &Call, builtin: &'static Builtin) -> Evaluated {
        let mut values = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            values.push(self.eval(*argument)?);
        }
        let arguments = self.gathered(builtin, values, call.names.is_some())?;
        let code = self.code;
        let pattern = if builtin.takes_pattern {
            let found = code.patterns.binary_search_by_key(&number, |it| it.0);
            found.ok().map(|at| &code.patterns[at].1)
        } else {
            None
        };
        self.run_builtin(&call.name, builtin, arguments, pattern)
    }

    fn run_builtin(
        &mut self,
        name: &Str,
        builtin: &'static Builtin,
        arguments: Vec<Value>,
        pattern: Option<&Result<Pattern, Box<str>>>,
    ) -> Evaluated {
        let mut invocation = Invocation { machine: self, pattern };
        let reject = match (builtin.run)(&mut invocation, &arguments) {
            Ok(value) => return Ok(value),
            Err(reject) => reject,
        };
        if self.code.standard
            && matches!(reject, Reject::Arguments)
            && let Some(converted) = self.converted(builtin, &arguments)?
        {
            let mut invocation = Invocation { machine: self, pattern };
            match (builtin.run)(&mut invocation, &converted) {
                Ok(value) => return Ok(value),
                Err(stop @ Reject::Stop(_)) => return self.rejected(name, stop, arguments),
                Err(Reject::Arguments | Reject::Because(_)) => {}
            }
        }
        self.rejected(name, reject, arguments)
    }

    /// The arguments with the standard's implicit conversions: a list of one item is the item,
    /// and where a list is wanted a single value is a list of one. `None` when nothing changes.
    fn converted(
        &mut self,
        builtin: &Builtin,
        arguments: &[Value],
    ) -> Result<Option<Vec<Value>>, Failure> {
        let mut converted = Vec::with_capacity(arguments.len());
        let mut changed = false;
        for (parameter, argument) in builtin.parameters.iter().zip(arguments) {
            let wants_list = matches!(*parameter, "list" | "lists" | "entries");
            let list = self.list_of(argument)?;
            converted.push(match list.as_deref().map(List::items) {
                None if wants_list && !argument.is_null() => {
                    changed = true;
                    self.charge_values(1)?;
                    self.make_list(vec![argument.clone()])?
                }
                Some([item]) if !wants_list => {
                    changed = true;
                    item.clone()
                }
                _ => argument.clone(),
            });
        }
        Ok(changed.then_some(converted))
    }

    #[cold]
    fn rejected(&mut self, function: &Str, reject: Reject, arguments: Vec<Value>) -> Evaluated {
        let function = function.clone();
        self.warn(match reject {
            Reject::Stop(failure) => {
                // The failure itself says it.
                if let Failure::Assert { message } = &failure
                    && self.env.edition == Edition::First
                {
                    self.warn(WarningDetail::Assert(message.clone()));
                }
                return Err(failure);
            }
            Reject::Because(because) => WarningDetail::Refused { function, because },
            Reject::Arguments => WarningDetail::RefusedArguments { function, arguments },
        });
        Ok(Value::Null)
    }

    /// The arguments; those of a variable number are one list.
    fn gathered(
        &mut self,
        builtin: &Builtin,
        mut values: Vec<Value>,
        by_name: bool,
    ) -> Result<Vec<Value>, Failure> {
        if !builtin.variadic {
            return Ok(values);
        }
        let fixed = builtin.parameters.len() - 1;
        // Alone, or called by its name, a list is all the further arguments.
        let is_whole = fixed == 0 && values.len() == 1 || by_name;
        if is_whole && values.last().is_some_and(Value::is_list) {
            return Ok(values);
        }
        let rest = values.split_off(fixed.min(values.len()));
        self.charge_values(rest.len() as u64)?;
        values.push(self.make_list(rest)?);
        Ok(values)
    }

    /// Calls a built-in function that is a value: the form is chosen here.
    fn call_builtin_value(&mut self, call: &Call, name: &'static str) -> Evaluated {
        let mut values = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            values.push(self.eval(*argument)?);
        }
        let Some(names) = &call.names else { return self.invoke_builtin(name, values) };
        let wanted: Vec<&str> = names.iter().map(|it| &**it).collect();
        let Some(builtin) = builtins::by_names(name, &wanted, self.code.strict) else {
            return self.no_function(call);
        };
        let mut arguments = vec![Value::Null; builtin.parameters.len()];
        for (name, value) in wanted.iter().zip(values) {
            if let Some(at) = builtin.parameters.iter().position(|it| it == name) {
                arguments[at] = value;
            }
        }
        let arguments = self.gathered(builtin, arguments, true)?;
        self.run_builtin(&name.into(), builtin, arguments, None)
    }

    /// Runs the form of a built-in function that takes this number of arguments.
    fn invoke_builtin(&mut self, name: &'static str, arguments: Vec<Value>) -> Evaluated {
        match builtins::by_count(name, arguments.len()) {
            Some(builtin) => {
                let arguments = self.gathered(builtin, arguments, false)?;
                self.run_builtin(&name.into(), builtin, arguments, None)
            }
            None => {
                let (name, arguments) = (name.into(), arguments.len());
                self.warn(WarningDetail::NoFunction { name, arguments });
                Ok(Value::Null)
            }
        }
    }

    fn call_function(&mut self, call: &Call, function: &Arc<Function>) -> Evaluated {
        if let Body::Builtin { name, .. } = function.body {
            return self.call_builtin_value(call, name);
        }
        let parameters = function.parameters();
        let mut arguments = Vec::with_capacity(parameters.len());
        match &call.names {
            None => {
                if call.arguments.len() != parameters.len() {
                    return self.no_function(call);
                }
                for argument in &call.arguments {
                    arguments.push(self.eval(*argument)?);
                }
            }
            Some(names) => {
                if !names.iter().all(|it| parameters.contains(it)) {
                    return self.no_function(call);
                }
                arguments.resize(parameters.len(), Value::Null);
                for (name, argument) in names.iter().zip(&call.arguments) {
                    let value = self.eval(*argument)?;
                    if let Some(at) = parameters.iter().position(|it| it == name) {
                        arguments[at] = value;
                    }
                }
            }
        }
        self.invoke(function, arguments)
    }

    /// Runs a function with as many arguments as it has parameters.
    pub(crate) fn invoke(&mut self, function: &Arc<Function>, arguments: Vec<Value>) -> Evaluated {
        if self.calls >= self.env.budget.limits().depth {
            return Err(self.env.too_deep(Resource::Calls));
        }
        self.env.budget.step()?;
        let mut arguments = arguments;
        for (argument, of) in arguments.iter_mut().zip(function.types()) {
            if matches!(of, Type::Any) || argument.is_null() {
                continue;
            }
            self.charge_comparison(argument)?;
            let value = std::mem::replace(argument, Value::Null);
            match of.coerce(value, self.env.edition) {
                Ok(value) => *argument = value,
                Err(value) => return self.wrong_type(of.name(), value),
            }
        }
        match (&function.body, function.definition()) {
            (Body::Code { code, .. }, Some(definition)) => {
                self.invoke_code(function, code, definition, arguments)
            }
            (Body::Native { call, .. }, _) => self.invoke_native(&**call, arguments),
            (Body::Builtin { name, .. }, _) => self.invoke_builtin(name, arguments),
            (Body::Code { .. }, None) => Ok(Value::Null),
        }
    }

    fn invoke_native(&mut self, call: &dyn Callable, arguments: Vec<Value>) -> Evaluated {
        let before = self.env.nesting;
        self.env.nesting = (self.waiting, self.calls + 1);
        let nodes = match self.env.edition {
            Edition::First => 16,
            Edition::Refined => 1,
        };
        if let Err(failure) = self.env.enter(nodes) {
            self.env.nesting = before;
            return Err(failure);
        }
        let called = call.call(arguments, self.vars, self.env);
        self.env.nesting = before;
        called
    }

    fn invoke_code(
        &mut self,
        function: &Arc<Function>,
        code: &Arc<Code>,
        definition: &Definition,
        arguments: Vec<Value>,
    ) -> Evaluated {
        self.charge_values(u64::from(definition.slot_count))?;
        let mut locals = Vec::with_capacity(definition.slot_count as usize);
        if definition.itself.is_some() {
            locals.push(Value::Function(Arc::clone(function)));
        }
        locals.extend(arguments);
        locals.resize(definition.slot_count as usize, Value::Null);
        for ((_, slot), value) in definition.captures.iter().zip(&function.captured) {
            locals[*slot as usize] = value.clone();
        }
        let same = Arc::ptr_eq(self.code, code);
        let cache = if same { std::mem::take(&mut self.cache) } else { Vec::new() };
        let mut machine = Machine {
            code,
            vars: self.vars,
            env: &mut *self.env,
            locals,
            cache,
            waiting: self.waiting,
            calls: self.calls + 1,
            reads_input: false,
        };
        let evaluated = machine.eval(definition.body);
        if same {
            self.cache = machine.cache;
        }
        evaluated
    }
}

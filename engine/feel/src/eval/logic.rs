//! Three-valued logic and branches.

use super::{Evaluated, Machine};
use crate::code::{NodeId, Run};
use crate::values::Value;

impl Machine<'_, '_, '_> {
    #[inline(never)]
    pub(super) fn all(&mut self, operands: Run) -> Evaluated {
        self.decide(operands, false)
    }

    #[inline(never)]
    pub(super) fn any(&mut self, operands: Run) -> Evaluated {
        self.decide(operands, true)
    }

    /// The first operand that is `decisive` is the result; without one, null if any is no boolean.
    fn decide(&mut self, operands: Run, decisive: bool) -> Evaluated {
        let mut unknown = false;
        for operand in operands.of(&self.code.lists) {
            match self.eval(*operand)? {
                Value::Bool(it) if it == decisive => return Ok(Value::Bool(decisive)),
                Value::Bool(_) => {}
                other => {
                    unknown = true;
                    self.wrong_type("boolean", other)?;
                }
            }
        }
        Ok(if unknown { Value::Null } else { Value::Bool(!decisive) })
    }

    #[inline(never)]
    pub(super) fn branch(
        &mut self,
        condition: NodeId,
        then: NodeId,
        otherwise: NodeId,
    ) -> Evaluated {
        match self.eval(condition)? {
            Value::Bool(true) => self.eval(then),
            Value::Bool(false) => self.eval(otherwise),
            other => {
                self.wrong_type("boolean", other)?;
                self.eval(otherwise)
            }
        }
    }
}

//! Parts that note their result.

use super::{Evaluated, Machine};
use crate::code::NodeId;

impl Machine<'_, '_, '_> {
    /// Evaluates a part and notes what it gives. That costs nothing of the budget, so that an
    /// explanation ends where the evaluation does.
    #[inline(never)]
    pub(super) fn explained(&mut self, node: NodeId, text: u32) -> Evaluated {
        self.waiting -= 1;
        self.env.budget.return_step();
        self.env.begin_part(&self.code.texts[text as usize]);
        let evaluated = self.eval(node);
        self.env.end_part(evaluated.as_ref().ok());
        self.waiting += 1;
        evaluated
    }
}

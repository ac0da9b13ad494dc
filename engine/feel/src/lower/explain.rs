//! Which parts of an expression an explanation shows.

use super::{Lower, count};
use crate::ast::{Expr, Id};
use crate::code::{Node, NodeId};

impl Lower<'_> {
    /// A node that notes its result, unless the text itself shows it.
    pub(super) fn explained(&mut self, id: Id, node: NodeId) -> NodeId {
        let is_plain = match self.tree.get(id) {
            Expr::Null
            | Expr::Bool(_)
            | Expr::Number(_)
            | Expr::Text(_)
            | Expr::Function { .. }
            | Expr::AnyInput
            // The test around has the same text.
            | Expr::Tests(_) => true,
            // What is folded is a literal with a sign; a text that is no literal gives a warning.
            Expr::At(_) | Expr::Negate(_) => {
                matches!(self.code.node(node), Node::Constant(_) | Node::ByEdition { .. })
            }
            Expr::Input
            | Expr::Name(_)
            | Expr::Path { .. }
            | Expr::Filter { .. }
            | Expr::Chain { .. }
            | Expr::Compare { .. }
            | Expr::Between { .. }
            | Expr::In { .. }
            | Expr::InstanceOf { .. }
            | Expr::And(_)
            | Expr::Or(_)
            | Expr::If { .. }
            | Expr::For { .. }
            | Expr::Quantified { .. }
            | Expr::List(_)
            | Expr::Context(_)
            | Expr::Range(_)
            | Expr::Call { .. }
            | Expr::CallEntry { .. }
            | Expr::CallValue { .. }
            | Expr::InputCompare { .. }
            | Expr::Test(_)
            | Expr::NotTests(_)
            | Expr::NotTestsRefined { .. } => false,
        };
        if is_plain {
            return node;
        }
        let text = self.code.text.get(self.tree.span(id)).unwrap_or_default();
        self.code.texts.push(text.into());
        let text = count(self.code.texts.len()) - 1;
        self.push(Node::Explained { node, text })
    }
}

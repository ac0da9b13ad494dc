//! What makes an activity run several times.

use value::Str;

use crate::expression::Expression;

/// An activity that runs once per item, its instances side by side or one after the other.
#[derive(Clone, Debug)]
pub struct MultiInstance {
    pub is_sequential: bool,
    pub items: Items,
    /// The variable that holds the item in each instance.
    pub input_element: Option<Str>,
    /// What is collected of each instance.
    pub output: Option<CollectedOutput>,
    /// Gives a boolean: whether enough instances have completed. Evaluated in each one that does.
    pub completion_condition: Option<Expression>,
}

/// What an activity runs over.
#[derive(Clone, Debug)]
pub enum Items {
    /// Gives a list.
    Collection(Expression),
    /// Gives a whole number: so many instances without items.
    Cardinality(Expression),
    /// One round after the other, without items.
    Loop(StandardLoop),
}

/// An activity that is repeated while a condition holds (BPMN 2.0.2 §13.3.6).
#[derive(Clone, Debug)]
pub struct StandardLoop {
    /// Gives a boolean: whether it goes on. Without one it runs as often as it may.
    pub condition: Option<Expression>,
    /// Whether that is asked before the first round, too.
    pub tests_before: bool,
    /// How often it runs at most.
    pub maximum: Option<u32>,
}

impl MultiInstance {
    /// The loop, if it is one.
    pub fn standard_loop(&self) -> Option<&StandardLoop> {
        if let Items::Loop(it) = &self.items { Some(it) } else { None }
    }
}

/// What is collected of each instance, in the order of the items.
#[derive(Clone, Debug)]
pub struct CollectedOutput {
    /// The variable that holds the list when all have completed.
    pub collection: Str,
    /// Evaluated in the instance when it completes.
    pub element: Expression,
}

impl CollectedOutput {
    /// The name of the variable if the element is nothing else.
    pub fn variable(&self) -> Option<&Str> {
        let Expression::Feel(feel) = &self.element else { return None };
        feel.program().as_path().filter(|(_, rest)| rest.is_empty()).map(|(name, _)| name)
    }
}

//! Events of multi-instance activities.

use crate::Origin;
use std::sync::Arc;
use value::{Str, wire_enum, wire_struct};

wire_enum! {
    /// What happened to a multi-instance activity.
    pub enum MultiInstanceIntent {
        /// It is known what it runs over.
        0 => InputCollectionEvaluated,
        /// One of its instances has given its output.
        1 => OutputElementCollected,
        /// Enough of its instances have completed.
        2 => CompletionConditionFulfilled,
        /// It is a loop, which is repeated while its condition holds.
        3 => LoopEntered,
        /// The condition of a loop does not hold any more.
        4 => LoopLeft,
    }
}

wire_struct! {
    /// A change of a multi-instance activity. The record's key is that of its body.
    pub struct MultiInstanceEvent {
        /// What happened.
        1 => pub intent: MultiInstanceIntent,
        /// Where: the body, or the instance that gave its output.
        2 => pub origin: Origin,
        /// The items as a MessagePack list; empty if only their number is given.
        3 => pub items: Arc<[u8]>,
        /// How many instances there will be; of a loop, at most: `u32::MAX` without a maximum, 0 if
        /// its condition did not hold in the beginning.
        4 => pub count: u32,
        /// One after the other.
        5 => pub is_sequential: bool,
        /// The variable that the outputs are collected for; empty for none.
        6 => pub collection: Str,
        /// Which instance gave its output, from 1.
        7 => pub loop_counter: u32,
        /// Its output as MessagePack.
        8 => pub output: Arc<[u8]>,
    }
}

//! The node's state is the one that follows from its log: after a restart, after a checkpoint, and
//! rebuilt from events alone.

use broker_api::PartitionStatus;

use super::instances::Instances;
use crate::shadow::Shadow;

/// Compares the node with the engine that never restarted.
///
/// # Errors
/// They differ.
pub fn check_node(status: &PartitionStatus, shadow: &Shadow) -> Result<(), String> {
    let engine = &shadow.engine;
    let node = (status.applied_index, status.last_position, status.output_hash, status.state_hash);
    let expected =
        (engine.applied_index(), engine.last_position(), engine.output_hash(), engine.state_hash());
    if node == expected {
        return Ok(());
    }
    Err(format!(
        "the node's index, position, output hash and state hash are {node:x?}, replay gives \
         {expected:x?}"
    ))
}

/// Compares what the engine counts with what its records say, and checks its own invariants.
///
/// # Errors
/// Something does not hold.
pub fn check_engine(shadow: &Shadow, instances: &Instances) -> Result<(), String> {
    let engine = &shadow.engine;
    engine.check_invariants()?;
    if shadow.rebuilt.state_hash() != engine.state_hash() {
        return Err("the state rebuilt from events is another one".to_owned());
    }
    let (active, created) = (engine.instances_active(), instances.roots.len() as u64);
    if active != created {
        return Err(format!("{active} instances are active, but {created} have not ended"));
    }
    let (open, expected) = (engine.incidents_open(), instances.incidents.len() as u64);
    if open != expected {
        return Err(format!("{open} incidents are open, but the records know {expected}"));
    }
    Ok(())
}

//! What several element types have in common: event definitions, jobs, mappings, extensions.

pub(crate) mod activity_list;
pub(crate) mod binding;
pub(crate) mod cancel;
pub(crate) mod children;
pub(crate) mod code;
pub(crate) mod compensation;
pub(crate) mod condition;
pub(crate) mod decision;
pub(crate) mod event;
pub(crate) mod extension;
pub(crate) mod flow;
pub(crate) mod job;
pub(crate) mod link;
pub(crate) mod linked;
pub(crate) mod listener;
pub(crate) mod mapping;
pub(crate) mod marker;
pub(crate) mod message;
pub(crate) mod multi_instance;
pub(crate) mod multiple;
pub(crate) mod signal;
pub(crate) mod standard_loop;
pub(crate) mod start;
pub(crate) mod throw;
pub(crate) mod timer;

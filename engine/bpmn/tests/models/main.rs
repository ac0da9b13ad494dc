//! Whole files through the public interface: what compiles, to what, and what is refused.

#![expect(clippy::needless_raw_string_hashes, reason = "the expected texts are written by a tool")]
#![expect(
    clippy::format_collect,
    clippy::format_push_string,
    reason = "models are put together from text, once per test"
)]

mod accepted;
mod ad_hoc;
mod calls;
mod compensation;
mod conditions;
mod events;
mod gateways;
mod graphs;
mod hostile;
mod instantiating;
mod listeners;
mod loops;
mod multi_instance;
mod multiple;
mod mutations;
mod published;
mod reference;
mod refusals;
mod standard_loop;
mod support;
mod transactions;
mod user_tasks;
mod warnings;
mod without_effect;

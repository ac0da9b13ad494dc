//! REST v2: the paths below `/v2`, each group of them in a module that says which it has.
//!
//! ```text
//! request ─▶ payload (size, content type) ─▶ fields (each checked by name) ─▶ command ─▶ answer
//! ```
//!
//! A new group is a module with `PATHS` and `routes`, and a line in each of the two functions here.

mod ad_hoc;
mod answer;
mod definitions;
mod envelope;
mod fields;
mod payload;
mod process_instances;
mod user_tasks;

use axum::Router;
use axum::extract::DefaultBodyLimit;

use super::serve::Http;
use crate::limits::MESSAGE_SIZE_MAX;

/// All paths, as metrics name them.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    let (ad_hoc, instances) = (ad_hoc::PATHS, process_instances::PATHS);
    user_tasks::PATHS.into_iter().chain(ad_hoc).chain(instances).chain(definitions::PATHS)
}

/// All routes.
pub(super) fn routes() -> Router<Http> {
    let routes = Router::new()
        .merge(user_tasks::routes())
        .merge(ad_hoc::routes())
        .merge(definitions::routes())
        .merge(process_instances::routes());
    routes.layer(DefaultBodyLimit::max(MESSAGE_SIZE_MAX))
}

//! The checks, one file each.

pub mod arrows;
pub mod comments;
pub mod dependencies;
pub mod headers;
pub mod imports;
pub mod length;
pub mod links;
pub mod manifests;
pub mod markdown;
pub mod modules;
pub mod paths;
pub mod purity;
pub mod test_style;

//! A Rust client for Baton and other servers of the Zeebe protocol.

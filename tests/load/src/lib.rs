//! Load generator for a running server.

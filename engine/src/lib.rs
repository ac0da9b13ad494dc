//! The engine: a pure, deterministic function from log entries to state and output.

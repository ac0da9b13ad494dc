//! Checks on the source tree that no compiler makes.

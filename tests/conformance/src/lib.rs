//! Suites of others that Baton is held against; everything is in `tests`.

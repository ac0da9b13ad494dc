//! Fault harnesses and oracles: power loss, kills, damaged files.

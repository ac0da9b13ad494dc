//! The vocabulary of the log: commands, events, records and replies.

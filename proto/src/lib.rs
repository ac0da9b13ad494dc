//! Generated code of our protocol definitions.

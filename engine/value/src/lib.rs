//! Documents, MessagePack, JSON text and decimals: the data every other crate carries around.

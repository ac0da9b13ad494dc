//! Generated code of our protocol definitions.
//!
//! The definitions are the `.proto` files beside this crate's manifest; `build.rs` compiles them.
//! [`gateway`] and [`admin`] are spoken over gRPC, [`log`] describes what is on disk for readers
//! other than Baton, which has its own strict codec for it.

/// The gRPC metadata with which a caller says why a request is made, as UTF-8.
pub const REASON_METADATA: &str = "baton-reason-bin";

/// `gateway.proto`: the protocol of workers and applications.
pub mod gateway {
    #![allow(clippy::all, clippy::pedantic, reason = "generated code follows its generator")]
    #![allow(unreachable_pub, reason = "generated code follows its generator")]
    tonic::include_proto!("gateway_protocol");

    /// The encoded file descriptor set, for reflection.
    pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/gateway.descriptors"));
}

/// `admin.proto`: the protocol of operators.
pub mod admin {
    #![allow(clippy::all, clippy::pedantic, reason = "generated code follows its generator")]
    #![allow(unreachable_pub, reason = "generated code follows its generator")]
    tonic::include_proto!("baton.admin.v1");

    /// The encoded file descriptor set, for reflection.
    pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/admin.descriptors"));
}

/// `log.proto`: what is on disk.
pub mod log {
    #![allow(clippy::all, clippy::pedantic, reason = "generated code follows its generator")]
    #![allow(unreachable_pub, reason = "generated code follows its generator")]
    tonic::include_proto!("baton.log.v1");

    /// The encoded file descriptor set.
    pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/log.descriptors"));
}

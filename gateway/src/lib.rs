//! The protocols: gRPC and HTTP on one side, `broker_api` on the other.

//! The gRPC server: which services it has and what it allows a connection.

use proto::admin::admin_server::AdminServer;
use proto::gateway::gateway_server::GatewayServer;
use tonic::codec::CompressionEncoding;
use tonic::transport::Server;
use tonic_health::pb::health_server::HealthServer;

use super::admin::Door;
use super::answers::AnswersLayer;
use super::health::Checks;
use super::{Service, push};
use crate::io::Acceptor;
use crate::limits;

/// Serves until the service stops and its calls have ended.
pub(crate) async fn run(
    service: Service,
    acceptor: Acceptor,
) -> Result<(), tonic::transport::Error> {
    let gateway = GatewayServer::new(service.clone())
        .accept_compressed(CompressionEncoding::Gzip)
        .max_decoding_message_size(limits::MESSAGE_SIZE_MAX)
        .max_encoding_message_size(limits::MESSAGE_SIZE_MAX);
    // The operator's door exists on this machine only; `Door` checks each caller as well.
    let admin = acceptor.is_loopback().then(|| {
        AdminServer::new(Door(service.clone()))
            .accept_compressed(CompressionEncoding::Gzip)
            .max_decoding_message_size(limits::MESSAGE_SIZE_MAX)
    });
    let health = HealthServer::new(Checks(service.clone()))
        .accept_compressed(CompressionEncoding::Gzip)
        .max_decoding_message_size(limits::HTTP_BODY_MAX);
    let with_admin = admin.is_some();
    let server = Server::builder()
        .max_concurrent_streams(limits::REQUESTS_PER_CONNECTION_MAX)
        .http2_max_header_list_size(limits::HEADER_SIZE_MAX)
        .http2_max_pending_accept_reset_streams(Some(limits::RESETS_PENDING_MAX))
        .http2_keepalive_interval(Some(service.waits.ping))
        .http2_keepalive_timeout(Some(service.waits.pong))
        .layer(AnswersLayer(service.broker.clone()))
        .add_service(gateway)
        .add_service(health)
        .add_optional_service(admin)
        .add_service(reflection(with_admin).build_v1().expect("the descriptors are generated"))
        .add_service(
            reflection(with_admin).build_v1alpha().expect("the descriptors are generated"),
        );
    service.tasks.spawn(push::relief(service.clone()));
    let stopping = service.stopping.clone();
    server.serve_with_incoming_shutdown(acceptor.into_stream(), stopping.cancelled_owned()).await?;
    service.tasks.close();
    service.tasks.wait().await;
    Ok(())
}

/// Describes the services to tools that ask.
fn reflection(with_admin: bool) -> tonic_reflection::server::Builder<'static> {
    let builder = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(proto::gateway::DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET);
    if with_admin {
        builder.register_encoded_file_descriptor_set(proto::admin::DESCRIPTORS)
    } else {
        builder
    }
}

//! The services every gRPC tool knows: health and reflection, and names that do not exist.

use futures_util::StreamExt as _;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::server::Server;

fn check(service: &str) -> HealthCheckRequest {
    HealthCheckRequest { service: service.into() }
}

#[tokio::test]
async fn health_is_serving_while_commands_can_commit() {
    let server = Server::start().await;
    let mut client = HealthClient::new(server.channel().await);
    for service in ["", "gateway_protocol.Gateway"] {
        let answer = client.check(check(service)).await.unwrap().into_inner();
        assert_eq!(answer.status().as_str_name(), "SERVING");
    }
    server.broker.state().health.is_ready = false;
    let answer = client.check(check("gateway_protocol.Gateway")).await.unwrap().into_inner();
    assert_eq!(answer.status().as_str_name(), "NOT_SERVING");
    let error = client.check(check("nothing")).await.unwrap_err();
    assert_eq!(error.code(), Code::NotFound);
    server.stop().await;
}

#[tokio::test]
async fn a_watcher_is_told_each_change_of_health() {
    let server = Server::start().await;
    let mut client = HealthClient::new(server.channel().await);
    let mut changes = client.watch(check("")).await.unwrap().into_inner();
    let first = changes.message().await.unwrap().unwrap();
    assert_eq!(first.status().as_str_name(), "SERVING");
    server.broker.state().health.is_ready = false;
    let second = changes.message().await.unwrap().unwrap();
    assert_eq!(second.status().as_str_name(), "NOT_SERVING");
    server.stop().await;
    assert!(changes.message().await.unwrap().is_none(), "a stopping server ends the watch");
}

#[tokio::test]
async fn reflection_lists_the_services_in_both_versions() {
    use tonic_reflection::pb::{v1, v1alpha};

    let server = Server::start().await;
    let ours = ["baton.admin.v1.Admin", "gateway_protocol.Gateway", "grpc.health.v1.Health"];

    let mut client =
        v1::server_reflection_client::ServerReflectionClient::new(server.channel().await);
    let ask = v1::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(v1::server_reflection_request::MessageRequest::ListServices(
            String::new(),
        )),
    };
    let asked = futures_util::stream::once(std::future::ready(ask));
    let mut answers = client.server_reflection_info(asked).await.unwrap().into_inner();
    let answer = answers.next().await.unwrap().unwrap().message_response.unwrap();
    let v1::server_reflection_response::MessageResponse::ListServicesResponse(list) = answer else {
        panic!("another answer: {answer:?}");
    };
    let names: Vec<_> = list.service.iter().map(|it| it.name.as_str()).collect();
    assert!(ours.iter().all(|it| names.contains(it)), "{names:?}");

    let mut client =
        v1alpha::server_reflection_client::ServerReflectionClient::new(server.channel().await);
    let symbol = "gateway_protocol.Gateway".to_owned();
    let ask = v1alpha::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(
            v1alpha::server_reflection_request::MessageRequest::FileContainingSymbol(symbol),
        ),
    };
    let asked = futures_util::stream::once(std::future::ready(ask));
    let mut answers = client.server_reflection_info(asked).await.unwrap().into_inner();
    let answer = answers.next().await.unwrap().unwrap().message_response.unwrap();
    let v1alpha::server_reflection_response::MessageResponse::FileDescriptorResponse(_) = answer
    else {
        panic!("another answer: {answer:?}");
    };
    server.stop().await;
}

#[tokio::test]
async fn an_unknown_rpc_is_unimplemented() {
    let server = Server::start().await;
    let mut client = tonic::client::Grpc::new(server.channel().await);
    client.ready().await.unwrap();
    let codec = tonic_prost::ProstCodec::<
        proto::gateway::TopologyRequest,
        proto::gateway::TopologyResponse,
    >::default();
    let path = "/gateway_protocol.Gateway/Nothing".parse().unwrap();
    let request = tonic::Request::new(proto::gateway::TopologyRequest {});
    let error = client.unary(request, path, codec).await.unwrap_err();
    assert_eq!(error.code(), Code::Unimplemented);
    assert!(server.counted("other", "UNIMPLEMENTED"));
    server.stop().await;
}

//! Jobs whose client is gone are given back at once.

use gateway::Waits;
use record::Key;
use std::sync::Arc;
use std::time::Duration;
use tonic::transport::Channel;

use crate::polls::poll;
use crate::scripted::{Scripted, job, until};
use crate::server::Server;
use crate::silence::Silencer;
use crate::streams::stream;
use proto::gateway::gateway_client::GatewayClient;

/// A client whose transport has room for little: the rest stays on the server's side.
async fn narrow(server: &Server) -> GatewayClient<Channel> {
    let endpoint = server.endpoint().initial_stream_window_size(1_024);
    let channel = endpoint.connect().await.unwrap();
    GatewayClient::new(channel).max_decoding_message_size(usize::MAX)
}

fn yielded(broker: &Arc<Scripted>) -> Vec<u64> {
    broker.state().yielded.iter().map(|(_, it)| it.job.counter()).collect()
}

#[tokio::test]
async fn a_poll_whose_client_leaves_while_it_waits_is_dropped_at_the_broker() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let waiting = tokio::spawn(async move { client.activate_jobs(poll(30_000)).await });
    until("the poll is parked", || server.broker.state().polls.len() == 1).await;
    waiting.abort();
    until("the poll is dropped", || server.broker.state().polls_dropped == 1).await;
    server.stop().await;
}

#[tokio::test]
async fn jobs_that_did_not_leave_are_yielded_when_the_client_cancels() {
    let server = Server::start().await;
    let mut client = narrow(&server).await;
    server.broker.offers(vec![job(1, 100_000), job(2, 100_000)]);
    let answer = client.activate_jobs(poll(-1)).await.unwrap();
    assert!(yielded(&server.broker).is_empty(), "the client may still read");
    drop(answer);
    until("both are yielded", || yielded(&server.broker) == [1, 2]).await;
    let (partition, activation) = server.broker.state().yielded[0].clone();
    assert_eq!((partition, activation.number), (1, 1));
    until("it is counted", || server.counted("gateway_protocol.Gateway/ActivateJobs", "CANCELLED"))
        .await;
    server.stop().await;
}

#[tokio::test]
async fn jobs_that_did_not_leave_are_yielded_when_the_connection_breaks() {
    let server = Server::start().await;
    server.broker.offers(vec![job(1, 3_000_000), job(2, 3_000_000)]);
    // A runtime of its own, which dies with everything on it: nobody says goodbye.
    let endpoint = server.endpoint().initial_stream_window_size(1_024);
    let worker = std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let answer = runtime.block_on(async {
            let channel = endpoint.connect().await.unwrap();
            GatewayClient::new(channel).activate_jobs(poll(-1)).await.unwrap()
        });
        std::mem::forget(answer);
        runtime.shutdown_background();
    });
    until("both are yielded", || yielded(&server.broker) == [1, 2]).await;
    worker.join().unwrap();
    server.stop().await;
}

#[tokio::test]
async fn jobs_that_left_are_not_yielded() {
    let server = Server::start().await;
    let mut client = server.client().await;
    server.broker.offers(vec![job(1, 10)]);
    let mut answer = client.activate_jobs(poll(-1)).await.unwrap().into_inner();
    assert_eq!(answer.message().await.unwrap().unwrap().jobs.len(), 1);
    assert!(answer.message().await.unwrap().is_none());
    drop((answer, client));
    let broker = server.broker.clone();
    server.stop().await;
    assert!(yielded(&broker).is_empty());
}

#[tokio::test]
async fn a_stream_whose_client_leaves_gives_back_what_did_not_leave() {
    let server = Server::start().await;
    let mut client = narrow(&server).await;
    let answer = client.stream_activated_jobs(stream()).await.unwrap();
    let pushed = server.broker.state().streams[0].clone();
    for counter in 1..=3 {
        assert!(pushed.push(job(counter, 100_000)));
    }
    // The first one is on its way and stuck; then the client leaves.
    drop(answer);
    until("it is closed", || pushed.closed().is_some()).await;
    let mut back = pushed.given_back();
    back.extend(pushed.closed().unwrap());
    back.sort();
    assert_eq!(back, [Key::new(1, 1), Key::new(1, 2), Key::new(1, 3)]);
    server.stop().await;
}

#[tokio::test]
async fn small_jobs_are_followed_one_by_one() {
    let server = Server::start().await;
    let mut client = narrow(&server).await;
    let answer = client.stream_activated_jobs(stream()).await.unwrap();
    let pushed = server.broker.state().streams[0].clone();
    for counter in 1..=20 {
        assert!(pushed.push(job(counter, 300)));
    }
    // The client has room for three of them and for a part of a fourth.
    drop(answer);
    until("it is closed", || pushed.closed().is_some()).await;
    let mut back = pushed.given_back();
    back.extend(pushed.closed().unwrap());
    back.sort();
    back.dedup();
    assert!((16..=20).contains(&back.len()), "{back:?}");
    assert_eq!(back.last(), Some(&Key::new(1, 20)));
    server.stop().await;
}

#[tokio::test]
async fn a_stream_whose_server_process_is_asked_to_stop_gives_back_what_waits() {
    let server = Server::start().await;
    let mut client = narrow(&server).await;
    let answer = client.stream_activated_jobs(stream()).await.unwrap();
    let pushed = server.broker.state().streams[0].clone();
    assert!(pushed.push(job(1, 100_000)) && pushed.push(job(2, 10)));
    let started = std::time::Instant::now();
    server.stop().await;
    assert!(started.elapsed() < Duration::from_secs(7), "the stuck connection is cut");
    let mut back = pushed.given_back();
    back.extend(pushed.closed().unwrap());
    back.sort();
    assert_eq!(back, [Key::new(1, 1), Key::new(1, 2)]);
    drop(answer);
}

#[tokio::test]
async fn a_peer_that_is_dead_without_a_word_is_found_and_its_poll_dropped() {
    let mut waits = Waits::default();
    (waits.ping, waits.pong) = (Duration::from_millis(100), Duration::from_millis(100));
    let server = Server::with_waits(waits).await;
    let between = Silencer::start(server.grpc_addr).await;
    let channel = between.endpoint().connect().await.unwrap();
    let mut client = GatewayClient::new(channel);
    let waiting = tokio::spawn(async move { client.activate_jobs(poll(60_000)).await });
    until("the poll is parked", || server.broker.state().polls.len() == 1).await;
    between.silence();
    until("the poll is dropped", || server.broker.state().polls_dropped == 1).await;
    assert!(!waiting.is_finished(), "the client was told nothing");
    waiting.abort();
    server.stop().await;
}

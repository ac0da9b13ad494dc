//! REST v2: the files in which definitions were deployed.

use broker_api::{Definition, Refusal};
use record::Key;

use crate::raw::{Answer, request};
use crate::server::Server;

const ROUTES: [(Definition, &str, &str); 3] = [
    (Definition::Process, "process-definitions", "process definition"),
    (Definition::Decision, "decision-definitions", "decision definition"),
    (Definition::DecisionRequirements, "decision-requirements", "decision requirements"),
];

async fn ask(server: &Server, group: &str, key: &str) -> Answer {
    request(server.http_addr, "GET", &format!("/v2/{group}/{key}/xml"), "").await
}

fn detail(answer: &Answer) -> String {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{answer:?}");
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    body["detail"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_file_of_a_definition_comes_as_it_was_deployed() {
    let server = Server::start().await;
    for (at, (definition, group, _)) in (1..).zip(ROUTES) {
        let key = Key::new(1, at);
        let file = format!("<?xml version=\"1.0\"?>\n<file of=\"{group}\"/>\n");
        server.broker.state().files.push((definition, key, file.as_bytes().into()));
        let answer = ask(&server, group, &key.to_string()).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "text/xml"));
        assert_eq!(answer.body, file);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_key_of_another_kind_or_of_none_is_refused_by_name() {
    let server = Server::start().await;
    let process = Key::new(1, 7);
    let file = (Definition::Process, process, b"<process/>".as_slice().into());
    server.broker.state().files.push(file);
    for (definition, group, noun) in ROUTES {
        if definition != Definition::Process {
            let answer = ask(&server, group, &process.to_string()).await;
            assert_eq!(answer.status, 404);
            let expected = format!("There is no {noun} with key '{process}'.");
            assert!(detail(&answer).starts_with(&expected), "{answer:?}");
        }
        let elsewhere = ask(&server, group, &Key::new(9, 7).to_string()).await;
        assert_eq!(elsewhere.status, 404, "{elsewhere:?}");
        let wrong = ask(&server, group, "seven").await;
        assert_eq!(wrong.status, 400);
        assert!(detail(&wrong).contains("'seven'"), "{wrong:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_node_that_stops_says_so_instead_of_a_file() {
    let server = Server::start().await;
    server.broker.state().file_refusal = Some(Refusal::Stopping);
    let answer = ask(&server, "decision-requirements", &Key::new(1, 7).to_string()).await;
    assert_eq!((answer.status, detail(&answer)), (503, Refusal::Stopping.to_string()));
    server.stop().await;
}

//! What the tests of a node share.

use broker::{Config, Node};
use broker_api::{Broker as _, Request};
use record::{CommandBody, Envelope, Reply};
use std::sync::Arc;
use std::time::Duration;

pub(crate) async fn start(config: &Config) -> Arc<Node> {
    let node = Node::start(config.clone()).await.unwrap();
    tokio::time::timeout(Duration::from_secs(20), node.ready()).await.unwrap();
    node
}

pub(crate) async fn submit(node: &Node, body: CommandBody) -> Reply {
    let request = Request { partition: 1, envelope: Envelope::default(), body };
    node.submit(request).await.unwrap()
}

pub(crate) fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

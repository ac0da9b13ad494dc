//! A wire between client and server that goes dead without closing.

use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tonic::transport::Endpoint;

/// Forwards one connection until it is silenced; then it stays open and carries nothing.
pub(crate) struct Silencer {
    address: SocketAddr,
    silent: CancellationToken,
}

impl Silencer {
    pub(crate) async fn start(to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let silent = CancellationToken::new();
        tokio::spawn(forward(listener, to, silent.clone()));
        Self { address, silent }
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::from_shared(format!("http://{}", self.address)).unwrap()
    }

    pub(crate) fn silence(&self) {
        self.silent.cancel();
    }
}

async fn forward(listener: TcpListener, to: SocketAddr, silent: CancellationToken) {
    let (client, _) = listener.accept().await.unwrap();
    let server = TcpStream::connect(to).await.unwrap();
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let both = async {
        tokio::join!(
            tokio::io::copy(&mut from_client, &mut to_server),
            tokio::io::copy(&mut from_server, &mut to_client),
        )
    };
    silent.run_until_cancelled(both).await;
    // Both connections stay open for as long as the test runs.
    std::future::pending::<()>().await;
}

/// Connects, sends a few bytes, and waits for the server to close.
pub(crate) async fn send_and_wait_for_the_end(to: SocketAddr, bytes: &[u8]) {
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut rest = Vec::new();
    // A reset is an end as well.
    let _ = stream.read_to_end(&mut rest).await;
}

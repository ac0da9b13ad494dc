//! Connections: how many there are, how long they may stay silent, and how they are cut.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Sleep;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::transport::server::{Connected, TcpConnectInfo};

/// What a new connection must send first, and how soon.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Handshake {
    /// So many bytes.
    pub(crate) bytes: usize,
    /// Within this time.
    pub(crate) within: Duration,
}

/// Accepts connections within the limits.
#[derive(Debug)]
pub(crate) struct Acceptor {
    listener: TcpListener,
    address: SocketAddr,
    handshake: Handshake,
    permits: Arc<Semaphore>,
    cut: CancellationToken,
}

impl Acceptor {
    /// Listens at an address for so many connections at a time. Setting `cut` ends them at once.
    pub(crate) async fn bind(
        address: SocketAddr,
        handshake: Handshake,
        connections_max: usize,
        cut: CancellationToken,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let permits = Arc::new(Semaphore::new(connections_max));
        Ok(Self { listener, address, handshake, permits, cut })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// True if it can be reached from this machine only.
    pub(crate) fn is_loopback(&self) -> bool {
        self.address.ip().to_canonical().is_loopback()
    }

    /// The connections as they come.
    pub(crate) fn into_stream(self) -> impl futures_util::Stream<Item = io::Result<Connection>> {
        futures_util::stream::unfold(self, |acceptor| async {
            let (connection, _) = acceptor.next().await;
            Some((Ok(connection), acceptor))
        })
    }

    async fn next(&self) -> (Connection, SocketAddr) {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.expect("the semaphore is never closed");
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => {
                    // Small answers must not wait for the next ones; without it they only do.
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(%error, "set TCP_NODELAY");
                    }
                    return (self.connection(stream, permit), peer);
                }
                Err(error) => {
                    // Mostly a lack of file handles: others must end before one can begin.
                    tracing::warn!(%error, "accept a connection");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

impl Acceptor {
    fn connection(&self, stream: TcpStream, permit: OwnedSemaphorePermit) -> Connection {
        Connection {
            stream,
            cut: Box::pin(self.cut.clone().cancelled_owned()),
            handshake: Some(Box::pin(tokio::time::sleep(self.handshake.within))),
            handshake_bytes: self.handshake.bytes,
            _permit: permit,
        }
    }
}

impl axum::serve::Listener for Acceptor {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        self.next().await
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

/// A connection of a client.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
    /// When its first bytes must be there; none once they are.
    handshake: Option<Pin<Box<Sleep>>>,
    /// So many of them are still to come.
    handshake_bytes: usize,
    _permit: OwnedSemaphorePermit,
}

impl Connection {
    fn check_handshake(&mut self, read: usize, cx: &mut Context<'_>) -> io::Result<()> {
        let Some(limit) = &mut self.handshake else {
            return Ok(());
        };
        self.handshake_bytes = self.handshake_bytes.saturating_sub(read);
        if self.handshake_bytes == 0 {
            self.handshake = None;
        } else if limit.as_mut().poll(cx).is_ready() {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "the handshake took too long"));
        }
        Ok(())
    }

    fn check_cut(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        match self.cut.as_mut().poll(cx) {
            Poll::Ready(()) => Err(io::Error::new(io::ErrorKind::ConnectionAborted, "stopped")),
            Poll::Pending => Ok(()),
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check_cut(cx)?;
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.check_handshake(buf.filled().len() - before, cx)?;
        read
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

impl Connected for Connection {
    type ConnectInfo = TcpConnectInfo;

    fn connect_info(&self) -> TcpConnectInfo {
        self.stream.connect_info()
    }
}

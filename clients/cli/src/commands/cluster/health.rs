//! Asks the server's HTTP port whether it is ready.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long to wait for the whole answer.
const TIMEOUT: Duration = Duration::from_secs(3);
/// The answer is a few lines; more is not read.
const ANSWER_BYTES_MAX: u64 = 65_536;

/// Nothing if the server says that it is ready, else a sentence that says why not.
pub(super) async fn ready(address: &str) -> Result<(), String> {
    let exchange = tokio::time::timeout(TIMEOUT, exchange(address)).await;
    let answer = match exchange {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => return Err(format!("No HTTP answer from '{address}': {error}.")),
        Err(_) => {
            return Err(format!("No HTTP answer from '{address}' within {} s.", TIMEOUT.as_secs()));
        }
    };
    judge(&answer)
}

/// HTTP 1.0, so that the answer ends with the connection and is not chunked.
async fn exchange(address: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "GET /health/ready HTTP/1.0\r\nHost: {address}\r\nAccept: application/json\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn judge(answer: &str) -> Result<(), String> {
    let status = answer.split(' ').nth(1).unwrap_or_default();
    if status.starts_with('2') && status.len() == 3 {
        return Ok(());
    }
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.trim()).unwrap_or_default();
    Err(format!("HTTP answered {status}: {body}"))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::{judge, ready};

    #[test]
    fn only_a_status_of_success_is_ready() {
        assert_eq!(judge("HTTP/1.1 200 OK\r\n\r\n{}"), Ok(()));
        let refused = judge("HTTP/1.1 503 Service Unavailable\r\nA: b\r\n\r\nno leader\n");
        assert_eq!(refused, Err("HTTP answered 503: no leader".into()));
        assert!(judge("").is_err());
        assert!(judge("HTTP/1.1 2 OK").is_err());
    }

    #[tokio::test]
    async fn the_answer_is_read_from_a_socket() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                request.push(stream.read_u8().await.expect("a request"));
            }
            stream.write_all(b"HTTP/1.0 200 OK\r\n\r\n{}").await.expect("an answer");
            request
        });
        assert_eq!(ready(&address).await, Ok(()));
        let request = server.await.expect("served");
        assert!(request.starts_with(b"GET /health/ready HTTP/1.0\r\n"), "{request:?}");
    }
}

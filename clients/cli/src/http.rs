//! One HTTP request: for what the server offers over HTTP only.

use std::fmt::Write as _;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What is asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    /// Method and path, such as `GET /health/ready`.
    pub(crate) line: String,
    /// Further headers; neither name nor value has a line break.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// JSON; empty for none.
    pub(crate) body: String,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: String,
}

/// Bytes of an answer; more is not read. The largest answers are files, and a file fits a message.
const ANSWER_BYTES_MAX: u64 = 8 << 20;

/// Sends a request and waits for the whole answer; the error is a sentence.
pub(crate) async fn send(
    address: &str,
    request: &Request,
    at_most: Duration,
) -> Result<Answer, String> {
    match tokio::time::timeout(at_most, exchange(address, request)).await {
        Ok(Ok(text)) => read(&text).ok_or_else(|| format!("'{address}' does not answer as HTTP.")),
        Ok(Err(error)) => Err(format!("No HTTP answer from '{address}': {error}.")),
        Err(_) => Err(format!("No HTTP answer from '{address}' within {} s.", at_most.as_secs())),
    }
}

/// HTTP 1.0, so that the answer ends with the connection and is not chunked.
async fn exchange(address: &str, request: &Request) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let mut text = format!(
        "{} HTTP/1.0\r\nHost: {address}\r\nAccept: application/json, text/xml\r\n",
        request.line
    );
    for (name, value) in &request.headers {
        // Writing to text cannot fail.
        let _ = write!(text, "{name}: {value}\r\n");
    }
    if !request.body.is_empty() {
        let length = request.body.len();
        let _ = write!(text, "Content-Type: application/json\r\nContent-Length: {length}\r\n");
    }
    text.push_str("\r\n");
    text.push_str(&request.body);
    stream.write_all(text.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn read(answer: &str) -> Option<Answer> {
    let status = answer.split(' ').nth(1)?;
    let status = status.parse().ok().filter(|_| status.len() == 3)?;
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.trim()).unwrap_or_default();
    Some(Answer { status, body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::{Answer, Request, read, send};

    #[test]
    fn an_answer_has_a_status_and_perhaps_a_body() {
        let answer = |status, body: &str| Some(Answer { status, body: body.to_owned() });
        assert_eq!(read("HTTP/1.1 200 OK\r\n\r\n{}"), answer(200, "{}"));
        let refused = read("HTTP/1.1 503 Service Unavailable\r\nA: b\r\n\r\nno leader\n");
        assert_eq!(refused, answer(503, "no leader"));
        assert_eq!(read(""), None);
        assert_eq!(read("HTTP/1.1 2 OK"), None);
    }

    #[tokio::test]
    async fn a_request_is_written_and_its_answer_read() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut request = Vec::new();
            while !request.ends_with(b"{}") {
                request.push(stream.read_u8().await.expect("a request"));
            }
            stream.write_all(b"HTTP/1.0 204 No Content\r\n\r\n").await.expect("an answer");
            String::from_utf8(request).expect("text")
        });
        let request = Request {
            line: "POST /v2/x".to_owned(),
            headers: vec![("a", "b".to_owned())],
            body: "{}".to_owned(),
        };
        let answer = send(&address, &request, Duration::from_secs(9)).await;
        assert_eq!(answer, Ok(Answer { status: 204, body: String::new() }));
        let sent = server.await.expect("served");
        assert!(sent.starts_with("POST /v2/x HTTP/1.0\r\n") && sent.contains("\r\na: b\r\n"));
        assert!(sent.ends_with("Content-Length: 2\r\n\r\n{}"), "{sent}");
    }
}

//! The body of a request, which must arrive within a limit.

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::time::Sleep;
use tonic::body::Body;
use tonic::{Code, Status};

use crate::limits::REQUEST_RECEIVE_MAX;
use crate::refusal;

/// A body that fails when it takes its sender longer than [`REQUEST_RECEIVE_MAX`].
#[derive(Debug)]
pub(super) struct Receiving {
    body: Body,
    /// Set when the body is waited for: most requests arrive in one piece.
    limit: Option<Pin<Box<Sleep>>>,
}

impl Receiving {
    /// Watches a body.
    pub(super) fn new(body: Body) -> Self {
        Self { body, limit: None }
    }
}

impl HttpBody for Receiving {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            return Poll::Ready(frame);
        }
        let limit =
            self.limit.get_or_insert_with(|| Box::pin(tokio::time::sleep(REQUEST_RECEIVE_MAX)));
        if limit.as_mut().poll(cx).is_ready() {
            let text = format!(
                "The request did not arrive within {} s (limit 'request-receive-max').",
                REQUEST_RECEIVE_MAX.as_secs()
            );
            return Poll::Ready(Some(Err(refusal::status(Code::DeadlineExceeded, &text))));
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::Receiving;
    use http_body::Body as HttpBody;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use tonic::body::Body;

    /// A body whose sender has stopped.
    struct Silent;

    impl HttpBody for Silent {
        type Data = bytes::Bytes;
        type Error = tonic::Status;

        fn poll_frame(
            self: Pin<&mut Self>,
            _cx: &mut Context<'_>,
        ) -> Poll<Option<Result<http_body::Frame<bytes::Bytes>, tonic::Status>>> {
            Poll::Pending
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_does_not_arrive_ends_at_the_limit() {
        let mut body = Receiving::new(Body::new(Silent));
        let frame = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
        let status = frame.expect("an item").expect_err("the limit");
        assert_eq!(status.code(), tonic::Code::DeadlineExceeded);
        assert!(status.message().contains("request-receive-max"), "{}", status.message());
    }
}

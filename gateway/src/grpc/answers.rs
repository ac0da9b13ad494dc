//! Around every rpc: its deadline, its count in the metrics, and the codes clients expect.

use axum::http::{HeaderMap, Request, Response};
use broker_api::Broker;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tonic::body::Body;
use tonic::{Code, Status};
use tower::{Layer, Service};

use super::receive::Receiving;
use crate::convert::deadline;
use crate::limits::MESSAGE_SIZE_MAX;
use crate::refusal;

/// Wraps the services of the server.
#[derive(Debug, Clone)]
pub(super) struct AnswersLayer(pub(super) Arc<dyn Broker>);

impl<S> Layer<S> for AnswersLayer {
    type Service = Answers<S>;

    fn layer(&self, inner: S) -> Answers<S> {
        Answers { inner, broker: Arc::clone(&self.0) }
    }
}

/// See [`AnswersLayer`].
#[derive(Debug, Clone)]
pub(super) struct Answers<S> {
    inner: S,
    broker: Arc<dyn Broker>,
}

/// The transport enforces deadlines, too, but with another code; this one is to come first.
const BEFORE_TRANSPORT: Duration = Duration::from_millis(2);

impl<S> Service<Request<Body>> for Answers<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Answered>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let call = call_name(request.uri().path());
        let deadline = deadline::of(request.headers());
        let mut count = Count { broker: Some(Arc::clone(&self.broker)), call };
        // Reflection and health hold their requests open; a request of ours is one message.
        let request = match call {
            OTHER => request,
            _ => request.map(|body| Body::new(Receiving::new(body))),
        };
        let answer = self.inner.call(request);
        Box::pin(async move {
            let mut response = match deadline {
                Some(deadline) => {
                    let left = deadline.saturating_sub(BEFORE_TRANSPORT);
                    match tokio::time::timeout(left, answer).await {
                        Ok(response) => response?,
                        Err(_) => late().into_http(),
                    }
                }
                None => answer.await?,
            };
            if response.headers().contains_key(Status::GRPC_STATUS) {
                count.ended(amend(response.headers_mut()));
            }
            Ok(response.map(|body| Answered { body, rest: Bytes::new(), count }))
        })
    }
}

fn late() -> Status {
    let text = "The deadline of the request passed. What it asked for may still be carried out.";
    refusal::status(Code::DeadlineExceeded, text)
}

/// The body of an answer, watched for the status at its end.
///
/// Long messages go out in pieces. The transport accepts a piece only while the client has room for
/// some of it, so that a message is not called taken when most of it still waits on this side.
#[derive(Debug)]
pub(super) struct Answered {
    body: Body,
    /// What is left of the last frame.
    rest: Bytes,
    count: Count,
}

/// The largest piece. HTTP/2 sends frames of this size unless the client asks for others.
const PIECE_BYTES: usize = 16 * 1024;

impl HttpBody for Answered {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if self.rest.is_empty() {
            let mut frame = match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => frame,
                other => return Poll::Ready(other),
            };
            if let Some(trailers) = frame.trailers_mut() {
                let code = amend(trailers);
                self.count.ended(code);
            }
            match frame.into_data() {
                Ok(data) => self.rest = data,
                Err(frame) => return Poll::Ready(Some(Ok(frame))),
            }
        }
        let length = self.rest.len().min(PIECE_BYTES);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }
}

/// Gives a message beyond the limit the code that clients know for it, and the limit's name.
///
/// The transport says `OUT_OF_RANGE`, or `RESOURCE_EXHAUSTED` when it was compressed.
/// Answers the final code.
fn amend(headers: &mut HeaderMap) -> Code {
    let Some(status) = Status::from_header_map(headers) else {
        return Code::Unknown;
    };
    let is_too_large = status.code() == Code::OutOfRange
        || status.code() == Code::ResourceExhausted
            && status.message().starts_with("Error decompressing: size limit");
    if !is_too_large {
        return status.code();
    }
    let text = format!(
        "The message is larger than the limit 'message-size-max' of {MESSAGE_SIZE_MAX} bytes. \
         Send or ask for less at once."
    );
    let amended = refusal::status(Code::ResourceExhausted, &text);
    if amended.add_header(headers).is_err() {
        return status.code();
    }
    amended.code()
}

/// Counts one call when it has ended, in whatever way.
#[derive(Debug)]
struct Count {
    /// None once it is counted.
    broker: Option<Arc<dyn Broker>>,
    call: &'static str,
}

impl Count {
    fn ended(&mut self, code: Code) {
        if let Some(broker) = self.broker.take() {
            broker.metrics().requests.count(self.call, code_name(code));
        }
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        // The client went away before the answer was complete.
        self.ended(Code::Cancelled);
    }
}

/// The label of calls that are not ours.
const OTHER: &str = "other";

/// The labels of calls by their path: a closed set.
const CALLS: [&str; 29] = [
    "gateway_protocol.Gateway/ActivateJobs",
    "gateway_protocol.Gateway/AssignProcessInstanceBusinessId",
    "gateway_protocol.Gateway/BroadcastSignal",
    "gateway_protocol.Gateway/CancelProcessInstance",
    "gateway_protocol.Gateway/CompleteJob",
    "gateway_protocol.Gateway/CreateProcessInstance",
    "gateway_protocol.Gateway/CreateProcessInstanceWithResult",
    "gateway_protocol.Gateway/DeleteResource",
    "gateway_protocol.Gateway/DeployProcess",
    "gateway_protocol.Gateway/DeployResource",
    "gateway_protocol.Gateway/EvaluateConditional",
    "gateway_protocol.Gateway/EvaluateDecision",
    "gateway_protocol.Gateway/FailJob",
    "gateway_protocol.Gateway/MigrateProcessInstance",
    "gateway_protocol.Gateway/ModifyProcessInstance",
    "gateway_protocol.Gateway/PublishMessage",
    "gateway_protocol.Gateway/ResolveIncident",
    "gateway_protocol.Gateway/SetVariables",
    "gateway_protocol.Gateway/StreamActivatedJobs",
    "gateway_protocol.Gateway/ThrowError",
    "gateway_protocol.Gateway/Topology",
    "gateway_protocol.Gateway/UpdateJobPriority",
    "gateway_protocol.Gateway/UpdateJobRetries",
    "gateway_protocol.Gateway/UpdateJobTimeout",
    "baton.admin.v1.Admin/ChangeSettings",
    "baton.admin.v1.Admin/CreateBackup",
    "baton.admin.v1.Admin/GetSettings",
    "baton.admin.v1.Admin/GetStatus",
    "baton.admin.v1.Admin/RaiseLogicVersion",
];

fn call_name(path: &str) -> &'static str {
    let name = path.strip_prefix('/').unwrap_or(path);
    CALLS.into_iter().find(|it| *it == name).unwrap_or(OTHER)
}

fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

#[cfg(test)]
mod tests {
    use super::{CALLS, OTHER, call_name};

    #[test]
    fn every_rpc_of_ours_has_a_label_of_its_own() {
        for descriptors in [proto::gateway::DESCRIPTORS, proto::admin::DESCRIPTORS] {
            let set: prost_types::FileDescriptorSet =
                prost::Message::decode(descriptors).expect("generated");
            for file in &set.file {
                for service in &file.service {
                    for method in &service.method {
                        let path =
                            format!("/{}.{}/{}", file.package(), service.name(), method.name());
                        assert_ne!(call_name(&path), OTHER, "{path}");
                    }
                }
            }
        }
        assert_eq!(CALLS.len(), 24 + 5);
        assert_eq!(call_name("/gateway_protocol.Gateway/Nothing"), OTHER);
    }
}

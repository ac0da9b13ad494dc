//! The connection that all calls share.

use std::future::Future;
use std::time::Duration;

use proto::admin::admin_client::AdminClient;
use proto::gateway::gateway_client::GatewayClient;
use tonic::metadata::{Ascii, Binary, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};

use crate::error::{Error, of_status};

/// The largest answer that is read: activated jobs with their variables.
const ANSWER_BYTES_MAX: usize = 64 << 20;

/// How long to wait for what.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// For the connection.
    pub connect_timeout: Duration,
    /// For an answer; calls that wait by themselves get this on top.
    pub request_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { connect_timeout: Duration::from_secs(3), request_timeout: Duration::from_secs(10) }
    }
}

/// A connection to a server. Clones share it.
#[derive(Debug, Clone)]
pub struct Client {
    channel: Channel,
    options: Options,
    caller: Caller,
}

/// What the server is told about the caller of each request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller {
    /// Why; text of any script, so it travels as bytes.
    reason: Option<MetadataValue<Binary>>,
    /// The caller's own name for the request.
    idempotency_key: Option<MetadataValue<Ascii>>,
}

impl Interceptor for Caller {
    fn call(
        &mut self,
        mut request: tonic::Request<()>,
    ) -> Result<tonic::Request<()>, tonic::Status> {
        if let Some(reason) = &self.reason {
            request.metadata_mut().insert_bin(proto::REASON_METADATA, reason.clone());
        }
        if let Some(key) = &self.idempotency_key {
            request.metadata_mut().insert("idempotency-key", key.clone());
        }
        Ok(request)
    }
}

/// The channel of a call.
pub(crate) type Calls = InterceptedService<Channel, Caller>;

impl Client {
    /// Connects to `HOST:PORT`; `http://HOST:PORT` is understood too.
    ///
    /// # Errors
    /// [`Error::Address`] and [`Error::Connect`].
    pub async fn connect(address: &str) -> Result<Self, Error> {
        Self::connect_with(address, Options::default()).await
    }

    /// Connects with other waiting times.
    ///
    /// # Errors
    /// [`Error::Address`] and [`Error::Connect`].
    pub async fn connect_with(address: &str, options: Options) -> Result<Self, Error> {
        let endpoint =
            endpoint(address)?.connect_timeout(options.connect_timeout).tcp_nodelay(true);
        let connecting = tokio::time::timeout(options.connect_timeout, endpoint.connect());
        let no_connection = |reason| Error::Connect { address: address.to_owned(), reason };
        match connecting.await {
            Ok(Ok(channel)) => Ok(Self { channel, options, caller: Caller::default() }),
            Ok(Err(error)) => Err(no_connection(root_cause(&error))),
            Err(_) => {
                let waited_ms = options.connect_timeout.as_millis();
                Err(no_connection(format!("no answer within {waited_ms} ms")))
            }
        }
    }

    /// The same connection for requests that say why they are made. Baton keeps the reason with
    /// what they change, for audit; other servers ignore it.
    #[must_use]
    pub fn with_reason(&self, reason: &str) -> Self {
        let reason = (!reason.is_empty()).then(|| MetadataValue::from_bytes(reason.as_bytes()));
        Self { caller: Caller { reason, ..self.caller.clone() }, ..self.clone() }
    }

    /// The same connection for one request that may be repeated: with the same key, Baton carries
    /// it out once and gives the same answer again. It works for creating instances, publishing
    /// messages and completing jobs; Baton refuses it elsewhere, other servers ignore it.
    ///
    /// # Errors
    /// [`Error::IdempotencyKey`] for a key that is not 1 to 256 characters of ASCII.
    pub fn with_idempotency_key(&self, key: &str) -> Result<Self, Error> {
        let fits = (1..=256).contains(&key.len()) && !key.trim().is_empty();
        let value = key.parse().ok().filter(|_| fits);
        let value = value.ok_or_else(|| Error::IdempotencyKey { key: key.to_owned() })?;
        let caller = Caller { idempotency_key: Some(value), ..self.caller.clone() };
        Ok(Self { caller, ..self.clone() })
    }

    /// The gateway's calls.
    pub(crate) fn gateway(&self) -> GatewayClient<Calls> {
        let gateway = GatewayClient::with_interceptor(self.channel.clone(), self.caller.clone());
        gateway.max_decoding_message_size(ANSWER_BYTES_MAX)
    }

    /// The operators' calls.
    pub(crate) fn admin(&self) -> AdminClient<Calls> {
        AdminClient::with_interceptor(self.channel.clone(), self.caller.clone())
    }

    /// Waits for an answer as long as the options say.
    pub(crate) async fn answer<T>(
        &self,
        call: impl Future<Output = Result<tonic::Response<T>, tonic::Status>>,
    ) -> Result<T, Error> {
        self.answer_within(self.options.request_timeout, call).await
    }

    /// Waits for the answer to a call that itself waits for something.
    pub(crate) async fn answer_after<T>(
        &self,
        wait: Duration,
        call: impl Future<Output = Result<tonic::Response<T>, tonic::Status>>,
    ) -> Result<T, Error> {
        self.answer_within(wait.saturating_add(self.options.request_timeout), call).await
    }

    async fn answer_within<T>(
        &self,
        limit: Duration,
        call: impl Future<Output = Result<tonic::Response<T>, tonic::Status>>,
    ) -> Result<T, Error> {
        match tokio::time::timeout(limit, call).await {
            Ok(Ok(response)) => Ok(response.into_inner()),
            Ok(Err(status)) => Err(of_status(&status)),
            Err(_) => Err(Error::NoAnswer { waited_ms: millis(limit).unsigned_abs() }),
        }
    }
}

/// A duration as the protocol counts it.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn endpoint(address: &str) -> Result<Endpoint, Error> {
    let wrong =
        |reason: &str| Error::Address { address: address.to_owned(), reason: reason.into() };
    let trimmed = address.trim();
    if trimmed.is_empty() {
        return Err(wrong("it is empty"));
    }
    let host_and_port = match trimmed.split_once("://") {
        None => trimmed,
        Some(("http" | "grpc", rest)) => rest,
        Some((scheme, _)) => {
            return Err(wrong(&format!("connections with '{scheme}' are not supported")));
        }
    };
    let host_and_port = host_and_port.trim_end_matches('/');
    if !host_and_port.rsplit_once(':').is_some_and(|(host, port)| {
        !host.is_empty() && !host.contains('/') && port.parse::<u16>().is_ok()
    }) {
        return Err(wrong("the port is missing or no number below 65536"));
    }
    Endpoint::from_shared(format!("http://{host_and_port}"))
        .map_err(|error| wrong(&root_cause(&error)))
}

/// The innermost reason, which is the one that says something.
pub(crate) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = inner.to_string();
        source = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::endpoint;

    #[test]
    fn an_address_is_a_host_and_a_port_with_or_without_scheme() {
        for good in ["127.0.0.1:26500", "localhost:1", "http://h:80/", "grpc://h:80", "[::1]:26500"]
        {
            assert!(endpoint(good).is_ok(), "{good}");
        }
        for (bad, reason) in [
            ("", "empty"),
            ("localhost", "port"),
            ("localhost:99999", "port"),
            (":26500", "port"),
            ("https://h:443", "'https'"),
        ] {
            let text = endpoint(bad).expect_err(bad).to_string();
            assert!(text.contains(reason), "{text}");
        }
    }
}

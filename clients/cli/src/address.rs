//! Where the server is.

use client::Client;

use crate::environment::Environment;
use crate::failure::Failure;

/// The gRPC address when nobody says another.
const GRPC: &str = "127.0.0.1:26500";
/// The HTTP address when nobody says another.
const HTTP: &str = "127.0.0.1:8080";

/// Where the server is.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Address {
    /// The server's gRPC address [env: `BATON_ADDRESS`, `ZEEBE_ADDRESS`] [default: 127.0.0.1:26500]
    #[arg(long, value_name = "HOST:PORT", global = true)]
    address: Option<String>,
}

/// Why something is done, for those who ask later.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Reason {
    /// Why, kept with the records of what is changed
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Reason {
    /// What the caller said, if anything.
    pub(crate) fn text(&self) -> Option<&str> {
        self.reason.as_deref().filter(|it| !it.is_empty())
    }

    /// The client whose requests say why.
    pub(crate) fn given_by(&self, client: &Client) -> Client {
        client.with_reason(self.reason.as_deref().unwrap_or_default())
    }
}

/// The caller's own name for a request, so that it can be repeated.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct IdempotencyKey {
    /// Repeated with the same key, the request is carried out once and answered alike
    #[arg(long, value_name = "KEY", alias = "request-id", value_parser = key)]
    idempotency_key: Option<String>,
}

impl IdempotencyKey {
    /// The key, if there is one.
    pub(crate) fn text(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    /// The client for this request.
    ///
    /// # Errors
    /// A failure for a key that cannot be sent.
    pub(crate) fn given_by(&self, client: &Client) -> Result<Client, Failure> {
        match &self.idempotency_key {
            Some(key) => Ok(client.with_idempotency_key(key)?),
            None => Ok(client.clone()),
        }
    }
}

/// A key as it can stand in a header.
fn key(text: &str) -> Result<String, String> {
    let is_shown = text.bytes().all(|it| it == b' ' || it.is_ascii_graphic());
    if is_shown && text.len() <= 256 && !text.trim().is_empty() {
        return Ok(text.to_owned());
    }
    Err("it must be 1 to 256 characters of ASCII, and not blank".to_owned())
}

/// Where the server answers HTTP.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct HttpAddress {
    /// The server's HTTP address [env: `BATON_HTTP_ADDRESS`, `ZEEBE_REST_ADDRESS`] [default: 127.0.0.1:8080]
    #[arg(long, value_name = "HOST:PORT", global = true)]
    http_address: Option<String>,
}

impl Address {
    /// Flag before environment before default.
    pub(crate) fn resolve<'a>(&'a self, environment: &'a Environment) -> &'a str {
        self.address
            .as_deref()
            .or_else(|| environment.first(&["BATON_ADDRESS", "ZEEBE_ADDRESS"]))
            .unwrap_or(GRPC)
    }

    /// Connects.
    pub(crate) async fn connect(&self, environment: &Environment) -> Result<Client, Failure> {
        Ok(Client::connect(self.resolve(environment)).await?)
    }
}

impl HttpAddress {
    /// Flag before environment before default, without scheme and path.
    pub(crate) fn resolve<'a>(&'a self, environment: &'a Environment) -> &'a str {
        let address = self
            .http_address
            .as_deref()
            .or_else(|| environment.first(&["BATON_HTTP_ADDRESS", "ZEEBE_REST_ADDRESS"]))
            .unwrap_or(HTTP);
        let address = address.strip_prefix("http://").unwrap_or(address);
        address.split('/').next().unwrap_or(address)
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, HttpAddress};
    use crate::environment::Environment;

    #[test]
    fn the_flag_wins_over_the_environment_and_batons_variable_over_zeebes() {
        let both = Environment::from([("BATON_ADDRESS", "b:1"), ("ZEEBE_ADDRESS", "z:1")]);
        let zeebe = Environment::from([("ZEEBE_ADDRESS", "z:1")]);
        let flag = Address { address: Some("f:1".into()) };
        assert_eq!(flag.resolve(&both), "f:1");
        assert_eq!(Address::default().resolve(&both), "b:1");
        assert_eq!(Address::default().resolve(&zeebe), "z:1");
        assert_eq!(Address::default().resolve(&Environment::default()), "127.0.0.1:26500");
    }

    #[test]
    fn the_http_address_may_be_a_url() {
        let zeebe = Environment::from([("ZEEBE_REST_ADDRESS", "http://localhost:8080/v2")]);
        assert_eq!(HttpAddress::default().resolve(&zeebe), "localhost:8080");
        let both =
            Environment::from([("BATON_HTTP_ADDRESS", "b:1"), ("ZEEBE_REST_ADDRESS", "z:1")]);
        assert_eq!(HttpAddress::default().resolve(&both), "b:1");
        assert_eq!(HttpAddress::default().resolve(&Environment::default()), "127.0.0.1:8080");
    }
}

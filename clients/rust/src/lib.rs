//! A Rust client for Baton and other servers of the Zeebe protocol.
//!
//! ```no_run
//! # async fn run() -> Result<(), client::Error> {
//! use client::{Client, CreateInstance};
//! use serde_json::json;
//!
//! let client = Client::connect("127.0.0.1:26500").await?;
//! let created = client
//!     .create_instance(CreateInstance {
//!         variables: json!({"orderId": "A1"}),
//!         ..CreateInstance::latest("order")
//!     })
//!     .await?;
//! println!("{}", created.instance);
//! # Ok(())
//! # }
//! ```
//!
//! Variables are objects, or null for none, whose entries keep their order. The text of an object
//! is taken as well and sent as it is.
//!
//! A [`Client`] is cheap to clone; clones share one connection, which is made again when it breaks.
//! Nothing is repeated on its own: [`Error::is_retryable`] says when trying again makes sense.
#![warn(missing_docs)]

mod admin;
mod backup;
mod conditions;
mod connection;
mod decisions;
mod deploy;
mod error;
mod instances;
mod jobs;
mod messages;
mod migration;
mod modification;
mod payload;
mod signals;
mod topology;

pub use admin::{PartitionStatus, Role, Setting, Status};
pub use backup::{BackupProgress, BackupSteps, PartitionBackup};
pub use conditions::{ConditionsEvaluated, StartedInstance};
pub use connection::{Client, Options};
pub use decisions::{DecisionEvaluation, EvaluatedDecision, EvaluationWarning};
pub use deploy::{DeployedDecision, DeployedForm, DeployedProcess, Deployment, Resource};
pub use error::{Code, Error};
pub use instances::{CreateInstance, CreatedInstance, InstanceResult, SetVariables};
pub use jobs::{ActivateJobs, FailJob, Job, JobStream, OpenJobStream, ThrowError};
pub use messages::PublishMessage;
pub use migration::MigrateInstance;
pub use modification::{Element, ModifyInstance};
pub use signals::BroadcastSignal;
pub use topology::{Broker, BrokerPartition, BrokerRole, Topology};

/// The number of something that the server created: an instance, a job, a message.
pub type Key = i64;

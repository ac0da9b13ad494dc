//! What people and operators do, which only HTTP offers: user tasks, and instances that stand still.

use anyhow::Context;
use baton_e2e::http;
use serde_json::json;

use super::steps::Steps;
use crate::oracle::history::TAG;
use crate::oracle::{Ask, Stopped};

impl Steps<'_> {
    /// Gives a user task to somebody.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn assign(&self, task: i64) -> Result<(), Stopped> {
        let tag = self.ledger.tag("somebody");
        let body = json!({"assignee": tag}).to_string();
        let path = format!("POST /v2/user-tasks/{task}/assignment");
        self.request(Ask::Assign { task, tag }, path, body).await.map(drop)
    }

    /// Completes a user task.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn complete_task(&self, task: i64) -> Result<(), Stopped> {
        let tag = self.ledger.tag("done");
        let body = json!({"variables": {TAG: tag}}).to_string();
        let path = format!("POST /v2/user-tasks/{task}/completion");
        self.request(Ask::CompleteTask { task, tag }, path, body).await.map(drop)
    }

    /// Lets an instance stand still; false if it was refused.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn suspend(&self, instance: i64) -> Result<bool, Stopped> {
        let path = format!("POST /v2/process-instances/{instance}/suspension");
        self.request(Ask::Suspend { instance }, path, String::new()).await
    }

    /// Lets an instance go on.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn resume(&self, instance: i64) -> Result<(), Stopped> {
        let path = format!("POST /v2/process-instances/{instance}/resumption");
        self.request(Ask::Resume { instance }, path, String::new()).await.map(drop)
    }

    async fn request(&self, ask: Ask, path: String, body: String) -> Result<bool, Stopped> {
        let address = self.http.clone();
        // A blocking call begins when it is spawned, and must not before the ledger has noted that.
        let answer = async {
            let call = tokio::task::spawn_blocking(move || http::call(&address, &path, &body));
            // Nobody waits longer, and then nobody knows.
            let call = tokio::time::timeout(self.patience, call).await;
            call.context("in time")?.context("the call panicked")?
        };
        self.ledger.request(ask, self.patience, answer).await
    }
}

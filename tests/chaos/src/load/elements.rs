//! Single calls about what only some elements have, and about instances as a whole.

use std::iter;

use client::{
    BroadcastSignal, ConditionsEvaluated, CreateInstance, Element, Job, MigrateInstance,
    ModifyInstance, Resource, ThrowError,
};
use serde_json::json;

use super::models::{self, BEGINS, ERROR, JOB, MIXED, PERSON, RISKY, Way};
use super::steps::Steps;
use crate::oracle::history::TAG;
use crate::oracle::{Ask, Stopped};
use draw::Random;

impl Steps<'_> {
    /// Creates an instance that goes this way; its tag.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn create_way(&self, way: Way) -> Result<String, Stopped> {
        let tag = self.ledger.tag("way");
        self.create_as(MIXED, &tag, json!({"kind": way.name()})).await?;
        Ok(tag)
    }

    /// Creates an instance that goes this way, and does what it needs from outside at once.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn go(&self, way: Way) -> Result<(), Stopped> {
        let tag = self.create_way(way).await?;
        if way.hears() { self.broadcast(&tag).await } else { Ok(()) }
    }

    /// Starts an instance by a condition.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn start_by_condition(&self) -> Result<(), Stopped> {
        let tag = self.ledger.tag("condition");
        let variables = json!({TAG: tag, BEGINS: true});
        let call = Box::pin(self.client.evaluate_conditions(&variables));
        let keys = |it: &ConditionsEvaluated| {
            iter::once(it.key).chain(it.started.iter().map(|it| it.instance)).collect()
        };
        self.ledger
            .call(Ask::Evaluate { tag: tag.clone() }, self.patience, call, keys)
            .await
            .map(drop)
    }

    /// Deploys a process, creates an instance with a job of it, and deletes the process, so that the
    /// instance is the last one.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn create_last(&self) -> Result<(), Stopped> {
        let id = self.ledger.tag("passing");
        let file = format!("{id}.bpmn");
        let content = models::passing(&id).into_bytes();
        let call = Box::pin(self.client.deploy(vec![Resource { name: file.clone(), content }]));
        let deployed =
            self.ledger.call(Ask::Deploy { file }, self.patience, call, |it| vec![it.key]).await?;
        let Some(resource) = deployed.and_then(|it| it.processes.first().map(|it| it.definition))
        else {
            return Ok(());
        };
        let tag = self.ledger.tag("create");
        self.create_as(&id, &tag, json!({})).await?;
        let call = Box::pin(self.client.delete_resource(resource));
        let ask = Ask::Delete { resource };
        let deleted = self.ledger.call(ask, self.patience, call, |()| Vec::new()).await?;
        // Nothing begins of it any more, which is refused.
        if deleted.is_some() {
            let tag = self.ledger.tag("create");
            let begun = self.create_as(&id, &tag, json!({})).await?;
            if let Some(begun) = begun {
                self.ledger.complain(format!("'{id}' is deleted, and began {}", begun.instance));
            }
        }
        Ok(())
    }

    /// Broadcasts a signal.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn broadcast(&self, name: &str) -> Result<(), Stopped> {
        let tag = self.ledger.tag("signal");
        let signal = BroadcastSignal { name: name.to_owned(), variables: json!({TAG: tag}) };
        let call = Box::pin(self.client.broadcast_signal(signal));
        let ask = Ask::Broadcast { tag: tag.clone() };
        self.ledger.call(ask, self.patience, call, |key| vec![*key]).await.map(drop)
    }

    /// Creates an instance with a job under an idempotency key, which is its tag as well.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn create_once(&self, tag: &str, again: bool) -> Result<Option<i64>, Stopped> {
        let process = JOB.to_owned();
        let request =
            CreateInstance { variables: json!({TAG: tag}), ..CreateInstance::latest(JOB) };
        let tag = tag.to_owned();
        let Ok(client) = self.client.with_idempotency_key(&tag) else { return Err(Stopped) };
        let ask = if again { Ask::CreateAgain { tag } } else { Ask::Create { process, tag } };
        let call = Box::pin(client.create_instance(request));
        let created = self.ledger.call(ask, self.patience, call, |it| vec![it.instance]).await?;
        Ok(created.map(|it| it.instance))
    }

    /// Creates an instance with a job, and moves it: to another job of the same element.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn create_moved(&self) -> Result<(), Stopped> {
        let Some(instance) = self.create_job().await? else { return Ok(()) };
        let tag = self.ledger.tag("moved");
        let modification = ModifyInstance {
            instance,
            activate: vec![("at".to_owned(), None)],
            terminate: vec![Element::Id("at".to_owned())],
            variables: json!({TAG: tag}),
            variables_of: "at".to_owned(),
            ..ModifyInstance::default()
        };
        let call = Box::pin(self.client.modify_instance(modification));
        let ask = Ask::Modify { instance, tag: tag.clone() };
        self.ledger.call(ask, self.patience, call, |()| Vec::new()).await.map(drop)
    }

    /// Creates an instance with a job, and lets it go on by its definition, as if that were another.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn create_migrated(&self) -> Result<(), Stopped> {
        let tag = self.ledger.tag("create");
        let Some(created) = self.create_as(JOB, &tag, json!({})).await? else { return Ok(()) };
        let same = |id: &str| (id.to_owned(), id.to_owned());
        let instance = created.instance;
        let migration =
            MigrateInstance { instance, target: created.definition, mapping: vec![same("at")] };
        let call = Box::pin(self.client.migrate_instance(migration));
        let ask = Ask::Migrate { instance };
        self.ledger.call(ask, self.patience, call, |()| Vec::new()).await.map(drop)
    }

    /// Creates an instance with a job, and lets it stand still for a moment.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn create_suspended(&self) -> Result<(), Stopped> {
        let Some(instance) = self.create_job().await? else { return Ok(()) };
        if self.suspend(instance).await? { self.resume(instance).await } else { Ok(()) }
    }

    /// Does a job as its element wants it: an error is thrown now and then, and whoever hears that a
    /// user task comes to be is the one who does it.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn finish(&self, job: &Job, random: &mut Random) -> Result<(), Stopped> {
        match (job.element_id.as_str(), job.user_task) {
            (RISKY, _) if random.percent(50) => self.throw(job.key).await,
            (PERSON, Some(task)) => {
                self.hear_of(job.key).await?;
                if random.percent(30) {
                    self.assign(task).await?;
                }
                self.complete_task(task).await
            }
            _ => self.complete(job.key).await,
        }
    }

    /// Completes the job of a listener, which brings no variables.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn hear_of(&self, job: i64) -> Result<(), Stopped> {
        let nothing = json!({});
        let call = Box::pin(self.client.complete_job(job, &nothing));
        let ask = Ask::Complete { job, tag: String::new() };
        self.ledger.call(ask, self.patience, call, |()| Vec::new()).await.map(drop)
    }

    /// Throws an error out of a job.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn throw(&self, job: i64) -> Result<(), Stopped> {
        let tag = self.ledger.tag("throw");
        let error =
            ThrowError { job, code: ERROR.to_owned(), message: tag.clone(), variables: json!({}) };
        let call = Box::pin(self.client.throw_error(error));
        let ask = Ask::Throw { job, tag };
        self.ledger.call(ask, self.patience, call, |()| Vec::new()).await.map(drop)
    }
}

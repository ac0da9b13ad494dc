//! Deploying resources.

use std::collections::BTreeMap;

use proto::gateway as wire;

use crate::{Client, Error, Key};

/// A file to deploy.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its name; the extension says what it is.
    pub name: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Resources that were deployed together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deployment {
    /// The deployment's key.
    pub key: Key,
    /// The processes, in the order of the resources.
    pub processes: Vec<DeployedProcess>,
    /// The decisions, likewise.
    pub decisions: Vec<DeployedDecision>,
    /// The forms, likewise.
    pub forms: Vec<DeployedForm>,
}

/// A form of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployedForm {
    /// The form id.
    pub id: String,
    /// Its version; an unchanged resource keeps the version it had.
    pub version: i32,
    /// Its key.
    pub key: Key,
    /// The resource it came from.
    pub resource_name: String,
}

/// A decision of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployedDecision {
    /// The decision id.
    pub id: String,
    /// Its version; an unchanged resource keeps the version it had.
    pub version: i32,
    /// Its key.
    pub key: Key,
    /// The resource it came from.
    pub resource_name: String,
}

/// A process of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployedProcess {
    /// The process id.
    pub id: String,
    /// Its version; an unchanged resource keeps the version it had.
    pub version: i32,
    /// Its definition key.
    pub definition: Key,
    /// The resource it came from.
    pub resource_name: String,
}

impl Client {
    /// Deploys resources together: all or none.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` with all problems of all resources.
    pub async fn deploy(&self, resources: Vec<Resource>) -> Result<Deployment, Error> {
        let request = wire::DeployResourceRequest {
            resources: resources
                .into_iter()
                .map(|it| wire::Resource { name: it.name, content: it.content })
                .collect(),
            tenant_id: String::new(),
        };
        let answer = self.answer(self.gateway().deploy_resource(request)).await?;
        let mut deployment = Deployment { key: answer.key, ..Deployment::default() };
        let mut decisions = Vec::new();
        let mut resources = BTreeMap::new();
        for it in answer.deployments {
            match it.metadata {
                Some(wire::deployment::Metadata::Process(it)) => {
                    deployment.processes.push(DeployedProcess {
                        id: it.bpmn_process_id,
                        version: it.version,
                        definition: it.process_definition_key,
                        resource_name: it.resource_name,
                    });
                }
                Some(wire::deployment::Metadata::Decision(it)) => decisions.push(it),
                Some(wire::deployment::Metadata::DecisionRequirements(it)) => {
                    resources.insert(it.decision_requirements_key, it.resource_name);
                }
                Some(wire::deployment::Metadata::Form(it)) => deployment.forms.push(DeployedForm {
                    id: it.form_id,
                    version: it.version,
                    key: it.form_key,
                    resource_name: it.resource_name,
                }),
                None => {}
            }
        }
        // A decision names its graph, and the graph its file.
        let decisions = decisions.into_iter().map(|it| DeployedDecision {
            resource_name: resources
                .get(&it.decision_requirements_key)
                .cloned()
                .unwrap_or_default(),
            id: it.dmn_decision_id,
            version: it.version,
            key: it.decision_key,
        });
        deployment.decisions.extend(decisions);
        Ok(deployment)
    }

    /// Deletes a version of a process, a DMN file, a form or another file. Instances that run go
    /// on to their end.
    ///
    /// # Errors
    /// `NOT_FOUND` when nothing with this key is deployed; `FAILED_PRECONDITION` when something
    /// else needs it.
    pub async fn delete_resource(&self, resource: Key) -> Result<(), Error> {
        let request = wire::DeleteResourceRequest { resource_key: resource, ..Default::default() };
        self.answer(self.gateway().delete_resource(request)).await.map(|_| ())
    }
}

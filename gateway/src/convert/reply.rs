//! Replies as answers.

use broker_api::Topology;
use proto::gateway as wire;
use record::{
    DEFAULT_TENANT, Deployed, DeployedVersion, InstanceCreated, InstanceResult, Labels, Reply,
};
use tonic::{Code, Status};

use super::decision;
use crate::limits::MESSAGE_SIZE_MAX;
use crate::{GATEWAY_VERSION, refusal};

/// A command was done and there is nothing to say.
pub(crate) fn accepted(reply: Reply) -> Result<(), Status> {
    match reply {
        Reply::Accepted(_) => Ok(()),
        other => Err(unexpected(&other)),
    }
}

/// The reply to a command is not one that it can have.
pub(crate) fn unexpected(reply: &Reply) -> Status {
    if let Reply::Rejected(rejection) = reply {
        return refusal::of_rejection(rejection);
    }
    tracing::error!("a command was answered with another command's reply");
    let text = "Baton has a defect: the command was answered with another command's reply.";
    refusal::status(Code::Internal, text)
}

/// An instance was created.
pub(crate) fn instance_created(it: &InstanceCreated) -> wire::CreateProcessInstanceResponse {
    wire::CreateProcessInstanceResponse {
        process_definition_key: it.definition.as_i64(),
        bpmn_process_id: it.process_id.to_string(),
        version: version(it.version),
        process_instance_key: it.instance.as_i64(),
        tenant_id: DEFAULT_TENANT.to_owned(),
        tags: tags(&it.labels),
        business_id: business_id(&it.labels),
    }
}

fn tags(labels: &Labels) -> Vec<String> {
    labels.tags.iter().map(ToString::to_string).collect()
}

fn business_id(labels: &Labels) -> Option<String> {
    (!labels.business_id.is_empty()).then(|| labels.business_id.to_string())
}

/// An instance has completed.
pub(crate) fn instance_result(
    it: &InstanceResult,
) -> wire::CreateProcessInstanceWithResultResponse {
    wire::CreateProcessInstanceWithResultResponse {
        process_definition_key: it.created.definition.as_i64(),
        bpmn_process_id: it.created.process_id.to_string(),
        version: version(it.created.version),
        process_instance_key: it.created.instance.as_i64(),
        variables: it.variables.to_json(),
        tenant_id: DEFAULT_TENANT.to_owned(),
        tags: tags(&it.created.labels),
        business_id: business_id(&it.created.labels),
    }
}

/// Resources were deployed. The protocol has no place for files that are only kept.
pub(crate) fn deployed(it: &Deployed) -> wire::DeployResourceResponse {
    use wire::deployment::Metadata;
    let processes = it.processes.iter().map(|it| Metadata::Process(process(it)));
    let decisions = it.decisions.iter().map(|it| Metadata::Decision(decision::deployed(it)));
    let graphs =
        it.requirements.iter().map(|it| Metadata::DecisionRequirements(decision::requirements(it)));
    let forms = it.forms.iter().map(|it| Metadata::Form(form(it)));
    let all = processes.chain(decisions).chain(graphs).chain(forms);
    wire::DeployResourceResponse {
        key: it.key.as_i64(),
        deployments: all.map(|it| wire::Deployment { metadata: Some(it) }).collect(),
        tenant_id: DEFAULT_TENANT.to_owned(),
    }
}

fn form(it: &DeployedVersion) -> wire::FormMetadata {
    wire::FormMetadata {
        form_id: it.id.to_string(),
        version: version(it.version),
        form_key: it.key.as_i64(),
        resource_name: it.resource_name.to_string(),
        tenant_id: DEFAULT_TENANT.to_owned(),
    }
}

/// Processes were deployed, for the rpc of old clients.
pub(crate) fn processes_deployed(it: &Deployed) -> wire::DeployProcessResponse {
    wire::DeployProcessResponse {
        key: it.key.as_i64(),
        processes: it.processes.iter().map(process).collect(),
    }
}

fn process(it: &DeployedVersion) -> wire::ProcessMetadata {
    wire::ProcessMetadata {
        bpmn_process_id: it.id.to_string(),
        version: version(it.version),
        process_definition_key: it.key.as_i64(),
        resource_name: it.resource_name.to_string(),
        tenant_id: DEFAULT_TENANT.to_owned(),
    }
}

/// The cluster.
pub(crate) fn topology(it: &Topology) -> wire::TopologyResponse {
    wire::TopologyResponse {
        brokers: it.nodes.iter().map(node).collect(),
        cluster_size: count(it.nodes.len()),
        partitions_count: number(it.partition_count),
        replication_factor: number(it.replication_factor),
        gateway_version: GATEWAY_VERSION.to_owned(),
        cluster_id: it.cluster_id.clone(),
    }
}

#[expect(deprecated, reason = "old clients read the node's number")]
fn node(it: &broker_api::Node) -> wire::BrokerInfo {
    wire::BrokerInfo {
        node_id: i32::try_from(it.id).unwrap_or(i32::MAX),
        host: it.host.clone(),
        port: i32::from(it.port),
        partitions: it.partitions.iter().map(partition).collect(),
        version: GATEWAY_VERSION.to_owned(),
        broker_id: it.id.to_string(),
        zone: String::new(),
    }
}

fn partition(it: &broker_api::NodePartition) -> wire::Partition {
    use wire::partition::{PartitionBrokerHealth as Health, PartitionBrokerRole as Role};
    let role = if it.is_leader { Role::Leader } else { Role::Follower };
    let health = if it.is_healthy { Health::Healthy } else { Health::Unhealthy };
    wire::Partition { partition_id: number(it.id), role: role.into(), health: health.into() }
}

/// A version as the protocol counts it.
pub(crate) fn version(version: u32) -> i32 {
    number(version)
}

fn number(it: u32) -> i32 {
    i32::try_from(it).unwrap_or(i32::MAX)
}

fn count(it: usize) -> i32 {
    i32::try_from(it).unwrap_or(i32::MAX)
}

/// Refuses an answer that exceeds the message limit.
pub(crate) fn check_size(answer: &impl prost::Message) -> Result<(), Status> {
    let size_bytes = answer.encoded_len();
    if size_bytes <= MESSAGE_SIZE_MAX {
        return Ok(());
    }
    let text = format!(
        "The answer has {size_bytes} bytes; the limit 'message-size-max' is {MESSAGE_SIZE_MAX} \
         bytes. Ask for fewer variables ('fetchVariables')."
    );
    Err(refusal::status(Code::ResourceExhausted, &text))
}

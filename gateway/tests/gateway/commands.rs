//! Each rpc: the command it becomes and the answer its reply becomes.

use proto::gateway as wire;
use record::{
    Accepted, CommandBody, ConditionalEvaluated, Created, Deployed, DeployedVersion,
    InstanceCreated, InstanceResult, Key, Reply,
};
use value::Doc;

use crate::server::Server;

fn created() -> InstanceCreated {
    InstanceCreated {
        definition: Key::new(1, 5),
        process_id: "order".into(),
        version: 3,
        instance: Key::new(1, 9),
        ..InstanceCreated::default()
    }
}

#[tokio::test]
async fn the_topology_names_each_partition_and_one_version_everywhere() {
    let server = Server::start().await;
    let answer = server.client().await.topology(wire::TopologyRequest {}).await.unwrap();
    let answer = answer.into_inner();
    assert_eq!((answer.gateway_version.as_str(), answer.cluster_size), ("8.10.0", 1));
    let node = &answer.brokers[0];
    assert_eq!(
        (node.version.as_str(), node.host.as_str(), node.port),
        ("8.10.0", "localhost", 26_500)
    );
    assert_eq!((node.partitions[0].partition_id, node.partitions[0].role), (1, 0));
    assert!(server.counted("gateway_protocol.Gateway/Topology", "OK"));
    server.stop().await;
}

#[tokio::test]
async fn a_topology_that_is_not_known_yet_is_unavailable() {
    let server = Server::start().await;
    server.broker.state().has_nodes = false;
    let error = server.client().await.topology(wire::TopologyRequest {}).await.unwrap_err();
    assert_eq!(error.code(), tonic::Code::Unavailable);
    server.stop().await;
}

fn deployed() -> Reply {
    let process = DeployedVersion {
        id: "order".into(),
        version: 2,
        key: Key::new(1, 5),
        resource_name: "order.bpmn".into(),
        ..DeployedVersion::default()
    };
    Reply::Deployed(Deployed {
        key: Key::new(1, 4),
        processes: vec![process],
        ..Deployed::default()
    })
}

#[tokio::test]
async fn files_are_deployed_together_and_described() {
    let server = Server::start().await;
    server.broker.answers(deployed());
    let resources = vec![wire::Resource { name: "order.bpmn".into(), content: b"<a/>".to_vec() }];
    let request = wire::DeployResourceRequest { resources, tenant_id: "<default>".into() };
    let answer = server.client().await.deploy_resource(request).await.unwrap().into_inner();
    assert_eq!((answer.key, answer.tenant_id.as_str()), (Key::new(1, 4).as_i64(), "<default>"));
    let Some(wire::deployment::Metadata::Process(process)) = &answer.deployments[0].metadata else {
        panic!("not a process: {answer:?}");
    };
    assert_eq!((process.bpmn_process_id.as_str(), process.version), ("order", 2));
    assert_eq!(process.resource_name, "order.bpmn");
    let (_, resources) = server.broker.state().deployed.remove(0);
    assert_eq!((&*resources[0].name, &*resources[0].content), ("order.bpmn", &b"<a/>"[..]));
    server.stop().await;
}

#[tokio::test]
#[expect(deprecated, reason = "old clients still call it")]
async fn the_old_rpc_for_processes_deploys_too() {
    let server = Server::start().await;
    server.broker.answers(deployed());
    let file = wire::ProcessRequestObject { name: "order.bpmn".into(), definition: vec![60] };
    let request = wire::DeployProcessRequest { processes: vec![file] };
    let answer = server.client().await.deploy_process(request).await.unwrap().into_inner();
    assert_eq!(answer.processes[0].process_definition_key, Key::new(1, 5).as_i64());
    server.stop().await;
}

#[tokio::test]
async fn an_instance_is_created_by_process_id_with_variables() {
    let server = Server::start().await;
    server.broker.answers(Reply::InstanceCreated(created()));
    let request = wire::CreateProcessInstanceRequest {
        bpmn_process_id: "order".into(),
        version: -1,
        variables: r#"{"orderId": 7}"#.into(),
        operation_reference: Some(12),
        ..Default::default()
    };
    let mut request = tonic::Request::new(request);
    request.metadata_mut().insert("traceparent", "order-7".parse().unwrap());
    let answer = server.client().await.create_process_instance(request).await.unwrap();
    let answer = answer.into_inner();
    assert_eq!(answer.process_instance_key, Key::new(1, 9).as_i64());
    assert_eq!((answer.version, answer.tenant_id.as_str()), (3, "<default>"));
    let request = server.broker.only_request();
    assert_eq!(&*request.envelope.trace, "order-7");
    assert_eq!(request.envelope.operation_reference, 12);
    let CommandBody::CreateInstance(create) = request.body else {
        panic!("another command: {:?}", request.body);
    };
    assert_eq!((&*create.process_id, create.version, create.await_result), ("order", -1, false));
    assert_eq!(create.variables.to_json(), r#"{"orderId":7}"#);
    server.stop().await;
}

#[tokio::test]
async fn a_definition_key_wins_over_a_process_id() {
    let server = Server::start().await;
    server.broker.answers(Reply::InstanceCreated(created()));
    let request = wire::CreateProcessInstanceRequest {
        process_definition_key: Key::new(1, 5).as_i64(),
        bpmn_process_id: "order".into(),
        ..Default::default()
    };
    server.client().await.create_process_instance(request).await.unwrap();
    let CommandBody::CreateInstance(create) = server.broker.only_request().body else {
        panic!("another command");
    };
    assert_eq!((create.definition, &*create.process_id), (Key::new(1, 5), ""));
    server.stop().await;
}

#[tokio::test]
async fn a_modification_is_one_command() {
    use wire::modify_process_instance_request as part;
    let server = Server::start().await;
    server.broker.state().partitions = vec![1, 2];
    server.broker.answers(Reply::Accepted(Accepted {}));
    let variables =
        part::VariableInstruction { variables: r#"{"a":1}"#.into(), scope_id: "b".into() };
    let request = wire::ModifyProcessInstanceRequest {
        process_instance_key: Key::new(2, 8).as_i64(),
        activate_instructions: vec![part::ActivateInstruction {
            element_id: "b".into(),
            ancestor_element_instance_key: -1,
            variable_instructions: vec![variables],
        }],
        terminate_instructions: vec![part::TerminateInstruction {
            element_instance_key: Key::new(2, 9).as_i64(),
            element_id: String::new(),
        }],
        move_instructions: vec![part::MoveInstruction {
            source_element_id: "c".into(),
            target_element_id: "d".into(),
            use_source_parent_key_as_ancestor_scope_key: true,
            ..Default::default()
        }],
        ..Default::default()
    };
    server.client().await.modify_process_instance(request).await.unwrap();
    let expected = record::ModifyInstance {
        instance: Key::new(2, 8),
        activate: vec![record::ActivateElement {
            element_id: "b".into(),
            ancestor: Key::NONE,
            variables: vec![record::ScopeVariables {
                scope_id: "b".into(),
                variables: Doc::from_json(r#"{"a":1}"#).unwrap(),
            }],
        }],
        terminate: vec![record::TerminateElement {
            element_instance: Key::new(2, 9),
            element_id: "".into(),
        }],
        moves: vec![record::MoveElement {
            source_id: "c".into(),
            target_id: "d".into(),
            scope: record::MoveScope::SourceParent,
            ..Default::default()
        }],
    };
    assert_eq!(server.broker.only_request().body, CommandBody::ModifyInstance(expected));
    server.stop().await;
}

#[tokio::test]
async fn a_migration_is_one_command() {
    use wire::migrate_process_instance_request::{MappingInstruction, MigrationPlan};
    let server = Server::start().await;
    server.broker.state().partitions = vec![1, 2];
    server.broker.answers(Reply::Accepted(Accepted {}));
    let instruction = |source: &str, target: &str| MappingInstruction {
        source_element_id: source.into(),
        target_element_id: target.into(),
    };
    let request = |mapping_instructions| wire::MigrateProcessInstanceRequest {
        process_instance_key: Key::new(2, 8).as_i64(),
        migration_plan: Some(MigrationPlan {
            target_process_definition_key: Key::new(1, 5).as_i64(),
            mapping_instructions,
        }),
        ..Default::default()
    };
    let mut client = server.client().await;
    for (request, field) in [
        (
            wire::MigrateProcessInstanceRequest { migration_plan: None, ..request(vec![]) },
            "migrationPlan",
        ),
        (request(vec![instruction("", "b")]), "sourceElementId"),
        (request(vec![instruction("a", "")]), "targetElementId"),
    ] {
        let refused = client.migrate_process_instance(request).await.unwrap_err();
        assert_eq!(refused.code(), tonic::Code::InvalidArgument);
        assert!(refused.message().contains(field), "{refused:?}");
    }
    client.migrate_process_instance(request(vec![instruction("a", "b")])).await.unwrap();
    let expected = record::MigrateInstance {
        instance: Key::new(2, 8),
        target: Key::new(1, 5),
        mapping: vec![record::MappedElement { source_id: "a".into(), target_id: "b".into() }],
    };
    assert_eq!(server.broker.only_request().body, CommandBody::MigrateInstance(expected));
    server.stop().await;
}

#[tokio::test]
async fn a_result_is_awaited_and_its_variables_answered() {
    let server = Server::start().await;
    let variables = Doc::from_json(r#"{"paid":true}"#).unwrap();
    server.broker.answers(Reply::InstanceResult(InstanceResult { created: created(), variables }));
    let request = wire::CreateProcessInstanceWithResultRequest {
        request: Some(wire::CreateProcessInstanceRequest {
            bpmn_process_id: "order".into(),
            version: -1,
            ..Default::default()
        }),
        fetch_variables: vec!["paid".into()],
        ..Default::default()
    };
    let answer = server.client().await.create_process_instance_with_result(request).await.unwrap();
    assert_eq!(answer.into_inner().variables, r#"{"paid":true}"#);
    let CommandBody::CreateInstance(create) = server.broker.only_request().body else {
        panic!("another command");
    };
    assert!(create.await_result);
    assert_eq!(&*create.fetch_variables[0], "paid");
    server.stop().await;
}

#[tokio::test]
async fn reports_about_jobs_become_commands_of_the_jobs_partition() {
    let server = Server::start().await;
    server.broker.state().partitions = vec![1, 2];
    for _ in 0..6 {
        server.broker.answers(Reply::Accepted(Accepted {}));
    }
    let mut client = server.client().await;
    let job_key = Key::new(2, 8).as_i64();
    let complete =
        wire::CompleteJobRequest { job_key, variables: r#"{"a":1}"#.into(), ..Default::default() };
    client.complete_job(complete).await.unwrap();
    let fail = wire::FailJobRequest {
        job_key,
        retries: 2,
        error_message: "no stock".into(),
        retry_back_off: 500,
        ..Default::default()
    };
    client.fail_job(fail).await.unwrap();
    let error = wire::ThrowErrorRequest {
        job_key,
        error_code: "out-of-stock".into(),
        error_message: "three missing".into(),
        variables: r#"{"a":1}"#.into(),
        ..Default::default()
    };
    client.throw_error(error).await.unwrap();
    let retries = wire::UpdateJobRetriesRequest { job_key, retries: 4, ..Default::default() };
    client.update_job_retries(retries).await.unwrap();
    let timeout = wire::UpdateJobTimeoutRequest { job_key, timeout: 900, ..Default::default() };
    client.update_job_timeout(timeout).await.unwrap();
    let mut priority = wire::UpdateJobPriorityRequest { job_key, ..Default::default() };
    let error = client.update_job_priority(priority.clone()).await.expect_err("no priority");
    assert_eq!(error.code(), tonic::Code::InvalidArgument);
    assert!(error.message().contains("'priority'"), "{}", error.message());
    priority.priority = Some(-3);
    client.update_job_priority(priority).await.unwrap();

    let requests = server.broker.state().requests.clone();
    assert!(requests.iter().all(|it| it.partition == 2), "{requests:?}");
    let job = Key::new(2, 8);
    let variables = Doc::from_json(r#"{"a":1}"#).unwrap();
    let expected = [
        CommandBody::CompleteJob(record::CompleteJob {
            job,
            variables: variables.clone(),
            result: None,
            ..record::CompleteJob::default()
        }),
        CommandBody::FailJob(record::FailJob {
            job,
            retries: 2,
            message: "no stock".into(),
            back_off_ms: 500,
            variables: Doc::empty(),
        }),
        CommandBody::ThrowError(record::ThrowError {
            job,
            code: "out-of-stock".into(),
            message: "three missing".into(),
            variables,
        }),
        CommandBody::UpdateJobRetries(record::UpdateJobRetries { job, retries: 4 }),
        CommandBody::UpdateJobTimeout(record::UpdateJobTimeout { job, timeout_ms: 900 }),
        CommandBody::UpdateJobPriority(record::UpdateJobPriority { job, priority: -3 }),
    ];
    let bodies: Vec<_> = requests.into_iter().map(|it| it.body).collect();
    assert_eq!(bodies, expected);
    server.stop().await;
}

#[tokio::test]
async fn a_message_goes_to_the_partition_of_its_correlation_key() {
    let server = Server::start().await;
    server.broker.state().partitions = vec![1, 2, 3];
    server.broker.answers(Reply::MessagePublished(Created { key: Key::new(3, 6) }));
    let request = wire::PublishMessageRequest {
        name: "order placed".into(),
        correlation_key: "ab".into(),
        time_to_live: 1_000,
        message_id: "m1".into(),
        ..Default::default()
    };
    let answer = server.client().await.publish_message(request).await.unwrap().into_inner();
    assert_eq!((answer.key, answer.tenant_id.as_str()), (Key::new(3, 6).as_i64(), "<default>"));
    let request = server.broker.only_request();
    assert_eq!(request.partition, 3);
    let CommandBody::PublishMessage(message) = request.body else { panic!("another command") };
    assert_eq!((&*message.name, &*message.message_id), ("order placed", "m1"));
    assert_eq!(message.time_to_live_ms, 1_000);
    server.stop().await;
}

#[tokio::test]
async fn a_signal_is_broadcast_with_its_variables() {
    let server = Server::start().await;
    server.broker.answers(Reply::SignalBroadcast(Created { key: Key::new(1, 6) }));
    let request = wire::BroadcastSignalRequest {
        signal_name: "closed".into(),
        variables: r#"{"until": "monday"}"#.into(),
        tenant_id: String::new(),
    };
    let answer = server.client().await.broadcast_signal(request).await.unwrap().into_inner();
    assert_eq!((answer.key, answer.tenant_id.as_str()), (Key::new(1, 6).as_i64(), "<default>"));
    let CommandBody::BroadcastSignal(signal) = server.broker.only_request().body else {
        panic!("another command");
    };
    assert_eq!((&*signal.name, &*signal.variables.to_json()), ("closed", r#"{"until":"monday"}"#));
    server.stop().await;
}

#[tokio::test]
async fn instances_are_canceled_their_incidents_resolved_their_variables_set() {
    let server = Server::start().await;
    server.broker.answers(Reply::Accepted(Accepted {}));
    server.broker.answers(Reply::Accepted(Accepted {}));
    server.broker.answers(Reply::VariablesSet(Created { key: Key::new(1, 77) }));
    let mut client = server.client().await;
    let key = Key::new(1, 9);
    let process_instance_key = key.as_i64();
    client
        .cancel_process_instance(wire::CancelProcessInstanceRequest {
            process_instance_key,
            operation_reference: Some(1),
        })
        .await
        .unwrap();
    client
        .resolve_incident(wire::ResolveIncidentRequest {
            incident_key: key.as_i64(),
            ..Default::default()
        })
        .await
        .unwrap();
    let set = wire::SetVariablesRequest {
        element_instance_key: key.as_i64(),
        variables: r#"{"x":2}"#.into(),
        local: true,
        ..Default::default()
    };
    let answer = client.set_variables(set).await.unwrap().into_inner();
    assert_eq!(answer.key, Key::new(1, 77).as_i64());
    let requests = server.broker.state().requests.clone();
    let references: Vec<_> = requests.iter().map(|it| it.envelope.operation_reference).collect();
    assert_eq!(references, [1, 0, 0]);
    let bodies: Vec<_> = requests.into_iter().map(|it| it.body).collect();
    let expected = [
        CommandBody::CancelInstance(record::CancelInstance { instance: key }),
        CommandBody::ResolveIncident(record::ResolveIncident { incident: key }),
        CommandBody::SetVariables(record::SetVariables {
            element_instance: key,
            variables: Doc::from_json(r#"{"x":2}"#).unwrap(),
            local: true,
        }),
    ];
    assert_eq!(bodies, expected);
    server.stop().await;
}

#[tokio::test]
async fn an_evaluation_of_conditional_start_events_names_what_it_started() {
    let server = Server::start().await;
    server.broker.answers(Reply::ConditionalEvaluated(ConditionalEvaluated {
        key: Key::new(1, 9),
        started: vec![InstanceCreated {
            definition: Key::new(1, 2),
            process_id: "order".into(),
            version: 3,
            instance: Key::new(1, 10),
            ..InstanceCreated::default()
        }],
    }));
    let request = wire::EvaluateConditionalRequest {
        process_definition_key: Some(Key::new(1, 2).as_i64()),
        variables: r#"{"stock": 4}"#.into(),
        ..Default::default()
    };
    let answer = server.client().await.evaluate_conditional(request).await.unwrap().into_inner();
    assert_eq!(answer.conditional_evaluation_key, Key::new(1, 9).as_i64());
    assert_eq!(answer.tenant_id, "<default>");
    let started = &answer.process_instances[0];
    assert_eq!(started.process_definition_key, Key::new(1, 2).as_i64());
    assert_eq!(started.process_instance_key, Key::new(1, 10).as_i64());
    let CommandBody::EvaluateConditional(command) = server.broker.only_request().body else {
        panic!("another command");
    };
    assert_eq!(command.definition, Key::new(1, 2));
    assert_eq!(command.variables.to_json(), r#"{"stock":4}"#);
    server.stop().await;
}

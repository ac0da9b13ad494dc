//! The operator's door.

use broker_api::{BackedUp, BackupRequest, BackupStep, Refusal};
use proto::admin as wire;
use record::{Accepted, CommandBody, RaiseLogic, Reply, Settings, SettingsChange};
use tonic::Code;

use crate::server::Server;

#[tokio::test]
async fn the_status_of_each_partition_is_told() {
    let server = Server::start().await;
    server.broker.state().partitions = vec![1, 2];
    let mut client = server.admin().await;
    let answer = client.get_status(wire::GetStatusRequest::default()).await.unwrap().into_inner();
    assert!(answer.is_ready);
    let ids: Vec<_> = answer.partitions.iter().map(|it| it.partition_id).collect();
    assert_eq!(ids, [1, 2]);
    let first = &answer.partitions[0];
    assert_eq!((first.term, first.applied_index, first.checkpoint_index), (3, 41, 40));
    assert_eq!((first.last_position, first.logic_version), (97, 1));
    assert_eq!((first.state_hash, first.output_hash), (u64::MAX - 1, 0xfeed));
    assert_eq!((first.active_instances, first.open_incidents), (5, 2));
    assert_eq!((first.log_time, first.role()), (1_767_225_600_000, wire::Role::Leader));
    let unknown = wire::GetStatusRequest { partition_ids: vec![9] };
    assert_eq!(client.get_status(unknown).await.unwrap_err().code(), Code::NotFound);
    server.stop().await;
}

fn setting(name: &str, value: &str) -> wire::Setting {
    wire::Setting { name: name.into(), value: value.into() }
}

#[tokio::test]
async fn settings_are_read_and_changed_on_every_partition() {
    let server = Server::start().await;
    server.broker.state().partitions = vec![1, 2];
    let mut client = server.admin().await;
    let answer = client.get_settings(wire::GetSettingsRequest {}).await.unwrap().into_inner();
    assert!(answer.settings.contains(&setting("zone", "UTC")), "{answer:?}");

    let changed =
        Settings { zone: "Europe/Berlin".into(), work_per_entry: 9, ..Settings::initial() };
    server.broker.answers(Reply::Settings(changed.clone()));
    server.broker.answers(Reply::Settings(changed));
    let settings = vec![setting("zone", "Europe/Berlin"), setting("work_per_entry", "9")];
    let request = wire::ChangeSettingsRequest { settings };
    let answer = client.change_settings(request).await.unwrap().into_inner();
    assert!(answer.settings.contains(&setting("work_per_entry", "9")), "{answer:?}");
    let change = CommandBody::ChangeSettings(SettingsChange {
        zone: Some("Europe/Berlin".into()),
        work_per_entry: Some(9),
        ..SettingsChange::default()
    });
    let requests: Vec<_> =
        server.broker.state().requests.iter().map(|it| (it.partition, it.body.clone())).collect();
    assert_eq!(requests, [(1, change.clone()), (2, change)]);
    server.stop().await;
}

#[tokio::test]
async fn one_wrong_setting_refuses_the_whole_change() {
    let server = Server::start().await;
    let mut client = server.admin().await;
    for (settings, mentions) in [
        (vec![setting("work_per_entry", "9"), setting("speed", "9")], "'speed'"),
        (vec![setting("work_per_entry", "0")], "from 8 to"),
        (Vec::new(), "No setting"),
    ] {
        let error =
            client.change_settings(wire::ChangeSettingsRequest { settings }).await.unwrap_err();
        assert_eq!(error.code(), Code::InvalidArgument);
        assert!(error.message().contains(mentions), "{}", error.message());
    }
    assert!(server.broker.state().requests.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn the_logic_version_is_raised_on_every_partition() {
    let server = Server::start().await;
    server.broker.state().partitions = vec![1, 2];
    let mut client = server.admin().await;
    let status = client.get_status(wire::GetStatusRequest::default()).await.unwrap().into_inner();
    let first = &status.partitions[0];
    assert_eq!((first.logic_version, first.logic_version_known), (1, 2));
    server.broker.answers(Reply::Accepted(Accepted {}));
    server.broker.answers(Reply::Accepted(Accepted {}));
    let request = wire::RaiseLogicVersionRequest { logic_version: 2 };
    let answer = client.raise_logic_version(request).await.unwrap().into_inner();
    assert_eq!(answer.logic_version, 2);
    let raise = CommandBody::RaiseLogic(RaiseLogic { to: 2 });
    let requests: Vec<_> =
        server.broker.state().requests.iter().map(|it| (it.partition, it.body.clone())).collect();
    assert_eq!(requests, [(1, raise.clone()), (2, raise)]);
    server.stop().await;
}

#[tokio::test]
async fn a_backup_tells_its_steps_and_its_refusal() {
    let server = Server::start().await;
    let mut client = server.admin().await;
    let step = BackupStep { id: 7, done_bytes: 3, total_bytes: 4, finished: None };
    let part = BackedUp {
        partition: 1,
        index: 9,
        last_position: 8,
        state_hash: u64::MAX - 1,
        instances: 2,
        bytes: 4,
    };
    let last = BackupStep { finished: Some(vec![part]), ..step.clone() };
    server.broker.state().backup_steps = vec![Ok(step), Ok(last)];
    let request = wire::CreateBackupRequest { folder: "/b".into(), backup_id: 7 };
    let mut steps = client.create_backup(request.clone()).await.unwrap().into_inner();
    let first = steps.message().await.unwrap().unwrap();
    assert_eq!((first.backup_id, first.done_bytes, first.total_bytes), (7, 3, 4));
    assert!(first.partitions.is_empty());
    let last = steps.message().await.unwrap().unwrap();
    assert_eq!((last.partitions[0].index, last.partitions[0].state_hash), (9, u64::MAX - 1));
    assert_eq!(steps.message().await.unwrap(), None);
    let expected = BackupRequest { folder: "/b".into(), id: 7 };
    assert_eq!(server.broker.state().backups, [expected]);

    let refused = Refusal::InvalidState { reason: "The disk is full.".into() };
    server.broker.state().backup_steps = vec![Err(refused)];
    let mut steps = client.create_backup(request.clone()).await.unwrap().into_inner();
    let error = steps.message().await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Code::FailedPrecondition, "The disk is full."));

    let nameless = wire::CreateBackupRequest { backup_id: 0, ..request };
    let error = client.create_backup(nameless).await.unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
    server.stop().await;
}

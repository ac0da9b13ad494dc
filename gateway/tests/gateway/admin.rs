//! The operator's door.

use proto::admin as wire;
use record::{CommandBody, Reply, Settings, SettingsChange};
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

//! What people and programs see of backups.

use broker::backup::{Found, Manifest, PartitionPart, State};
use expect_test::expect;

use super::{found_json, found_row, manifest_json};
use crate::output::table;

fn manifest() -> Manifest {
    Manifest {
        id: 42,
        started_at: 1_700_000_000_000,
        finished_at: 1_700_000_001_500,
        cluster_id: "c0ffee".into(),
        node_id: 0,
        made_by: "baton 1.2.3".into(),
        logic: 1,
        partitions: vec![PartitionPart {
            partition: 1,
            index: 34,
            last_position: 567,
            now: 1_700_000_000_000,
            logic: 1,
            state_hash: 0xab,
            output_hash: u64::MAX,
            rows: 9,
            instances: 3,
            files: Vec::new(),
        }],
    }
}

fn found() -> Vec<Found> {
    let failed = State::Failed("It has no 'manifest'.".into());
    vec![
        Found { id: 7, started_at: None, state: failed },
        Found { id: 8, started_at: Some(1_700_000_000_000), state: State::Running },
        Found { id: 42, started_at: Some(1_700_000_000_000), state: State::Complete(manifest()) },
    ]
}

#[test]
fn people_see_what_became_of_each_backup() {
    let headings = ["BACKUP", "STARTED", "STATE", "BYTES", "LOG INDEX", "NOTE"];
    expect![[r"
        BACKUP  STARTED               STATE     BYTES  LOG INDEX  NOTE
        7                             failed                      It has no 'manifest'.
        8       2023-11-14T22:13:20Z  running
        42      2023-11-14T22:13:20Z  complete  0      34"]]
    .assert_eq(&table(headings, found().iter().map(found_row)));
}

#[test]
fn programs_see_state_and_reason() {
    let states: Vec<_> = found().iter().map(found_json).collect();
    assert_eq!(states[0]["state"], "failed");
    assert_eq!(states[0]["reason"], "It has no 'manifest'.");
    assert_eq!(states[1]["state"], "running");
    assert_eq!(states[2]["manifest"]["partitions"][0]["stateHash"], "00000000000000ab");
}

#[test]
fn a_manifest_has_everything_that_was_compared() {
    expect![[r#"
        {
          "backupId": "42",
          "startedAt": "2023-11-14T22:13:20Z",
          "finishedAt": "2023-11-14T22:13:21.5Z",
          "clusterId": "c0ffee",
          "nodeId": 0,
          "madeBy": "baton 1.2.3",
          "logicVersion": 1,
          "bytes": 0,
          "partitions": [
            {
              "partitionId": 1,
              "index": 34,
              "lastPosition": 567,
              "logTime": "2023-11-14T22:13:20Z",
              "logicVersion": 1,
              "stateHash": "00000000000000ab",
              "outputHash": "ffffffffffffffff",
              "rows": 9,
              "activeInstances": 3,
              "bytes": 0,
              "files": 0
            }
          ]
        }"#]]
    .assert_eq(&format!("{:#}", manifest_json(&manifest())));
}

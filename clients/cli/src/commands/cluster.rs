//! `baton cluster`.

use client::{PartitionStatus, Role, Setting, Status};
use serde_json::{Value, json};

use super::block_on;
use crate::address::{Address, HttpAddress};
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::output::{Output, table};
use crate::time;

mod health;

/// Look at the cluster and change the settings that its replicas share
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton cluster status\n  baton cluster settings set zone=Europe/Berlin"
)]
pub(crate) struct Cluster {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    address: Address,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Status(ShowStatus),
    Settings(Settings),
    Logic(Logic),
}

/// Show whether commands can commit, and where each partition is; exit 21 if they cannot
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  baton cluster status\n  baton cluster status -o json")]
struct ShowStatus {
    #[command(flatten)]
    http: HttpAddress,
}

/// Show and raise the logic version, by which replicas decide
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  baton cluster logic show\n  baton cluster logic raise 2")]
struct Logic {
    #[command(subcommand)]
    verb: LogicVerb,
}

#[derive(Debug, clap::Subcommand)]
enum LogicVerb {
    Show(ShowLogic),
    Raise(RaiseLogic),
}

/// Show the logic version in force and the newest one that the node knows
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  baton cluster logic show\n  baton cluster logic show -o json")]
struct ShowLogic {}

/// Raise the logic version; it never goes back, and older releases no longer open the folder
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton cluster logic raise 2\n  baton cluster logic raise 2 -o json"
)]
struct RaiseLogic {
    /// The version, which every node must know
    #[arg(value_name = "VERSION", value_parser = clap::value_parser!(u32).range(1..))]
    version: u32,
}

/// Read and change the settings that every replica uses
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton cluster settings get\n  baton cluster settings set work_per_entry=256 zone=Europe/Berlin"
)]
struct Settings {
    #[command(subcommand)]
    verb: SettingsVerb,
}

#[derive(Debug, clap::Subcommand)]
enum SettingsVerb {
    Get(GetSettings),
    Set(SetSettings),
}

/// Show the settings
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton cluster settings get\n  baton cluster settings get zone -o json"
)]
struct GetSettings {
    /// Only these
    #[arg(value_name = "NAME")]
    names: Vec<String>,
}

/// Change settings, all or none
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton cluster settings set zone=Europe/Berlin\n  baton cluster settings set work_per_entry=256 streams_max=100"
)]
struct SetSettings {
    /// The new values
    #[arg(value_name = "NAME=VALUE", required = true, value_parser = parse_setting)]
    changes: Vec<(String, String)>,
}

impl Cluster {
    pub(crate) fn run(
        &self,
        environment: &Environment,
        output: &mut Output,
    ) -> Result<(), Failure> {
        match &self.verb {
            Verb::Status(it) => self.status(&it.http, environment, output),
            Verb::Logic(it) => {
                let status = block_on(async {
                    let client = self.address.connect(environment).await?;
                    if let LogicVerb::Raise(raise) = &it.verb {
                        client.raise_logic_version(raise.version).await?;
                    }
                    Ok(client.status().await?)
                })?;
                output.answer(|| logic_json(&status), || logic_table(&status))?;
                Ok(())
            }
            Verb::Settings(it) => {
                let settings = block_on(async {
                    let client = self.address.connect(environment).await?;
                    Ok(match &it.verb {
                        SettingsVerb::Get(get) => chosen(client.settings().await?, &get.names)?,
                        SettingsVerb::Set(set) => client.change_settings(changes(set)).await?,
                    })
                })?;
                output.answer(
                    || {
                        settings
                            .iter()
                            .map(|it| (it.name.clone(), json!(it.value)))
                            .collect::<Value>()
                    },
                    || {
                        let rows = settings.iter().map(|it| [it.name.clone(), it.value.clone()]);
                        table(["SETTING", "VALUE"], rows)
                    },
                )?;
                Ok(())
            }
        }
    }

    fn status(
        &self,
        http: &HttpAddress,
        environment: &Environment,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let http = http.resolve(environment);
        let (status, topology, health) = block_on(async {
            let client = self.address.connect(environment).await?;
            let status = client.status().await?;
            let topology = client.topology().await?;
            Ok((status, topology, health::ready(http).await))
        })?;
        output.answer(
            || to_json(&status, &topology.gateway_version, &health),
            || to_table(&status, &health),
        )?;
        if status.is_ready && health.is_ok() {
            Ok(())
        } else {
            Err(Failure::new(Exit::Unhealthy, unhealthy(&status, &health)))
        }
    }
}

fn parse_setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

fn changes(set: &SetSettings) -> Vec<Setting> {
    let setting =
        |(name, value): &(String, String)| Setting { name: name.clone(), value: value.clone() };
    set.changes.iter().map(setting).collect()
}

fn chosen(settings: Vec<Setting>, names: &[String]) -> Result<Vec<Setting>, Failure> {
    if let Some(unknown) = names.iter().find(|name| settings.iter().all(|it| it.name != **name)) {
        let known: Vec<&str> = settings.iter().map(|it| it.name.as_str()).collect();
        return Err(Failure::new(Exit::NotFound, format!("There is no setting '{unknown}'."))
            .hint(format!("The settings are: {}.", known.join(", "))));
    }
    Ok(settings.into_iter().filter(|it| names.is_empty() || names.contains(&it.name)).collect())
}

fn unhealthy(status: &Status, health: &Result<(), String>) -> String {
    if let (true, Err(why)) = (status.is_ready, health) {
        return format!(
            "Commands can commit, but the server's health is not known or not good: {why} Is \
             '--http-address' (or BATON_HTTP_ADDRESS) that of this server?"
        );
    }
    let mut reasons = status.reasons.clone();
    reasons.extend(health.as_ref().err().cloned());
    if reasons.is_empty() {
        "Commands cannot commit now.".to_owned()
    } else {
        format!("Commands cannot commit now: {}", reasons.join(" "))
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Leader => "leader",
        Role::Follower => "follower",
        Role::Unknown => "unknown",
    }
}

/// The version in force, and a newer one that the node knows.
fn logic(it: &PartitionStatus) -> String {
    if it.logic_version_known > it.logic_version {
        format!("{} (knows {})", it.logic_version, it.logic_version_known)
    } else {
        it.logic_version.to_string()
    }
}

fn logic_json(status: &Status) -> Value {
    let partition = |it: &PartitionStatus| {
        json!({
            "partitionId": it.partition,
            "logicVersion": it.logic_version,
            "logicVersionKnown": it.logic_version_known,
        })
    };
    status.partitions.iter().map(partition).collect()
}

fn logic_table(status: &Status) -> String {
    let rows = status.partitions.iter().map(|it| {
        [it.partition, it.logic_version, it.logic_version_known].map(|it| it.to_string())
    });
    table(["PARTITION", "IN FORCE", "KNOWN"], rows)
}

fn hash(hash: u64) -> String {
    format!("{hash:016x}")
}

fn to_json(status: &Status, gateway_version: &str, health: &Result<(), String>) -> Value {
    json!({
        "isReady": status.is_ready && health.is_ok(),
        "reasons": status.reasons,
        "http": health.as_ref().err(),
        "gatewayVersion": gateway_version,
        "partitions": status.partitions.iter().map(|it| json!({
            "partitionId": it.partition,
            "role": role(it.role),
            "term": it.term,
            "appliedIndex": it.applied_index,
            "checkpointIndex": it.checkpoint_index,
            "lastPosition": it.last_position,
            "logicVersion": it.logic_version,
            "logicVersionKnown": it.logic_version_known,
            "stateHash": hash(it.state_hash),
            "outputHash": hash(it.output_hash),
            "logTime": time::iso(it.log_time_ms),
            "activeInstances": it.active_instances,
            "openIncidents": it.open_incidents,
        })).collect::<Vec<_>>(),
    })
}

fn to_table(status: &Status, health: &Result<(), String>) -> String {
    let rows = status.partitions.iter().map(|it| {
        [
            it.partition.to_string(),
            role(it.role).to_owned(),
            it.applied_index.to_string(),
            logic(it),
            hash(it.state_hash),
            it.active_instances.to_string(),
            it.open_incidents.to_string(),
            time::iso(it.log_time_ms),
        ]
    });
    let is_ready = if status.is_ready && health.is_ok() { "ready" } else { "not ready" };
    let headings =
        ["PARTITION", "ROLE", "INDEX", "LOGIC", "STATE HASH", "INSTANCES", "INCIDENTS", "LOG TIME"];
    format!("{is_ready}\n\n{}", table(headings, rows))
}

#[cfg(test)]
mod tests {
    use client::{PartitionStatus, Role, Setting, Status};
    use expect_test::expect;

    use super::{chosen, to_json, to_table, unhealthy};

    fn status() -> Status {
        Status {
            is_ready: true,
            reasons: Vec::new(),
            partitions: vec![PartitionStatus {
                partition: 1,
                term: 2,
                role: Role::Leader,
                applied_index: 34,
                last_position: 567,
                logic_version: 1,
                state_hash: 0xab,
                output_hash: u64::MAX,
                log_time_ms: 1_700_000_000_000,
                active_instances: 3,
                open_incidents: 1,
                checkpoint_index: 30,
                logic_version_known: 2,
            }],
        }
    }

    #[test]
    fn people_see_index_logic_hash_and_readiness() {
        expect![[r"
            ready

            PARTITION  ROLE    INDEX  LOGIC        STATE HASH        INSTANCES  INCIDENTS  LOG TIME
            1          leader  34     1 (knows 2)  00000000000000ab  3          1          2023-11-14T22:13:20Z"]].assert_eq(&to_table(&status(), &Ok(())));
    }

    #[test]
    fn programs_see_why_it_is_not_ready() {
        let json = to_json(&status(), "8.10.0", &Err("HTTP answered 503.".into()));
        expect![[r#"
            {
              "isReady": false,
              "reasons": [],
              "http": "HTTP answered 503.",
              "gatewayVersion": "8.10.0",
              "partitions": [
                {
                  "partitionId": 1,
                  "role": "leader",
                  "term": 2,
                  "appliedIndex": 34,
                  "checkpointIndex": 30,
                  "lastPosition": 567,
                  "logicVersion": 1,
                  "logicVersionKnown": 2,
                  "stateHash": "00000000000000ab",
                  "outputHash": "ffffffffffffffff",
                  "logTime": "2023-11-14T22:13:20Z",
                  "activeInstances": 3,
                  "openIncidents": 1
                }
              ]
            }"#]]
        .assert_eq(&format!("{json:#}"));
    }

    #[test]
    fn an_unknown_setting_is_named_with_those_there_are() {
        let settings = vec![Setting { name: "zone".into(), value: "UTC".into() }];
        assert_eq!(chosen(settings.clone(), &[]), Ok(settings.clone()));
        assert_eq!(chosen(settings.clone(), &["zone".into()]), Ok(settings.clone()));
        let failure = chosen(settings, &["speed".into()]).expect_err("unknown");
        assert_eq!(failure.exit.code(), 3);
        assert_eq!(failure.hint.as_deref(), Some("The settings are: zone."));
    }

    #[test]
    fn a_health_that_does_not_answer_is_not_told_as_commands_that_cannot_commit() {
        let ready = Status { is_ready: true, reasons: Vec::new(), ..status() };
        let silent = Err("No HTTP answer from '127.0.0.1:8080'.".to_owned());
        let told = unhealthy(&ready, &silent);
        assert!(told.starts_with("Commands can commit, but"), "{told}");
        assert!(told.contains("No HTTP answer") && told.contains("BATON_HTTP_ADDRESS"), "{told}");
        let full =
            Status { is_ready: false, reasons: vec!["The disk is full.".into()], ..status() };
        assert_eq!(unhealthy(&full, &Ok(())), "Commands cannot commit now: The disk is full.");
    }
}

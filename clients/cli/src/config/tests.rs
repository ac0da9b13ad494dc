//! Precedence, and mistakes in each of the three places.

use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;

use super::{Clock, Config, LogFormat, ServeFlags};
use crate::environment::Environment;

fn file(text: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("baton.toml");
    std::fs::write(&path, text).expect("a file");
    let path = path.display().to_string();
    (folder, path)
}

fn message(flags: &ServeFlags, environment: &Environment) -> String {
    Config::resolve(flags, environment).expect_err("a mistake").message
}

#[test]
fn without_anything_the_defaults_hold() {
    let config =
        Config::resolve(&ServeFlags::default(), &Environment::default()).expect("defaults");
    assert_eq!(config.data, PathBuf::from("./baton-data"));
    assert_eq!(config.node_id, 0);
    assert_eq!(config.grpc_addr.to_string(), "127.0.0.1:26500");
    assert_eq!(config.http_addr.to_string(), "127.0.0.1:8080");
    assert_eq!((config.log_format, config.clock), (LogFormat::Text, Clock::System));
    assert!(!config.unprotected);
    assert_eq!(config.limits.checkpoint_interval, Duration::from_secs(30));
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let (_folder, path) = file("node-id = 3\ndata = 'of-file'\nlog-format = \"json\"\n");
    let flags = ServeFlags::from([("node-id", "1"), ("config", path.as_str())]);
    let environment = Environment::from([("BATON_NODE_ID", "2"), ("BATON_DATA", "of-environment")]);
    let config = Config::resolve(&flags, &environment).expect("valid");
    assert_eq!(config.node_id, 1);
    assert_eq!(config.data, PathBuf::from("of-environment"));
    assert_eq!(config.log_format, LogFormat::Json);
}

#[test]
fn the_environment_can_name_the_file() {
    let (_folder, path) =
        file("clock = 'controllable'\ncheckpoint-interval = '1m'\nunprotected = true");
    let environment = Environment::from([("BATON_CONFIG", path.as_str())]);
    let config = Config::resolve(&ServeFlags::default(), &environment).expect("valid");
    assert_eq!(config.clock, Clock::Controllable);
    assert_eq!(config.limits.checkpoint_interval, Duration::from_mins(1));
    assert!(config.unprotected);
}

#[test]
fn a_wrong_value_is_named_with_its_source() {
    let none = Environment::default();
    let text = message(&ServeFlags::from([("node-id", "x")]), &none);
    assert_eq!(
        text,
        "'x' cannot be the value of --node-id. It must be a whole number below 4294967296."
    );
    let text = message(&ServeFlags::default(), &Environment::from([("BATON_CLOCK", "sun")]));
    assert_eq!(
        text,
        "'sun' cannot be the value of BATON_CLOCK. It must be system or controllable."
    );
    let (_folder, path) = file("polls-parked-max = 0");
    let text = message(&ServeFlags::from([("config", path.as_str())]), &none);
    assert!(text.contains("'polls-parked-max' in the file") && text.contains("above 0"), "{text}");
}

#[test]
fn an_unknown_key_and_a_broken_file_are_refused() {
    let none = Environment::default();
    let (_folder, path) = file("nodeid = 0");
    assert!(message(&ServeFlags::from([("config", path.as_str())]), &none).contains("'nodeid'"));
    let (_folder, path) = file("node-id 0");
    assert!(message(&ServeFlags::from([("config", path.as_str())]), &none).contains("no TOML"));
    let (_folder, path) = file("node-id = [1]");
    assert!(
        message(&ServeFlags::from([("config", path.as_str())]), &none).contains("whole number")
    );
    let missing = ServeFlags::from([("config", "/nowhere/baton.toml")]);
    assert!(message(&missing, &none).contains("/nowhere/baton.toml"));
}

#[test]
fn an_address_beyond_this_machine_needs_unprotected() {
    let none = Environment::default();
    let failure = Config::resolve(&ServeFlags::from([("grpc-addr", "0.0.0.0:26500")]), &none)
        .expect_err("not loopback");
    assert!(failure.message.contains("0.0.0.0:26500"));
    assert!(failure.hint.expect("a way out").contains("--unprotected"));
    let flags = ServeFlags::from([("grpc-addr", "0.0.0.0:0"), ("unprotected", "true")]);
    assert!(Config::resolve(&flags, &none).is_ok());
    assert!(Config::resolve(&ServeFlags::from([("http-addr", "localhost:0")]), &none).is_ok());
}

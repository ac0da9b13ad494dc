//! The runner on suites that do nothing.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::suite::Form;

/// Hits a class in each round but the first, and fails in one of them.
#[derive(Default)]
struct Fake {
    ran: AtomicU64,
    /// Finds that a whole run was not enough.
    is_too_little: bool,
    fails_in: Option<u64>,
}

impl Suite for Fake {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn about(&self) -> &'static str {
        "does nothing"
    }

    fn rounds(&self, setting: &Setting) -> Result<u64> {
        Ok(setting.form.pick(1, 5))
    }

    fn classes(&self, _form: Form) -> Vec<&'static str> {
        vec!["class"]
    }

    fn rounds_at_once(&self) -> usize {
        2
    }

    fn round(&self, _setting: &Setting, round: u64, tally: &mut Tally) -> Result<()> {
        self.ran.fetch_add(1, Ordering::SeqCst);
        if round > 0 {
            tally.hit("class");
        }
        tally.count(KILLS, 3);
        if self.fails_in == Some(round) {
            bail!("a planted failure");
        }
        Ok(())
    }

    fn conclude(&self, _form: Form, rounds: u64, tally: &Tally) -> Result<()> {
        assert_eq!(tally.figure(KILLS), rounds * 3);
        if self.is_too_little {
            bail!("a planted shortage");
        }
        Ok(())
    }
}

#[derive(Default)]
struct Kept(Vec<State>);

impl Listener for Kept {
    fn say(&mut self, _sentence: &str) {}

    fn keep(&mut self, state: &State) -> Result<()> {
        self.0.push(state.clone());
        Ok(())
    }
}

fn setting(form: Form) -> Setting {
    Setting { form, seed: 7, binary: PathBuf::new() }
}

#[test]
fn a_run_that_never_hits_a_class_fails() {
    let setting = setting(Form::Short);
    let mut state = State::new(&setting);
    let error = run(&Fake::default(), &setting, &mut state, &mut Kept::default()).unwrap_err();
    assert!(error.to_string().contains("class"), "{error}");
}

#[test]
fn a_run_that_did_too_little_fails() {
    let setting = setting(Form::Long);
    let fake = Fake { is_too_little: true, ..Fake::default() };
    let mut state = State::new(&setting);
    let error = run(&fake, &setting, &mut state, &mut Kept::default()).unwrap_err();
    assert!(format!("{error:#}").contains("a planted shortage"), "{error:#}");
}

#[test]
fn a_failure_says_how_to_repeat_it_and_a_resumed_run_does_not_repeat_the_rest() {
    let setting = setting(Form::Long);
    let mut state = State::new(&setting);
    let mut kept = Kept::default();
    let fake = Fake { fails_in: Some(3), ..Fake::default() };
    let error = run(&fake, &setting, &mut state, &mut kept).unwrap_err();
    let error = format!("{error:#}");
    assert!(error.contains("long --suite fake --seed 7 --round 3"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.json");
    kept.0.last().unwrap().save(&file).unwrap();
    let mut state = State::open(&file, &setting).unwrap();
    let fake = Fake::default();
    run(&fake, &setting, &mut state, &mut kept).unwrap();
    assert_eq!(fake.ran.load(Ordering::SeqCst), 3);
    let table = table(&state);
    assert!(table.contains("15") && table.contains("4  class"), "{table}");
}

#[test]
fn a_file_of_another_run_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.json");
    State::new(&setting(Form::Long)).save(&file).unwrap();
    assert!(State::open(&file, &setting(Form::Short)).is_err());
    assert!(State::open(&file, &Setting { seed: 8, ..setting(Form::Long) }).is_err());
    State::open(&file, &setting(Form::Long)).unwrap();
}

#[test]
fn a_run_of_another_server_is_refused_with_the_way_to_begin_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (file, binary) = (folder.path().join("run.json"), folder.path().join("baton"));
    let setting = Setting { binary: binary.clone(), ..setting(Form::Long) };
    std::fs::write(&binary, "one build").unwrap();
    State::new(&setting).save(&file).unwrap();
    State::open(&file, &setting).unwrap();
    std::fs::write(&binary, "another build").unwrap();
    let error = State::open(&file, &setting).unwrap_err().to_string();
    assert!(error.contains("another build") && error.contains("Remove it"), "{error}");
}

#[test]
fn a_run_that_does_not_say_of_which_build_it_is_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.json");
    std::fs::write(&file, r#"{"form":"long","seed":7,"suites":{}}"#).unwrap();
    assert!(State::open(&file, &setting(Form::Long)).is_err());
}

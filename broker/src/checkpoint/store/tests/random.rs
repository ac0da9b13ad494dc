//! Random rounds of change, checkpoint, fold, crash and reopening equal a model map.

use proptest::prelude::*;

use super::{Changes, Model, Simulated, change, open_real, rows};
use crate::io::Loss;

#[derive(Debug, Clone)]
enum Step {
    Write(Changes),
    Fold,
    /// The fold is cut short after so many durable steps.
    CutFold(u64),
    Crash(Loss),
    Reopen,
    Export,
}

fn changes() -> impl Strategy<Value = Changes> {
    let key =
        prop_oneof![prop::collection::vec(0u8..3, 0..3), prop::collection::vec(any::<u8>(), 0..5),];
    let length = prop_oneof![8 => 0usize..50, 1 => 4_000usize..4_200, 1 => 8_000usize..20_000];
    let value = prop::option::weighted(0.7, (0u32..3, length, any::<u8>()));
    let row = (key, value).prop_map(|(key, value)| {
        (key, value.map(|(version, length, fill)| (version, vec![fill; length])))
    });
    prop::collection::vec(row, 0..12)
}

fn step() -> impl Strategy<Value = Step> {
    let loss =
        prop_oneof![Just(Loss::Nothing), Just(Loss::Everything), any::<u64>().prop_map(Loss::Some)];
    prop_oneof![
        5 => changes().prop_map(Step::Write),
        2 => Just(Step::Fold),
        2 => (0u64..8).prop_map(Step::CutFold),
        2 => loss.prop_map(Step::Crash),
        1 => Just(Step::Reopen),
        1 => Just(Step::Export),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn simulated_stores_equal_a_model(steps in prop::collection::vec(step(), 1..25)) {
        let simulated = Simulated::default();
        let (mut store, _) = simulated.open().expect("opens");
        let mut model = Model::new();
        let mut index = 0;
        for step in steps {
            match step {
                Step::Write(changes) => {
                    index += 1;
                    change(&mut model, &changes);
                    store.write(index, &index.to_le_bytes(), changes).expect("writes");
                }
                Step::Fold => {
                    prop_assert_eq!(store.fold().expect("folds"), index);
                }
                Step::CutFold(after) => {
                    simulated.backend.fail_at(Some(simulated.backend.calls() + after));
                    let _ = store.fold();
                    simulated.backend.fail_at(None);
                }
                Step::Crash(loss) => {
                    drop(store);
                    simulated.disk.crash(loss);
                    store = simulated.open().expect("opens").0;
                }
                Step::Reopen => {
                    drop(store);
                    store = simulated.open().expect("opens").0;
                }
                Step::Export => {
                    let exported = store.export(&super::dir().join("export.part"), &mut |_| Ok(()));
                    let exported = exported.expect("exports");
                    prop_assert_eq!(exported.map_or(0, |it| it.index), index);
                }
            }
            prop_assert_eq!(store.last().map_or(0, |last| last.index), index);
            prop_assert_eq!(&rows(&store).expect("scans"), &model);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn stores_on_sled_equal_a_model(steps in prop::collection::vec(step(), 1..15)) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut store = Some(open_real(folder.path()).expect("opens").0);
        let mut model = Model::new();
        let mut index = 0;
        for step in steps {
            let open = store.as_ref().expect("is open");
            match step {
                Step::Write(changes) => {
                    index += 1;
                    change(&mut model, &changes);
                    open.write(index, b"", changes).expect("writes");
                }
                Step::Fold | Step::CutFold(_) => {
                    prop_assert_eq!(open.fold().expect("folds"), index);
                }
                Step::Crash(_) | Step::Reopen => {
                    drop(store.take());
                    store.replace(open_real(folder.path()).expect("opens").0);
                }
                Step::Export => {
                    open.export(&folder.path().join("export.part"), &mut |_| Ok(())).expect("exports");
                }
            }
            let open = store.as_ref().expect("is open");
            prop_assert_eq!(open.last().map_or(0, |last| last.index), index);
            prop_assert_eq!(&rows(open).expect("scans"), &model);
        }
    }
}

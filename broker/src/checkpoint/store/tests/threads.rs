//! Writing goes on while checkpoints are folded and exported.

use super::{Model, change, open_real, put, rows};

#[test]
fn writing_does_not_wait_for_folding_and_exporting() {
    const LAST: u64 = 30;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (store, _) = open_real(folder.path()).expect("opens");
    let mut model = Model::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while store.fold().expect("folds") < LAST {
                store
                    .export(&folder.path().join("outgoing.part"), &mut |_| Ok(()))
                    .expect("exports");
            }
        });
        for index in 1..=LAST {
            let key = |at: u64| (index * 7 + at).to_be_bytes();
            let changes = (0..200).map(|at| put(&key(at), &index.to_le_bytes())).collect();
            change(&mut model, &changes);
            store.write(index, b"", changes).expect("writes");
        }
    });
    assert_eq!(rows(&store).expect("scans"), model);
    assert_eq!(store.unfolded(), 0);
}

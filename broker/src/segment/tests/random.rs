//! Random lives of a writer: appends, checkpoints, crashes at any point, again and again.

use proptest::prelude::*;

use super::{Start, read, reader, record, writer};
use crate::io::{Loss, MemoryDisk};
use crate::segment::Error;

#[derive(Debug, Clone)]
enum Step {
    Append(u64),
    Flush,
    Checkpoint,
    /// The disk fails after so many further operations, while records are appended.
    Crash(u64, Loss),
}

fn step() -> impl Strategy<Value = Step> {
    let loss =
        prop_oneof![Just(Loss::Nothing), Just(Loss::Everything), any::<u64>().prop_map(Loss::Some)];
    prop_oneof![
        4 => (1u64..20).prop_map(Step::Append),
        2 => Just(Step::Flush),
        2 => Just(Step::Checkpoint),
        3 => (0u64..12, loss).prop_map(|(after, loss)| Step::Crash(after, loss)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn records_are_there_once_and_in_order(steps in prop::collection::vec(step(), 1..30)) {
        let disk = MemoryDisk::new();
        let mut open = writer(&disk, Start::At(1)).expect("opens");
        // What the engine would offer next, and what its last checkpoint covers.
        let (mut offered, mut durable) = (1, 1);
        for step in steps {
            match step {
                Step::Append(count) => {
                    for position in offered..offered + count {
                        open.append(position, &record(position)).expect("appends");
                    }
                    offered += count;
                }
                Step::Flush => {
                    open.flush().expect("flushes");
                    let mut from_start = reader(&disk, 1);
                    prop_assert_eq!(read(&mut from_start).expect("reads"), open.next_position());
                }
                Step::Checkpoint => {
                    open.sync().expect("syncs");
                    durable = offered;
                }
                Step::Crash(after, loss) => {
                    disk.fail_at(disk.operations() + after);
                    let failed: Result<(), Error> = (|| loop {
                        open.append(offered, &record(offered))?;
                        open.flush()?;
                        offered += 1;
                    })();
                    prop_assert!(failed.is_err());
                    disk.crash(loss);
                    open = writer(&disk, Start::At(durable)).expect("opens");
                    prop_assert!(open.next_position() >= durable);
                    offered = durable;
                }
            }
        }
        for position in offered..offered + 50 {
            open.append(position, &record(position)).expect("appends");
        }
        open.flush().expect("flushes");
        prop_assert_eq!(read(&mut reader(&disk, 1)).expect("reads"), open.next_position());
    }
}

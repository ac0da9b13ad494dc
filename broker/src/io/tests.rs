//! The simulated disk forgets exactly what it should.

use std::io;
use std::path::Path;

use super::{
    Attempt, Disk, Failure, File, Loss, MemoryDisk, RealDisk, read_optional, write_atomically,
};

const PATH: &str = "/data/identity";

fn read(disk: &MemoryDisk) -> Option<Vec<u8>> {
    read_optional(disk, Path::new(PATH)).expect("reads")
}

#[test]
fn an_atomic_write_is_whole_or_absent_at_every_crash_point() {
    for loss in [Loss::Nothing, Loss::Everything, Loss::Some(1), Loss::Some(2), Loss::Some(3)] {
        for step in 0.. {
            let disk = MemoryDisk::new();
            write_atomically(&disk, Path::new(PATH), b"old").expect("writes");
            disk.fail_at(disk.operations() + step);
            let written = write_atomically(&disk, Path::new(PATH), &[7; 2000]);
            disk.crash(loss);
            let found = read(&disk).expect("one of them is there");
            assert!(found == b"old" || found == [7; 2000], "torn at step {step}, {loss:?}");
            if written.is_ok() {
                assert_eq!(found, [7; 2000], "acknowledged but lost at step {step}, {loss:?}");
                break;
            }
        }
    }
}

#[test]
fn bytes_without_sync_and_names_without_sync_vanish() {
    let disk = MemoryDisk::new();
    let path = Path::new(PATH);
    let file = disk.create(path).expect("creates");
    file.write_at(b"abc", 0).expect("writes");
    file.sync().expect("syncs");
    disk.crash(Loss::Everything);
    assert_eq!(read(&disk), None, "the name was never synced");

    let file = disk.create(path).expect("creates");
    disk.sync_dir(Path::new("/data")).expect("syncs");
    file.write_at(b"abc", 0).expect("writes");
    disk.crash(Loss::Everything);
    assert_eq!(read(&disk), Some(Vec::new()), "the bytes were never synced");
    assert!(file.len().is_err(), "an old handle is dead");
}

#[test]
fn a_full_disk_takes_what_fits_and_refuses() {
    let disk = MemoryDisk::new();
    disk.set_capacity(Some(5));
    let file = disk.create(Path::new(PATH)).expect("creates");
    let refused = file.write_at(&[1; 8], 0).expect_err("full");
    assert!(Failure::of(Attempt::Write, Path::new(PATH))(refused).is_out_of_space());
    assert_eq!(file.len().expect("measures"), 5);
    disk.set_capacity(None);
    file.write_at(&[1; 8], 0).expect("fits now");
}

#[test]
fn a_failed_sync_is_never_taken_for_a_full_disk() {
    let failure = Failure::of(Attempt::Sync, Path::new(PATH))(io::ErrorKind::StorageFull.into());
    assert!(failure.is_failed_sync() && !failure.is_out_of_space());
    assert_eq!(failure.to_string(), "sync '/data/identity'");
}

#[test]
fn a_folder_that_could_not_be_made_may_be_a_failed_sync_unless_the_disk_is_full() {
    let of = |attempt, kind: io::ErrorKind| Failure::of(attempt, Path::new(PATH))(kind.into());
    assert!(of(Attempt::Create, io::ErrorKind::Other).may_be_failed_sync());
    assert!(of(Attempt::Sync, io::ErrorKind::Other).may_be_failed_sync());
    assert!(!of(Attempt::Create, io::ErrorKind::StorageFull).may_be_failed_sync());
    assert!(!of(Attempt::Write, io::ErrorKind::Other).may_be_failed_sync());
}

#[test]
fn the_real_disk_does_the_same_as_the_simulated_one() {
    fn story<D: Disk>(disk: &D, dir: &Path) {
        let nested = dir.join("a/b");
        disk.create_dir_all(&nested).expect("makes folders");
        assert_eq!(disk.list(&nested).expect("lists"), Vec::<String>::new());
        let path = nested.join("file");
        write_atomically(disk, &path, b"0123456789").expect("writes");
        let file = disk.open(&path).expect("opens");
        file.set_len(12).expect("extends");
        let mut buffer = [9; 8];
        assert_eq!(file.read_at(&mut buffer, 8).expect("reads"), 4);
        assert_eq!(&buffer[..4], b"89\0\0");
        assert_eq!(disk.list(&nested).expect("lists"), ["file"]);
        let read_only = disk.open_read(&path).expect("opens");
        assert!(read_only.write_at(b"x", 0).is_err());
        disk.remove(&path).expect("removes");
        assert_eq!(disk.open(&path).expect_err("gone").kind(), io::ErrorKind::NotFound);
        assert!(disk.list(&dir.join("nowhere")).expect("lists").is_empty());
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    story(&RealDisk, folder.path());
    story(&MemoryDisk::new(), Path::new("/memory"));
}

//! Shows a [`Disk`] to processes through FUSE.
//!
//! Needs root and `/dev/fuse`. The kernel passes every write on at once, so the page cache that
//! matters is the disk's own.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use fuser::{
    BackgroundSession, BsdFileFlags, Config, Errno, FileAttr, FileHandle, FileType, Filesystem,
    FopenFlags, Generation, INodeNo, LockOwner, MountOption, OpenFlags, RenameFlags, ReplyAttr,
    ReplyCreate, ReplyData, ReplyDirectory, ReplyEmpty, ReplyEntry, ReplyOpen, ReplyStatfs,
    ReplyWrite, Request, TimeOrNow, WriteFlags,
};
use parking_lot::{Condvar, Mutex};

use super::disk::{Disk, Kind, Refusal};

/// How long the kernel may trust what it knows; nobody but it changes the disk.
const TRUST: Duration = Duration::from_mins(1);

/// When something goes wrong, counted in calls that change or sync something.
#[derive(Debug, Clone, Copy, Default)]
pub struct Faults {
    /// The power goes before this call is carried out, counted from 1.
    pub cut_at: Option<u64>,
    /// This call that syncs a file fails, counted from 1.
    pub fail_sync_at: Option<u64>,
}

/// What the disk had to do.
#[derive(Debug, Clone, Copy, Default)]
pub struct Calls {
    /// Calls that change or sync something.
    pub changes: u64,
    /// Calls that sync a file.
    pub syncs: u64,
}

/// A disk in use. Dropping it takes the mount away and the disk with it.
#[derive(Debug)]
pub struct Mounted {
    shared: Arc<Shared>,
    session: Option<BackgroundSession>,
    folder: PathBuf,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    disk: Disk,
    faults: Faults,
    calls: Calls,
    dark: bool,
}

impl Mounted {
    /// Mounts a disk on an empty folder.
    ///
    /// # Errors
    ///
    /// The kernel's answer, where this process may not mount or FUSE is missing.
    pub fn new(disk: Disk, folder: &Path, faults: Faults) -> io::Result<Self> {
        let state = State { disk, faults, calls: Calls::default(), dark: false };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let mut config = Config::default();
        config.mount_options = vec![MountOption::FSName("powerfs".into())];
        let session = fuser::spawn_mount(Served { shared: shared.clone() }, folder, &config)?;
        Ok(Self { shared, session: Some(session), folder: folder.to_path_buf() })
    }

    /// Waits until the cut of [`Faults::cut_at`] has come; false if it did not in time.
    pub fn wait_for_cut(&self, patience: Duration) -> bool {
        let mut state = self.shared.state.lock();
        while !state.dark {
            if self.shared.changed.wait_for(&mut state, patience).timed_out() {
                return state.dark;
            }
        }
        true
    }

    /// Where the disk is mounted.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the sync of [`Faults::fail_sync_at`] has failed.
    pub fn sync_failed(&self) -> bool {
        let state = self.shared.state.lock();
        state.faults.fail_sync_at.is_some_and(|at| state.calls.syncs >= at)
    }

    /// What the disk had to do so far.
    pub fn calls(&self) -> Calls {
        self.shared.state.lock().calls
    }

    /// Makes every further call fail, as a cut does.
    pub fn cut(&self) {
        self.shared.state.lock().dark = true;
        self.shared.changed.notify_all();
    }

    /// Takes the mount away and returns the disk with its cache, as if only processes had died.
    ///
    /// # Errors
    ///
    /// The kernel's answer, if a process still uses the mount.
    pub fn unmount(mut self) -> io::Result<Disk> {
        if let Some(session) = self.session.take() {
            match session.umount_and_join() {
                // The kernel hangs up on a call that a killed process did not wait for.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                ended => ended?,
            }
        }
        Ok(self.shared.state.lock().disk.clone())
    }
}

struct Served {
    shared: Arc<Shared>,
}

impl Served {
    /// Carries out a call that only reads.
    fn look<T>(&self, call: impl FnOnce(&Disk) -> Result<T, Refusal>) -> Result<T, Errno> {
        let state = self.shared.state.lock();
        if state.dark {
            return Err(Errno::EIO);
        }
        call(&state.disk).map_err(errno)
    }

    /// Carries out a call that changes something, unless the power goes just before it.
    fn change<T>(&self, call: impl FnOnce(&mut Disk) -> Result<T, Refusal>) -> Result<T, Errno> {
        let mut state = self.shared.state.lock();
        self.count(&mut state)?;
        call(&mut state.disk).map_err(errno)
    }

    fn count(&self, state: &mut State) -> Result<(), Errno> {
        if state.dark {
            return Err(Errno::EIO);
        }
        state.calls.changes += 1;
        if state.faults.cut_at == Some(state.calls.changes) {
            state.dark = true;
            self.shared.changed.notify_all();
            return Err(Errno::EIO);
        }
        Ok(())
    }

    fn sync(&self, inode: u64) -> Result<(), Errno> {
        let mut state = self.shared.state.lock();
        self.count(&mut state)?;
        state.calls.syncs += 1;
        let fails = state.faults.fail_sync_at == Some(state.calls.syncs);
        let file = state.disk.file_mut(inode).map_err(errno)?;
        if fails {
            file.fail_sync();
            return Err(Errno::EIO);
        }
        file.sync();
        Ok(())
    }

    fn attributes(&self, inode: u64) -> Result<FileAttr, Errno> {
        self.look(|disk| disk.kind(inode)).map(|kind| attributes(inode, kind))
    }

    fn create_node(&self, folder: u64, name: &OsStr, kind: Kind) -> Result<FileAttr, Errno> {
        self.change(|disk| disk.create(folder, name, kind)).map(|inode| attributes(inode, kind))
    }
}

fn errno(refusal: Refusal) -> Errno {
    match refusal {
        Refusal::Missing => Errno::ENOENT,
        Refusal::Taken => Errno::EEXIST,
        Refusal::IsFolder => Errno::EISDIR,
        Refusal::IsFile => Errno::ENOTDIR,
        Refusal::NotEmpty => Errno::ENOTEMPTY,
    }
}

fn attributes(inode: u64, kind: Kind) -> FileAttr {
    let (size, kind, perm, nlink) = match kind {
        Kind::File(size) => (size as u64, FileType::RegularFile, 0o644, 1),
        Kind::Folder => (0, FileType::Directory, 0o755, 2),
    };
    FileAttr {
        ino: INodeNo(inode),
        size,
        blocks: size.div_ceil(512),
        atime: SystemTime::UNIX_EPOCH,
        mtime: SystemTime::UNIX_EPOCH,
        ctime: SystemTime::UNIX_EPOCH,
        crtime: SystemTime::UNIX_EPOCH,
        kind,
        perm,
        nlink,
        uid: 0,
        gid: 0,
        rdev: 0,
        blksize: 4096,
        flags: 0,
    }
}

/// File offsets of the model fit in memory.
fn length(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

fn answer_empty(result: Result<(), Errno>, reply: ReplyEmpty) {
    match result {
        Ok(()) => reply.ok(),
        Err(error) => reply.error(error),
    }
}

fn answer_entry(result: Result<FileAttr, Errno>, reply: ReplyEntry) {
    match result {
        Ok(attributes) => reply.entry(&TRUST, &attributes, Generation(0)),
        Err(error) => reply.error(error),
    }
}

impl Filesystem for Served {
    fn lookup(&self, _req: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        let found = self.look(|disk| disk.find(parent.0, name));
        answer_entry(found.and_then(|inode| self.attributes(inode)), reply);
    }

    fn getattr(&self, _req: &Request, ino: INodeNo, _fh: Option<FileHandle>, reply: ReplyAttr) {
        match self.attributes(ino.0) {
            Ok(attributes) => reply.attr(&TRUST, &attributes),
            Err(error) => reply.error(error),
        }
    }

    fn setattr(
        &self,
        _req: &Request,
        ino: INodeNo,
        _mode: Option<u32>,
        _uid: Option<u32>,
        _gid: Option<u32>,
        size: Option<u64>,
        _atime: Option<TimeOrNow>,
        _mtime: Option<TimeOrNow>,
        _ctime: Option<SystemTime>,
        _fh: Option<FileHandle>,
        _crtime: Option<SystemTime>,
        _chgtime: Option<SystemTime>,
        _bkuptime: Option<SystemTime>,
        _flags: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let changed = match size {
            Some(size) => self.change(|disk| {
                disk.file_mut(ino.0)?.set_len(length(size));
                Ok(())
            }),
            None => Ok(()),
        };
        match changed.and_then(|()| self.attributes(ino.0)) {
            Ok(attributes) => reply.attr(&TRUST, &attributes),
            Err(error) => reply.error(error),
        }
    }

    fn mkdir(
        &self,
        _req: &Request,
        parent: INodeNo,
        name: &OsStr,
        _mode: u32,
        _umask: u32,
        reply: ReplyEntry,
    ) {
        answer_entry(self.create_node(parent.0, name, Kind::Folder), reply);
    }

    fn create(
        &self,
        _req: &Request,
        parent: INodeNo,
        name: &OsStr,
        _mode: u32,
        _umask: u32,
        _flags: i32,
        reply: ReplyCreate,
    ) {
        match self.create_node(parent.0, name, Kind::File(0)) {
            Ok(attributes) => reply.created(
                &TRUST,
                &attributes,
                Generation(0),
                FileHandle(0),
                FopenFlags::empty(),
            ),
            Err(error) => reply.error(error),
        }
    }

    fn unlink(&self, _req: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        answer_empty(self.change(|disk| disk.unlink(parent.0, name)), reply);
    }

    fn rmdir(&self, _req: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        answer_empty(self.change(|disk| disk.remove_folder(parent.0, name)), reply);
    }

    fn rename(
        &self,
        _req: &Request,
        parent: INodeNo,
        name: &OsStr,
        newparent: INodeNo,
        newname: &OsStr,
        flags: RenameFlags,
        reply: ReplyEmpty,
    ) {
        if !flags.is_empty() {
            return reply.error(Errno::EINVAL);
        }
        let renamed = self.change(|disk| disk.rename((parent.0, name), (newparent.0, newname)));
        answer_empty(renamed, reply);
    }

    fn link(
        &self,
        _req: &Request,
        ino: INodeNo,
        newparent: INodeNo,
        newname: &OsStr,
        reply: ReplyEntry,
    ) {
        let linked = self.change(|disk| disk.link(ino.0, newparent.0, newname));
        answer_entry(linked.and_then(|()| self.attributes(ino.0)), reply);
    }

    fn open(&self, _req: &Request, ino: INodeNo, _flags: OpenFlags, reply: ReplyOpen) {
        match self.look(|disk| disk.file(ino.0).map(|_| ())) {
            Ok(()) => reply.opened(FileHandle(0), FopenFlags::empty()),
            Err(error) => reply.error(error),
        }
    }

    fn read(
        &self,
        _req: &Request,
        ino: INodeNo,
        _fh: FileHandle,
        offset: u64,
        size: u32,
        _flags: OpenFlags,
        _lock_owner: Option<LockOwner>,
        reply: ReplyData,
    ) {
        let read = self.look(|disk| {
            let file = disk.file(ino.0)?;
            Ok(file.read(length(offset), length(u64::from(size))).to_vec())
        });
        match read {
            Ok(bytes) => reply.data(&bytes),
            Err(error) => reply.error(error),
        }
    }

    fn write(
        &self,
        _req: &Request,
        ino: INodeNo,
        _fh: FileHandle,
        offset: u64,
        data: &[u8],
        _write_flags: WriteFlags,
        _flags: OpenFlags,
        _lock_owner: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        let written = self.change(|disk| {
            disk.file_mut(ino.0)?.write(length(offset), data);
            Ok(())
        });
        match (written, u32::try_from(data.len())) {
            (Ok(()), Ok(size)) => reply.written(size),
            (Ok(()), Err(_)) => reply.error(Errno::EFBIG),
            (Err(error), _) => reply.error(error),
        }
    }

    fn fallocate(
        &self,
        _req: &Request,
        ino: INodeNo,
        _fh: FileHandle,
        offset: u64,
        size: u64,
        mode: i32,
        reply: ReplyEmpty,
    ) {
        if mode != 0 {
            return reply.error(Errno::EOPNOTSUPP);
        }
        let extended = self.change(|disk| {
            let file = disk.file_mut(ino.0)?;
            let end = length(offset.saturating_add(size));
            if end > file.len() {
                file.set_len(end);
            }
            Ok(())
        });
        answer_empty(extended, reply);
    }

    fn flush(
        &self,
        _req: &Request,
        _ino: INodeNo,
        _fh: FileHandle,
        _lock_owner: LockOwner,
        reply: ReplyEmpty,
    ) {
        reply.ok();
    }

    fn fsync(
        &self,
        _req: &Request,
        ino: INodeNo,
        _fh: FileHandle,
        _datasync: bool,
        reply: ReplyEmpty,
    ) {
        answer_empty(self.sync(ino.0), reply);
    }

    fn fsyncdir(
        &self,
        _req: &Request,
        ino: INodeNo,
        _fh: FileHandle,
        _datasync: bool,
        reply: ReplyEmpty,
    ) {
        let synced = self.change(|disk| {
            disk.sync_folder(ino.0);
            Ok(())
        });
        answer_empty(synced, reply);
    }

    fn readdir(
        &self,
        _req: &Request,
        ino: INodeNo,
        _fh: FileHandle,
        offset: u64,
        mut reply: ReplyDirectory,
    ) {
        let entries = match self.look(|disk| {
            let named = disk.list(ino.0)?;
            named.into_iter().map(|(name, inode)| Ok((name, inode, disk.kind(inode)?))).collect()
        }) {
            Ok(entries) => entries,
            Err(error) => return reply.error(error),
        };
        let entries: Vec<_> = entries;
        for (at, (name, inode, kind)) in entries.into_iter().enumerate().skip(length(offset)) {
            let kind = match kind {
                Kind::File(_) => FileType::RegularFile,
                Kind::Folder => FileType::Directory,
            };
            if reply.add(INodeNo(inode), at as u64 + 1, kind, name) {
                break;
            }
        }
        reply.ok();
    }

    fn statfs(&self, _req: &Request, _ino: INodeNo, reply: ReplyStatfs) {
        // Plenty of space: free-space checks must not stop what is tested here.
        let blocks = 1 << 24;
        reply.statfs(blocks, blocks, blocks, 1 << 20, 1 << 20, 4096, 255, 4096);
    }
}

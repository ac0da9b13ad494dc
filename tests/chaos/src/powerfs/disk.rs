//! The model of a disk behind a cache: files, folders, and what a power cut leaves of them.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::file::File;
use super::names::Names;
use draw::Random;

/// The inode of the root folder.
pub const ROOT: u64 = 1;

/// A disk and its cache.
#[derive(Debug, Clone)]
pub struct Disk {
    nodes: BTreeMap<u64, Node>,
    names: Names,
    next: u64,
}

#[derive(Debug, Clone)]
enum Node {
    File(File),
    Folder,
}

/// Why a call on the disk fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such name or inode.
    Missing,
    /// The name is taken.
    Taken,
    /// A file was expected.
    IsFolder,
    /// A folder was expected.
    IsFile,
    /// The folder has entries.
    NotEmpty,
}

/// What an inode is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file of this many bytes.
    File(usize),
    /// A folder.
    Folder,
}

impl Default for Disk {
    fn default() -> Self {
        let mut names = Names::default();
        names.add_folder(ROOT);
        Self { nodes: BTreeMap::from([(ROOT, Node::Folder)]), names, next: ROOT + 1 }
    }
}

impl Disk {
    /// What an inode is.
    ///
    /// # Errors
    ///
    /// [`Refusal::Missing`] if there is none.
    pub fn kind(&self, inode: u64) -> Result<Kind, Refusal> {
        match self.nodes.get(&inode).ok_or(Refusal::Missing)? {
            Node::File(file) => Ok(Kind::File(file.len())),
            Node::Folder => Ok(Kind::Folder),
        }
    }

    pub(super) fn find(&self, folder: u64, name: &OsStr) -> Result<u64, Refusal> {
        self.names.find(folder, name).ok_or(Refusal::Missing)
    }

    pub(super) fn list(&self, folder: u64) -> Result<Vec<(OsString, u64)>, Refusal> {
        let names = self.names.folder(folder).ok_or(Refusal::IsFile)?;
        Ok(names.iter().map(|(name, inode)| (name.clone(), *inode)).collect())
    }

    pub(super) fn create(&mut self, folder: u64, name: &OsStr, kind: Kind) -> Result<u64, Refusal> {
        self.names.folder(folder).ok_or(Refusal::IsFile)?;
        if self.names.find(folder, name).is_some() {
            return Err(Refusal::Taken);
        }
        let inode = self.next;
        self.next += 1;
        match kind {
            Kind::File(_) => {
                self.nodes.insert(inode, Node::File(File::default()));
            }
            Kind::Folder => {
                self.nodes.insert(inode, Node::Folder);
                self.names.add_folder(inode);
            }
        }
        self.names.change(&[(folder, name, Some(inode))]);
        Ok(inode)
    }

    pub(super) fn link(&mut self, inode: u64, folder: u64, name: &OsStr) -> Result<(), Refusal> {
        if self.names.find(folder, name).is_some() {
            return Err(Refusal::Taken);
        }
        self.names.change(&[(folder, name, Some(inode))]);
        Ok(())
    }

    pub(super) fn unlink(&mut self, folder: u64, name: &OsStr) -> Result<(), Refusal> {
        let inode = self.find(folder, name)?;
        if self.kind(inode)? == Kind::Folder {
            return Err(Refusal::IsFolder);
        }
        self.names.change(&[(folder, name, None)]);
        Ok(())
    }

    pub(super) fn remove_folder(&mut self, folder: u64, name: &OsStr) -> Result<(), Refusal> {
        let inode = self.find(folder, name)?;
        match self.names.folder(inode) {
            None => Err(Refusal::IsFile),
            Some(names) if !names.is_empty() => Err(Refusal::NotEmpty),
            Some(_) => {
                self.names.change(&[(folder, name, None)]);
                Ok(())
            }
        }
    }

    pub(super) fn rename(&mut self, from: (u64, &OsStr), to: (u64, &OsStr)) -> Result<(), Refusal> {
        let inode = self.find(from.0, from.1)?;
        if let Some(replaced) = self.names.find(to.0, to.1)
            && self.names.folder(replaced).is_some_and(|it| !it.is_empty())
        {
            return Err(Refusal::NotEmpty);
        }
        if from != to {
            self.names.change(&[(from.0, from.1, None), (to.0, to.1, Some(inode))]);
        }
        Ok(())
    }

    pub(super) fn file(&self, inode: u64) -> Result<&File, Refusal> {
        match self.nodes.get(&inode).ok_or(Refusal::Missing)? {
            Node::File(file) => Ok(file),
            Node::Folder => Err(Refusal::IsFolder),
        }
    }

    pub(super) fn file_mut(&mut self, inode: u64) -> Result<&mut File, Refusal> {
        match self.nodes.get_mut(&inode).ok_or(Refusal::Missing)? {
            Node::File(file) => Ok(file),
            Node::Folder => Err(Refusal::IsFolder),
        }
    }

    pub(super) fn sync_folder(&mut self, folder: u64) {
        self.names.sync(folder);
    }

    /// Where an inode is, from the root; empty for the root and for what has no name.
    pub(super) fn path(&self, inode: u64) -> PathBuf {
        self.names.path(inode)
    }

    /// Whether anything was ever made on it.
    pub fn has_files(&self) -> bool {
        self.nodes.len() > 1
    }

    /// Writes all that processes see on this disk to a folder of another one.
    ///
    /// # Errors
    ///
    /// That folder's.
    pub fn write_to(&self, folder: &Path) -> io::Result<()> {
        self.write_folder(ROOT, folder)
    }

    /// The same for one folder of this disk, by its path from the root. One that is not there is
    /// empty.
    ///
    /// # Errors
    ///
    /// That folder's.
    pub fn write_part_to(&self, part: &Path, folder: &Path) -> io::Result<()> {
        let mut inode = Some(ROOT);
        for name in part {
            inode = inode.and_then(|it| self.names.find(it, name));
        }
        inode.map_or(Ok(()), |it| self.write_folder(it, folder))
    }

    fn write_folder(&self, inode: u64, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        for (name, inode) in self.names.folder(inode).into_iter().flatten() {
            let path = folder.join(name);
            match self.nodes.get(inode) {
                Some(Node::File(file)) => fs::write(path, file.read(0, file.len()))?,
                Some(Node::Folder) => self.write_folder(*inode, &path)?,
                None => {}
            }
        }
        Ok(())
    }

    /// How many writes and name changes would be at stake in a cut.
    pub fn unsynced(&self) -> usize {
        let writes: usize = self
            .nodes
            .values()
            .map(|node| match node {
                Node::File(file) => file.unsynced(),
                Node::Folder => 0,
            })
            .sum();
        writes + self.names.unsynced()
    }

    /// What a power cut leaves. Between cuts the share that survives varies from nothing to all,
    /// because different bugs need different ones.
    #[must_use]
    pub fn after_cut(&self, random: &mut Random) -> Self {
        let kept = random.one_of(&[0, 20, 50, 80, 95, 100]);
        let nodes = self.with_files(|file| file.after_cut(kept, random));
        Self::of(nodes, self.names.after_cut(kept, random), self.next)
    }

    /// What a power cut leaves of which nothing unsynced survives.
    #[must_use]
    pub fn after_worst_cut(&self) -> Self {
        let nodes = self.with_files(File::after_worst_cut);
        Self::of(nodes, self.names.after_worst_cut(), self.next)
    }

    fn with_files(&self, mut file: impl FnMut(&File) -> File) -> BTreeMap<u64, Node> {
        let nodes = self.nodes.iter().map(|(inode, node)| {
            let node = match node {
                Node::File(it) => Node::File(file(it)),
                Node::Folder => Node::Folder,
            };
            (*inode, node)
        });
        nodes.collect()
    }

    fn of(nodes: BTreeMap<u64, Node>, names: Names, next: u64) -> Self {
        let mut disk = Self { nodes, names, next };
        disk.drop_unreachable();
        disk
    }

    fn drop_unreachable(&mut self) {
        let mut reached = BTreeMap::new();
        let mut waiting = vec![ROOT];
        while let Some(inode) = waiting.pop() {
            if let Some(node) = self.nodes.remove(&inode) {
                reached.insert(inode, node);
                waiting.extend(self.names.folder(inode).into_iter().flat_map(BTreeMap::values));
            }
        }
        self.nodes = reached;
    }
}

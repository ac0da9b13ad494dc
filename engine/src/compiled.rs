//! Compiled files, within a bound of bytes: what is held of them, and what is still to compile.
//!
//! ```text
//! before the log: deployment ─▶ Compiled ─offer─▶┐
//! beside apply:   Uncompiled ─▶ Compiled ─offer─▶├─▶ Files ─▶ Graphs, Models ─▶ apply
//! in apply, when neither was in time: compile ──▶┘
//! ```
//!
//! It is no state: what is held decides nothing but speed, and replicas hold different files.

mod files;

pub(crate) use files::{Files, Held};

use record::{Deploy, DeployedResource};
use std::sync::Arc;

/// What a compiled file is made from, by which it is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// MD5 of the file, then of the files that it imports, directly or not, in ascending order.
    checksums: Vec<[u8; 16]>,
    /// The size of all of them.
    bytes: usize,
}

impl Source {
    /// A file by the MD5 and the size in bytes, and those of the files that it imports, directly
    /// or not.
    pub fn new(
        (checksum, bytes): ([u8; 16], usize),
        imported: impl IntoIterator<Item = ([u8; 16], usize)>,
    ) -> Self {
        let mut source = Self { checksums: vec![checksum], bytes };
        for (checksum, bytes) in imported {
            source.checksums.push(checksum);
            source.bytes += bytes;
        }
        source.checksums[1..].sort_unstable();
        source
    }
}

/// A file that was compiled outside `apply`.
#[derive(Debug, Clone)]
pub enum Compiled {
    /// The processes of a BPMN file.
    Processes(Source, Arc<bpmn::Resource>),
    /// The decisions of a DMN file.
    Decisions(Source, Arc<dmn::Model>),
}

/// A deployed file that is not compiled.
#[derive(Debug, Clone)]
pub enum Uncompiled {
    /// A BPMN file.
    Processes(Source, Arc<[u8]>),
    /// A DMN file, and behind it those that it imports.
    Decisions(Source, Vec<Arc<[u8]>>),
}

impl Uncompiled {
    /// Compiles it, which takes up to half a second for a megabyte.
    ///
    /// `None` if this binary cannot read it; the engine says so when it needs it.
    pub fn compile(self) -> Option<Compiled> {
        Some(match self {
            Self::Processes(source, file) => {
                Compiled::Processes(source, Arc::new(bpmn::compile_accepted(&file).ok()?))
            }
            Self::Decisions(source, files) => {
                let files = files.iter().map(|it| dmn::File { resource_name: "", bytes: it });
                let files: Vec<_> = files.collect();
                // The results are in the order of the files.
                let model = dmn::compile_all_accepted(&files).ok()?.into_iter().next()?;
                Compiled::Decisions(source, Arc::new(model))
            }
        })
    }

    pub(crate) fn source(&self) -> &Source {
        match self {
            Self::Processes(source, _) | Self::Decisions(source, _) => source,
        }
    }
}

/// The checksum of a file in the state or in a command.
pub(crate) fn checksum(of: &[u8]) -> Option<[u8; 16]> {
    of.try_into().ok()
}

/// Gives up the places of files whose deployment is over, however it ended.
pub(crate) fn settle<T, U>(deploy: &Deploy, graphs: &mut Files<T>, models: &mut Files<U>) {
    for it in deploy.resources.iter().filter_map(|it| checksum(&it.checksum)) {
        graphs.settle(it);
        models.settle(it);
    }
}

/// True if a file of a deployment is neither among the graphs nor among the models it belongs to.
pub(crate) fn lacks<T, U>(deploy: &Deploy, graphs: &Files<T>, models: &Files<U>) -> bool {
    let is_lacking = |it: &DeployedResource| {
        let Some(checksum) = checksum(&it.checksum) else { return false };
        (!it.processes.is_empty() && !graphs.has_checksum(checksum))
            || (it.requirements.is_some() && !models.has_checksum(checksum))
    };
    deploy.resources.iter().any(is_lacking)
}

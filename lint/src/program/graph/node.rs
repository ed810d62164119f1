//! What the graph consists of: functions, and how they use each other.

use crate::program::{
    called_by::CalledBy,
    line::{Line, Own},
};

pub(crate) type NodeId = usize;

/// A function.
#[derive(Debug)]
pub(crate) struct Node {
    /// Without hashes and arguments.
    pub(crate) name: String,
    /// Its place in the source, if it belongs to the package.
    pub(crate) own: Option<Own>,
    pub(crate) calls: Vec<Edge>,
    /// Whether only the body of `main` calls it, directly or not.
    pub(crate) only_from_main: bool,
    pub(crate) called_by: CalledBy,
    /// Whether it calls through a pointer that it was given.
    pub(crate) calls_pointers: bool,
}

impl Node {
    /// Whether calls are followed from here.
    pub(crate) fn is_root(&self) -> bool {
        matches!(self.called_by, CalledBy::Tasks | CalledBy::CallsBack)
    }
}

/// A call, or the place where a function was inlined.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Edge {
    pub(crate) to: NodeId,
    pub(crate) line: Option<Line>,
    pub(crate) how: How,
}

/// How one function uses another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum How {
    Calls,
    /// Code of the package takes its address. Code that has the address may call it.
    TakesAddress,
}

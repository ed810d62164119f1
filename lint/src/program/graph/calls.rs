//! The calls that are found, until they are edges of the graph.

use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashSet};

use super::node::{Edge, How, Node, NodeId};
use crate::program::line::{Line, Location, resolved};

/// The calls of each node.
#[derive(Debug, Default)]
pub(super) struct FoundCalls<'a> {
    of: Vec<Vec<FoundCall<'a>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct FoundCall<'a> {
    to: NodeId,
    place: Option<Location<'a>>,
    how: How,
}

impl<'a> FoundCalls<'a> {
    pub(super) fn add(&mut self, from: NodeId, to: NodeId, place: Option<Location<'a>>, how: How) {
        if self.of.len() <= from {
            self.of.resize_with(from + 1, Vec::new);
        }
        self.of[from].push(FoundCall { to, place, how });
    }

    /// Each call is one edge, however often it is there.
    pub(super) fn put_into(self, nodes: &mut [Node]) {
        let mut files: HashMap<&str, PathBuf> = HashMap::default();
        let mut line = |place: Location<'a>| {
            let path = files.entry(place.file);
            let path = path.or_insert_with(|| resolved(Path::new(place.file)));
            Line {
                file: path.clone(),
                line: place.line,
            }
        };
        for (node, calls) in nodes.iter_mut().zip(self.of) {
            let mut seen = HashSet::default();
            let once = calls.into_iter().filter(|call| seen.insert(*call));
            node.calls = once
                .map(|call| Edge {
                    to: call.to,
                    line: call.place.map(&mut line),
                    how: call.how,
                })
                .collect();
        }
    }
}

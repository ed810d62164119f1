//! What a cluster is in this program: its functions, and how it is printed.

use std::fmt;

use tokio_offload_remote::{Function, Table, table};

use super::Cluster;
use crate::release::{self, Release, release};

impl Cluster {
    /// The functions of this program that run here.
    pub(crate) fn own(&self) -> &Release {
        let functions = || table().map(|table: &Table| table.of(self.name));
        self.own
            .get_or_init(|| release(functions().unwrap_or_default(), self.version, self.shards))
    }

    /// The hash that identifies the types of a function here.
    pub(crate) fn fingerprint_of(&self, function: &Function) -> u64 {
        release::fingerprint(function, self.version)
    }
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster")
            .field("name", &self.name)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

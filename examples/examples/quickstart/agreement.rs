//! Whether the three ways computed the same checksums.

use std::{
    array,
    collections::BTreeSet,
    fmt,
    path::{Path, PathBuf},
};

use hmac_sha256::Hash;
use offload_examples::say::path;

use crate::{Digest, measure::Run};

/// The comparison of the results of every way for each file.
pub(crate) struct Agreement<'a> {
    files: &'a [PathBuf],
    /// The first checksum computed of each file.
    digests: Vec<Option<Digest>>,
    differing: BTreeSet<usize>,
    unreadable: BTreeSet<usize>,
}

impl<'a> Agreement<'a> {
    /// Compares all runs.
    pub(crate) fn of(files: &'a [PathBuf], runs: &[Run]) -> Self {
        let mut agreement = Self {
            files,
            digests: vec![None; files.len()],
            differing: BTreeSet::new(),
            unreadable: BTreeSet::new(),
        };
        for (file, outcome) in runs.iter().flat_map(|run| &run.work.first) {
            match outcome {
                Ok(digest) if agreement.digests[*file].get_or_insert(*digest) == digest => {}
                Ok(_) => _ = agreement.differing.insert(*file),
                Err(_) => _ = agreement.unreadable.insert(*file),
            }
        }
        agreement
    }

    /// Whether every file had one checksum all the time.
    pub(crate) fn holds(&self) -> bool {
        self.differing.is_empty() && self.unreadable.is_empty()
    }

    /// One checksum of all checksums, to compare two runs of this program.
    fn summary(&self) -> u64 {
        let mut hasher = Hash::new();
        for digest in self.digests.iter().flatten() {
            hasher.update(digest.sha256);
        }
        let digest = hasher.finalize();
        u64::from_be_bytes(array::from_fn(|byte| digest[byte]))
    }

    fn example(&self, files: &BTreeSet<usize>) -> &Path {
        files
            .first()
            .map_or(Path::new(""), |file| &self.files[*file])
    }
}

impl fmt::Display for Agreement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.digests.len();
        if self.holds() {
            let together = self.summary();
            return write!(
                f,
                "The three ways agree on every checksum: {count} of {count} (together: {together:016x})."
            );
        }
        for (files, what) in [
            (&self.differing, "changed between two readings"),
            (&self.unreadable, "could not be read again"),
        ] {
            if !files.is_empty() {
                let (count, example) = (files.len(), self.example(files));
                writeln!(
                    f,
                    "{count} of {} files {what}: {}",
                    self.digests.len(),
                    path(example)
                )?;
            }
        }
        write!(f, "So the three ways do not agree on every checksum.")
    }
}

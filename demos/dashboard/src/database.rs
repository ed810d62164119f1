//! The database that the work fills and queries: `SQLite` on its own thread.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::{Connection, Result, params};
use tokio_offload::{Offload, Owner, offload};

/// A hash of a file's content.
pub(crate) type Digest = [u8; 32];

/// The database of facts about files.
pub(crate) struct Database {
    db: Connection,
}

#[offload(owner = pub(crate) DatabaseHandle)]
impl Database {
    /// Opens the database, or makes it.
    pub(crate) fn open(file: &Path) -> Result<Self> {
        let db = Connection::open(file)?;
        db.execute_batch(
            "CREATE TABLE IF NOT EXISTS file
                (path TEXT PRIMARY KEY, digest BLOB NOT NULL, packed INTEGER)",
        )?;
        // Nothing here must survive a power cut, so nothing has to wait for the disk.
        db.pragma_update(None, "synchronous", "OFF")?;
        Ok(Self { db })
    }

    /// Replaces the facts about these files, all or none.
    pub(crate) fn enter(
        &mut self,
        files: &Arc<[PathBuf]>,
        digests: &[Digest],
        packed: usize,
    ) -> Result<()> {
        let transaction = self.db.transaction()?;
        let enter = "INSERT OR REPLACE INTO file VALUES (?1, ?2, ?3)";
        for (file, digest) in files.iter().zip(digests) {
            let values = params![file.to_string_lossy(), digest, i64::try_from(packed).ok()];
            transaction.prepare_cached(enter)?.execute(values)?;
        }
        transaction.commit()
    }

    /// The number of files whose content another file has too.
    pub(crate) fn duplicates(&self) -> Result<i64> {
        let ask = "SELECT count(*) FROM file JOIN file AS other USING (digest)
                   WHERE file.path <> other.path";
        self.db.prepare_cached(ask)?.query_row([], |row| row.get(0))
    }
}

impl DatabaseHandle {
    /// Closes the database after the running work, and returns the result.
    pub(crate) fn close(self) -> Offload<Result<()>> {
        Owner::from(self).finish(|database| database.db.close().map_err(|(_, error)| error))
    }
}

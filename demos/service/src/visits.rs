//! `/visit`: a table in `SQLite`, which waits until the disk has written.

use std::path::Path;

use rusqlite::{Connection, Result};
use tokio_offload::{Offload, Owner, offload};

/// Who came how often.
pub(crate) struct Visits {
    db: Connection,
}

#[offload(owner = pub(crate) VisitsHandle)]
impl Visits {
    /// Opens the database, or makes it.
    pub(crate) fn open(file: &Path) -> Result<Self> {
        // offload-lint: allow(embedded-database): `Way::Blocking` shows what it costs.
        let db = Connection::open(file)?;
        // offload-lint: allow(embedded-database): `Way::Blocking` shows what it costs.
        db.execute_batch(
            "CREATE TABLE IF NOT EXISTS visitor (name TEXT PRIMARY KEY, visits INTEGER NOT NULL)",
        )?;
        Ok(Self { db })
    }

    /// Counts a visit, and returns the number of visits.
    pub(crate) fn record(&mut self, name: &str) -> Result<i64> {
        let visits = self
            .db
            // offload-lint: allow(embedded-database): `Way::Blocking` shows what it costs.
            .prepare_cached(
                "INSERT INTO visitor VALUES (?1, 1)
                 ON CONFLICT DO UPDATE SET visits = visits + 1 RETURNING visits",
            )?
            // offload-lint: allow(embedded-database): `Way::Blocking` shows what it costs.
            .query_row([name], |row| row.get(0))?;
        tracing::debug!(name, visits, "recorded");
        Ok(visits)
    }
}

impl Visits {
    fn close(self) -> Result<()> {
        self.db.close().map_err(|(_, error)| error)
    }
}

impl VisitsHandle {
    /// Closes the database after the calls that have begun, and returns the result.
    pub(crate) fn close(self) -> Offload<Result<()>> {
        Owner::from(self).finish(Visits::close)
    }
}

//! `rusqlite` on a thread of its own: the accounts, as a plain blocking type and as the handle that async code clones.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, Result, params};
use tokio_offload::{Offload, Owner, offload};

/// The accounts of the users, in a database.
pub(crate) struct Accounts {
    db: Connection,
}

/// How often somebody tried to log in.
#[derive(Debug)]
pub(crate) struct Logins {
    pub(crate) name: String,
    pub(crate) good: i64,
    pub(crate) bad: i64,
}

#[offload(owner = pub(crate) AccountsHandle)]
impl Accounts {
    /// Opens the database, or makes it.
    pub(crate) fn open(file: &Path) -> Result<Self> {
        let db = Connection::open(file)?;
        db.execute_batch(
            "CREATE TABLE IF NOT EXISTS account
                (name TEXT PRIMARY KEY, hash TEXT NOT NULL, good INT DEFAULT 0, bad INT DEFAULT 0)",
        )?;
        Ok(Self { db })
    }

    /// Adds an account, unless the name is taken.
    pub(crate) fn add(&mut self, name: &str, hash: &str) -> Result<bool> {
        let add = "INSERT OR IGNORE INTO account (name, hash) VALUES (?1, ?2)";
        Ok(self.db.execute(add, params![name, hash])? == 1)
    }

    /// The hash of a user's password, if there is such a user.
    pub(crate) fn hash_of(&self, name: &str) -> Result<Option<String>> {
        let find = "SELECT hash FROM account WHERE name = ?1";
        self.db.query_row(find, [name], |row| row.get(0)).optional()
    }

    /// Counts a login, both columns in one statement.
    pub(crate) fn note(&mut self, name: &str, good: bool) -> Result<()> {
        let count = "UPDATE account SET good = good + ?2, bad = bad + NOT ?2 WHERE name = ?1";
        self.db.execute(count, params![name, good]).map(drop)
    }

    /// All accounts by name.
    pub(crate) fn logins(&self) -> Result<Vec<Logins>> {
        let mut all = self
            .db
            .prepare("SELECT name, good, bad FROM account ORDER BY name")?;
        let logins = all.query_map([], |row| {
            Ok(Logins {
                name: row.get(0)?,
                good: row.get(1)?,
                bad: row.get(2)?,
            })
        })?;
        logins.collect()
    }
}

impl AccountsHandle {
    /// Closes the database and returns the result. The file is free afterwards.
    pub(crate) fn close(self) -> Offload<Result<()>> {
        Owner::from(self).finish(|accounts| accounts.db.close().map_err(|(_, error)| error))
    }
}

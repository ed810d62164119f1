//! The database itself: blocking functions of a connection, as they would be without any async.

use std::{
    ffi::OsStr,
    fmt,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use rusqlite::{
    Connection, Result, ToSql, Transaction, params,
    types::{ToSqlOutput, ValueRef},
};

/// The facts about a file.
#[derive(Debug)]
pub(crate) struct FileRow {
    pub(crate) path: PathBuf,
    pub(crate) bytes: i64,
    /// Seconds since 1970.
    pub(crate) modified: Option<i64>,
}

/// Why a file cannot be used as the database.
#[derive(Debug)]
pub(crate) enum OpenError {
    Sqlite(rusqlite::Error),
    /// It has content that is not of this program.
    Foreign,
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(error) => error.fmt(f),
            Self::Foreign => f.write_str("a database of another program, left as it is"),
        }
    }
}

impl FileRow {
    pub(crate) fn new(path: PathBuf, metadata: &std::fs::Metadata) -> Self {
        let since = metadata
            .modified()
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Self {
            path,
            bytes: i64::try_from(metadata.len()).unwrap_or(i64::MAX),
            modified: since.and_then(|since| i64::try_from(since.as_secs()).ok()),
        }
    }
}

/// Opens the database, or makes it, and empties it.
pub(crate) fn open(file: &Path) -> Result<Connection, OpenError> {
    let db = Connection::open(file)?;
    let owner: i32 = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if owner != OURS && tables > 0 {
        return Err(OpenError::Foreign);
    }
    db.pragma_update(None, "application_id", OURS)?;
    db.execute_batch(SCHEMA)?;
    Ok(db)
}

/// Adds files, all or none.
pub(crate) fn insert(db: &mut Connection, files: &[FileRow]) -> Result<()> {
    let transaction = db.transaction()?;
    for file in files {
        insert_one(&transaction, file)?;
    }
    transaction.commit()
}

/// Adds one file to a transaction. Fails if its path is there already.
pub(crate) fn insert_one(transaction: &Transaction<'_>, file: &FileRow) -> Result<()> {
    let kind = file.path.extension().map(OsStr::to_string_lossy);
    transaction
        .prepare_cached("INSERT INTO file (path, kind, bytes, modified) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![
            PathText(&file.path),
            kind,
            file.bytes,
            file.modified
        ])?;
    Ok(())
}

/// Reads a number and writes it back plus one. No other call may run between the two steps.
pub(crate) fn count_visit(db: &mut Connection) -> Result<i64> {
    let transaction = db.transaction()?;
    let visits: i64 = transaction.query_row("SELECT count FROM visit", [], |row| row.get(0))?;
    transaction.execute("UPDATE visit SET count = ?1", [visits + 1])?;
    transaction.commit()?;
    Ok(visits + 1)
}

pub(crate) fn count(db: &Connection) -> Result<usize> {
    db.query_row("SELECT count(*) FROM file", [], |row| row.get(0))
}

/// What `SQLite` finds when it checks every page: `ok`, or what is wrong.
pub(crate) fn integrity(db: &Connection) -> Result<String> {
    db.query_row("PRAGMA integrity_check", [], |row| row.get(0))
}

/// A path as text if it is text, and as its bytes if not, so that none is lost.
struct PathText<'a>(&'a Path);

impl ToSql for PathText<'_> {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        let bytes = self.0.as_os_str().as_encoded_bytes();
        Ok(ToSqlOutput::Borrowed(match self.0.to_str() {
            Some(_) => ValueRef::Text(bytes),
            None => ValueRef::Blob(bytes),
        }))
    }
}

/// Marks a file as one of this program, so that it never drops tables of other programs.
const OURS: i32 = 0x6f66_666c;

const SCHEMA: &str = "
    BEGIN;
    DROP TABLE IF EXISTS file;
    DROP TABLE IF EXISTS visit;
    CREATE TABLE file (path PRIMARY KEY, kind TEXT, bytes INTEGER NOT NULL, modified INTEGER);
    CREATE TABLE visit (count INTEGER NOT NULL);
    INSERT INTO visit VALUES (0);
    COMMIT;";

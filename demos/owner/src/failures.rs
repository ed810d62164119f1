//! Intended failures: an error in the middle of a transaction, and a panic.

use std::{path::PathBuf, time::Instant};

use rusqlite::{Connection, Result};
use tokio_offload::Error;

use crate::{
    Database, Event,
    database::{self, FileRow},
};

/// Both, one after the other. Neither may leave anything behind.
pub(crate) async fn all(db: &Database) -> Result<Vec<Event>> {
    Ok(vec![error(db).await?, panic(db).await?])
}

/// The second row breaks a rule. `?` drops the transaction, which removes the first row again.
async fn error(db: &Database) -> Result<Event> {
    let start = Instant::now();
    let before = db.run(|db| database::count(db)).await?;
    let outcome = db
        .run(|db| database::insert(db, &[new_file(), new_file()]))
        .await;
    let after = db.run(|db| database::count(db)).await?;
    assert_eq!(before, after, "half of a transaction was left");
    let error = outcome.expect_err("no path can be there twice");
    Ok(Event {
        what: "insert the same path twice",
        came: format!("Err: {error}; still {after} rows"),
        took: start.elapsed(),
    })
}

/// The panic goes to the caller, here as a value. The connection stays open, and the transaction is rolled back.
async fn panic(db: &Database) -> Result<Event> {
    let start = Instant::now();
    let before = db.run(|db| database::count(db)).await?;
    let outcome = db.run(insert_and_panic).outcome().await;
    let after = db.run(|db| database::count(db)).await?;
    assert_eq!(before, after, "half of a transaction was left");
    let came = match outcome {
        Err(Error::Panicked(panic)) => panic.message().unwrap_or_default(),
        other => unreachable!("the body panics, but: {other:?}"),
    };
    Ok(Event {
        what: "panic in a transaction",
        came: format!("panic: {came}; still {after} rows"),
        took: start.elapsed(),
    })
}

fn insert_and_panic(db: &mut Connection) -> Result<()> {
    let transaction = db.transaction()?;
    database::insert_one(&transaction, &new_file())?;
    // Unlike `panic!` it prints nothing on stderr, because it is intended.
    std::panic::resume_unwind(Box::new("on purpose"));
}

/// A file that no directory has.
fn new_file() -> FileRow {
    FileRow {
        path: PathBuf::from("/"),
        bytes: 0,
        modified: None,
    }
}

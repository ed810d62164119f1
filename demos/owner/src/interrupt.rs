//! A query that would run for hours, and two ways to stop it.

use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, Result};
use tokio::{sync::oneshot, time::timeout};
use tokio_offload::on_cancel;

use crate::{Database, Event};

/// Both ways, one after the other. Each leaves the connection ready for the next query.
pub(crate) async fn both_ways(db: &Database) -> Result<Vec<Event>> {
    Ok(vec![cancel(db).await?, give_up(db).await?])
}

/// Cancels the call once its body runs, and waits for its end: that of an interrupted query.
async fn cancel(db: &Database) -> Result<Event> {
    let (started, running) = oneshot::channel();
    let call = db.run(|db| count_for_hours(db, started)).start();
    // The body sends it. If it cannot, awaiting the call returns the reason.
    let _ = running.await;
    let start = Instant::now();
    call.cancel();
    let outcome = call.await;
    let code = outcome.err().and_then(|error| error.sqlite_error_code());
    assert_eq!(code, Some(ErrorCode::OperationInterrupted));
    let took = start.elapsed();
    Ok(Event {
        what: "cancel an endless query",
        came: format!("Err: interrupted; the next query says {}", next(db).await?),
        took,
    })
}

/// The usual way: a timeout drops the call, and the body is asked to stop.
async fn give_up(db: &Database) -> Result<Event> {
    let (started, _) = oneshot::channel();
    let patience = Duration::from_millis(50);
    let outcome = timeout(patience, db.run(|db| count_for_hours(db, started))).await;
    assert!(outcome.is_err(), "nobody counts that far in 50 ms");
    let start = Instant::now();
    // Waits behind the interrupted query, so it also shows how long that took to end.
    let next = next(db).await?;
    Ok(Event {
        what: "timeout around an endless query",
        came: format!("nobody waits for it; the next query says {next}"),
        took: start.elapsed(),
    })
}

/// A body that blocks in C code, where it cannot look at `is_cancelled()`.
fn count_for_hours(db: &mut Connection, started: oneshot::Sender<()>) -> Result<i64> {
    // SQLite ignores an interrupt that comes while no query runs. This one runs from here to the end.
    let mut under_way = db.prepare("SELECT 1")?;
    let mut rows = under_way.query([])?;
    rows.next()?;
    let handle = db.get_interrupt_handle();
    // Once this body has ended, the action does not start any more: it cannot interrupt another call's query.
    on_cancel(move || handle.interrupt()).expect("this is a body");
    // The receiver may be gone.
    let _ = started.send(());
    db.query_row(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000000000)
         SELECT max(i) FROM n",
        [],
        |row| row.get(0),
    )
}

async fn next(db: &Database) -> Result<i64> {
    db.run(|db| db.query_row("SELECT 6 * 7", [], |row| row.get(0)))
        .await
}

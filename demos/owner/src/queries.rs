//! Many tasks that use the database at the same time.

use std::time::{Duration, Instant};

use rusqlite::{Connection, Result};
use tokio::task::JoinSet;

use crate::{Database, Event, database};

/// The queries, and how long each task waited for its answer.
pub(crate) struct Answers {
    /// Kind of file, how many there are, and how many bytes they have: those with the most bytes first.
    pub(crate) kinds: Vec<(String, usize, i64)>,
    pub(crate) waits: Vec<Duration>,
    pub(crate) took: Duration,
}

/// Finds out which kinds of files there are, then asks for each of them from tasks of its own.
pub(crate) async fn ask(db: &Database) -> Result<Answers> {
    let kinds = db.run(|db| kinds(db)).await?;
    let start = Instant::now();
    let mut tasks: JoinSet<Result<Duration>> = (0..TASKS)
        .filter_map(|task| kinds.get(task % kinds.len().max(1)).cloned())
        .map(|kind| check(db.clone(), kind))
        .collect();
    let mut waits = Vec::new();
    while let Some(task) = tasks.join_next().await {
        waits.push(task.expect("the checks below hold")?);
    }
    Ok(Answers {
        kinds,
        waits,
        took: start.elapsed(),
    })
}

/// Tasks that each add one to the same number: in the end it must have grown by as many.
pub(crate) async fn count_visits(db: &Database) -> Result<Vec<Event>> {
    let start = Instant::now();
    let mut tasks: JoinSet<_> = (0..TASKS).map(|_| db.run(database::count_visit)).collect();
    let mut most = 0;
    while let Some(task) = tasks.join_next().await {
        most = most.max(task.expect("the body does not panic")?);
    }
    assert_eq!(usize::try_from(most), Ok(TASKS), "a transaction was lost");
    Ok(vec![Event {
        what: "read a number and write it back higher",
        came: format!("{TASKS} tasks, {TASKS} transactions, counted to {most}"),
        took: start.elapsed(),
    }])
}

/// One task: asks for one kind of file, and compares.
async fn check(db: Database, (kind, files, bytes): (String, usize, i64)) -> Result<Duration> {
    let asked = Instant::now();
    let answer = db.run(move |db| one_kind(db, &kind)).await?;
    assert_eq!(answer, (files, bytes), "two answers to one question");
    Ok(asked.elapsed())
}

fn kinds(db: &Connection) -> Result<Vec<(String, usize, i64)>> {
    db.prepare(
        "SELECT ifnull(kind, ''), count(*), sum(bytes) FROM file GROUP BY 1 ORDER BY 3 DESC, 1",
    )?
    .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
    .collect()
}

fn one_kind(db: &Connection, kind: &str) -> Result<(usize, i64)> {
    db.prepare_cached("SELECT count(*), sum(bytes) FROM file WHERE ifnull(kind, '') = ?1")?
        .query_row([kind], |row| Ok((row.get(0)?, row.get(1)?)))
}

const TASKS: usize = 200;

//! A database that belongs to one thread, and any number of async tasks that use it.
//!
//! ```text
//! cargo run --release -p owner                                  # this repository, a database that is removed
//! cargo run --release -p owner -- --database files.db ~/Pictures # keeps it
//! ```
//!
//! The program records a directory tree in `SQLite`, through `rusqlite`, whose functions block and whose connection allows one user at
//! a time. `Owner` gives it a thread. Bodies get `&mut Connection`, in the order of their calls, and return errors with `?`. Look at
//! `database.rs` (plain blocking code) and at `interrupt.rs` (a query that can be cancelled). In the output, look at a transaction that
//! fails and a body that panics: neither leaves anything behind.

use std::{fmt, path::PathBuf, process::ExitCode, time::Duration};

use command::Command;
use offload_examples::{
    say::{complain, path, say},
    scratch::Scratch,
    ticker::Ticker,
};
use rusqlite::Connection;
use tokio::time::sleep;
use tokio_offload::{Owner, run};

mod command;
mod database;
mod failures;
mod import;
mod interrupt;
mod queries;
mod report;

/// The handle, with every operation on the connection. Each task has a clone.
type Database = Owner<Connection>;

/// One thread for all tasks, as in asyncio. Nothing here blocks it.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match record().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            complain("owner", message);
            ExitCode::from(2)
        }
    }
}

async fn record() -> Result<(), String> {
    let Some(Command { dir, database }) = command::parse()? else {
        return Ok(());
    };
    // First of all, because a wrong directory must not empty an existing database.
    import::look_at(&dir)
        .await
        .map_err(|error| format!("{}: {error}", path(&dir)))?;
    let place = Place::of(database).await?;
    let file = place.file.clone();
    // Opened on the thread that uses it. If that fails, it is an error here, and the thread ends.
    let db = Owner::try_spawn(move || database::open(&file))
        .await
        .map_err(|error| format!("{}: {error}", path(&place.file)))?;

    let clock = Ticker::start(TICK);
    sleep(Duration::from_millis(250)).await;
    let alone = clock.stop().await;
    let clock = Ticker::start(TICK);
    let imported = import::import(&db, &dir).await?;
    say(report::imported(&dir, &place.file, &imported));
    use_it(&db).await.map_err(in_words)?;
    let beside = clock.stop().await;
    say(report::clock([
        ("alone", &alone),
        ("beside the database", &beside),
    ]));

    close(db, imported.files).await.map_err(in_words)?;
    say(match place.temporary {
        Some(_) => "Checked and closed; the database was temporary.".to_owned(),
        None => format!("Checked and closed: {}", path(&place.file)),
    });
    Ok(())
}

/// Everything that is done with the filled database.
async fn use_it(db: &Database) -> rusqlite::Result<()> {
    say(report::answers(&queries::ask(db).await?));
    let mut events = queries::count_visits(db).await?;
    events.extend(failures::all(db).await?);
    events.extend(interrupt::both_ways(db).await?);
    say(report::events(&events));
    Ok(())
}

/// Checks the database, and closes the file before it may be removed.
async fn close(db: Database, files: usize) -> rusqlite::Result<()> {
    db.run(move |db| {
        assert_eq!(database::integrity(db)?, "ok");
        assert_eq!(database::count(db)?, files, "a file was lost or came twice");
        // Dropping the last handle would close it too, but later and without an error.
        let db = std::mem::replace(db, Connection::open_in_memory()?);
        db.close().map_err(|(_, error)| error)
    })
    .await
}

/// The path of the database.
struct Place {
    file: PathBuf,
    /// Removed when this is dropped.
    temporary: Option<Scratch>,
}

impl Place {
    async fn of(database: Option<PathBuf>) -> Result<Self, String> {
        if let Some(file) = database {
            return Ok(Self {
                file,
                temporary: None,
            });
        }
        let dir = run(Scratch::new)
            .await
            .map_err(|error| format!("no place for a database: {error}"))?;
        Ok(Self {
            file: dir.path().join("files.db"),
            temporary: Some(dir),
        })
    }
}

fn in_words(error: impl fmt::Display) -> String {
    error.to_string()
}

/// How often the clock should wake.
const TICK: Duration = Duration::from_millis(1);

/// A step and its result.
struct Event {
    what: &'static str,
    came: String,
    took: Duration,
}

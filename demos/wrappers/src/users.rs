//! Users register and log in: hashes on the CPU pool, rows on the thread of the database, all users at once.

use std::{fmt, time::Instant};

use tokio::task::JoinHandle;

use crate::{
    Event,
    accounts::AccountsHandle,
    passwords::{hash, verify},
};

/// Why nobody can register or log in.
#[derive(Debug)]
pub(crate) enum Error {
    Database(rusqlite::Error),
    Hash(argon2::password_hash::Error),
}

/// Users register, one name twice.
pub(crate) async fn register(accounts: &AccountsHandle) -> Result<Vec<Event>, Error> {
    let users = [("ada", "12345"), ("bob", "hunter42"), ("ada", "again")];
    in_order(users.map(|(name, password)| {
        let accounts = accounts.clone();
        tokio::spawn(async move {
            let start = Instant::now();
            let hash = hash(password).await?;
            let came = if accounts.add(name, &hash).await? {
                "welcome"
            } else {
                "the name is taken"
            };
            Ok(Event::new("register", start, format!("{name}: {came}")))
        })
    }))
    .await
}

/// Users log in: with their password, with a wrong one, and with an unknown name.
pub(crate) async fn log_in(accounts: &AccountsHandle) -> Result<Vec<Event>, Error> {
    let users = [("bob", "hunter42"), ("bob", "hunter43"), ("eve", "12345")];
    in_order(users.map(|(name, password)| {
        let accounts = accounts.clone();
        tokio::spawn(async move {
            let start = Instant::now();
            let came = if check(&accounts, name, password).await? {
                "logged in"
            } else {
                "no such name and password"
            };
            Ok(Event::new("log in", start, format!("{name}: {came}")))
        })
    }))
    .await
}

/// An unknown user has to wait as long as the others, or the time would show which names have accounts.
async fn check(accounts: &AccountsHandle, name: &str, password: &str) -> Result<bool, Error> {
    let Some(known) = accounts.hash_of(name).await? else {
        hash(password).await?;
        return Ok(false);
    };
    let good = verify(password, &known).await?;
    accounts.note(name, good).await?;
    Ok(good)
}

/// What the tasks came to, which run at the same time.
async fn in_order<const N: usize>(
    tasks: [JoinHandle<Result<Event, Error>>; N],
) -> Result<Vec<Event>, Error> {
    let mut events = Vec::new();
    for task in tasks {
        events.push(task.await.expect("no task is stopped")?);
    }
    Ok(events)
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<argon2::password_hash::Error> for Error {
    fn from(error: argon2::password_hash::Error) -> Self {
        Self::Hash(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => write!(f, "accounts: {error}"),
            Self::Hash(error) => write!(f, "passwords: {error}"),
        }
    }
}

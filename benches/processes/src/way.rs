//! The ways to have another process do something.

use std::{error::Error, time::Duration};

use crate::scenario::Scenario;

/// One way, with one process.
pub(crate) trait Way {
    fn name(&self) -> Name;

    /// Measures it once: the time of a call. `None` where it has no such thing.
    fn measure(&mut self, scenario: &Scenario) -> Result<Option<Duration>, Box<dyn Error>>;
}

/// The names of the ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// Two processes and a socket pair, nothing else: the floor.
    Socket,
    /// `#[offload(remote = WORKERS)]` on a runtime of two workers.
    Ours,
    /// The same on a runtime of one thread.
    OursOneThread,
    /// `procspawn::Pool`.
    Procspawn,
    /// `concurrent.futures.ProcessPoolExecutor`.
    Executor,
    /// `loky`, the pool of joblib.
    Loky,
    /// `pebble.ProcessPool`.
    Pebble,
}

impl Name {
    pub(crate) const ALL: [Self; 7] = [
        Self::Socket,
        Self::Ours,
        Self::OursOneThread,
        Self::Procspawn,
        Self::Executor,
        Self::Loky,
        Self::Pebble,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Socket => "socket pair",
            Self::Ours => "`remote`",
            Self::OursOneThread => "`remote`, one thread",
            Self::Procspawn => "procspawn",
            Self::Executor => "ProcessPoolExecutor",
            Self::Loky => "loky",
            Self::Pebble => "pebble",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.name() == name)
    }
}

/// The middle one of `calls` times.
pub(crate) fn median<E>(
    calls: usize,
    mut time: impl FnMut() -> Result<Duration, E>,
) -> Result<Option<Duration>, E> {
    let mut times = (0..calls).map(|_| time()).collect::<Result<Vec<_>, E>>()?;
    times.sort_unstable();
    Ok(times.get(times.len() / 2).copied())
}

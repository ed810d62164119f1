//! Warnings about calls that wait long, while they wait (features `stats` and `tracing`).

use std::{
    collections::HashMap,
    io,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, Thread},
    time::Duration,
};

use tracing::{Dispatch, dispatcher};

use crate::{
    meter::{Waits, pools},
    snapshot::{longest_wait, occupants},
};

/// From now on an event warns when a call waits for longer than `limit` in a queue (features `stats` and `tracing`).
///
/// The event has level WARN and target `tokio_offload`, and goes to the subscriber of the thread that called this. It
/// names the pool, the function that waits and for how long, and the functions that occupy the pool. It comes once
/// when the limit is passed, and again each time the wait has doubled. A thread of its own looks at every pool, twice within
/// `limit` and at most a hundred times a second; calls pay nothing for it. `Duration::ZERO` ends it.
///
/// # Errors
///
/// When the system refuses that thread.
pub fn warn_after(limit: Duration) -> io::Result<()> {
    let nanos = u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX);
    LIMIT.store(nanos, Ordering::Relaxed);
    if let Some(watch) = WATCH.get() {
        watch.unpark();
        return Ok(());
    }
    let subscriber = dispatcher::get_default(Clone::clone);
    let thread = thread::Builder::new()
        .name("offload-watch".into())
        .spawn(move || watch(&subscriber))?;
    // Whoever lost the race ends its thread: one watch is enough.
    if WATCH.set(thread.thread().clone()).is_err() {
        thread.thread().unpark();
    }
    Ok(())
}

/// In nanoseconds; zero is no limit.
static LIMIT: AtomicU64 = AtomicU64::new(0);

static WATCH: OnceLock<Thread> = OnceLock::new();

/// The least time between two looks.
const PAUSE: Duration = Duration::from_millis(10);

fn watch(subscriber: &Dispatch) {
    let mut warned = HashMap::new();
    // Until it is known who watches, which is this thread unless two asked at once.
    while WATCH
        .get()
        .is_none_or(|watch| watch.id() == thread::current().id())
    {
        let limit = Duration::from_nanos(LIMIT.load(Ordering::Relaxed));
        if limit.is_zero() {
            thread::park();
            continue;
        }
        thread::park_timeout((limit / 2).max(PAUSE));
        dispatcher::with_default(subscriber, || look(limit, &mut warned));
    }
}

/// Looks at every pool once. `warned` has the waits that were told.
fn look(limit: Duration, warned: &mut HashMap<&'static str, Duration>) {
    for (pool, meter) in pools() {
        let waits = longest_wait(&meter.members()).filter(|waits| waits.time >= limit);
        let Some(Waits { site, time }) = waits else {
            warned.remove(pool);
            continue;
        };
        // A shorter wait than the one that was told is another call's.
        let told = warned.get(pool).filter(|told| **told <= time);
        if told.is_none_or(|told| time >= *told * 2) {
            warned.insert(pool, time);
            warn(pool, &site.path(), time, &occupants(&meter.occupants()));
        }
    }
}

fn warn(pool: &str, function: &str, time: Duration, occupants: &[(String, usize)]) {
    let occupied_by: Vec<_> = occupants
        .iter()
        .map(|(name, bodies)| format!("{name} x{bodies}"))
        .collect();
    tracing::warn!(
        target: "tokio_offload",
        pool,
        function,
        waited_ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX),
        occupied_by = occupied_by.join(", "),
        "an offloaded call waits long for a thread"
    );
}

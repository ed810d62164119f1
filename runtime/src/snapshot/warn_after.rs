//! Warnings about calls that wait long, while they wait (features `stats` and `tracing`).

use std::{
    collections::HashMap,
    io, mem,
    sync::Arc,
    thread::{self, Thread},
    time::Duration,
};

use tracing::{Dispatch, dispatcher};

use super::{Occupant, occupants};
use crate::{
    metrics::{Waits, pools},
    sync::Mutex,
    unwind::swallow_panic,
};

/// From now on an event warns when a call waits for longer than `limit` in a queue (features `stats` and `tracing`).
///
/// The event has level WARN and target `tokio_offload`, and goes to the subscriber of the thread that called this
/// last. It names the pool, the function that waits and for how long, and the functions that occupy the pool. It comes once
/// when the limit is passed, again each time the wait has doubled, and anew for another call. A thread of its own looks at
/// every pool, twice within `limit` and at most a hundred times a second; calls pay nothing for it. `Duration::ZERO` ends it.
///
/// ```
/// use std::time::Duration;
///
/// # fn main() -> std::io::Result<()> {
/// // First thing in `main`, after the subscriber was set.
/// tokio_offload::warn_after(Duration::from_millis(200))?;
/// # tokio_offload::warn_after(Duration::ZERO)?;
/// # Ok(()) }
/// ```
///
/// # Errors
///
/// When the system refuses that thread.
pub fn warn_after(limit: Duration) -> io::Result<()> {
    let order = Order {
        limit,
        subscriber: dispatcher::get_default(Clone::clone),
    };
    let mut watch = WATCH.lock();
    let thread = if let Some((thread, _)) = &*watch {
        thread.clone()
    } else {
        let thread = thread::Builder::new().name("offload-warn".into());
        thread.spawn(self::watch)?.thread().clone()
    };
    thread.unpark();
    let before = watch.replace((thread, order));
    // A subscriber may go with it, whose end is not ours.
    drop(watch);
    drop(before);
    Ok(())
}

/// The thread that watches, and for what.
static WATCH: Mutex<Option<(Thread, Order)>> = Mutex::new(None);

#[derive(Clone)]
struct Order {
    /// Zero is no limit.
    limit: Duration,
    subscriber: Dispatch,
}

/// The order that stands, unless there is nothing to watch for.
fn order() -> Option<Order> {
    let watch = WATCH.lock();
    let (_, order) = watch.as_ref()?;
    (!order.limit.is_zero()).then(|| order.clone())
}

/// The shortest time between two looks. Not measured: a warning is for people, who do not notice ten milliseconds.
const PAUSE: Duration = Duration::from_millis(10);

fn watch() {
    let mut told = Told::new();
    loop {
        match order() {
            Some(order) => thread::park_timeout((order.limit / 2).max(PAUSE)),
            None => thread::park(),
        }
        // It may be another one by now.
        if let Some(Order { limit, subscriber }) = order() {
            swallow_panic(|| dispatcher::with_default(&subscriber, || look(limit, &mut told)));
        }
    }
}

/// The waits that were reported: pools by name, and pools of one name by their address.
type Told = HashMap<(&'static str, *const ()), Duration>;

/// Looks at every pool once.
fn look(limit: Duration, told: &mut Told) {
    let before = mem::take(told);
    for (name, meter) in pools() {
        for source in meter.sources() {
            let Some(Waits { site, time }) = source.longest_wait().filter(|it| it.time >= limit)
            else {
                continue;
            };
            let key = (name, Arc::as_ptr(&source).cast::<()>());
            // A shorter wait than the reported one is that of another call.
            let last = before.get(&key).filter(|last| **last <= time);
            if let Some(last) = last.filter(|last| time < **last * 2) {
                told.insert(key, *last);
                continue;
            }
            told.insert(key, time);
            warn(name, &site.path(), time, &occupants(&meter.occupants()));
        }
    }
}

fn warn(pool: &str, function: &str, time: Duration, occupants: &[Occupant]) {
    let occupied_by: Vec<_> = occupants
        .iter()
        .map(|Occupant { function, bodies }| format!("{function} x{bodies}"))
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

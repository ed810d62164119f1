//! D4: a call that waits long is told of while it waits, with its pool, its function and who is in its way.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use offload_observability::{Heard, Log};
use offload_tests::{Key, drive, gate, in_time};
use tokio_offload::{
    __private::{self as p, On, Site},
    Offload, Pool, warn_after,
};
use tracing::{Level, dispatcher::with_default};

const LIMIT: Duration = Duration::from_millis(20);

const MESSAGE: &str = "an offloaded call waits long for a thread";

static HOLDS: Site = Site::new("holds", module_path!(), file!(), line!());
static WAITS: Site = Site::new("waits", module_path!(), file!(), line!());

/// Has the only thread of `on` held by a body.
fn hold(on: &On) -> (Offload<()>, Key) {
    let (gate, key) = gate();
    let held = p::call0(&HOLDS, on.clone(), move || gate.pass()).start();
    key.await_body();
    (held, key)
}

fn waits(on: &On) -> Offload<()> {
    p::call0(&WAITS, on.clone(), || ()).start()
}

/// The warnings about this pool; other tests hold up theirs.
fn about(pool: &str, log: &Log, count: usize) -> Vec<Heard> {
    let mut all = 0;
    loop {
        let mut heard = log.await_events(MESSAGE, all);
        all = heard.len() + 1;
        heard.retain(|event| event.fields["pool"] == pool);
        if heard.len() >= count {
            return heard;
        }
    }
}

/// Lets twice the limit pass, in which a warning would have come.
fn let_time_pass() {
    let begun = Instant::now();
    while begun.elapsed() < 2 * LIMIT + Duration::from_millis(20) {
        std::thread::yield_now();
    }
}

/// The whole story, in one test: there is one watch in a process.
#[test]
fn warn_after_warns_of_a_long_wait() {
    in_time(|| {
        let (log, subscriber) = Log::new(Level::WARN);
        with_default(&subscriber, || warn_after(LIMIT).unwrap());
        let pool = Arc::new(Pool::new("warned").threads(1));
        let on = p::on(Arc::clone(&pool));

        let (held, key) = hold(&on);
        let begun = Instant::now();
        let waiting = waits(&on);
        let heard = about("warned", &log, 3);
        let whole = begun.elapsed().as_millis();
        let mut least = LIMIT.as_millis();
        for event in &heard[..3] {
            assert_eq!((event.target, event.level), ("tokio_offload", Level::WARN));
            let names: Vec<_> = event.fields.keys().copied().collect();
            assert_eq!(names, ["function", "occupied_by", "pool", "waited_ms"]);
            assert_eq!(event.fields["function"], "counters::warnings::waits");
            assert_eq!(event.fields["occupied_by"], "counters::warnings::holds x1");
            // Not before it is due, and not more often than the wait doubles.
            let waited: u128 = event.fields["waited_ms"].parse().unwrap();
            assert!(waited >= least && waited <= whole, "{waited} of {least}");
            least = waited * 2;
        }
        key.open();
        drive(held);
        drive(waiting);

        // A body that takes long is in nobody's way.
        let_time_pass();
        let before = about("warned", &log, 3).len();
        let (held, key) = hold(&on);
        let_time_pass();
        assert_eq!(about("warned", &log, 3).len(), before);
        // Another call that waits is told of again, and a call that was dropped is not.
        drop(waits(&on));
        let waiting = waits(&on);
        assert!(about("warned", &log, before + 1).len() > before);
        drop(waiting);
        key.open();
        drive(held);

        // Whoever asks last hears it.
        let (other, subscriber) = Log::new(Level::WARN);
        with_default(&subscriber, || warn_after(LIMIT).unwrap());
        let_time_pass();
        let rest = about("warned", &log, 3).len();
        let (held, key) = hold(&on);
        let waiting = waits(&on);
        about("warned", &other, 1);
        assert_eq!(about("warned", &log, 3).len(), rest);
        key.open();
        drive(held);
        drive(waiting);

        // Until there is no limit.
        warn_after(Duration::ZERO).unwrap();
        let_time_pass();
        let told = about("warned", &other, 1).len();
        let (held, key) = hold(&on);
        let waiting = waits(&on);
        let_time_pass();
        assert_eq!(about("warned", &other, 1).len(), told);
        key.open();
        drive(held);
        drive(waiting);
    });
}

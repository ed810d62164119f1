//! Who comes first of those that wait: levels, and keys that take turns.

use std::sync::{Arc, Mutex};

use offload_tests::{drive, in_time, multi_thread};
use tokio_offload::{Error, Executor, Offload, Place, Pool, Turn, block_on, offload, run_on};

use super::kit::{Crowd, kinds, outcome};

/// What bodies write down when they run.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<&'static str>>>);

impl Log {
    fn start(&self, place: impl Place, who: &'static str) -> Offload<()> {
        let log = Arc::clone(&self.0);
        run_on(place, move || log.lock().unwrap().push(who)).start()
    }

    /// Who ran, in order, once all `calls` have.
    fn after(&self, calls: Vec<Offload<()>>) -> Vec<&'static str> {
        calls.into_iter().for_each(drive);
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// Where each of `who` stands in `order`.
fn places(order: &[&str], who: &str) -> Vec<usize> {
    let all = order.iter().enumerate();
    all.filter(|(_, one)| **one == who)
        .map(|(at, _)| at)
        .collect()
}

/// F3: an urgent call passes all that wait, and one that nobody waits for lets all pass.
#[test]
fn a_call_of_high_priority_passes_a_backlog() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1) {
            let (log, crowd) = (Log::default(), Crowd::hold(&pool, 1));
            let mut calls = vec![log.start(pool.low(), "low")];
            calls.extend((0..1000).map(|_| log.start(pool.share(0), "plain")));
            calls.push(log.start(pool.high(), "high"));
            crowd.release();
            let order = log.after(calls);
            assert_eq!(order[0], "high");
            assert!(places(&order, "low")[0] <= 21);
        }
    });
}

/// F3: calls that were there before the first of a class keep their order, and their turn.
#[test]
fn no_level_waits_for_ever() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1) {
            let (log, crowd) = (Log::default(), Crowd::hold(&pool, 1));
            let plain = || {
                pool.run({
                    let log = log.clone();
                    move || log.0.lock().unwrap().push("plain")
                })
            };
            let mut calls: Vec<_> = (0..10).map(|_| plain().start()).collect();
            calls.extend((0..10).map(|_| log.start(pool.low(), "low")));
            calls.extend((0..210).map(|_| log.start(pool.high(), "high")));
            crowd.release();
            let order = log.after(calls);
            for (nth, at) in places(&order, "low").into_iter().enumerate() {
                assert!(at < 21 * (nth + 1), "low call {nth} came at {at}");
            }
            let high = places(&order[..210], "high").len();
            assert_eq!(
                high, 190,
                "4 plain ones of 21 while there are some, and 1 low"
            );
        }
    });
}

/// F3: a tenant with many calls delays another one by one call, each time.
#[test]
fn keys_take_turns() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1) {
            for turn in [Pool::high as fn(&Pool) -> Turn, Pool::low] {
                let (log, crowd) = (Log::default(), Crowd::hold(&pool, 1));
                let noisy = (0..500).map(|_| log.start(turn(&pool).share("noisy"), "noisy"));
                let mut calls: Vec<_> = noisy.collect();
                calls.extend((0..5).map(|_| log.start(turn(&pool).share("quiet"), "quiet")));
                crowd.release();
                let order = log.after(calls);
                assert_eq!(places(&order, "quiet"), [1, 3, 5, 7, 9]);
            }
        }
    });
}

/// C2, C16: calls that leave take nobody's turn, and nothing waits for them.
#[test]
fn calls_of_every_class_can_be_dropped_in_the_queue() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1) {
            let (log, crowd) = (Log::default(), Crowd::hold(&pool, 1));
            let mut leave = Vec::new();
            let mut stay = Vec::new();
            for n in 0..300_u32 {
                let place = [pool.high(), pool.share(n % 7), pool.low()][n as usize % 3].clone();
                let calls = if n % 5 == 0 { &mut stay } else { &mut leave };
                calls.push(log.start(place, if n % 5 == 0 { "stays" } else { "left" }));
            }
            drop(leave);
            assert_eq!(pool.stats().queued, 60);
            crowd.release();
            assert_eq!(log.after(stay), ["stays"; 60]);
            drive(pool.idle());
            assert_eq!(pool.stats().cancelled, 240);
        }
    });
}

/// S8: shut down, calls of every class end.
#[test]
fn calls_of_every_class_end_with_their_pool() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1) {
            let crowd = Crowd::hold(&pool, 1);
            let turns = [pool.high(), pool.high().share(1), pool.share(2), pool.low()];
            let calls: Vec<_> = turns
                .into_iter()
                .map(|turn| run_on(turn, || ()).start())
                .collect();
            pool.shutdown();
            for call in calls {
                assert!(matches!(outcome(call), Err(Error::Shutdown)));
            }
            crowd.release();
        }
    });
}

/// L2: the limit of waiting calls is that of the pool, for all classes together.
#[test]
fn a_full_queue_refuses_every_class() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        let pool = Pool::new("bounded").threads(1).queue_capacity(2);
        let crowd = Crowd::hold(&pool, 1);
        let low = run_on(pool.low(), || "low").try_start().unwrap();
        let shared = run_on(pool.share(1), || "shared").try_start().unwrap();
        let refused = run_on(pool.high(), || "high").try_start().unwrap_err();
        crowd.release();
        assert_eq!(drive(refused.into_call()), "high");
        assert_eq!((drive(low), drive(shared)), ("low", "shared"));
    });
}

/// X5: a body waits for a call of another class of its own full pool.
#[test]
fn a_nested_call_of_any_class_ends() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1) {
            let pool = Arc::new(pool);
            for turn in [pool.high(), pool.low(), pool.share(7)] {
                let call = pool.run(move || block_on(run_on(turn, || 5)));
                assert!(matches!(drive(call), Ok(5)));
            }
        }
    });
}

static TENANTS: Pool = Pool::new("tenants").threads(2);

#[offload(pool = TENANTS.share(tenant))]
fn report(tenant: &str, month: u32) -> String {
    format!("{tenant} {month}")
}

#[derive(Clone)]
struct Service {
    pool: Arc<Pool>,
}

#[offload(pool = self.pool.high())]
impl Service {
    fn now(&self, number: u32) -> u32 {
        number
    }
}

/// F3: every way to say it.
#[test]
fn a_turn_is_a_place() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        assert_eq!(drive(report("a", 3)), "a 3");
        let service = Service {
            pool: Arc::new(Pool::new("service")),
        };
        assert_eq!(drive(service.now(9)), 9);
        let any: Arc<dyn Executor> = Arc::new(service.pool.low());
        assert_eq!(drive(run_on(&any, || 4)), 4);
        assert!(format!("{:?}", service.pool.low()).contains("service"));
    });
}

//! Every end of a call is counted once, for its function and for its pool, before the caller sees it.

use std::{sync::mpsc, thread};

use offload_tests::{Gate, drive, gate, in_time, multi_thread};
use tokio_offload::{Error, Pool, block_on, is_cancelled, offload};

use super::kit::{both, calls, ends, function, pool};

/// Bodies that return are done, an error is a value.
#[test]
fn done() {
    const LINE: u32 = line!() + 1;
    #[offload(pool = POOL)]
    fn returns(fails: bool) -> Result<u32, String> {
        if fails { Err("no".into()) } else { Ok(1) }
    }
    static POOL: Pool = Pool::new("done").threads(2);
    in_time(|| {
        assert!(function("ends::returns").is_none());
        assert!(pool("done").is_none());
        for n in 1..=10 {
            assert_eq!(drive(returns(n % 2 == 0)).is_ok(), n % 2 != 0);
            assert_eq!(both("ends::returns", "done"), [n, 0, 0, 0]);
        }
        let seen = function("ends::returns").unwrap();
        assert!(seen.file.ends_with("counters/ends.rs"), "{}", seen.file);
        assert_eq!(seen.line, LINE);
    });
}

#[test]
fn panicked() {
    #[offload(pool = POOL)]
    fn panics() {
        panic!("on purpose");
    }
    static POOL: Pool = Pool::new("panicked").threads(1);
    in_time(|| {
        for n in 1..=3 {
            assert!(drive(panics().outcome()).is_err());
            assert_eq!(both("ends::panics", "panicked"), [0, n, 0, 0]);
        }
    });
}

/// Before its body began: by the caller's word, or because the caller went away.
#[test]
fn cancelled() {
    #[offload(pool = POOL)]
    fn passes(gate: Option<Gate>) {
        if let Some(gate) = gate {
            gate.pass();
        }
    }
    static POOL: Pool = Pool::new("cancelled").threads(1);
    in_time(|| {
        let (gate, key) = gate();
        let held = passes(Some(gate)).start();
        key.await_body();
        let calls: Vec<_> = (0..6).map(|_| passes(None).start()).collect();
        let now = || crate::kit::calls("ends::passes");
        for (n, call) in calls.into_iter().enumerate() {
            match n % 3 {
                0 => drop(call),
                1 => {
                    call.cancel();
                    assert!(matches!(drive(call.outcome()), Err(Error::Cancelled)));
                }
                _ => call.detach(),
            }
        }
        // The function knows at once, the pool when its thread gets there.
        let seen = now();
        assert_eq!((seen.started, seen.queued, seen.running), (7, 2, 1));
        assert_eq!((seen.cancelled, seen.ended()), (4, 4));
        key.open();
        drive(held);
        drive(POOL.idle());
        assert_eq!(both("ends::passes", "cancelled"), [3, 0, 4, 0]);
    });
}

/// While its body runs: it ends as the body does, and is abandoned besides. Cancelling is not going away.
#[test]
fn abandoned() {
    #[offload(pool = POOL)]
    fn holds(gate: Gate, fails: bool) {
        gate.pass();
        assert!(!fails, "on purpose");
    }
    static POOL: Pool = Pool::new("abandoned").threads(1);
    in_time(|| {
        for (n, fails) in [false, true, false].into_iter().enumerate() {
            let (gate, key) = gate();
            let call = holds(gate, fails).start();
            key.await_body();
            match n {
                2 => {
                    call.cancel();
                    key.open();
                    drive(call);
                }
                _ => drop(call),
            }
            drop(key);
            drive(POOL.idle());
        }
        let seen = ends(&calls("ends::holds"));
        assert_eq!(seen, [2, 1, 0, 0, 2]);
        assert_eq!(both("ends::holds", "abandoned"), [2, 1, 0, 0]);
    });
}

/// So does a call that runs on the thread of a body which is asked to stop: on another thread it would be dropped while it runs.
#[test]
fn abandoned_in_place() {
    #[offload(pool = POOL)]
    fn until_told(tell: mpsc::Sender<()>) {
        tell.send(()).unwrap();
        while !is_cancelled() {
            thread::yield_now();
        }
    }
    #[offload(pool = POOL)]
    fn around(tell: mpsc::Sender<()>) -> Result<(), Error> {
        block_on(until_told(tell))
    }
    static POOL: Pool = Pool::new("abandoned in place").threads(1);
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        let (tell, told) = mpsc::channel();
        let call = around(tell).start();
        told.recv().unwrap();
        call.cancel();
        call.cancel();
        assert!(matches!(drive(call), Err(Error::Cancelled)));
        drive(POOL.idle());
        assert_eq!(ends(&calls("ends::until_told")), [1, 0, 0, 0, 1]);
        assert_eq!(ends(&calls("ends::around")), [1, 0, 0, 0, 0]);
    });
}

/// Without a caller from the beginning: not abandoned, since nobody went away.
#[test]
fn detached() {
    #[offload(pool = POOL)]
    fn alone() {}
    static POOL: Pool = Pool::new("detached").threads(1);
    in_time(|| {
        (0..10).for_each(|_| alone().detach());
        drive(POOL.idle());
        assert_eq!(ends(&calls("ends::alone")), [10, 0, 0, 0, 0]);
        assert_eq!(both("ends::alone", "detached"), [10, 0, 0, 0]);
    });
}

/// A call that is made and not started leaves no trace.
#[test]
fn never_submitted() {
    #[offload(pool = POOL)]
    fn forgotten() {}
    static POOL: Pool = Pool::new("never submitted").threads(1);
    for _ in 0..10 {
        let call = forgotten();
        call.cancel();
        drop((call, forgotten()));
    }
    assert!(function("ends::forgotten").is_none());
    drive(forgotten());
    let seen = ends(&calls("ends::forgotten"));
    assert_eq!(seen, [1, 0, 0, 0, 0]);
}

/// One function, whatever it is called with.
#[test]
fn generic_functions_are_counted_once() {
    #[offload(pool = POOL)]
    fn generic<T: Clone + Send + 'static, const N: usize>(value: T) -> [T; N] {
        std::array::from_fn(|_| value.clone())
    }
    static POOL: Pool = Pool::new("generic").threads(1);
    in_time(|| {
        assert_eq!(drive(generic::<_, 2>(1)), [1, 1]);
        assert_eq!(drive(generic::<_, 1>("a")), ["a"]);
        assert_eq!(drive(generic::<_, 0>('a')), ['b'; 0]);
        let name = "ends::generic";
        assert_eq!(both(name, "generic"), [3, 0, 0, 0]);
    });
}

/// A closure counts under what it was handed to, in every pool.
#[test]
fn closures_are_counted_together() {
    let pools = [Pool::new("closures").threads(1), Pool::new("closures")];
    let closures = || {
        let mut functions = tokio_offload::snapshot().functions;
        functions.retain(|function| function.name.ends_with("::Pool::run"));
        functions.pop().map_or(0, |function| function.calls.done)
    };
    let before = closures();
    for pool in &pools {
        assert_eq!(drive(pool.run(|| 2)), 2);
    }
    assert!(closures() >= before + 2);
}

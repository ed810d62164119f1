//! Submitting while the runtime ends: each call has one of two ends, and both are seen.

use std::{
    mem,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

use offload_tests::{
    Drops, Probe, Seed, current_thread, drive, gate, in_time, multi_thread, rounds,
};
use tokio::runtime::Runtime;
use tokio_offload::{Error, Offload};

use super::liveness::round;

/// S9: submitted while the runtime ends, a call has a value or learns of it; nothing is left waiting.
#[test]
fn submitting_races_the_end_of_the_runtime() {
    in_time(|| {
        let mut ends = (0, 0);
        for number in rounds(600) {
            let runtime = if number % 2 == 0 {
                current_thread()
            } else {
                multi_thread()
            };
            let (values, refused) = race_the_end(runtime, number);
            ends = (ends.0 + values, ends.1 + refused);
        }
        // Both sides of the race were seen.
        assert!(ends.0 > 0 && ends.1 > 0, "{ends:?}");
    });
}

/// Submits on a thread of its own until the first refusal, and drops the runtime meanwhile.
fn race_the_end(runtime: Runtime, number: u64) -> (usize, usize) {
    let handle = runtime.handle().clone();
    let (gate, key) = gate();
    let submitting = thread::spawn(move || {
        let _entered = handle.enter();
        let mut raced = Raced::default();
        if number % 8 == 0 {
            // This one at least is before the end.
            assert!(raced.submit_and_wait());
        }
        gate.pass();
        raced.submit_until_the_end();
        raced.ends()
    });
    key.await_body();
    key.open();
    let mut seed = Seed::new(number + 1);
    for _ in 0..seed.below(20) {
        seed.dawdle();
    }
    match number % 3 {
        0 => runtime.shutdown_background(),
        _ => drop(runtime),
    }
    submitting.join().unwrap()
}

/// The calls of one race, and how those ended that were waited for.
#[derive(Default)]
struct Raced {
    arguments: Drops,
    results: Drops,
    runs: Arc<AtomicUsize>,
    calls: Vec<Offload<Probe>>,
    values: usize,
    refused: usize,
}

impl Raced {
    /// Until one is refused. Beyond some calls each is waited for, so that they do not fill the memory.
    fn submit_until_the_end(&mut self) {
        while self.refused == 0 {
            if self.calls.len() >= 1000 {
                self.submit_and_wait();
                continue;
            }
            let call = self.call();
            if call.is_finished() {
                self.wait(call);
            } else {
                self.calls.push(call);
            }
        }
    }

    fn call(&self) -> Offload<Probe> {
        round(&self.arguments, &self.results, &self.runs).start()
    }

    /// Whether the body of a further call ran.
    fn submit_and_wait(&mut self) -> bool {
        let call = self.call();
        self.wait(call)
    }

    fn wait(&mut self, call: Offload<Probe>) -> bool {
        let end = drive(call.outcome());
        match &end {
            Ok(_value) => self.values += 1,
            Err(Error::Shutdown) => self.refused += 1,
            Err(other) => panic!("it ended as {other}"),
        }
        end.is_ok()
    }

    /// How many calls had a value and how many were refused, once all have ended.
    fn ends(mut self) -> (usize, usize) {
        for call in mem::take(&mut self.calls) {
            self.wait(call);
        }
        let submitted = self.values + self.refused;
        assert_eq!(self.runs.load(SeqCst), self.values);
        let drops = (self.arguments.count(), self.results.count());
        assert_eq!(drops, (submitted, submitted));
        (self.values, self.refused)
    }
}

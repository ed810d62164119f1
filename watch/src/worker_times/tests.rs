//! The rules for blocked workers, with a clock and counters that the test sets.

use std::time::Duration;

use offload_limits::Seed;

use super::{Counters, Due, Outcome, Stuck, WorkerTimes, period};

mod reported;

const LIMIT: Duration = Duration::from_millis(100);

impl WorkerTimes {
    /// One look at the counters of every worker, at the time `now`.
    fn tick(&mut self, now: Duration, counters: impl Fn(usize) -> Counters) -> Due {
        self.read(now, counters);
        self.due(now)
    }
}

fn ms(time: u64) -> Duration {
    Duration::from_millis(time)
}

/// A worker that follows a seeded generator and is never away for as long as the limit.
struct Busy {
    seed: Seed,
    counters: Counters,
    /// When it returns next.
    back: Duration,
}

impl Busy {
    fn new(seed: u64) -> Self {
        Self {
            seed: Seed::new(seed),
            counters: working(0),
            back: Duration::ZERO,
        }
    }

    /// What the worker counts at `now`.
    fn at(&mut self, now: Duration) -> Counters {
        while self.back <= now {
            // A park and a return, or a maintenance between polls.
            match self.seed.below(3) {
                0 => self.counters.parks += 1,
                1 => self.counters.parks += 2,
                _ => {}
            }
            let worked = self.seed.below(98_000) + 1;
            self.counters.busy += Duration::from_micros(worked);
            self.back += Duration::from_micros(worked);
        }
        self.counters
    }
}

fn working(busy: u64) -> Counters {
    Counters {
        parks: 2,
        busy: ms(busy),
    }
}

/// Ticks until `end` and returns every judgement with its time.
fn run(
    times: &mut WorkerTimes,
    (start, end): (u64, u64),
    counters: impl Fn(Duration) -> Counters,
) -> Vec<(Duration, Stuck)> {
    let mut told = Vec::new();
    let mut now = ms(start);
    while now < ms(end) {
        now += period(LIMIT);
        for stuck in times.tick(now, |_| counters(now)).examine {
            told.push((now, stuck));
            times.settle(stuck.worker, Outcome::Settled, now);
        }
    }
    told
}

#[test]
fn a_busy_service_is_quiet_for_a_hundred_thousand_ticks() {
    let mut workers: Vec<_> = (1..=8).map(Busy::new).collect();
    let mut now = Duration::ZERO;
    let start: Vec<_> = workers.iter_mut().map(|it| it.at(now)).collect();
    let mut times = WorkerTimes::new(LIMIT, now, &start);
    for tick in 0..100_000_u64 {
        now += period(LIMIT);
        if tick % 1_000 == 999 {
            // The process was stopped: the clock went on, the counters did not.
            now += Duration::from_secs(5);
            for worker in &mut workers {
                worker.back += Duration::from_secs(5);
            }
            times.restart(now);
        }
        let counters: Vec<_> = workers.iter_mut().map(|it| it.at(now)).collect();
        let due = times.tick(now, |worker| counters[worker]);
        assert_eq!(due.examine, [], "at tick {tick}");
    }
}

#[test]
fn each_of_many_planted_faults_is_told_once() {
    let mut busy = Busy::new(99);
    let mut now = Duration::ZERO;
    let mut times = WorkerTimes::new(LIMIT, now, &[busy.at(now)]);
    let mut told = 0;
    for tick in 0..100_000_u64 {
        now += period(LIMIT);
        if tick % 100 == 50 {
            // Away for three times the limit from now on.
            busy.counters.parks += busy.counters.parks % 2;
            busy.counters.busy += ms(1);
            busy.back = now + LIMIT * 3;
        }
        let counters = busy.at(now);
        for stuck in times.tick(now, |_| counters).examine {
            times.settle(stuck.worker, Outcome::Settled, now);
            told += 1;
        }
    }
    assert_eq!(told, 1_000);
}

#[test]
fn a_worker_is_judged_when_the_limit_is_reached_and_looked_at_before() {
    let mut times = WorkerTimes::new(LIMIT, ms(0), &[working(0)]);
    let steps = [(50, false, 0), (75, true, 0), (100, true, 1)];
    for (now, look, examined) in steps {
        let due = times.tick(ms(now), |_| working(0));
        assert_eq!(
            (due.look.is_some(), due.examine.len()),
            (look, examined),
            "at {now} ms"
        );
    }
}

#[test]
fn one_episode_is_one_report() {
    let mut times = WorkerTimes::new(LIMIT, ms(0), &[working(0)]);
    let told = run(&mut times, (0, 10_000), |_| working(0));
    let [(at, stuck)] = told[..] else {
        panic!("{told:?}")
    };
    assert_eq!((at, stuck.after), (LIMIT, LIMIT));
    // It returned and is away again.
    let told = run(&mut times, (10_000, 20_000), |_| working(1));
    assert_eq!(told.len(), 1);
}

#[test]
fn a_parked_worker_may_stay_away() {
    let parked = Counters {
        parks: 3,
        busy: ms(0),
    };
    let mut times = WorkerTimes::new(LIMIT, ms(0), &[parked]);
    assert_eq!(run(&mut times, (0, 10_000), |_| parked), []);
}

#[test]
fn a_pause_of_everything_counts_for_nobody_and_makes_nothing_told_again() {
    let mut times = WorkerTimes::new(LIMIT, ms(0), &[working(0), working(0)]);
    times.settle(0, Outcome::Settled, ms(0));
    let now = ms(5_000);
    times.restart(now);
    assert_eq!(times.tick(now, |_| working(0)).examine, []);
    // Pause after pause: the reported worker stays reported, and the time of the other never ends.
    for pause in 1..100 {
        let now = ms(5_000 + pause * 90);
        assert_eq!(times.tick(now, |_| working(0)).examine, []);
        times.restart(now);
    }
    let end = ms(5_000 + 99 * 90 + 100);
    let stuck = times.tick(end, |_| working(0)).examine;
    assert_eq!(stuck.iter().map(|it| it.worker).collect::<Vec<_>>(), [1]);
}

/// The clock of the watch does not go back. If it did, no worker would be reported.
#[test]
fn a_clock_that_jumps_accuses_nobody() {
    let mut times = WorkerTimes::new(LIMIT, ms(5_000), &[working(0)]);
    for now in [0, 4_999, 5_000, 5_099] {
        assert_eq!(times.tick(ms(now), |_| working(0)).examine, []);
    }
    times.restart(ms(86_400_000));
    for now in [86_400_000, 86_400_099, 100] {
        assert_eq!(times.tick(ms(now), |_| working(0)).examine, []);
    }
    let examined = times.tick(ms(86_400_100), |_| working(0)).examine;
    assert_eq!(examined.len(), 1, "what blocks after it is told");
}

#[test]
fn the_longest_limit_is_never_reached() {
    let mut times = WorkerTimes::new(Duration::MAX, ms(0), &[working(0)]);
    times.settle(0, Outcome::Empty, ms(1));
    times.reopen(0, ms(1));
    let year = ms(365 * 24 * 3_600_000);
    assert_eq!(times.tick(year, |_| working(0)).examine, []);
}

#[test]
fn what_is_nobodys_fault_begins_again() {
    let mut times = WorkerTimes::new(LIMIT, ms(0), &[working(0)]);
    assert_eq!(times.tick(ms(100), |_| working(0)).examine.len(), 1);
    times.settle(0, Outcome::Again, ms(100));
    assert_eq!(times.tick(ms(199), |_| working(0)).examine.len(), 0);
    assert_eq!(times.tick(ms(200), |_| working(0)).examine.len(), 1);
}

#[test]
fn a_worker_with_nobody_in_it_is_looked_at_ever_more_rarely_and_never_given_up() {
    let mut times = WorkerTimes::new(LIMIT, ms(0), &[working(0)]);
    let (mut now, mut looks) = (ms(0), Vec::new());
    while now < LIMIT * 64 {
        now += period(LIMIT);
        for stuck in times.tick(now, |_| working(0)).examine {
            looks.push((stuck.after.as_millis(), stuck.lost_for));
            times.settle(stuck.worker, Outcome::Empty, now);
        }
    }
    let (after, lost_for): (Vec<_>, Vec<_>) = looks.into_iter().unzip();
    assert_eq!(after, [100, 200, 400, 800, 1600, 1600, 1600]);
    let lost = [1_500, 3_100, 4_700, 6_300].map(|after| Some(ms(after)));
    assert_eq!(lost_for, [&[None; 3][..], &lost].concat());
    // It returned, so the next time it is away is reported in time.
    assert_eq!(run(&mut times, (6_400, 6_600), |_| working(1)).len(), 1);
}

#[test]
fn what_blocks_after_a_time_without_a_processor_is_told() {
    let mut times = WorkerTimes::new(LIMIT, ms(0), &[working(0)]);
    assert!(!times.is_known_as_starved(0));
    times.settle(0, Outcome::Starved, ms(100));
    assert!(times.is_known_as_starved(0));
    assert_eq!(run(&mut times, (100, 500), |_| working(0)).len(), 1);
    assert!(!times.tick(ms(525), |_| working(0)).keep, "it was told");
    times.tick(ms(600), |_| working(1));
    assert!(!times.is_known_as_starved(0), "another stay");
}

#[test]
fn what_was_seen_of_a_worker_without_a_processor_counts_on() {
    let mut times = WorkerTimes::new(LIMIT, ms(0), &[working(0)]);
    times.settle(0, Outcome::Starved, ms(100));
    assert!(times.tick(ms(150), |_| working(0)).keep);
    let due = times.tick(ms(200), |_| working(0));
    assert_eq!((due.look, due.examine[0].after), (Some(ms(200)), LIMIT));
    times.restart(ms(300));
    let due = times.tick(ms(400), |_| working(0));
    assert_eq!(due.look, Some(LIMIT), "all stood still");
    assert!(!times.tick(ms(425), |_| working(1)).keep, "it returned");
}

#[test]
fn what_is_unclear_is_judged_at_the_next_tick() {
    let mut times = WorkerTimes::new(LIMIT, ms(0), &[working(0)]);
    for now in [100, 125, 150] {
        let examine = times.tick(ms(now), |_| working(0)).examine;
        assert_eq!(examine[0].after, ms(now));
        times.settle(0, Outcome::Unclear, ms(now));
    }
}

#[test]
fn what_is_looked_at_says_for_how_long_nobody_of_it_has_moved() {
    let mut times = WorkerTimes::new(LIMIT, ms(0), &[working(0), working(0)]);
    let moved = |worker: usize| working(u64::try_from(worker).unwrap());
    assert_eq!(times.tick(ms(10), moved).look, None);
    assert!(times.is_back(1, working(2)) && !times.is_back(1, working(1)));
    assert_eq!(times.tick(ms(90), moved).look, Some(ms(80)));
    assert_eq!(times.tick(ms(95), moved).look, Some(ms(85)));
}

//! Random histories of workers whose threads nobody can tell apart: which reports are made of them.

mod world;

use std::{collections::HashMap, time::Duration};

use self::world::{MOMENTS, World};
use super::{AllReported, Execution, Reported, State, Tid};
use crate::{
    Blocked, How,
    places::ReportedPlaces,
    worker_times::{Due, Outcome, Stuck, WorkerTimes, period},
};

const LIMIT: Duration = Duration::from_millis(100);

/// What the watch keeps.
struct Watch {
    times: WorkerTimes,
    all: AllReported,
    places: ReportedPlaces,
    before: HashMap<Tid, State>,
    /// As seen at the last tick.
    passed: HashMap<Tid, State>,
    now: Duration,
}

impl Watch {
    fn new(world: &World) -> Self {
        Self {
            times: WorkerTimes::new(LIMIT, Duration::ZERO, &world.counters),
            all: AllReported::default(),
            places: ReportedPlaces::default(),
            before: HashMap::new(),
            passed: HashMap::new(),
            now: Duration::ZERO,
        }
    }

    /// One tick, in the steps of the real one.
    fn tick(&mut self, world: &mut World) {
        self.now += period(LIMIT);
        let (counters, returns) = (world.counters(), self.times.returns());
        self.times.read(self.now, |worker| counters[worker]);
        let states = world.states();
        let has_returned = self.times.returns() != returns;
        world.tick(has_returned, (&self.passed, &states));
        self.reopen(&states);
        self.passed = states;
        let due = self.times.due(self.now);
        if due.look.is_none() {
            self.before.clear();
            return;
        }
        if !due.examine.is_empty() {
            self.examine(world, &due);
        }
        self.before = world.states();
        let counters = world.counters();
        self.times.looked(|worker| counters[worker]);
    }

    fn reopen(&mut self, states: &HashMap<Tid, State>) {
        let (times, places, all) = (&self.times, &mut self.places, &mut self.all);
        let is_away = |stay| times.is_away(stay);
        let state_of = |tid| states.get(&tid).cloned();
        let free = all.pass(state_of, is_away, |tid| places.knows(tid));
        places.keep(times.returns(), is_away, |tid| all.has_slept(tid));
        for worker in free {
            self.times.reopen(worker, self.now);
        }
        self.times.hold(self.all.workers());
    }

    /// Any worker may be taken for that of any thread.
    fn examine(&mut self, world: &mut World, due: &Due) {
        let states = world.states();
        let counters = world.counters();
        let mut stuck = due.examine.clone();
        stuck.retain(|it| !self.times.is_back(it.worker, counters[it.worker]));
        let mut suspects = self.suspects(world, &states);
        while let Some(stuck) =
            (!stuck.is_empty()).then(|| stuck.swap_remove(world.seed.index(stuck.len())))
        {
            let outcome = match suspects.pop() {
                _ if world.is_hidden() => {
                    // Reported without a thread.
                    Outcome::Settled
                }
                Some((tid, state)) => self.outcome(world, due, stuck, (tid, state)),
                None => Outcome::Empty,
            };
            self.times.settle(stuck.worker, outcome, self.now);
        }
    }

    /// Those that are taken first come last.
    fn suspects(&mut self, world: &mut World, states: &HashMap<Tid, State>) -> Vec<(Tid, State)> {
        let mut suspects = Vec::new();
        for thread in &world.threads {
            let state = &states[&thread.tid];
            let is_parked = matches!(state.execution, Execution::Sleeping { pc: u64::MAX, .. });
            if !is_parked && !self.all.is_still(thread.tid, state) {
                suspects.push((thread.tid, state.clone()));
            }
        }
        if world.is_fair {
            let been = |tid| world.threads.iter().find(|it| it.tid == tid).unwrap().been;
            suspects.sort_by_key(|it| been(it.0));
        } else {
            suspects.sort_by_key(|_| world.seed.bits());
        }
        suspects
    }

    fn outcome(
        &mut self,
        world: &mut World,
        due: &Due,
        stuck: Stuck,
        (tid, state): (Tid, State),
    ) -> Outcome {
        let Some(before) = self.before.get(&tid) else {
            return Outcome::Unclear;
        };
        let is_still = state.is_still(before);
        if !is_still && stuck.after < LIMIT * 2 {
            return Outcome::Unclear;
        }
        let may_be = if is_still {
            due.unmoved.clone()
        } else {
            self.times.all()
        };
        let mut report = report(&state);
        report.one_poll = is_still;
        let stay = self.times.stay(stuck.worker);
        let is_new = self.places.is_new((Some(tid), &may_be), stay, &report);
        let is_told = is_new || is_still;
        if is_told {
            world.judge(tid, &state, is_new);
        }
        let worker = (stuck.worker, &may_be[..]);
        let reported = Reported::new((tid, state), worker, (is_still, is_told));
        self.all.insert(reported);
        Outcome::Settled
    }
}

fn report(state: &State) -> Blocked {
    let place = match state.execution {
        Execution::Sleeping { pc, .. } => pc.to_string(),
        Execution::Running => String::new(),
    };
    Blocked {
        function: Some(place),
        ..Blocked::new(Some(0), How::Waiting { syscall: "futex" }, LIMIT)
    }
}

/// Runs one history, and returns how many places were reported, and how often one twice.
fn run(seed: u64, workers: usize) -> (usize, u64) {
    let mut world = World::new(seed, workers);
    let mut watch = Watch::new(&world);
    for _ in 0..1_000 {
        world.pass(MOMENTS);
        watch.tick(&mut world);
    }
    (world.told.len(), world.twice)
}

/// No place of a new stay is taken for one of the stay before, none is missed that blocks for long, and no wait is reported twice. A
/// place is reported twice in one stay only if a worker returned about when its thread went on.
#[test]
fn each_place_of_a_stay_is_reported() {
    for workers in 1..=4 {
        let (mut told, mut twice) = (0, 0);
        for seed in 0..40 {
            let of_one = run(seed, workers);
            (told, twice) = (told + of_one.0, twice + of_one.1);
        }
        println!("{workers} workers: {told} places, {twice} twice");
        assert!(told > 300);
        assert!(workers > 1 || twice == 0, "there is nobody else");
    }
}

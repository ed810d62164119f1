//! The cost of an event: it looks at the calls that it concerns, and not at all calls. Looks are counted, not timed.

use super::*;

/// Enough calls that a look at each of them is noticed.
const MANY: u64 = 1_000;
const TICK: Duration = Duration::from_millis(50);

static LIMITED: Cluster = Cluster::new("limited")
    .timeout(Duration::from_secs(20))
    .queue_timeout(Duration::from_secs(40));

impl World {
    fn looks(&self) -> usize {
        self.dispatcher.calls.looks.take()
    }

    /// A tick in which all questions are answered.
    fn tick(&mut self) {
        self.jump(TICK);
        for question in self.take(".who") {
            let reply = question.reply.unwrap();
            let number = reply.rsplit('.').next().unwrap().parse().unwrap();
            let answer = RouteAnswer {
                release: "r1".to_owned(),
                has: Has::Yes,
                shards: 1,
                similar: Vec::new(),
            };
            self.dispatcher.has(number, answer, self.now);
        }
    }

    /// How many looks this many ticks cost.
    fn ticks(&mut self, count: u32) -> usize {
        self.looks();
        for _ in 0..count {
            self.tick();
        }
        assert!(self.dispatcher.calls.are_filed());
        self.looks()
    }

    /// Puts this many calls into the queue, confirmed by the server.
    fn with_many(cluster: &'static Cluster) -> Self {
        let mut world = Self::new();
        for id in 1..=MANY {
            world.submit(id, cluster);
        }
        world.route(Some(Has::Yes));
        for id in 1..=MANY {
            world.dispatcher.accepted(id, Ack::Accepted(id), world.now);
        }
        world
    }

    fn pong(&mut self, node: &str, unknown: &[Start]) {
        let number = self.question_to(node);
        self.dispatcher.pong((node, number), unknown, self.now);
        self.act();
    }
}

#[test]
fn a_tick_looks_at_no_call_that_waits() {
    let mut world = World::with_many(&ONCE);
    assert_eq!(world.ticks(100), 0, "also while its route is asked for");
    assert!(world.ends.is_empty());
    // Calls that are held back are not looked at either.
    let mut world = World::new();
    for id in 1..=MANY {
        world.submit(id, &BRIEF);
    }
    world.route(Some(Has::Yes));
    for id in 1..=3 {
        world.dispatcher.accepted(id, Ack::Accepted(id), world.now);
    }
    assert_eq!(world.ticks(100), 0);
}

/// One second before its limit nothing is due, one after it everything is.
#[test]
fn calls_that_are_too_late_are_looked_at_once_they_are() {
    let mut world = World::with_many(&LIMITED);
    assert_eq!(world.ticks(39 * 20), 0);
    assert!(world.ends.is_empty());
    world.ticks(2 * 20);
    assert_eq!(u64::try_from(world.ends.len()).unwrap(), MANY);
    let late = |end: &Result<_, _>| matches!(end, Err(Failure::QueueTimeout(_)));
    assert!(world.ends.values().all(late));
    assert_eq!(world.dispatcher.calls.planned(), 0);
}

#[test]
fn a_time_that_was_put_off_is_not_looked_at() {
    let mut world = World::with_many(&LIMITED);
    // One has a node and half of its time left; another was not confirmed.
    let given = world.claim("n", "limited", 7).unwrap();
    world.submit(MANY + 1, &LIMITED);
    assert_eq!(world.take(".call.").len() as u64, MANY + 1);
    let looks = world.ticks(2 * 20);
    assert!(looks < 100, "{looks}");
    assert_eq!(world.take(".call.").len(), 1, "the ticket of one again");
    // Its result is being fetched, so its body has no limit any more.
    world.answer(given.start, Outcome::Large(1000));
    world.pong("n", &[]);
    for _ in 0..25 * 20 {
        world.tick();
        world.pong("n", &[]);
    }
    assert!(world.ends.is_empty());
}

#[test]
fn calls_that_have_ended_leave_nothing_to_look_at() {
    let mut world = World::with_many(&LIMITED);
    for id in 1..=MANY {
        match id % 3 {
            0 => world.dispatcher.cancel(id, world.now),
            1 => {
                let given = world.claim("n", "limited", id).unwrap();
                world.answer(given.start, done());
            }
            _ => world.dispatcher.forget(id, world.now),
        }
    }
    world.act();
    assert_eq!(u64::try_from(world.ends.len()).unwrap(), MANY);
    assert!(world.dispatcher.is_idle() && world.dispatcher.calls.are_filed());
    assert_eq!(world.dispatcher.calls.planned(), 0);
    assert_eq!(world.ticks(100), 0);
}

/// The death of a node costs one look at each of its calls.
#[test]
fn a_node_that_is_gone_costs_what_it_had() {
    let mut world = World::with_many(&ONCE);
    for id in 1..=3 {
        world.claim("n", "once", id).unwrap();
    }
    for id in 4..=500 {
        world.claim("m", "once", id).unwrap();
    }
    // Long enough for a question to each node, in which each running call appears once.
    let looks = world.ticks(11);
    assert_eq!(looks, 500);
    world.pong("m", &[]);
    for strike in 1..=2 {
        let number = world.question_to("n");
        world.looks();
        world.dispatcher.not_there(("n", number), world.now);
        world.act();
        let looks = world.looks();
        assert!(looks < 20, "{looks} at strike {strike}");
    }
    assert_eq!(world.ends.len(), 3);
    assert!(world.dispatcher.calls.are_filed());
    // Calls that a node does not know cost one look each.
    world.looks();
    world.pong("m", &[4, 5, 1].map(|call| Start::new(call, 1)));
    let looks = world.looks();
    assert!(looks < 20 && world.ends.len() == 5, "{looks}");
}

/// A ticket that cannot be written now is not looked at until it can be.
#[test]
fn without_a_connection_nothing_is_looked_at_twice() {
    let mut world = World::with_many(&ONCE);
    world.submit(MANY + 1, &ONCE);
    world.take(".call.");
    world.dispatcher.disconnected(world.now);
    let looks = world.ticks(20 * 20);
    assert!(looks < 5, "{looks}");
    world.dispatcher.connected(world.now);
    world.ticks(10);
    assert_eq!(world.take(".call.").len() as u64, MANY + 1, "each again");
    assert!(world.ends.is_empty());
}

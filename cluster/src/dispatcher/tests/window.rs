//! How many tickets the server has to answer at once.

use std::collections::{BTreeMap, BTreeSet};

use offload_limits::Seed;

use super::*;

const WINDOW: usize = 3;
const CALLS: u64 = 20;

static PATIENT: Cluster = Cluster::new("patient").queue_timeout(Duration::from_secs(9));
static COUNTED: Cluster = Cluster::new("counted");
static FEWER: Cluster = Cluster::new("fewer").in_flight(5);

/// A server that has tickets which it has not answered, and those that it has accepted.
struct Server {
    world: World,
    unanswered: BTreeMap<u64, u64>,
    accepted: BTreeSet<u64>,
    /// Calls that have left their queues before the server had answered.
    late: Vec<u64>,
    number: u64,
}

impl Server {
    fn new(shards: u32) -> Self {
        let mut world = World::new();
        world.shards = shards;
        world.dispatcher.window = WINDOW;
        let (unanswered, accepted) = (BTreeMap::new(), BTreeSet::new());
        Self {
            world,
            unanswered,
            accepted,
            late: Vec::new(),
            number: 0,
        }
    }

    /// Receives what was written.
    fn receive(&mut self) {
        self.world.route(Some(Has::Yes));
        for ticket in self.world.take(".call.") {
            let id = call_of(&ticket);
            let shard = ticket.subject.split('.').nth(3).unwrap();
            self.unanswered.insert(id, shard.parse().unwrap());
        }
        let mut by_shard = HashMap::<u64, usize>::new();
        for shard in self.unanswered.values() {
            *by_shard.entry(*shard).or_default() += 1;
        }
        assert!(
            by_shard.values().all(|tickets| *tickets <= WINDOW),
            "{by_shard:?}"
        );
    }

    fn answer_one(&mut self, at: usize, ack: impl FnOnce(u64) -> Ack) {
        let ids = self.unanswered.keys();
        let Some(id) = ids.copied().nth(at % self.unanswered.len().max(1)) else {
            return;
        };
        self.unanswered.remove(&id);
        // The answer to its earlier ticket has come before.
        self.late.retain(|late| *late != id);
        self.number += 1;
        let ack = ack(self.number);
        if matches!(ack, Ack::Accepted(_)) {
            self.accepted.insert(id);
        }
        self.world.dispatcher.accepted(id, ack, self.world.now);
        self.world.act();
    }

    /// A node claims a call that has a ticket, and gives it back.
    fn return_one(&mut self, at: usize) {
        let ids = self.unanswered.keys().chain(&self.accepted);
        let Some(id) = ids.copied().nth(at) else {
            return;
        };
        if let Some(given) = self.world.claim("n", "again", id) {
            let was_answered = self.unanswered.remove(&id).is_none();
            self.late.extend((!was_answered).then_some(id));
            self.accepted.remove(&id);
            self.world.answer(given.start, Outcome::Leaving);
        }
    }

    /// An answer comes after its call has left the queue. If the call has another ticket, that counts as answered.
    fn answer_late(&mut self) {
        self.receive();
        let Some(id) = self.late.pop() else {
            return;
        };
        let answer = Ack::Accepted(1);
        self.world.dispatcher.accepted(id, answer, self.world.now);
        if self.unanswered.remove(&id).is_some() {
            self.accepted.insert(id);
            self.late.insert(0, id);
        }
        self.world.act();
    }

    fn end(&mut self, id: u64) {
        self.world.dispatcher.cancel(id, self.world.now);
        self.world.act();
        self.unanswered.remove(&id);
    }

    /// What was written, and what was answered, does not arrive.
    fn lose(&mut self) {
        self.unanswered.clear();
        self.late.clear();
    }

    /// A new connection to a server that has no ticket.
    fn restart(&mut self) {
        self.world.dispatcher.disconnected(self.world.now);
        self.lose();
        self.accepted.clear();
        self.world.said.clear();
        self.world.dispatcher.connected(self.world.now);
        self.world.act();
    }
}

#[test]
fn a_ticket_is_written_for_each_that_is_answered() {
    let mut server = Server::new(1);
    for id in 1..=CALLS {
        server.world.submit(id, &ONCE);
    }
    server.receive();
    assert!(server.unanswered.keys().copied().eq(1..=3));
    server.answer_one(0, Ack::Accepted);
    server.receive();
    assert!(server.unanswered.keys().copied().eq(2..=4));
    // A call that ends, and one that a node claims before the server has answered, make room too.
    server.end(2);
    server.receive();
    assert!(server.unanswered.keys().copied().eq(3..=5));
    server.world.claim("n", "once", 3).unwrap();
    server.unanswered.remove(&3);
    server.receive();
    assert!(server.unanswered.keys().copied().eq(4..=6));
    // The answers may be lost: those tickets are written again, and no others.
    server.unanswered.clear();
    server.world.pass(Duration::from_secs(3));
    server.receive();
    assert!(server.unanswered.keys().copied().eq(4..=6));
}

/// A node had the call and has given it back. What the server says of its first ticket comes only now.
#[test]
fn a_late_answer_to_another_ticket_takes_none_away() {
    let mut server = Server::new(1);
    server.world.dispatcher.window = 1;
    server.world.submit(1, &AGAIN);
    server.receive();
    let given = server.world.claim("n", "again", 1).unwrap();
    server.world.submit(2, &AGAIN);
    server.receive();
    server.world.answer(given.start, Outcome::Leaving);
    server.receive();
    server.answer_one(0, Ack::Accepted);
    assert!(server.unanswered.keys().copied().eq([2]), "one fits");
    server.answer_one(0, Ack::Accepted);
    server.receive();
    assert!(server.unanswered.keys().copied().eq([1]));
}

/// One whose server does not answer leaves the others theirs.
#[test]
fn the_queues_have_equal_shares() {
    let mut server = Server::new(3);
    for id in 1..=CALLS {
        server.world.submit(id, &ONCE);
    }
    server.receive();
    let mut queues: Vec<_> = server.unanswered.values().collect();
    queues.sort_unstable();
    assert_eq!(queues, [&0, &1, &2]);
}

/// No node would ever have their calls.
#[test]
fn calls_that_end_together_write_no_tickets_for_each_other() {
    for cluster in [&PATIENT, &BRIEF] {
        let mut server = Server::new(1);
        for id in 1..=CALLS {
            server.world.submit(id, cluster);
        }
        server.receive();
        assert_eq!(server.unanswered.len(), 3);
        server.unanswered.clear();
        server.world.jump(Duration::from_secs(9));
        server.world.jump(Duration::from_millis(1));
        assert_eq!(server.world.ends.len(), 20);
        assert!(server.world.take(".call.").is_empty());
        assert_eq!(server.world.dispatcher.flights[cluster.name].out, 0);
    }
}

/// A call that ends makes room for a ticket, and a place for a call that was held back. The ticket is of one that came before.
#[test]
fn calls_that_were_held_back_pass_no_others() {
    let mut server = Server::new(1);
    server.world.dispatcher.window = 1;
    for id in 1..=CALLS {
        server.world.submit(id, &FEWER);
    }
    for id in 1..=CALLS {
        server.receive();
        assert!(server.unanswered.keys().copied().eq([id]));
        server.end(id);
    }
}

/// Where there is no stream, those that are tried again do not come before those that were never tried.
#[test]
fn every_call_is_tried() {
    let mut server = Server::new(1);
    for id in 1..=CALLS {
        server.world.submit(id, &ONCE);
    }
    let mut tried = BTreeSet::new();
    for _ in 0..CALLS {
        server.receive();
        tried.extend(server.unanswered.keys().copied());
        for _ in 0..WINDOW {
            server.answer_one(0, |_| Ack::NoStream);
        }
        server.world.pass(Duration::from_millis(300));
    }
    assert_eq!(tried.len(), 20, "{tried:?}");
}

#[test]
fn a_ticket_counts_as_written_again_when_it_is() {
    let mut server = Server::new(1);
    server.world.dispatcher.window = 1;
    for id in [1, 2] {
        server.world.submit(id, &COUNTED);
    }
    server.receive();
    server.answer_one(0, |_| Ack::NoStream);
    server.receive();
    server.world.pass(Duration::from_millis(300));
    server.receive();
    assert!(server.unanswered.keys().copied().eq([2]));
    assert_eq!(COUNTED.stats().republished, 0);
    server.answer_one(0, Ack::Accepted);
    server.receive();
    assert!(server.unanswered.keys().copied().eq([1]));
    assert_eq!(COUNTED.stats().republished, 1);
}

/// Answers of all kinds, calls that end, and servers that lose everything: no more than the window at once, and each call gets its ticket.
#[test]
fn every_call_gets_its_ticket_in_the_end() {
    for number in 1..=200_u64 {
        let mut seed = Seed::new(number);
        let mut server = Server::new(1 + u32::try_from(number % 3).unwrap());
        for id in 1..=CALLS {
            server.world.submit(id, &AGAIN);
            server.receive();
            let at = seed.index(WINDOW);
            match seed.below(16) {
                0..3 => server.answer_one(at, Ack::Accepted),
                3 => server.answer_one(at, |_| Ack::NoStream),
                4 => server.answer_one(at, |_| Ack::Later("no room".to_owned())),
                5 => server.end(1 + seed.below(id)),
                6 => server.restart(),
                7 => server.world.pass(Duration::from_millis(seed.below(5000))),
                8 => server.lose(),
                9 | 10 => server.return_one(seed.index(2 * WINDOW)),
                11 => server.answer_late(),
                12 => server.world.shards = 1 + u32::try_from(seed.below(3)).unwrap(),
                _ => {}
            }
        }
        for _ in 0..100 {
            server.world.pass(Duration::from_millis(300));
            server.receive();
            server.answer_one(seed.index(WINDOW), Ack::Accepted);
            server.answer_late();
        }
        let waiting = (1..=CALLS).filter(|id| server.world.dispatcher.calls.get(*id).is_some());
        let without: Vec<_> = waiting.filter(|id| !server.accepted.contains(id)).collect();
        assert!(without.is_empty(), "{number}: {without:?}");
    }
}

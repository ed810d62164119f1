//! How many tickets the server has to answer at once.

use std::collections::{BTreeMap, BTreeSet};

use offload_limits::Seed;

use super::*;

const WINDOW: usize = 3;
const CALLS: u64 = 20;

/// A server that has tickets which it has not answered, and those that it has accepted.
struct Server {
    world: World,
    unanswered: BTreeMap<u64, u64>,
    accepted: BTreeSet<u64>,
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
            number: 0,
        }
    }

    /// Receives what was written.
    fn receive(&mut self) {
        self.world.route(Some(Has::Yes));
        for ticket in self.world.take(".call.") {
            let reply = ticket.reply.unwrap();
            let id = reply.split('.').nth(2).unwrap().parse().unwrap();
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
        self.number += 1;
        let ack = ack(self.number);
        if matches!(ack, Ack::Accepted(_)) {
            self.accepted.insert(id);
        }
        self.world.dispatcher.accepted(id, ack, self.world.now);
        self.world.act();
    }

    fn end(&mut self, id: u64) {
        self.world.dispatcher.cancel(id, self.world.now);
        self.world.act();
        self.unanswered.remove(&id);
    }

    /// A new connection to a server that has no ticket.
    fn restart(&mut self) {
        self.world.dispatcher.disconnected(self.world.now);
        self.unanswered.clear();
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

/// Answers of all kinds, calls that end, and servers that lose everything: no more than the window at once, and each call gets its ticket.
#[test]
fn every_call_gets_its_ticket_in_the_end() {
    for number in 1..=200_u64 {
        let mut seed = Seed::new(number);
        let mut server = Server::new(1 + u32::try_from(number % 3).unwrap());
        for id in 1..=CALLS {
            server.world.submit(id, &ONCE);
            server.receive();
            let at = seed.index(WINDOW);
            match seed.below(12) {
                0..3 => server.answer_one(at, Ack::Accepted),
                3 => server.answer_one(at, |_| Ack::NoStream),
                4 => server.answer_one(at, |_| Ack::Later("no room".to_owned())),
                5 => server.end(1 + seed.below(id)),
                6 => server.restart(),
                7 => server.world.pass(Duration::from_millis(seed.below(5000))),
                8 => server.unanswered.clear(),
                _ => {}
            }
        }
        for _ in 0..100 {
            server.world.pass(Duration::from_millis(300));
            server.receive();
            server.answer_one(seed.index(WINDOW), Ack::Accepted);
        }
        let waiting = (1..=CALLS).filter(|id| server.world.dispatcher.calls.get(*id).is_some());
        let without: Vec<_> = waiting.filter(|id| !server.accepted.contains(id)).collect();
        assert!(without.is_empty(), "{number}: {without:?}");
    }
}

//! Large arguments and results in random order, on ways that lose messages, to nodes that die and from callers that are stopped, and what
//! must hold in every order.
//!
//! `OFFLOAD_VALUES_SEED` has a hundred other orders.

use super::{
    nodes::{Played, outcome},
    *,
};

#[test]
fn no_order_of_parts_starts_a_body_twice() {
    let first = std::env::var("OFFLOAD_VALUES_SEED");
    let first = first.map_or(1, |text| text.parse().unwrap());
    for number in (first..first + 100).chain([341]) {
        let mut played = Played::new(number);
        for _ in 0..300 {
            played.step();
            assert!(played.world.dispatcher.calls.are_filed(), "{number}");
        }
        let waiting = played.settle(number);
        for id in waiting {
            let end = &played.world.ends[&id];
            assert!(end.is_ok(), "{number}: {id} {end:?}");
        }
        played.are_right(number);
    }
}

impl Played {
    /// One event, of any kind.
    fn step(&mut self) {
        let (kind, is_lost) = (self.seed.below(26), self.seed.below(8) == 0);
        let (at, size) = (self.seed.index(3), self.size());
        let id = 1 + self.seed.below(self.submitted);
        match kind {
            0..3 if self.submitted < 24 => self.submit(),
            3..5 => self
                .world
                .route((kind == 3 || !is_lost).then_some(Has::Yes)),
            5..9 => self.claim(self.nodes[at], id, is_lost),
            9..13 => self.any_request(size),
            13..17 => self.any_part(is_lost),
            17..19 => self.any_end(size, is_lost),
            19 | 20 => {
                if let Some(start) = self.fetches.keys().next().copied() {
                    self.fetches(start, size);
                }
            }
            21 if is_lost => self.dies(at),
            21 | 22 => self.read(is_lost),
            23 if is_lost => self.world.dispatcher.disconnected(self.world.now),
            23 => self.world.dispatcher.connected(self.world.now),
            24 if is_lost => {
                self.world.dispatcher.cancel(id, self.world.now);
                self.world.act();
            }
            24 if id.is_multiple_of(8) => {
                self.world.jump(Duration::from_secs(self.seed.below(7200)));
            }
            24 => drop(self.world.echoes_come()),
            _ => self
                .world
                .pass(Duration::from_millis(self.seed.below(3000))),
        }
        self.collect();
    }

    /// A node requests the next part of something, one after that, or one again.
    fn any_request(&mut self, size: usize) {
        if let Some(start) = self.any_start() {
            let there = &self.starts[&start];
            let at = [there.has, there.has + size, there.has / 2][self.seed.index(3)];
            let at = at.min(there.total);
            self.request(start, at, size);
        }
    }

    fn any_part(&mut self, is_lost: bool) {
        if !self.parts.is_empty() {
            let at = self.seed.index(self.parts.len());
            let part = self.parts.swap_remove(at);
            if !is_lost {
                self.arrives(part);
            }
        }
    }

    fn any_end(&mut self, size: usize, is_lost: bool) {
        if let Some(start) = self.any_start() {
            let outcome = outcome(start, size, self.seed.index(6));
            self.ends(start, outcome, is_lost);
        }
    }

    fn any_start(&mut self) -> Option<Start> {
        let at = self.seed.index(self.starts.len());
        self.starts.keys().nth(at).copied()
    }

    /// From here on nothing goes wrong, and all remaining calls end. Returns those that no node had.
    fn settle(&mut self, number: u64) -> Vec<u64> {
        self.world.dispatcher.connected(self.world.now);
        let calls = &self.world.dispatcher.calls;
        let waiting = calls.those(|call| !matches!(call.state, State::Running(_)));
        for _ in 0..3000 {
            if self.world.dispatcher.calls.is_empty() {
                break;
            }
            self.world.pass(Duration::from_millis(100));
            self.world.route(Some(Has::Yes));
            self.go_on();
        }
        let calls = &self.world.dispatcher.calls;
        assert!(calls.is_empty(), "{number}: {calls:?}");
        waiting
    }

    /// Nodes and caller do what they can do now.
    fn go_on(&mut self) {
        for (node, id) in self.claims.clone() {
            self.claim(node, id, false);
        }
        for id in self.world.dispatcher.calls.ids() {
            let call = self.world.dispatcher.calls.get(id);
            if call.is_some_and(|call| !matches!(call.state, State::Running(_))) {
                self.claim(self.nodes[0], id, false);
            }
        }
        let starts: Vec<_> = self.starts.keys().copied().collect();
        for start in &starts {
            let there = &self.starts[start];
            if there.has < there.total {
                self.request(*start, there.has, 64 << 10);
            }
        }
        self.world.echoes_come();
        self.collect();
        for part in std::mem::take(&mut self.parts) {
            self.arrives(part);
        }
        for start in starts {
            self.ends(start, outcome(start, 5000, 3), false);
        }
        for start in self.fetches.keys().copied().collect::<Vec<_>>() {
            self.fetches(start, 64 << 10);
        }
        self.read(false);
    }

    /// Nothing is left, and each result is of a body that has begun.
    fn are_right(&mut self, number: u64) {
        for _ in 0..60 {
            self.world.pass(Duration::from_secs(1));
            self.world.echoes_come();
        }
        for (id, end) in &self.world.ends {
            let Ok(bytes) = end else { continue };
            let start = Start::new(*id, u32::from(bytes[0]));
            assert!(self.begun.contains(&start), "{number}: {start:?}");
            assert!(bytes.iter().all(|byte| *byte == bytes[0]), "{number}");
        }
        assert_eq!(self.world.ends.len() as u64, self.submitted, "{number}");
        let dispatcher = &self.world.dispatcher;
        assert!(dispatcher.calls.are_filed() && dispatcher.health.is_empty());
        assert_eq!(dispatcher.uplink.waiting(), 0, "{number}");
        // A few bytes at the end have no echo.
        assert!(dispatcher.uplink.room() >= 6 << 10, "{number}");
        for flight in dispatcher.flights.values() {
            let is_empty = flight.out == 0 && flight.at_nodes.is_empty();
            assert!(is_empty, "{number}: {flight:?}");
        }
    }
}

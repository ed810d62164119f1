//! Many nodes at the end of a narrow way, in a time that is only counted.

use super::*;

/// 100 kbit/s, each way.
const BYTES_A_SECOND: u64 = 12_500;
/// What a message needs besides its subjects and its payload.
const AROUND: usize = 60;

/// One direction of the way.
struct Direction<T> {
    free: Instant,
    sent: u64,
    messages: std::collections::VecDeque<(Instant, T)>,
}

impl<T> Direction<T> {
    fn new(now: Instant) -> Self {
        Self {
            free: now,
            sent: 0,
            messages: std::collections::VecDeque::new(),
        }
    }

    fn send(&mut self, bytes: usize, message: T, now: Instant) {
        let bytes = (bytes + AROUND) as u64;
        self.sent += bytes;
        let takes = Duration::from_micros(bytes * 1_000_000 / BYTES_A_SECOND);
        self.free = self.free.max(now) + takes;
        self.messages.push_back((self.free, message));
    }

    fn arrived(&mut self, now: Instant) -> Option<T> {
        let (at, _) = self.messages.front()?;
        if *at > now {
            return None;
        }
        self.messages.pop_front().map(|(_, message)| message)
    }
}

/// The questions leave most of the way to others, and no node counts as silent. Nor does the caller: each node is asked often enough.
#[test]
fn questions_to_many_nodes_leave_room() {
    for nodes in [1, 10, 60, 90] {
        let mut world = World::new();
        for id in 1..=nodes {
            world.submit(id, &ONCE);
        }
        world.route(Some(Has::Yes));
        for id in 1..=nodes {
            let node = format!("PZCLxCVPtPEdWJ4Gc8a{id:03}");
            world.claim(&node, "once", id).unwrap();
        }
        world.said.clear();
        let (mut there, mut back) = (Direction::new(world.now), Direction::new(world.now));
        let mut named = HashMap::new();
        let mut before = 0;
        for step in 0..12_000 {
            if step == 6000 {
                before = there.sent;
            }
            world.pass(Duration::from_millis(10));
            for question in world.take(".node.") {
                let reply = question.reply.unwrap();
                let bytes = question.subject.len() + reply.len() + question.payload.len() + 60;
                there.send(bytes, reply, world.now);
            }
            while let Some(reply) = there.arrived(world.now) {
                let last = named.insert(reply.clone(), world.now);
                let silence = world.now - last.unwrap_or(world.now);
                assert!(silence < Duration::from_secs(4), "{nodes}: {silence:?}");
                back.send(reply.len(), reply, world.now);
            }
            while let Some(reply) = back.arrived(world.now) {
                let mut tokens = reply.rsplit('.');
                let number = tokens.next().unwrap().parse().unwrap();
                let node = tokens.next().unwrap();
                world.dispatcher.pong((node, number), &[], world.now);
            }
            world.act();
            assert!(world.ends.is_empty(), "{nodes}: {:?}", world.ends);
        }
        let (share, all) = (there.sent - before, 60 * BYTES_A_SECOND);
        let most = if nodes > 50 { 90 } else { 50 };
        // The guide quotes it.
        println!("{nodes} nodes: {} % of the way", share * 100 / all);
        assert!(share * 100 < all * most, "{nodes}: {share} of {all}");
        assert_eq!(named.len() as u64, nodes);
    }
}

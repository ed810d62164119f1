//! Arguments that do not fit into one message, or not on the way.

use super::*;

/// The lengths of the parts that were sent to that subject.
fn parts(world: &mut World, to: &str) -> Vec<usize> {
    let said = world.take(to).into_iter();
    let parts = said.map(|part| match read(&part.payload).unwrap() {
        ToNode::Bytes(bytes) => bytes.len(),
        other => panic!("{other:?}"),
    });
    parts.collect()
}

#[test]
fn large_arguments_are_given_in_parts() {
    let mut world = World::new();
    let mut large = call(1, &ONCE);
    large.arguments = (0..200).collect();
    world.dispatcher.submit(large, world.now);
    world.act();
    world.route(Some(Has::Yes));
    let given = world.claim("n", "once", 1).unwrap();
    assert_eq!((given.total, given.first.len()), (200, 64));
    for (at, most, length) in [
        (64, 99, 64),
        (64, 9, 9),
        (192, 99, 8),
        (200, 99, 0),
        (u64::MAX, u64::MAX, 0),
    ] {
        world.dispatcher.part(
            Start::new(1, 1),
            PartRequest { at, most },
            "to".to_owned(),
            world.now,
        );
        world.act();
        let part = world.take("to").pop().unwrap();
        let ToNode::Bytes(bytes) = read(&part.payload).unwrap() else {
            panic!("no bytes");
        };
        assert_eq!(bytes.len(), length, "{at}");
    }
}

/// Nodes request many parts at once. The first of them are sent, and others when these have left. Small arguments wait for nothing.
#[test]
fn parts_wait_until_others_have_left() {
    const PART: usize = 64 << 10;
    let mut world = World::new();
    world.dispatcher.values_in_parts_of(PART);
    for id in 1..=20 {
        let mut large = call(id, &ONCE);
        large.arguments = vec![7; 10 * PART];
        world.dispatcher.submit(large, world.now);
        world.act();
    }
    world.submit(21, &ONCE);
    world.route(Some(Has::Yes));
    let mut sent = 0;
    for id in 1..=20 {
        sent += world.claim("n", "once", id).unwrap().first.len();
        let at = (9 * PART) as u64;
        let to = format!("to.{id}");
        world.dispatcher.part(
            Start::new(id, 1),
            PartRequest { at, most: u64::MAX },
            to,
            world.now,
        );
        world.act();
    }
    assert!(sent > 0 && sent <= PART, "{sent}");
    assert!(parts(&mut world, "to").is_empty());
    assert_eq!(world.claim("n", "once", 21).unwrap().first, [1, 2, 3]);
    // A call that has ended lets others pass, and its node learns that it has.
    world.dispatcher.cancel(20, world.now);
    world.act();
    let mut all = Vec::new();
    while world.echoes_come() {
        let now = parts(&mut world, "to");
        assert!(now.iter().sum::<usize>() <= 32 * PART, "{now:?}");
        all.extend(now);
    }
    assert_eq!(all.len(), 20, "{all:?}");
    assert_eq!(all.iter().filter(|bytes| **bytes == 0).count(), 1);
}

/// The server may refuse messages to itself: it has read all before them.
#[test]
fn refused_echoes_count() {
    let mut world = World::new();
    world.dispatcher.values_in_parts_of(64 << 10);
    let mut large = call(1, &ONCE);
    large.arguments = vec![7; 1 << 20];
    world.dispatcher.submit(large, world.now);
    world.act();
    world.route(Some(Has::Yes));
    let first = world.claim("n", "once", 1).unwrap().first.len() as u64;
    let mut at = first;
    for _ in 0..1000 {
        let to = "to".to_owned();
        world.dispatcher.part(
            Start::new(1, 1),
            PartRequest { at, most: u64::MAX },
            to,
            world.now,
        );
        world.act();
        for echo in world.take("i.e.") {
            world.dispatcher.denied(&echo.subject, "no", world.now);
            world.act();
        }
        at += parts(&mut world, "to").iter().sum::<usize>() as u64;
    }
    assert_eq!(at, 1 << 20);
    assert!(world.ends.is_empty());
}

impl World {
    /// A call of which the node has got the first of these bytes.
    pub(super) fn has_large_arguments(&mut self, id: u64, bytes: usize) {
        let mut large = call(id, &BRIEF);
        large.arguments = vec![7; bytes];
        self.dispatcher.submit(large, self.now);
        self.act();
        self.route(Some(Has::Yes));
        let given = self.claim("n", "brief", id).unwrap();
        assert!(given.first.len() < bytes);
    }

    pub(super) fn request(&mut self, id: u64, at: u64) {
        let to = "to".to_owned();
        self.dispatcher.part(
            Start::new(id, 1),
            PartRequest { at, most: 64 },
            to,
            self.now,
        );
        self.act();
        self.echoes_come();
    }

    /// The node requests at most so many bytes from that offset.
    pub(super) fn request_part(&mut self, start: Start, (at, most): (usize, usize)) {
        let to = format!("to.{}", start.call);
        let (at, most) = (at as u64, most as u64);
        self.dispatcher
            .part(start, PartRequest { at, most }, to, self.now);
        self.act();
    }

    /// How many bytes of its arguments were sent.
    pub(super) fn sent(&self, id: u64) -> usize {
        match &self.dispatcher.calls.get(id).unwrap().state {
            State::Running(running) => running.sent.until,
            other => panic!("{other:?}"),
        }
    }

    /// All messages to itself come back. Returns whether there were any.
    pub(super) fn echoes_come(&mut self) -> bool {
        let echoes = self.take("i.e.");
        for echo in &echoes {
            let number = echo.subject.rsplit('.').next().unwrap().parse().unwrap();
            self.dispatcher.echoed(number, self.now);
        }
        self.act();
        !echoes.is_empty()
    }

    /// Time passes, and the node says that it is there.
    pub(super) fn node_is_there_for(&mut self, seconds: u32) {
        for _ in 0..seconds {
            self.pass(Duration::from_secs(1));
            let number = self.question_to("n");
            self.dispatcher.pong(("n", number), &[], self.now);
            self.echoes_come();
        }
    }
}

/// On a slow way they arrive after the limit of the body, which has not begun. Those of one call may wait for those of another.
#[test]
fn a_body_has_its_whole_limit_when_its_arguments_have_come() {
    let mut world = World::new();
    world.has_large_arguments(1, 640);
    world.has_large_arguments(2, 128);
    for part in 1..10 {
        world.node_is_there_for(20);
        world.request(1, part * 64);
        assert!(world.ends.is_empty(), "{part}: {:?}", world.ends);
    }
    world.node_is_there_for(20);
    world.request(2, 64);
    // From now on they have the limit of 2 s, after the 30 s that the last part may take.
    world.node_is_there_for(11);
    assert!(world.ends.is_empty(), "{:?}", world.ends);
    world.node_is_there_for(24);
    let is_over = |id| matches!(world.ends.get(&id), Some(Err(Failure::TimedOut(_))));
    assert!(is_over(1) && is_over(2), "{:?}", world.ends);
}

/// Nor does one keep it for ever that fetches the same bytes again and again.
#[test]
fn a_node_that_does_not_fetch_arguments_keeps_no_call() {
    for at in [None, Some(0)] {
        let mut world = World::new();
        world.has_large_arguments(1, 640);
        for _ in 0..31 {
            world.node_is_there_for(1);
            if let Some(at) = at {
                world.request(1, at);
            }
        }
        let Some(Err(Failure::Unreachable(text))) = world.ends.get(&1) else {
            panic!("{:?}", world.ends);
        };
        assert!(
            text.contains("has not begun") && text.contains("30s"),
            "{text}"
        );
    }
}

/// As long as anything is sent to others, the way may be slow. But a node that requests nothing in ten minutes does not want it.
#[test]
fn arguments_of_others_keep_no_call_for_ever() {
    let mut world = World::new();
    world.has_large_arguments(1, 640);
    world.has_large_arguments(2, 64 * 100);
    for part in 1..=29 {
        world.node_is_there_for(20);
        world.request(2, part * 64);
        assert!(world.ends.is_empty(), "{part}: {:?}", world.ends);
    }
    for part in 30..=35 {
        world.node_is_there_for(20);
        world.request(2, part * 64);
    }
    let Some(Err(Failure::Unreachable(text))) = world.ends.get(&1) else {
        panic!("{:?}", world.ends);
    };
    assert!(text.contains("has not begun"), "{text}");
    assert!(!world.ends.contains_key(&2), "{:?}", world.ends);
}

/// The oldest call and the one of which least is missing go first. The one between them waits for longer, and its node for its arguments.
/// A node that had the call before changes nothing by its requests.
#[test]
fn a_call_whose_arguments_wait_in_this_process_is_kept() {
    let mut world = World::new();
    world.dispatcher.values_in_parts_of(512 << 10);
    for (id, megabytes) in [(1, 4), (2, 8), (3, 2)] {
        world.has_large_arguments(id, megabytes << 20);
    }
    let second = |call: &mut super::super::call::Call| call.attempts = 2;
    world.dispatcher.calls.change(2, second);
    // The way was short and wide, and becomes slow when these are on it.
    world.echoes_come();
    for (call, attempt) in [(1, 1), (3, 1), (2, 2)] {
        world.request_part(Start::new(call, attempt), (world.sent(call), usize::MAX));
    }
    for _ in 0..120 {
        for id in [1, 3] {
            world.request_part(Start::new(id, 1), (world.sent(id), usize::MAX));
        }
        world.request_part(Start::new(2, 1), (0, usize::MAX));
        for _ in 0..20 {
            world.pass(Duration::from_secs(1));
            let number = world.question_to("n");
            world.dispatcher.pong(("n", number), &[], world.now);
        }
        world.echoes_come();
        assert!(world.ends.is_empty(), "{:?}", world.ends);
    }
    assert_eq!(world.sent(2), 0, "it has waited for forty minutes");
}

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

/// All messages to itself come back. Returns whether there were any.
fn echoes_come(world: &mut World) -> bool {
    let echoes = world.take("i.e.");
    for echo in &echoes {
        let number = echo.subject.rsplit('.').next().unwrap().parse().unwrap();
        world.dispatcher.echoed(number, world.now);
    }
    world.act();
    !echoes.is_empty()
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
        world
            .dispatcher
            .part((1, 1), (at, most), "to".to_owned(), world.now);
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
        world
            .dispatcher
            .part((id, 1), (at, u64::MAX), to, world.now);
        world.act();
    }
    assert!(sent > 0 && sent <= PART, "{sent}");
    assert!(parts(&mut world, "to").is_empty());
    assert_eq!(world.claim("n", "once", 21).unwrap().first, [1, 2, 3]);
    // A call that has ended lets others pass, and its node learns that it has.
    world.dispatcher.cancel(20, world.now);
    world.act();
    let mut all = Vec::new();
    while echoes_come(&mut world) {
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
        world.dispatcher.part((1, 1), (at, u64::MAX), to, world.now);
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

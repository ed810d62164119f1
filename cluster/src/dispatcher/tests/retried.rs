//! Calls that have waited elsewhere, or had a node before: they are not judged as new ones.

use super::*;

static RARE: Cluster = Cluster::new("rare")
    .retries(1)
    .in_flight(1)
    .wait_for_nodes(Duration::from_secs(5))
    .queue_timeout(Duration::from_secs(30));

static NARROW: Cluster = Cluster::new("narrow").in_flight(1);

/// A world whose call 1 has lost its node after this many seconds, and may run again.
fn lost(cluster: &'static Cluster, seconds: u64) -> World {
    let mut world = World::new();
    world.submit(1, cluster);
    world.route(Some(Has::Yes));
    world.dispatcher.accepted(1, Ack::Accepted(1), world.now);
    let start = world.claim("n", cluster.name, 1).unwrap().start;
    for _ in 0..seconds {
        world.pass(Duration::from_millis(990));
        let number = world.question_to("n");
        world.dispatcher.pong(("n", number), &[], world.now);
        world.route(Some(Has::Yes));
    }
    world.answer(start, Outcome::Leaving);
    world
}

fn is_lost(world: &World) -> bool {
    matches!(world.ends.get(&1), Some(Err(Failure::Lost(loss))) if loss.attempts == 1)
}

/// The server was restarted, and the stream is made again a moment later.
#[test]
fn a_missing_stream_counts_from_when_it_is_missing() {
    for held in [false, true] {
        let cluster = if held { &NARROW } else { &ONCE };
        let mut world = World::new();
        world.submit(1, cluster);
        world.submit(2, cluster);
        world.route(Some(Has::Yes));
        let start = world.claim("n", cluster.name, 1).unwrap().start;
        if !held {
            world.dispatcher.disconnected(world.now);
        }
        for _ in 0..20 {
            world.pass(Duration::from_millis(500));
            let number = world.question_to("n");
            world.dispatcher.pong(("n", number), &[], world.now);
        }
        world.answer(start, done());
        world.dispatcher.connected(world.now);
        world.pass(Duration::from_millis(400));
        world.dispatcher.accepted(2, Ack::NoStream, world.now);
        world.act();
        assert!(!world.ends.contains_key(&2), "{held}: {:?}", world.ends);
        let begun = world.now;
        while !world.ends.contains_key(&2) {
            world.pass(Duration::from_millis(250));
            world.route(Some(Has::Yes));
            world.dispatcher.accepted(2, Ack::NoStream, world.now);
            world.act();
            assert!(world.now - begun < Duration::from_secs(60));
        }
        assert!(world.now - begun >= cluster.wait_for_nodes);
        assert!(matches!(
            world.ends.get(&2),
            Some(Err(Failure::Unreachable(_)))
        ));
    }
}

#[test]
fn the_time_in_the_queue_counts_from_the_last_attempt() {
    let mut world = lost(&RARE, 40);
    assert!(world.ends.is_empty(), "{:?}", world.ends);
    for _ in 0..20 {
        world.pass(Duration::from_millis(990));
        world.route(Some(Has::Yes));
    }
    assert!(world.ends.is_empty(), "{:?}", world.ends);
    for _ in 0..20 {
        world.pass(Duration::from_millis(990));
        world.route(Some(Has::Yes));
    }
    assert!(is_lost(&world), "{:?}", world.ends);
}

#[test]
fn a_full_queue_is_no_end_for_what_a_node_had() {
    let mut world = lost(&RARE, 1);
    world.dispatcher.accepted(1, Ack::Full, world.now);
    world.act();
    assert!(world.ends.is_empty(), "{:?}", world.ends);
    assert_eq!(world.claim("m", "rare", 1).unwrap().start, Start::new(1, 2));
}

/// Its body has run, so the error does not say that it has not.
#[test]
fn without_another_node_the_call_is_lost() {
    for answer in [None, Some(Has::Another), Some(Has::No)] {
        let mut world = lost(&RARE, 1);
        for _ in 0..60 {
            world.pass(Duration::from_millis(300));
            world.route(answer);
        }
        assert!(is_lost(&world), "{answer:?}: {:?}", world.ends);
    }
}

/// A claim that is repeated says that the way is slow, or that the grant was lost. Its arguments are not sent twice.
#[test]
fn a_grant_that_is_repeated_has_few_arguments() {
    for (size, again) in [(100, 100), (3000, 128)] {
        let mut world = World::new();
        world.dispatcher.values_in_parts_of(4096);
        let mut large = call(1, &ONCE);
        large.arguments = vec![7; size];
        world.dispatcher.submit(large, world.now);
        world.act();
        world.route(Some(Has::Yes));
        let first = world.claim("n", "once", 1).unwrap();
        assert_eq!((first.total, first.first.len()), (size as u64, size));
        let second = world.claim("n", "once", 1).unwrap();
        assert_eq!(
            (second.total, second.first.len()),
            (size as u64, again),
            "{size}"
        );
    }
}

fn unable() -> Outcome {
    Outcome::Unable("no licence".to_owned())
}

/// Its body has not begun, so it needs no `retries`, and its next start is the first. What that node said counts once.
#[test]
fn a_call_that_a_node_could_not_run_goes_to_another() {
    let mut world = World::new();
    world.submit(1, &ONCE);
    world.route(Some(Has::Yes));
    let first = world.claim("n", "once", 1).unwrap();
    world.take(".call.");
    world.answer(first.start, unable());
    assert!(world.ends.is_empty(), "{:?}", world.ends);
    assert_eq!(world.take(".call.").len(), 1);
    let second = world.claim("m", "once", 1).unwrap();
    let attempt = ("offload-attempt".to_owned(), "1".to_owned());
    assert_eq!(
        (second.start, second.headers),
        (Start::new(1, 2), vec![attempt])
    );
    world.answer(first.start, unable());
    assert!(world.take(".call.").is_empty());
    world.answer(second.start, done());
    assert!(world.ends[&1].is_ok());
}

#[test]
fn a_call_that_no_node_can_run_ends() {
    let mut world = World::new();
    world.submit(1, &AGAIN);
    world.route(Some(Has::Yes));
    for attempt in 1..=5 {
        assert!(world.ends.is_empty(), "{attempt}");
        let start = world.claim("n", "again", 1).unwrap().start;
        let lost = attempt % 3 == 0;
        world.answer(start, if lost { Outcome::Leaving } else { unable() });
    }
    match &world.ends[&1] {
        Err(Failure::Unreachable(text)) => assert!(text.contains("no licence"), "{text}"),
        other => panic!("{other:?}"),
    }
}

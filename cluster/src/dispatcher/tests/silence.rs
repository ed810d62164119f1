//! Silence that does not mean that nodes are gone: without a connection, and while this process was stopped.

use super::*;

#[test]
fn verdicts_about_nodes_wait_for_a_connection() {
    let mut world = World::new();
    world.submit(1, &ONCE);
    world.dispatcher.disconnected(world.now);
    world.pass(Duration::from_secs(20));
    assert!(world.ends.is_empty());
    world.dispatcher.connected(world.now);
    for _ in 0..4 {
        world.pass(Duration::from_secs(1));
        world.route(None);
    }
    assert!(world.ends.is_empty());
    world.pass(Duration::from_secs(2));
    world.route(None);
    assert!(matches!(world.ends.get(&1), Some(Err(Failure::NoNodes(_)))));
}

/// Bodies may have run where a node has the call; nobody has the others.
#[test]
fn calls_end_thirty_seconds_after_their_server_went() {
    let mut world = World::new();
    for (id, cluster) in [(1, &ONCE), (2, &AGAIN), (3, &ONCE)] {
        world.submit(id, cluster);
        world.route(Some(Has::Yes));
    }
    world.claim("n", "once", 1).unwrap();
    world.claim("n", "again", 2).unwrap();
    world.dispatcher.disconnected(world.now);
    world.pass(Duration::from_secs(29));
    assert!(world.ends.is_empty(), "the server may come back");
    world.pass(Duration::from_secs(2));
    assert!(matches!(world.ends.get(&1), Some(Err(Failure::Lost(_)))));
    assert!(unreachable(&world, 2) && unreachable(&world, 3));
    world.submit(4, &ONCE);
    world.pass(Duration::from_millis(50));
    assert!(unreachable(&world, 4), "it would wait for ever");
    assert!(world.dispatcher.is_idle());
    // After the server came back they have as long again.
    world.dispatcher.connected(world.now);
    world.submit(5, &ONCE);
    world.dispatcher.disconnected(world.now);
    world.pass(Duration::from_secs(4));
    assert!(!world.ends.contains_key(&5));
}

fn unreachable(world: &World, id: u64) -> bool {
    matches!(world.ends.get(&id), Some(Err(Failure::Unreachable(text))) if text.contains("30s"))
}

/// Why the last attempt failed, until there is a connection.
#[test]
fn calls_that_end_without_a_connection_say_why() {
    let mut world = World::new();
    world.dispatcher.disconnected(world.now);
    world.dispatcher.unreached("first".to_owned());
    world.dispatcher.connected(world.now);
    world.dispatcher.disconnected(world.now);
    for (id, why) in [(1, None), (2, Some("IO error")), (3, Some("login"))] {
        if let Some(why) = why {
            world.dispatcher.unreached(why.to_owned());
        }
        world.submit(id, &ONCE);
        world.pass(Duration::from_secs(31));
        let Some(Err(Failure::Unreachable(text))) = world.ends.get(&id) else {
            panic!("{id} has not ended so");
        };
        assert!(text.ends_with(why.unwrap_or("30s")), "{text}");
    }
}

/// Messages that arrived meanwhile have not been read yet.
#[test]
fn whoever_was_stopped_judges_no_node() {
    let mut world = World::new();
    world.submit(1, &ONCE);
    world.route(Some(Has::Yes));
    world.claim("n", "once", 1).unwrap();
    world.pass(Duration::from_secs(1));
    assert!(!world.take(".node.n").is_empty());
    world.jump(Duration::from_secs(3600));
    assert!(world.ends.is_empty(), "the answer may be there");
    let number = world.question_to("n");
    world.dispatcher.not_there(("n", number), world.now);
    world.dispatcher.not_there(("n", number), world.now);
    world.act();
    assert!(
        world.ends.is_empty(),
        "it may come back as this process did"
    );
    // While it runs, the usual limits hold.
    world.pass(Duration::from_secs(9));
    assert!(matches!(world.ends.get(&1), Some(Err(Failure::Lost(_)))));
}

/// The answer came meanwhile, and is read before limits are applied.
#[test]
fn whoever_was_stopped_reads_before_it_ends_calls() {
    let mut world = World::new();
    world.submit(1, &BRIEF);
    world.submit(2, &BRIEF);
    world.route(Some(Has::Yes));
    let start = world.claim("n", "brief", 1).unwrap().start;
    world.claim("n", "brief", 2).unwrap();
    world.pass(Duration::from_millis(500));
    world.jump(Duration::from_secs(3));
    assert!(world.ends.is_empty(), "{:?}", world.ends);
    world.answer(start, done());
    assert!(world.ends[&1].is_ok());
    world.pass(Duration::from_millis(50));
    assert!(matches!(world.ends[&2], Err(Failure::TimedOut(_))));
}

/// As one does that is slow all the time.
#[test]
fn whoever_is_stopped_again_and_again_applies_limits() {
    let mut world = World::new();
    world.submit(1, &BRIEF);
    for _ in 0..2 {
        world.jump(Duration::from_secs(20));
    }
    assert!(matches!(world.ends[&1], Err(Failure::QueueTimeout(_))));
}

#[test]
fn whoever_was_stopped_without_a_connection_may_get_one() {
    let mut world = World::new();
    world.submit(1, &ONCE);
    world.dispatcher.disconnected(world.now);
    world.pass(Duration::from_secs(10));
    world.jump(Duration::from_secs(3600));
    world.pass(Duration::from_secs(19));
    assert!(world.ends.is_empty(), "{:?}", world.ends);
    world.pass(Duration::from_secs(2));
    assert!(unreachable(&world, 1));
}

/// Its answer to the question waits behind what it sends. Each message says that it is there, and none of the others is lost.
#[test]
fn a_node_that_sends_results_is_not_silent() {
    let mut world = World::new();
    for id in 1..=30 {
        world.submit(id, &ONCE);
    }
    world.route(Some(Has::Yes));
    for id in 1..=10 {
        world.claim("n", "once", id).unwrap();
    }
    let second = Duration::from_millis(990);
    for id in 2..=8 {
        world.pass(second);
        world.answer(Start::new(id, 1), done());
    }
    world.answer(Start::new(9, 1), Outcome::Large(1000));
    for _ in 0..7 {
        world.pass(second);
        world
            .dispatcher
            .bytes_came(Start::new(9, 1), 1 << 10, world.now);
    }
    let value = Some(Vec::new());
    world.dispatcher.fetched(Start::new(9, 1), value, world.now);
    for at in 0..7 {
        world.pass(second);
        world.dispatcher.part(
            Start::new(10, 1),
            PartRequest { at, most: 64 },
            "to".to_owned(),
            world.now,
        );
    }
    for id in 11..=17 {
        world.pass(second);
        // The server may not know the node yet, which has just connected to another one.
        let number = world.question_to("n");
        world.dispatcher.not_there(("n", number), world.now);
        world.claim("n", "once", id).unwrap();
    }
    assert!(!world.ends.contains_key(&1));
    // Messages of others, and guesses, say nothing of it.
    for _ in 0..6 {
        world.pass(second);
        world.answer(Start::new(2, 1), done());
        world
            .dispatcher
            .bytes_came(Start::new(10, 2), 1 << 10, world.now);
        world.claim("n", "once", 2);
        world.claim("m", "once", 18);
    }
    assert!(matches!(world.ends.get(&1), Some(Err(Failure::Lost(_)))));
}

/// Questions to all nodes wait behind the arguments for one of them.
#[test]
fn whoever_sends_arguments_is_answered_late() {
    let mut world = World::new();
    let mut large = call(1, &ONCE);
    large.arguments = vec![7; 1000];
    world.dispatcher.submit(large, world.now);
    world.submit(2, &ONCE);
    world.act();
    world.route(Some(Has::Yes));
    for (id, node) in [(1, "n"), (2, "m")] {
        world.claim(node, "once", id).unwrap();
    }
    world.pass(Duration::from_secs(6));
    for at in 0..15 {
        world.pass(Duration::from_secs(1));
        world.dispatcher.part(
            Start::new(1, 1),
            PartRequest { at, most: 64 },
            "to".to_owned(),
            world.now,
        );
    }
    assert!(world.ends.is_empty());
    world.pass(Duration::from_secs(11));
    assert!(matches!(world.ends.get(&2), Some(Err(Failure::Lost(_)))));
}

/// Answers of all nodes wait behind the parts of a result, and longest those of its own node.
#[test]
fn whoever_fetches_a_result_hears_late() {
    let mut world = World::new();
    for (id, node) in [(1, "n"), (2, "m")] {
        world.submit(id, &ONCE);
        world.route(Some(Has::Yes));
        world.claim(node, "once", id).unwrap();
    }
    world.answer(Start::new(1, 1), Outcome::Large(1000));
    world.pass(Duration::from_secs(9));
    assert!(world.ends.is_empty());
    world.pass(Duration::from_secs(2));
    assert!(matches!(world.ends.get(&2), Some(Err(Failure::Lost(_)))));
    world.pass(Duration::from_secs(15));
    world
        .dispatcher
        .bytes_came(Start::new(1, 1), 1 << 10, world.now);
    world.pass(Duration::from_secs(29));
    assert!(!world.ends.contains_key(&1));
    world.pass(Duration::from_secs(3));
    assert!(matches!(world.ends.get(&1), Some(Err(Failure::Lost(_)))));
}

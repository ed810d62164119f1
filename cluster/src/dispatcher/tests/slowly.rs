//! Values that are sent slowly, and connections that are lost meanwhile.

use super::*;

static MANY: Cluster = Cluster::new("many").timeout(Duration::from_secs(2));

impl World {
    fn loses_connection_for(&mut self, time: Duration) {
        self.dispatcher.disconnected(self.now);
        self.pass(time);
        self.dispatcher.connected(self.now);
        self.act();
    }
}

/// A server is started again while arguments are on their way. The node comes back too, and requests what it lacks.
#[test]
fn arguments_have_their_time_after_a_lost_connection() {
    let mut world = World::new();
    world.has_large_arguments(1, 256);
    world.request(1, 64);
    world.node_is_there_for(20);
    world.loses_connection_for(Duration::from_secs(25));
    world.node_is_there_for(25);
    assert!(world.ends.is_empty(), "{:?}", world.ends);
    world.request(1, 128);
    world.request(1, 192);
    // These were all, but the last ones are lost. The body has its limit of 2 s when it has them.
    world.loses_connection_for(Duration::from_secs(25));
    world.node_is_there_for(20);
    world.request(1, 192);
    world.node_is_there_for(11);
    assert!(world.ends.is_empty(), "{:?}", world.ends);
    world.node_is_there_for(2);
    let end = world.ends.get(&1);
    assert!(matches!(end, Some(Err(Failure::TimedOut(_)))), "{end:?}");
}

/// The limits of others go on: those without arguments on their way, and those whose arguments have come long ago.
#[test]
fn a_lost_connection_gives_time_only_to_what_was_on_its_way() {
    let mut world = World::new();
    world.submit(1, &BRIEF);
    world.route(Some(Has::Yes));
    world.claim("n", "brief", 1).unwrap();
    world.loses_connection_for(Duration::from_secs(3));
    let end = world.ends.get(&1);
    assert!(matches!(end, Some(Err(Failure::TimedOut(_)))), "{end:?}");
    world.has_large_arguments(2, 128);
    world.request(2, 64);
    world.node_is_there_for(31);
    world.loses_connection_for(Duration::from_secs(2));
    let end = world.ends.get(&2);
    assert!(matches!(end, Some(Err(Failure::TimedOut(_)))), "{end:?}");
}

/// The same for a result.
#[test]
fn a_result_has_its_time_after_a_lost_connection() {
    let mut world = World::new();
    world.has_large(1, &MANY);
    world.node_is_there_for(20);
    world.loses_connection_for(Duration::from_secs(25));
    world.node_is_there_for(25);
    assert!(world.ends.is_empty(), "{:?}", world.ends);
    world.dispatcher.fetched((1, 1), Some(vec![9]), world.now);
    world.act();
    assert!(world.ends[&1].is_ok());
}

/// Each byte shows that the node is there, but not that the body will ever begin.
#[test]
fn a_node_that_fetches_single_bytes_keeps_no_call() {
    for millis in [20_000, 100] {
        let mut world = World::new();
        world.has_large_arguments(1, 64 << 10);
        let begun = world.now;
        let mut at = 64;
        while world.ends.is_empty() {
            world.node_is_there_for(millis / 1000);
            world.pass(Duration::from_millis(u64::from(millis % 1000)));
            world.said.clear();
            let to = "to".to_owned();
            world
                .dispatcher
                .part((1, 1), PartRequest { at, most: 1 }, to, world.now);
            world.act();
            at += 1;
            let took = world.now - begun;
            assert!(took < Duration::from_secs(700), "{at} bytes in {took:?}");
        }
        let Some(Err(Failure::Unreachable(text))) = world.ends.get(&1) else {
            panic!("{:?}", world.ends);
        };
        assert!(text.contains("fetched too slowly, by the node n"), "{text}");
        assert!(world.now - begun >= Duration::from_secs(600), "{text}");
    }
}

/// The same for a result whose parts have as many bytes as they must, and come just in time.
#[test]
fn a_node_that_sends_too_slowly_keeps_no_call() {
    let mut world = World::new();
    world.has_large(1, &MANY);
    let begun = world.now;
    while world.ends.is_empty() {
        world.node_is_there_for(25);
        world.dispatcher.part_came((1, 1), 1 << 10, world.now);
        world.act();
        let took = world.now - begun;
        assert!(took < Duration::from_secs(700), "{took:?}");
    }
    let Some(Err(Failure::Unreachable(text))) = world.ends.get(&1) else {
        panic!("{:?}", world.ends);
    };
    assert!(text.contains("comes too slowly, from the node n"), "{text}");
    // On a way that is only slow, it goes on for as long as it takes.
    world.has_large(2, &MANY);
    for _ in 0..200 {
        world.node_is_there_for(25);
        world.dispatcher.part_came((2, 1), 64 << 10, world.now);
        world.act();
        assert!(!world.ends.contains_key(&2), "{:?}", world.ends);
    }
}

/// On a slow way each of them waits for twenty minutes for its next part.
#[test]
fn many_results_wait_for_each_other() {
    const CALLS: u64 = 400;
    let mut world = World::new();
    for id in 1..=CALLS {
        world.has_large(id, &MANY);
    }
    for id in (1..=CALLS).chain(1..=CALLS) {
        world.node_is_there_for(3);
        world.dispatcher.part_came((id, 1), 1 << 10, world.now);
        world.act();
        world.said.clear();
        assert!(world.ends.is_empty(), "{id}: {:?}", world.ends);
    }
}

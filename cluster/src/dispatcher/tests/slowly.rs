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
    world
        .dispatcher
        .fetched(Start::new(1, 1), Some(vec![9]), world.now);
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
                .part(Start::new(1, 1), PartRequest { at, most: 1 }, to, world.now);
            world.act();
            at += 1;
            let took = world.now - begun;
            assert!(took < Duration::from_secs(900), "{at} bytes in {took:?}");
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
        world
            .dispatcher
            .part_came(Start::new(1, 1), 1 << 6, world.now);
        world.act();
        let took = world.now - begun;
        assert!(took < Duration::from_secs(700), "{took:?}");
    }
    let Some(Err(Failure::Unreachable(text))) = world.ends.get(&1) else {
        panic!("{:?}", world.ends);
    };
    assert!(text.contains("comes too slowly, from the node n"), "{text}");
    // On a way that is only slow, it goes on for as long as it takes. Other processes may use most of the way.
    world.has_large(2, &MANY);
    for _ in 0..200 {
        world.node_is_there_for(25);
        world
            .dispatcher
            .part_came(Start::new(2, 1), 1 << 10, world.now);
        world.act();
        assert!(!world.ends.contains_key(&2), "{:?}", world.ends);
    }
}

/// On a slow way each of them waits for twenty minutes for its next part. So do the last ones, though fewer are left from turn to turn.
#[test]
fn many_results_wait_for_each_other() {
    const CALLS: u64 = 400;
    let mut world = World::new();
    for id in 1..=CALLS {
        world.has_large(id, &MANY);
    }
    for id in (1..=CALLS).chain(1..=CALLS) {
        world.node_is_there_for(3);
        world
            .dispatcher
            .part_came(Start::new(id, 1), 1 << 10, world.now);
        world.act();
        world.said.clear();
        assert!(world.ends.is_empty(), "{id}: {:?}", world.ends);
    }
    for id in 1..=CALLS {
        world.node_is_there_for(3);
        world
            .dispatcher
            .part_came(Start::new(id, 1), 1 << 10, world.now);
        world
            .dispatcher
            .fetched(Start::new(id, 1), Some(vec![9]), world.now);
        world.act();
        world.said.clear();
        let failed = world.ends.iter().find(|(_, end)| end.is_err());
        assert!(failed.is_none(), "{id}: {failed:?}");
        assert_eq!(world.ends.len() as u64, id);
    }
}

/// The node has requests that wait in this process all the time. But none of them is for the next bytes.
#[test]
fn a_node_that_fetches_single_bytes_of_a_busy_caller_keeps_no_call() {
    let mut world = World::new();
    world.dispatcher.values_in_parts_of(512 << 10);
    for id in [1, 2] {
        world.has_large_arguments(id, 4 << 20);
    }
    // The way was short and wide, and becomes slow.
    world.echoes_come();
    let begun = world.now;
    while !world.ends.contains_key(&1) {
        for _ in 0..3 {
            world.request_part(Start::new(2, 1), (world.sent(2), usize::MAX));
        }
        let next = world.sent(1);
        for megabytes in 1..=3 {
            world.request_part(Start::new(1, 1), (megabytes << 20, usize::MAX));
        }
        world.request_part(Start::new(1, 1), (next, 1));
        for _ in 0..20 {
            world.pass(Duration::from_secs(1));
            let number = world.question_to("n");
            world.dispatcher.pong(("n", number), &[], world.now);
        }
        world.echoes_come();
        let took = world.now - begun;
        assert!(took < Duration::from_secs(1500), "{took:?}");
    }
    let Some(Err(Failure::Unreachable(text))) = world.ends.get(&1) else {
        panic!("{:?}", world.ends);
    };
    assert!(text.contains("fetched too slowly, by the node n"), "{text}");
    assert!(!world.ends.contains_key(&2), "{:?}", world.ends);
}

/// A grant was lost, and is repeated late, with fewer bytes. The time before is not the time that the bytes take.
#[test]
fn arguments_after_a_late_grant_have_their_time() {
    static HOUR: Cluster = Cluster::new("hour").timeout(Duration::from_secs(3600));
    let mut world = World::new();
    world.dispatcher.values_in_parts_of(512);
    let mut large = call(1, &HOUR);
    large.arguments = vec![7; 400];
    world.dispatcher.submit(large, world.now);
    world.act();
    world.route(Some(Has::Yes));
    assert_eq!(world.claim("n", "hour", 1).unwrap().first.len(), 400);
    world.node_is_there_for(3000);
    assert_eq!(world.claim("n", "hour", 1).unwrap().first.len(), 128);
    world.node_is_there_for(700);
    world.request(1, 128);
    assert!(world.ends.is_empty(), "{:?}", world.ends);
}

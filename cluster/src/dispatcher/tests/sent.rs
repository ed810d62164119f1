//! Which arguments a node was sent, when parts or grants come in another order or are lost.

use super::*;

/// A node requests two parts at once. The last one goes first, and the other one comes late.
#[test]
fn the_last_arguments_are_not_all() {
    let mut world = World::new();
    world.has_large_arguments(1, 256);
    for at in [192, 128] {
        world.request(1, at);
    }
    // If these were all, they would have the limit and 30 s.
    world.node_is_there_for(29);
    world.request(1, 64);
    world.node_is_there_for(31);
    assert!(world.ends.is_empty(), "{:?}", world.ends);
    world.node_is_there_for(2);
    let end = world.ends.get(&1);
    assert!(matches!(end, Some(Err(Failure::TimedOut(_)))), "{end:?}");
}

/// Without the first of them they are not.
#[test]
fn a_node_that_fetches_the_last_arguments_only_has_not_begun() {
    let mut world = World::new();
    world.has_large_arguments(1, 256);
    world.request(1, 192);
    world.node_is_there_for(31);
    let Some(Err(Failure::Unreachable(text))) = world.ends.get(&1) else {
        panic!("{:?}", world.ends);
    };
    assert!(text.contains("has not begun"), "{text}");
}

/// The first grant had all arguments, and was lost. The next one has few of them, and the node fetches the rest on a slow way.
#[test]
fn arguments_after_a_lost_grant_have_their_time() {
    let mut world = World::new();
    let mut large = call(1, &BRIEF);
    large.arguments = vec![7; 400];
    world.dispatcher.values_in_parts_of(512);
    world.dispatcher.submit(large, world.now);
    world.act();
    world.route(Some(Has::Yes));
    assert_eq!(world.claim("n", "brief", 1).unwrap().first.len(), 400);
    world.node_is_there_for(2);
    assert_eq!(world.claim("n", "brief", 1).unwrap().first.len(), 128);
    for at in [128, 192, 256, 320] {
        world.node_is_there_for(20);
        world.request(1, at);
        assert!(world.ends.is_empty(), "{at}: {:?}", world.ends);
    }
    world.node_is_there_for(20);
    world.request(1, 384);
    // From now on it has its limit. Further claims do not change that.
    for _ in 0..33 {
        world.node_is_there_for(1);
        world.claim("n", "brief", 1);
    }
    let end = world.ends.get(&1);
    assert!(matches!(end, Some(Err(Failure::TimedOut(_)))), "{end:?}");
}

/// For the first grant there was little room, and it was lost. The next one has more of the arguments.
fn repeated_with_more(arguments: usize) -> World {
    let mut world = World::new();
    let mut large = call(1, &BRIEF);
    large.arguments = vec![7; arguments];
    world.dispatcher.values_in_parts_of(64);
    world.dispatcher.submit(large, world.now);
    world.act();
    world.route(Some(Has::Yes));
    assert_eq!(world.claim("n", "brief", 1).unwrap().first.len(), 64);
    world.node_is_there_for(2);
    world.dispatcher.values_in_parts_of(512);
    let first = world.claim("n", "brief", 1).unwrap().first;
    assert_eq!(first.len(), arguments.min(128));
    world
}

#[test]
fn what_a_repeated_grant_has_is_sent() {
    let mut world = repeated_with_more(400);
    for at in [128, 192, 256, 320] {
        world.node_is_there_for(20);
        world.request(1, at);
        assert!(world.ends.is_empty(), "{at}: {:?}", world.ends);
    }
}

#[test]
fn a_repeated_grant_may_have_all() {
    let mut world = repeated_with_more(120);
    world.node_is_there_for(31);
    assert!(world.ends.is_empty(), "{:?}", world.ends);
    world.node_is_there_for(2);
    let end = world.ends.get(&1);
    assert!(matches!(end, Some(Err(Failure::TimedOut(_)))), "{end:?}");
}

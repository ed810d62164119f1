//! The search for nodes that have a function: how and when calls fail if there is none.

use super::*;

#[test]
fn other_functions_are_named() {
    for (has, word) in [(Has::No, "b::f"), (Has::Another, "other arguments")] {
        let mut world = World::new();
        world.submit(1, &ONCE);
        for _ in 0..8 {
            world.route(Some(has));
            world.pass(Duration::from_secs(1));
        }
        match world.ends.get(&1) {
            Some(Err(Failure::Mismatch(text))) => assert!(text.contains(word), "{text}"),
            other => panic!("{other:?}"),
        }
    }
}

/// Its ticket was claimed by nobody, since the nodes may not send to the caller.
#[test]
fn nodes_that_may_not_answer_are_an_error() {
    let mut world = World::new();
    world.submit(1, &ONCE);
    world.route(Some(Has::Yes));
    assert_eq!(world.take(".call.").len(), 1);
    for _ in 0..12 {
        world.pass(Duration::from_secs(1));
        world.route(Some(Has::Mute));
    }
    match world.ends.get(&1) {
        Some(Err(Failure::Unreachable(text))) => assert!(text.contains("inbox"), "{text}"),
        other => panic!("{other:?}"),
    }
}

/// No node had the function for long, and the first one may just have started.
#[test]
fn a_later_call_waits_for_the_answer_to_its_own_question() {
    let mut world = World::new();
    world.submit(1, &ONCE);
    for _ in 0..8 {
        world.route(Some(Has::No));
        world.pass(Duration::from_secs(1));
    }
    assert!(world.ends.contains_key(&1));
    world.route(Some(Has::No));
    world.pass(Duration::from_secs(1));
    world.submit(2, &ONCE);
    world.jump(Duration::from_millis(50));
    assert!(!world.ends.contains_key(&2));
    world.route(Some(Has::Yes));
    assert_eq!(world.take(".call.").len(), 1);
    assert!(!world.ends.contains_key(&2));
}

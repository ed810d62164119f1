//! Large results that come late, or not at all.

use super::*;

static TWICE: Cluster = Cluster::new("twice")
    .timeout(Duration::from_secs(2))
    .retries(1);

impl World {
    /// A call whose body has ended in time, with a large result.
    pub(super) fn has_large(&mut self, id: u64, cluster: &'static Cluster) {
        self.submit(id, cluster);
        self.route(Some(Has::Yes));
        let given = self.claim("n", cluster.name, id).unwrap();
        self.answer(given.start, Outcome::Large(1000));
    }
}

/// Why a call ended whose result did not come.
fn is_late(end: Option<&Result<Vec<u8>, Failure>>) -> bool {
    matches!(end, Some(Err(Failure::Unreachable(text))) if text.contains("the body ended in time") && text.contains("30s"))
}

/// Its node may say for ever that it is there, and send nothing, or its bytes one by one.
#[test]
fn a_result_of_which_nothing_comes_has_a_limit() {
    let mut world = World::new();
    world.has_large(1, &BRIEF);
    world.node_is_there_for(25);
    world
        .dispatcher
        .part_came(Start::new(1, 1), 1 << 10, world.now);
    world.node_is_there_for(25);
    assert!(world.ends.is_empty());
    // An answer that is repeated is no part, nor is a byte.
    world.answer(Start::new(1, 1), Outcome::Large(1000));
    world
        .dispatcher
        .bytes_came(Start::new(1, 1), 1 << 10, world.now);
    world.node_is_there_for(7);
    assert!(is_late(world.ends.get(&1)), "{:?}", world.ends);
    let cancels = world.take(".node.n");
    let is_cancel = |cancel: &Publish| matches!(read(&cancel.payload), Ok(ToNode::Cancel { start, .. }) if start == Start::new(1, 1));
    assert!(cancels.iter().any(is_cancel), "the node may forget it");
}

/// On a slow way the results of many calls wait for each other. All come.
#[test]
fn results_wait_for_each_other_on_a_slow_way() {
    const CALLS: u64 = 8;
    let mut world = World::new();
    for id in 1..=CALLS {
        world.has_large(id, &TWICE);
    }
    for id in 1..=CALLS {
        for _ in 0..3 {
            world.node_is_there_for(20);
            world
                .dispatcher
                .part_came(Start::new(id, 1), 1 << 10, world.now);
        }
        world
            .dispatcher
            .fetched(Start::new(id, 1), Some(vec![9]), world.now);
        world.act();
        assert_eq!(world.ends.len() as u64, id, "{:?}", world.ends);
        assert!(world.ends[&id].is_ok());
    }
}

/// The body may run twice, so another node may have its result sooner.
#[test]
fn a_call_whose_result_does_not_come_runs_again_if_it_may() {
    let mut world = World::new();
    world.has_large(1, &TWICE);
    world.node_is_there_for(32);
    assert!(world.ends.is_empty(), "{:?}", world.ends);
    world.route(Some(Has::Yes));
    let given = world.claim("m", "twice", 1).unwrap();
    assert_eq!(given.start, Start::new(1, 2));
    world.answer(given.start, done());
    assert!(world.ends[&1].is_ok());
}

/// A node withholds one result, and another node sends others all the time.
#[test]
fn results_of_others_keep_no_call_for_ever() {
    let mut world = World::new();
    world.has_large(1, &BRIEF);
    world.has_large(2, &BRIEF);
    for _ in 0..29 {
        world.node_is_there_for(20);
        world
            .dispatcher
            .part_came(Start::new(2, 1), 1 << 10, world.now);
        assert!(world.ends.is_empty(), "{:?}", world.ends);
    }
    for _ in 0..6 {
        world.node_is_there_for(20);
        world
            .dispatcher
            .part_came(Start::new(2, 1), 1 << 10, world.now);
    }
    let end = world.ends.get(&1);
    let text = match end {
        Some(Err(Failure::Unreachable(text))) => text,
        other => panic!("{other:?}"),
    };
    assert!(text.contains("the body ended in time"), "{text}");
    assert!(!world.ends.contains_key(&2), "{:?}", world.ends);
}

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

/// Answers questions for some time, each as late as that: a node that does not have the function, and one that has it.
fn answer_late(world: &mut World, other: Duration, late: Duration, time: Duration) {
    let (step, until) = (Duration::from_millis(10), world.now + time);
    let mut asked = Vec::new();
    while world.now < until {
        let now = world.now;
        asked.extend(
            world
                .take(".who")
                .into_iter()
                .map(|question| (now, question)),
        );
        for (when, question) in &asked {
            let number = question.reply.as_ref().unwrap();
            let number = number.rsplit('.').next().unwrap().parse().unwrap();
            for (release, has, after) in [("r0", Has::No, other), ("r1", Has::Yes, late)] {
                if *when + after == now {
                    let answer = RouteAnswer {
                        release: release.to_owned(),
                        has,
                        shards: 1,
                        similar: Vec::new(),
                    };
                    world.dispatcher.has(number, answer, now);
                }
            }
        }
        world.jump(step);
    }
}

/// The way to some nodes is long, or much else is on it. Calls that wait for an answer find their release, and those in a queue stay there.
#[test]
fn late_answers_are_answers() {
    for (other, late) in [
        (10, 20),
        (140, 150),
        (400, 450),
        (1000, 1000),
        (2500, 2600),
        (20, 400),
        (20, 900),
    ] {
        let name = format!("{other} ms, {late} ms");
        let [other, late] = [other, late].map(Duration::from_millis);
        let mut world = World::new();
        world.submit(1, &ONCE);
        answer_late(&mut world, other, late, Duration::from_secs(4));
        let tickets = world.take(".call.");
        assert!(!tickets.is_empty(), "{name}");
        assert!(tickets[0].subject.contains(".r1."), "{name}");
        world.dispatcher.accepted(1, Ack::Accepted(1), world.now);
        answer_late(&mut world, other, late, Duration::from_secs(30));
        assert!(world.ends.is_empty(), "{name}");
        assert!(world.take(".call.").is_empty(), "{name}");
        assert!(world.claim("n", "once", 1).is_some());
    }
}

/// Silence soon ends calls for which no node was ever found. Others are in a queue, and any node may take them.
#[test]
fn silence_is_no_answer() {
    let silent = |seconds: u64, queued: bool| {
        let mut world = World::new();
        world.submit(1, &ONCE);
        if queued {
            world.route(Some(Has::Yes));
            world.dispatcher.accepted(1, Ack::Accepted(1), world.now);
        }
        for _ in 0..seconds {
            assert!(world.ends.is_empty());
            world.pass(Duration::from_secs(1));
        }
        world
    };
    let no_nodes = |world: &World| matches!(world.ends.get(&1), Some(Err(Failure::NoNodes(_))));
    let mut world = silent(4, false);
    world.pass(Duration::from_secs(5));
    assert!(no_nodes(&world));
    world.pass(Duration::from_secs(4));
    assert!(world.dispatcher.is_idle(), "the last question is given up");
    let mut world = silent(59, true);
    assert!(world.take(".who").len() > 20, "it is asked again");
    world.pass(Duration::from_secs(9));
    assert!(no_nodes(&world));
    // If there is no node any more, one that starts has its usual time.
    let mut world = silent(40, true);
    for _ in 0..4 {
        world.route(None);
        world.pass(Duration::from_secs(1));
    }
    assert!(world.ends.is_empty());
    for _ in 0..4 {
        world.route(None);
        world.pass(Duration::from_secs(1));
    }
    assert!(no_nodes(&world));
}

/// Whether call 3 waits for longer than a silence. Call 1 has found the release of its function, and 2 some seconds of silence.
fn waits_after(between: impl FnOnce(&mut World)) -> bool {
    let mut world = World::new();
    world.submit(1, &ONCE);
    world.route(Some(Has::Yes));
    world.dispatcher.cancel(1, world.now);
    world.pass(Duration::from_secs(15));
    world.submit(2, &ONCE);
    world.pass(Duration::from_millis(3500));
    between(&mut world);
    world.pass(Duration::from_secs(8));
    let end = world.ends.get(&3);
    assert!(end.is_none_or(|end| matches!(end, Err(Failure::NoNodes(_)))));
    end.is_none()
}

/// A silence that was over, or during which no call waited, is no part of a later one.
#[test]
fn silences_are_not_added() {
    let minute = |world: &mut World| {
        for _ in 0..4 {
            world.pass(Duration::from_secs(15));
        }
    };
    assert!(!waits_after(|world| {
        world.submit(3, &ONCE);
        minute(world);
    }));
    assert!(waits_after(|world| {
        world.dispatcher.cancel(2, world.now);
        minute(world);
        world.submit(3, &ONCE);
    }));
    assert!(waits_after(|world| {
        world.submit(3, &ONCE);
        world.pass(Duration::from_secs(50));
        world.claim("n", "once", 2).unwrap();
    }));
}

/// The nodes that read the others are gone. The server has accepted the tickets in them, and keeps them.
#[test]
fn calls_leave_queues_that_nobody_reads() {
    let mut world = World::new();
    world.shards = 4;
    for id in 1..=40 {
        world.submit(id, &ONCE);
    }
    world.route(Some(Has::Yes));
    let is_first = |ticket: &Publish| ticket.subject.starts_with("offload.v1.once.0.");
    let others = world.take(".call.");
    let others = others.iter().filter(|ticket| !is_first(ticket)).count();
    assert!(others > 0);
    for id in 1..=40 {
        world.dispatcher.accepted(id, Ack::Accepted(id), world.now);
    }
    world.shards = 1;
    let mut moved = Vec::new();
    for _ in 0..20 {
        world.pass(Duration::from_secs(1));
        world.route(Some(Has::Yes));
        moved = world.take(".call.");
        if !moved.is_empty() {
            break;
        }
    }
    assert_eq!(moved.len(), others);
    assert!(moved.iter().all(is_first));
}

//! Tickets that a queue has lost although the connection never broke.

use super::*;

/// Time passes, and nodes say that they are there.
fn wait(world: &mut World, seconds: u32) {
    for _ in 0..5 * seconds {
        world.pass(Duration::from_millis(180));
        world.route(Some(Has::Yes));
    }
}

/// The numbers of questions about queues.
fn questions(world: &mut World) -> Vec<u64> {
    let asked = world.take("$JS.API.STREAM.INFO.OFFLOAD-once").into_iter();
    let number = |publish: Publish| {
        let reply = publish.reply.unwrap();
        assert!(reply.starts_with("i.s."), "{reply}");
        reply.rsplit('.').next().unwrap().parse().unwrap()
    };
    asked.map(number).collect()
}

/// A world whose calls 1 to 3 have the tickets 1 to 3, and the question about them.
fn asked() -> (World, u64) {
    let mut world = World::new();
    for id in 1..=3 {
        world.submit(id, &ONCE);
    }
    world.route(Some(Has::Yes));
    for id in 1..=3 {
        world.dispatcher.accepted(id, Ack::Accepted(id), world.now);
    }
    assert_eq!(world.take(".call.").len(), 3);
    wait(&mut world, 3);
    assert_eq!(questions(&mut world).len(), 0);
    wait(&mut world, 3);
    let number = questions(&mut world);
    assert_eq!(number.len(), 1);
    (world, number[0])
}

/// What a server says that does not say how old the stream is.
const fn kept(first: u64, last: u64) -> StreamInfo {
    StreamInfo {
        first,
        last,
        age: None,
        created: None,
    }
}

#[test]
fn tickets_that_are_gone_are_written_again() {
    for (first, last, again) in [(1, 3, 0), (3, 3, 2), (4, 3, 3), (1, 0, 3)] {
        let kept = kept(first, last);
        let (mut world, number) = asked();
        world.dispatcher.kept(number + 1, &kept, world.now);
        wait(&mut world, 1);
        assert_eq!(world.take(".call.").len(), 0, "not the answer");
        world.dispatcher.kept(number, &kept, world.now);
        wait(&mut world, 1);
        assert_eq!(world.take(".call.").len(), again, "{kept:?}");
        assert!(world.ends.is_empty());
    }
}

/// An operator has made the stream again, and it has got tickets of others with the same numbers at once.
#[test]
fn tickets_that_are_older_than_their_stream_are_written_again() {
    for (seconds, again) in [(10, 0), (6, 0), (4, 3), (0, 3)] {
        let (mut world, number) = asked();
        world.submit(4, &ONCE);
        world.dispatcher.accepted(4, Ack::Accepted(1), world.now);
        assert_eq!(world.take(".call.").len(), 1);
        let kept = StreamInfo {
            first: 1,
            last: 1000,
            age: Some(Duration::from_secs(seconds)),
            created: None,
        };
        world.dispatcher.kept(number, &kept, world.now);
        wait(&mut world, 1);
        assert_eq!(world.take(".call.").len(), again, "{seconds}");
        assert!(world.ends.is_empty());
    }
}

/// The clock of the server was set back, so the stream seems to be younger than before. Or another one was made.
#[test]
fn the_age_of_the_same_stream_says_nothing() {
    let (mut world, number) = asked();
    let mut number = Some(number);
    for (seconds, created, again) in [(60, "x", 0), (3, "x", 0), (3, "y", 3_u64), (1, "y", 0)] {
        let kept = StreamInfo {
            first: 1,
            last: 1000,
            age: Some(Duration::from_secs(seconds)),
            created: Some(created.to_owned()),
        };
        world
            .dispatcher
            .kept(number.take().unwrap(), &kept, world.now);
        wait(&mut world, 1);
        assert_eq!(
            world.take(".call.").len() as u64,
            again,
            "{seconds} {created}"
        );
        for id in 1..=again {
            world.dispatcher.accepted(id, Ack::Accepted(id), world.now);
        }
        wait(&mut world, 5);
        number = questions(&mut world).pop();
    }
}

/// The clock of the server was set forward, so the stream that was made again seems to be older than it is. But this process has asked
/// about the one before.
#[test]
fn another_stream_is_younger_than_the_last_question() {
    let (mut world, number) = asked();
    let mut number = Some(number);
    for (created, again) in [("x", 0), ("y", 3), ("y", 0)] {
        let kept = StreamInfo {
            first: 1,
            last: 1000,
            age: Some(Duration::from_secs(3600)),
            created: Some(created.to_owned()),
        };
        let question = number.take().unwrap();
        world.dispatcher.kept(question, &kept, world.now);
        wait(&mut world, 1);
        let written = world.take(".call.");
        assert_eq!(written.len(), again, "{created}");
        for id in 1..=written.len() as u64 {
            world.dispatcher.accepted(id, Ack::Accepted(id), world.now);
        }
        wait(&mut world, 5);
        number = questions(&mut world).pop();
    }
}

/// The question was sent before the server had the ticket, or the call has a node.
#[test]
fn other_tickets_are_not() {
    let (mut world, number) = asked();
    world.submit(4, &ONCE);
    world.dispatcher.accepted(4, Ack::Accepted(4), world.now);
    assert_eq!(world.take(".call.").len(), 1);
    for id in 1..=3 {
        world.claim("n", "once", id).unwrap();
    }
    world.dispatcher.kept(number, &kept(4, 3), world.now);
    wait(&mut world, 1);
    assert_eq!(world.take(".call.").len(), 0);
}

#[test]
fn without_the_right_nothing_is_asked_until_the_next_connection() {
    let (mut world, _) = asked();
    let subject = "$JS.API.STREAM.INFO.OFFLOAD-once";
    world.dispatcher.denied(subject, "no", world.now);
    wait(&mut world, 30);
    assert!(world.ends.is_empty());
    assert_eq!(questions(&mut world).len(), 0);
    world.dispatcher.disconnected(world.now);
    world.dispatcher.connected(world.now);
    wait(&mut world, 1);
    for id in 1..=3 {
        world.dispatcher.accepted(id, Ack::Accepted(id), world.now);
    }
    wait(&mut world, 6);
    assert!(!questions(&mut world).is_empty());
}

/// The one server that holds a queue is restarted while its nodes and this process are connected to others.
#[test]
fn new_calls_wait_for_the_server_that_holds_the_queue() {
    let mut world = World::new();
    for id in [1, 2] {
        world.submit(id, &ONCE);
    }
    world.route(Some(Has::Yes));
    let misses = |world: &mut World, id, seconds| {
        for _ in 0..seconds {
            world.dispatcher.accepted(id, Ack::NoStream, world.now);
            wait(world, 1);
        }
    };
    misses(&mut world, 1, 25);
    assert!(world.ends.is_empty(), "{:?}", world.ends);
    world.dispatcher.accepted(1, Ack::Accepted(1), world.now);
    misses(&mut world, 2, 40);
    match world.ends.get(&2) {
        Some(Err(Failure::Unreachable(text))) => assert!(text.contains("server"), "{text}"),
        other => panic!("{other:?}"),
    }
    assert!(world.claim("n", "once", 1).is_some());
}

/// A server that says why it takes no tickets now, as while another one becomes the leader of the stream, or when its disk is full.
#[test]
fn calls_wait_for_a_stream_that_takes_none_now() {
    let mut world = World::new();
    for id in 1..=3 {
        world.submit(id, &ONCE);
    }
    world.route(Some(Has::Yes));
    world.dispatcher.accepted(3, Ack::Accepted(3), world.now);
    // The server answers each ticket once. Returns how many were written.
    let refuses = |world: &mut World, seconds| {
        let mut written = 0;
        for _ in 0..seconds {
            for ticket in world.take(".call.") {
                let reply = ticket.reply.unwrap();
                let id = reply.split('.').nth(2).unwrap().parse().unwrap();
                let later = Ack::Later("raft: not leader".to_owned());
                world.dispatcher.accepted(id, later, world.now);
                written += 1;
            }
            world.act();
            wait(world, 1);
        }
        written
    };
    let written = refuses(&mut world, 25);
    assert!((20..45).contains(&written), "{written}: not all the time");
    world.dispatcher.accepted(1, Ack::Accepted(1), world.now);
    refuses(&mut world, 10);
    assert_eq!(world.ends.len(), 1, "{:?}", world.ends);
    match world.ends.get(&2) {
        Some(Err(Failure::Unreachable(text))) => assert!(text.contains("not leader"), "{text}"),
        other => panic!("{other:?}"),
    }
    assert!(world.claim("n", "once", 1).is_some() && world.claim("n", "once", 3).is_some());
}

/// Without nodes nobody would take them from it.
#[test]
fn without_nodes_no_call_waits_for_a_queue() {
    let mut world = World::new();
    world.submit(1, &ONCE);
    world.route(Some(Has::Yes));
    for _ in 0..8 {
        world.dispatcher.accepted(1, Ack::NoStream, world.now);
        world.pass(Duration::from_secs(1));
        world.route(None);
    }
    assert!(matches!(world.ends.get(&1), Some(Err(Failure::NoNodes(_)))));
}

#[test]
fn a_full_queue_is_no_end_for_what_was_in_it() {
    let mut world = World::new();
    for id in [1, 2] {
        world.submit(id, &ONCE);
    }
    world.route(Some(Has::Yes));
    world.dispatcher.accepted(1, Ack::Accepted(1), world.now);
    world.dispatcher.disconnected(world.now);
    world.dispatcher.connected(world.now);
    world.pass(Duration::from_secs(1));
    assert_eq!(world.take(".call.").len(), 4, "each ticket again");
    for id in [1, 2] {
        world.dispatcher.accepted(id, Ack::Full, world.now);
    }
    world.act();
    assert!(!world.ends.contains_key(&1));
    assert!(matches!(world.ends.get(&2), Some(Err(Failure::Full))));
}

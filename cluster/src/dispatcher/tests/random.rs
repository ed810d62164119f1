//! Events in random order, and what must hold in every order.

use std::collections::{HashMap, HashSet};

use offload_limits::Seed;

use super::{super::tickets::QueueTickets, *};

/// The tickets that the servers have had, and the starts that the nodes have been given.
#[derive(Default)]
struct Record {
    tickets: HashSet<u64>,
    /// Those for which no node has been given the call yet.
    unused: HashSet<u64>,
    by: HashMap<Start, &'static str>,
    open: HashSet<Start>,
}

/// Messages may be lost, doubled, late or denied, and this process may be stopped for any time. Each start is given to one node, no call
/// starts more often than it may, and each call ends once.
#[test]
fn no_order_of_events_starts_a_body_twice() {
    const NODES: [&str; 3] = ["n1", "n2", "n3"];
    let clusters = [&ONCE, &AGAIN, &BRIEF];
    for number in 1..=300_u64 {
        let mut seed = Seed::new(number);
        let mut world = World::new();
        world.shards = 1 + u32::try_from(number % 3).unwrap();
        world.dispatcher.window = 1 + seed.index(4);
        let mut given = Record::default();
        for step in 0..200 {
            let id = 1 + seed.below(24);
            let cluster = clusters[usize::try_from(id % 3).unwrap()];
            let node = NODES[seed.index(3)];
            match seed.below(18) {
                0..3 if step < 60 && !world.ends.contains_key(&id) => {
                    if world.dispatcher.calls.get(id).is_none() {
                        world.submit(id, cluster);
                    }
                }
                3..5 => world.route(Some(Has::Yes)),
                5 => world.route(None),
                6..9 => claim(&mut world, &mut given, (node, cluster, id)),
                9..11 => {
                    let open = given.open.iter().min().copied();
                    let outcome = [done(), Outcome::Leaving, Outcome::Cancelled];
                    let outcome = outcome[seed.index(3)].clone();
                    if let Some(start) = open {
                        given.open.remove(&start);
                        world.answer(start, outcome.clone());
                        // The message comes twice, or an earlier one comes again.
                        if seed.below(3) == 0 {
                            world.answer(start, done());
                        }
                    }
                }
                11 => {
                    let number = world.question_to(node);
                    world.dispatcher.not_there((node, number), world.now);
                    world.act();
                }
                12 => world.dispatcher.disconnected(world.now),
                13 => world.dispatcher.connected(world.now),
                14 if seed.below(4) == 0 => {
                    world.dispatcher.cancel(id, world.now);
                    world.act();
                }
                // Also late, and more than once.
                16 if given.tickets.contains(&id) => {
                    let later = Ack::Later("no room".to_owned());
                    let ack = [Ack::Accepted(id), Ack::NoStream, later];
                    let ack = ack[seed.index(3)].clone();
                    world.dispatcher.accepted(id, ack, world.now);
                    world.act();
                }
                15 if seed.below(8) == 0 => world.jump(Duration::from_secs(seed.below(7200))),
                _ => world.pass(Duration::from_millis(seed.below(900))),
            }
            assert!(
                world.dispatcher.calls.are_filed(),
                "{:?}",
                world.dispatcher.calls
            );
        }
        finish(&mut world, &mut given);
    }
}

fn claim(
    world: &mut World,
    given: &mut Record,
    (node, cluster, id): (&'static str, &'static Cluster, u64),
) {
    receive(world, given);
    // Without a ticket no node knows of the call.
    let ticket = given.tickets.contains(&id);
    let claimed = ticket.then(|| world.claim(node, cluster.name, id));
    let Some(grant) = claimed.flatten() else {
        return;
    };
    let start = grant.start;
    assert!(
        start.attempt <= cluster.retries + 1,
        "{start:?} of {}",
        cluster.name
    );
    assert_eq!(*given.by.entry(start).or_insert(node), node, "{start:?}");
    given.open.insert(start);
    given.unused.remove(&id);
}

/// The servers get the tickets that were written.
fn receive(world: &mut World, given: &mut Record) {
    for ticket in world.take(".call.") {
        let id = call_of(&ticket);
        given.tickets.insert(id);
        given.unused.insert(id);
    }
}

/// From here on nothing goes wrong, and all remaining calls end: each has a ticket.
fn finish(world: &mut World, given: &mut Record) {
    world.dispatcher.connected(world.now);
    for _ in 0..400 {
        if world.dispatcher.calls.is_empty() {
            break;
        }
        world.pass(Duration::from_millis(300));
        world.route(Some(Has::Yes));
        receive(world, given);
        for id in given.unused.drain() {
            world.dispatcher.accepted(id, Ack::Accepted(id), world.now);
            let Some(call) = world.dispatcher.calls.get(id) else {
                continue;
            };
            let cluster = call.new.cluster.name;
            if let Some(grant) = world.claim("last", cluster, id) {
                world.answer(grant.start, done());
            }
        }
    }
    assert!(
        world.dispatcher.calls.is_empty(),
        "{:?}",
        world.dispatcher.calls
    );
    assert!(
        world.dispatcher.calls.are_filed(),
        "{:?}",
        world.dispatcher.calls
    );
    for flight in world.dispatcher.flights.values() {
        assert_eq!(flight.out, 0);
        assert!(flight.at_nodes.is_empty(), "{flight:?}");
        assert!(
            flight.tickets.values().all(QueueTickets::is_empty),
            "{flight:?}"
        );
    }
}

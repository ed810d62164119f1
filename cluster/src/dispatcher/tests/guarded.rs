//! Messages that the dispatcher must not accept, and refusals of the servers.

use super::*;

/// A claim of that call with that secret.
fn claimed((call, secret): (u64, u64)) -> ClaimedCall {
    ClaimedCall { call, secret }
}

fn grants(world: &mut World, claim: (&str, &[ClaimedCall]), reply: &str) -> Option<Vec<Grant>> {
    world
        .dispatcher
        .claim(("n", "h"), claim, reply.to_owned(), world.now);
    world.act();
    let at = world.said.iter().position(|said| said.subject == reply)?;
    let said = world.said.remove(at);
    let Ok(ToNode::Grants(grants)) = read(&said.payload) else {
        panic!("no grants");
    };
    Some(grants)
}

#[test]
fn a_call_is_given_to_whoever_shows_its_ticket() {
    let mut world = World::new();
    world.submit(1, &ONCE);
    world.route(Some(Has::Yes));
    let ticket = world.dispatcher.secrets.ticket(1);
    let refused = [
        ("once", (1, ticket ^ 1)),
        ("once", (1, 0)),
        ("again", (1, ticket)),
        ("once", (2, ticket)),
    ];
    for (cluster, claim) in refused {
        let grants = grants(&mut world, (cluster, &[claimed(claim)]), "a.g.1").unwrap();
        assert_eq!(grants, [Grant::Refused(claim.0)]);
    }
    for elsewhere in ["$JS.API.STREAM.DELETE.x", "offload.v1.once.who", "a", "a.>"] {
        let claim = ("once", &[claimed((1, ticket))][..]);
        assert!(
            grants(&mut world, claim, elsewhere).is_none(),
            "{elsewhere}"
        );
    }
    assert!(matches!(
        world.dispatcher.calls.get(1).unwrap().state,
        State::Queued(_)
    ));
    let given = grants(&mut world, ("once", &[claimed((1, ticket))]), "a.g.1").unwrap();
    let [Grant::Given(given)] = &given[..] else {
        panic!("{given:?}");
    };
    assert!(world.dispatcher.is_granted(Start::new(1, 1), given.secret));
    assert!(!world.dispatcher.is_granted(Start::new(1, 2), given.secret));
    assert!(!world.dispatcher.is_granted(Start::new(1, 1), ticket));
    let ack = world.dispatcher.secrets.ack(1);
    assert!(world.dispatcher.is_ack(1, ack) && !world.dispatcher.is_ack(2, ack));
}

/// Calls that do not fit into one message are not refused. They are given when they are claimed again.
#[test]
fn what_has_no_room_in_a_message_is_claimed_again() {
    let mut world = World::new();
    let header = |bytes| vec![("h".to_owned(), "v".repeat(bytes))];
    for id in 1..=3 {
        let mut call = call(id, &ONCE);
        call.headers = header(40);
        world.dispatcher.submit(call, world.now);
        world.act();
    }
    let mut large = call(4, &ONCE);
    large.headers = header(80);
    world.dispatcher.submit(large, world.now);
    world.act();
    assert!(matches!(
        world.ends[&4],
        Err(Failure::TooLarge { limit: 64, .. })
    ));
    world.route(Some(Has::Yes));
    let mut left: Vec<_> = (1..=3)
        .map(|id| claimed((id, world.dispatcher.secrets.ticket(id))))
        .collect();
    while !left.is_empty() {
        let grants = grants(&mut world, ("once", &left), "a.g.1").unwrap();
        let [Grant::Given(given)] = &grants[..] else {
            panic!("{grants:?}");
        };
        assert_eq!(left.remove(0).call, given.start.call);
    }
}

#[test]
fn refusals_end_the_calls_that_need_what_is_refused() {
    let mut world = World::new();
    for id in 1..=4 {
        world.submit(id, &ONCE);
    }
    world.route(Some(Has::Yes));
    world.claim("n", "once", 1).unwrap();
    world.claim("n", "once", 2).unwrap();
    world.claim("m", "once", 3).unwrap();
    let unreachable = |end: Option<&Result<Vec<u8>, Failure>>| matches!(end, Some(Err(Failure::Unreachable(text))) if text == "no");
    world
        .dispatcher
        .denied("offload.v1.once.node.n", "no", world.now);
    world.act();
    assert!(unreachable(world.ends.get(&1)) && unreachable(world.ends.get(&2)));
    assert_eq!(world.ends.len(), 2);
    // The subject of the third grant.
    world.dispatcher.denied("i2.g.1", "no", world.now);
    world.act();
    assert!(unreachable(world.ends.get(&3)) && !world.ends.contains_key(&4));
    // Without its inbox the process has no calls, neither these nor later ones.
    world.dispatcher.deaf("no", world.now);
    world.submit(5, &ONCE);
    assert!(unreachable(world.ends.get(&4)) && unreachable(world.ends.get(&5)));
    assert!(world.dispatcher.is_idle());
}

/// A question to a node fits into one message, and the node is asked for all its calls in turn.
#[test]
fn many_calls_are_asked_for_in_turn() {
    let mut world = World::new();
    for id in 1..=10 {
        world.submit(id, &ONCE);
    }
    world.route(Some(Has::Yes));
    for id in 1..=10 {
        world.claim("n", "once", id).unwrap();
    }
    let mut asked = std::collections::HashSet::new();
    for _ in 0..10 {
        world.pass(Duration::from_millis(600));
        let pings = world.take(".node.n").into_iter();
        // Others only say that the calls are waited for.
        for ping in pings.filter(|ping| ping.reply.is_some()) {
            let Ok(ToNode::Ping { starts, .. }) = read(&ping.payload) else {
                panic!("no question");
            };
            assert!(starts.len() <= 4, "{starts:?}");
            asked.extend(starts);
        }
        let number = world.question_to("n");
        world
            .dispatcher
            .pong(("n", number ^ 1), &[Start::new(1, 1)], world.now);
        world.dispatcher.pong(("n", number), &[], world.now);
        world.act();
    }
    assert_eq!(asked.len(), 10);
    assert!(world.ends.is_empty(), "what was not asked is no answer");
}

/// With several servers, a node may be reconnecting to another one.
#[test]
fn a_node_may_move_to_another_server() {
    for several in [false, true] {
        let mut world = World::new();
        world.dispatcher.one_of_several(several);
        world.submit(1, &ONCE);
        world.route(Some(Has::Yes));
        world.claim("n", "once", 1).unwrap();
        world.pass(Duration::from_secs(1));
        let number = world.question_to("n");
        for _ in 0..8 {
            world.dispatcher.not_there(("n", number), world.now);
            world.pass(Duration::from_millis(200));
        }
        assert_eq!(world.ends.contains_key(&1), !several);
        for _ in 0..8 {
            world.dispatcher.not_there(("n", number), world.now);
            world.pass(Duration::from_millis(300));
        }
        assert!(world.ends.contains_key(&1));
    }
}

/// Tickets are spread over the queues of the nodes, and a ticket that is written again stays in its queue.
#[test]
fn tickets_are_spread_over_all_queues() {
    let mut world = World::new();
    world.shards = 4;
    for id in 1..=400 {
        world.submit(id, &ONCE);
    }
    world.route(Some(Has::Yes));
    let shard = |publish: &Publish| publish.subject.split('.').nth(3).map(str::to_owned);
    let first = world.take(".call.");
    let mut counts: HashMap<_, u32> = HashMap::new();
    for ticket in &first {
        *counts.entry(shard(ticket).unwrap()).or_default() += 1;
    }
    assert_eq!(counts.len(), 4);
    assert!(
        counts.values().all(|count| (80..=120).contains(count)),
        "{counts:?}"
    );
    world.pass(Duration::from_secs(3));
    let mut before: Vec<_> = first.iter().map(|ticket| &ticket.subject).collect();
    let again = world.take(".call.");
    let mut after: Vec<_> = again.iter().map(|ticket| &ticket.subject).collect();
    before.sort_unstable();
    after.sort_unstable();
    assert_eq!(before, after);
    // The new nodes have fewer queues. Calls in queues without readers move.
    world.route(Some(Has::Yes));
    world.shards = 1;
    world.pass(Duration::from_secs(2));
    world.route(Some(Has::Yes));
    world.pass(Duration::from_secs(3));
    let moved = world.take(".call.");
    let last = &moved[moved.len() - 400..];
    assert!(
        last.iter()
            .all(|ticket| shard(ticket).as_deref() == Some("0"))
    );
}

/// Limits may be longer than an `Instant` can hold.
#[test]
fn limits_without_an_end_are_limits() {
    static ENDLESS: Cluster = Cluster::new("endless")
        .timeout(Duration::MAX)
        .queue_timeout(Duration::MAX)
        .wait_for_nodes(Duration::MAX);
    let mut world = World::new();
    world.submit(1, &ENDLESS);
    for answer in [None, Some(Has::No)] {
        world.pass(Duration::from_secs(3600));
        world.route(answer);
    }
    world.pass(Duration::from_secs(3600));
    world.route(Some(Has::Yes));
    world.dispatcher.accepted(1, Ack::NoStream, world.now);
    world.pass(Duration::from_secs(3600));
    assert_eq!(
        world.claim("n", "endless", 1).unwrap().limit,
        Some(Duration::MAX)
    );
    world.pass(Duration::from_secs(1));
    assert!(world.ends.is_empty());
    world.answer(Start::new(1, 1), done());
    assert!(world.ends[&1].is_ok());
}

/// Nodes are told at once, and what was held back is not sent any more.
#[test]
fn a_caller_that_closes_its_connection_ends_its_bodies() {
    let mut world = World::new();
    for id in 1..=5 {
        world.submit(id, &BRIEF);
    }
    world.route(Some(Has::Yes));
    world.claim("n", "brief", 1).unwrap();
    world.take(".call.");
    world.dispatcher.close(world.now);
    world.act();
    assert!(
        world
            .ends
            .values()
            .all(|end| matches!(end, Err(Failure::Shutdown)))
    );
    assert_eq!(world.ends.len(), 5);
    let told = world.take(".node.n").pop().unwrap();
    let cancel = ToNode::Cancel {
        inbox: "i".to_owned(),
        start: Start::new(1, 1),
    };
    assert_eq!(read(&told.payload), Ok(cancel));
    assert!(world.said.is_empty(), "{:?}", world.said);
}

//! Messages decode to what was encoded, and invalid bytes are refused without a panic.

use offload_limits::Seed;

use super::*;

fn to_nodes() -> Vec<ToNode> {
    let inbox = || "_INBOX.a".to_owned();
    let given = Given {
        start: Start::new(9, 1),
        secret: 12,
        key: u64::MAX,
        fingerprint: 3,
        limit: Some(Duration::from_millis(5)),
        headers: vec![("traceparent".to_owned(), "00-1-2-01".to_owned())],
        total: 4,
        first: vec![1, 2, 3, 4],
    };
    vec![
        ToNode::Who {
            key: 1,
            fingerprint: 2,
            name: "a::f".to_owned(),
        },
        ToNode::Grants(vec![Grant::Refused(3), Grant::Given(Box::new(given))]),
        ToNode::Bytes(vec![0; 100]),
        ToNode::Received {
            inbox: inbox(),
            starts: vec![Start::new(1, 1), Start::new(2, 7)],
        },
        ToNode::Cancel {
            inbox: inbox(),
            start: Start::new(1, 1),
        },
        ToNode::Ping {
            inbox: inbox(),
            starts: vec![Start::new(1, 1)],
        },
        ToNode::Part {
            inbox: inbox(),
            start: Start::new(1, 1),
            at: 1 << 40,
            most: 1 << 20,
        },
        ToNode::Info,
    ]
}

fn to_callers() -> Vec<ToCaller> {
    let answer = |outcome| ToCaller::Answer {
        start: Start::new(5, 2),
        outcome,
    };
    vec![
        ToCaller::Claim {
            node: "n".to_owned(),
            host: "h".to_owned(),
            calls: [(1, 9), (2, 8), (3, 7)]
                .map(|(call, secret)| ClaimedCall { call, secret })
                .to_vec(),
        },
        ToCaller::Part {
            start: Start::new(1, 1),
            secret: 14,
            at: 7,
            most: 9,
        },
        answer(Outcome::Done(vec![7; 20])),
        answer(Outcome::Large(u64::MAX)),
        answer(Outcome::Died(Dead::default())),
        answer(Outcome::Died(Dead {
            cause: Some(WorkerFault::Memory(1 << 40)),
            ..Dead::default()
        })),
        answer(Outcome::Unable("no".to_owned())),
        answer(Outcome::Leaving),
        ToCaller::Bytes(vec![1]),
        ToCaller::Pong {
            unknown: vec![Start::new(1, 1)],
        },
        ToCaller::Has {
            release: "r".to_owned(),
            has: Has::Another,
            shards: 1,
            similar: vec!["b::f".to_owned()],
        },
        ToCaller::Has {
            release: "r".to_owned(),
            has: Has::Mute,
            shards: 1,
            similar: Vec::new(),
        },
        ToCaller::Node(NodeFacts::default()),
    ]
}

#[test]
fn messages_come_back_as_they_went() {
    for message in to_nodes() {
        assert_eq!(read(&write(&message)), Ok(message));
    }
    for message in to_callers() {
        assert_eq!(read(&write(&message)), Ok(message));
    }
    let ticket = Ticket {
        inbox: "i".to_owned(),
        call: 1,
        secret: 15,
    };
    assert_eq!(read(&write(&ticket)), Ok(ticket));
}

/// Old nodes and new callers must understand each other. The bytes in this test were written by the first version.
#[test]
fn the_bytes_of_messages_stay() {
    let bytes = |message: ToNode| write(&message);
    assert_eq!(bytes(ToNode::Info), [1, 7]);
    assert_eq!(
        bytes(ToNode::Cancel {
            inbox: "ab".to_owned(),
            start: Start::new(300, 2)
        }),
        [1, 4, 2, b'a', b'b', 0xac, 2, 2]
    );
    let answer = ToCaller::Answer {
        start: Start::new(5, 1),
        outcome: Outcome::Done(vec![9, 8]),
    };
    assert_eq!(write(&answer), [1, 2, 5, 1, 0, 2, 9, 8]);
}

/// A newer node may kill a worker for something that this version does not know. It still says how the worker died.
#[test]
fn an_unknown_cause_of_a_death_is_none() {
    // Of worker 7, with signal 9 and no code, for something with the number 99 and a text.
    let bytes = [1, 2, 5, 1, 3, 7, 1, 18, 0, 4, 99, 2, b'a', b'b'];
    let dead = Dead {
        pid: 7,
        signal: Some(9),
        ..Dead::default()
    };
    let answer = ToCaller::Answer {
        start: Start::new(5, 1),
        outcome: Outcome::Died(dead),
    };
    assert_eq!(read(&bytes), Ok(answer));
}

#[test]
fn other_versions_and_what_is_left_over_are_unknown() {
    assert_eq!(read::<ToNode>(&[]), Err(Unknown));
    assert_eq!(read::<ToNode>(&[2, 7]), Err(Unknown));
    assert_eq!(read::<ToNode>(&[1, 99]), Err(Unknown));
    assert_eq!(read::<ToNode>(&[1, 7, 0]), Err(Unknown));
}

#[test]
fn mutated_messages_are_read_or_refused() {
    let mut seed = Seed::new(1);
    let nodes: Vec<_> = to_nodes().iter().map(write).collect();
    let callers: Vec<_> = to_callers().iter().map(write).collect();
    for bytes in nodes.iter().chain(&callers) {
        for _ in 0..2_000 {
            let mut bytes = bytes.clone();
            seed.mutate(&mut bytes);
            drop(read::<ToNode>(&bytes));
            drop(read::<ToCaller>(&bytes));
            drop(read::<Ticket>(&bytes));
        }
    }
}

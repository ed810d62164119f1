//! The dispatcher without a server, with events made by hand. `arguments` sends large ones, `sent` those that are lost or out of order,
//! `results` fetches them, `random` has thousands of random events, `values` the same with large ones and the `nodes` that have them,
//! `silence` none, `guarded` those that must not be accepted. `looks`
//! counts the cost of each event, `narrow` what questions take of a way, `slowly` sends values slowly or loses the connection meanwhile,
//! `lost_tickets` tests tickets that are lost, `retried` calls that a node had before, and `routes` the search for nodes that have a
//! function, and `window` how many tickets the server has to answer at once.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use tokio_offload_remote::Failure;

use super::{Ack, Action, Dispatcher, NewCall, Publish, RouteAnswer, StreamInfo, call::State};
use crate::{
    cluster::Cluster,
    message::{ClaimedCall, Given, Grant, Has, Outcome, PartRequest, Start, ToNode, read},
};

mod arguments;
mod guarded;
mod looks;
mod lost_tickets;
mod narrow;
mod nodes;
mod random;
mod results;
mod retried;
mod routes;
mod sent;
mod silence;
mod slowly;
mod values;
mod window;

static ONCE: Cluster = Cluster::new("once");
static AGAIN: Cluster = Cluster::new("again").retries(2);
static BRIEF: Cluster = Cluster::new("brief")
    .timeout(Duration::from_secs(2))
    .queue_timeout(Duration::from_secs(9))
    .in_flight(3);

fn call(id: u64, cluster: &'static Cluster) -> NewCall {
    NewCall {
        id,
        cluster,
        name: "a::f",
        key: 7,
        fingerprint: 1,
        arguments: vec![1, 2, 3],
        headers: Vec::new(),
    }
}

/// A dispatcher, its clock, and the messages that it has sent.
struct World {
    shards: u32,
    dispatcher: Dispatcher,
    now: Instant,
    said: Vec<Publish>,
    ends: HashMap<u64, Result<Vec<u8>, Failure>>,
    /// The large results to fetch, and their sizes.
    fetches: Vec<(Start, usize)>,
}

impl World {
    fn new() -> Self {
        let now = Instant::now() + Duration::from_secs(1000);
        Self {
            shards: 1,
            dispatcher: Dispatcher::new("i".to_owned(), 64, now),
            now,
            said: Vec::new(),
            ends: HashMap::new(),
            fetches: Vec::new(),
        }
    }

    fn act(&mut self) {
        for action in self.dispatcher.actions(self.now) {
            match action {
                Action::Publish(publish) => self.said.push(publish),
                Action::Finish(id, end) => {
                    assert!(self.ends.insert(id, end).is_none(), "{id} ended twice");
                }
                Action::Fetch { start, total, .. } => self.fetches.push((start, total)),
                Action::Running(..) => {}
            }
        }
    }

    /// Advances the clock in steps, with a tick after each.
    fn pass(&mut self, time: Duration) {
        let (step, until) = (Duration::from_secs(1), self.now + time);
        while time < Duration::from_secs(60) && self.now + step < until {
            self.jump(step);
        }
        self.jump(until - self.now);
    }

    /// Advances the clock in one step, as if this process had been stopped.
    fn jump(&mut self, time: Duration) {
        self.now += time;
        self.dispatcher.look(self.now);
        self.act();
    }

    fn submit(&mut self, id: u64, cluster: &'static Cluster) {
        self.dispatcher.submit(call(id, cluster), self.now);
        self.act();
    }

    /// Takes the messages to subjects of this kind.
    fn take(&mut self, subject: &str) -> Vec<Publish> {
        let (mine, others) = std::mem::take(&mut self.said)
            .into_iter()
            .partition(|publish| publish.subject.contains(subject));
        self.said = others;
        mine
    }

    /// Answers all questions.
    fn route(&mut self, answer: Option<Has>) {
        for question in self.take(".who") {
            let reply = question.reply.unwrap();
            let number = reply.rsplit('.').next().unwrap().parse().unwrap();
            match answer {
                Some(has) => {
                    let answer = RouteAnswer {
                        release: "r1".to_owned(),
                        has,
                        shards: self.shards,
                        similar: vec!["b::f".to_owned()],
                    };
                    self.dispatcher.has(number, answer, self.now);
                }
                None => self.dispatcher.nobody(number, self.now),
            }
        }
        self.pass(Duration::from_millis(20));
    }

    fn claim(&mut self, node: &str, cluster: &str, id: u64) -> Option<Given> {
        let to = "i2.g.1".to_owned();
        let claimed = ClaimedCall {
            call: id,
            secret: self.dispatcher.secrets.ticket(id),
        };
        self.dispatcher
            .claim((node, "host"), (cluster, &[claimed]), to, self.now);
        self.act();
        let mut said = self.take("i2.g.1");
        let ToNode::Grants(grants) = read(&said.pop()?.payload).unwrap() else {
            panic!("no grants");
        };
        match grants.into_iter().next() {
            Some(Grant::Given(given)) => Some(*given),
            _ => None,
        }
    }

    /// The number in the questions to a node.
    fn question_to(&self, node: &str) -> u64 {
        self.dispatcher
            .health
            .get(node)
            .map_or(0, |health| health.number)
    }

    fn answer(&mut self, start: Start, outcome: Outcome) {
        self.dispatcher.answer(start, outcome, self.now);
        self.act();
    }
}

/// The call whose ticket this is.
fn call_of(ticket: &Publish) -> u64 {
    let reply = ticket.reply.as_ref().unwrap();
    reply.split('.').nth(2).unwrap().parse().unwrap()
}

fn done() -> Outcome {
    Outcome::Done(vec![9])
}

#[test]
fn a_call_goes_its_way() {
    let mut world = World::new();
    world.submit(1, &ONCE);
    world.route(Some(Has::Yes));
    let tickets = world.take(".call.");
    assert_eq!(tickets[0].subject, "offload.v1.once.0.call.r1.a::f");
    world.dispatcher.accepted(1, Ack::Accepted(1), world.now);
    let given = world.claim("n", "once", 1).unwrap();
    assert_eq!(
        (given.start, given.first),
        (Start::new(1, 1), vec![1, 2, 3])
    );
    // The same node may claim it again, because the grant may be lost. Another node may not.
    assert_eq!(world.claim("n", "once", 1).unwrap().start, Start::new(1, 1));
    assert!(world.claim("m", "once", 1).is_none());
    world.answer(Start::new(1, 2), done());
    assert!(world.ends.is_empty());
    world.answer(Start::new(1, 1), done());
    assert!(matches!(world.ends.get(&1), Some(Ok(bytes)) if *bytes == [9]));
    assert!(world.claim("n", "once", 1).is_none());
    assert!(world.dispatcher.is_idle());
}

#[test]
fn a_node_that_is_gone_has_lost_its_calls() {
    let mut world = World::new();
    for (id, cluster) in [(1, &ONCE), (2, &AGAIN)] {
        world.submit(id, cluster);
        world.route(Some(Has::Yes));
        world.claim("n", cluster.name, id).unwrap();
    }
    world.pass(Duration::from_secs(4));
    assert!(!world.take(".node.n").is_empty());
    let number = world.question_to("n");
    world.dispatcher.not_there(("n", number), world.now);
    world.act();
    assert!(world.ends.is_empty(), "once is no proof");
    let number = world.question_to("n");
    world.dispatcher.not_there(("n", number), world.now);
    world.act();
    assert!(matches!(world.ends.get(&1), Some(Err(Failure::Lost(_)))));
    // The other may run again.
    assert_eq!(
        world.claim("m", "again", 2).unwrap().start,
        Start::new(2, 2)
    );
    world.answer(Start::new(2, 1), done());
    assert!(!world.ends.contains_key(&2));
    world.answer(Start::new(2, 2), done());
    assert!(matches!(world.ends.get(&2), Some(Ok(_))));
}

#[test]
fn calls_of_a_node_that_is_gone_are_lost_within_a_second() {
    let mut world = World::new();
    world.submit(1, &ONCE);
    world.route(Some(Has::Yes));
    world.claim("n", "once", 1).unwrap();
    let claimed = world.now;
    while !world.ends.contains_key(&1) {
        world.pass(Duration::from_millis(50));
        for _ in world.take(".node.n") {
            let number = world.question_to("n");
            world.dispatcher.not_there(("n", number), world.now);
        }
        world.act();
        assert!(world.now - claimed < Duration::from_secs(1));
    }
    assert!(matches!(world.ends.get(&1), Some(Err(Failure::Lost(_)))));
}

#[test]
fn what_a_node_does_not_know_it_has_lost() {
    let mut world = World::new();
    world.submit(1, &ONCE);
    world.route(Some(Has::Yes));
    world.claim("n", "once", 1).unwrap();
    world.pass(Duration::from_secs(1));
    let number = world.question_to("n");
    world.dispatcher.pong(("n", number), &[], world.now);
    world.act();
    assert!(world.ends.is_empty());
    let number = world.question_to("n");
    world
        .dispatcher
        .pong(("n", number), &[Start::new(1, 1)], world.now);
    world.act();
    assert!(matches!(world.ends.get(&1), Some(Err(Failure::Lost(_)))));
}

#[test]
fn a_denied_subject_ends_the_calls_that_need_it() {
    let mut world = World::new();
    world.submit(1, &ONCE);
    world.submit(2, &AGAIN);
    world
        .dispatcher
        .denied("offload.v1.once.who", "no", world.now);
    world.act();
    assert!(matches!(world.ends.get(&1), Some(Err(Failure::Unreachable(text))) if text == "no"));
    assert!(!world.ends.contains_key(&2));
}

//! Nodes that run what they are given, and the messages between them and a caller. `values` decides what happens to them.

use std::collections::{BTreeMap, BTreeSet};

use offload_limits::Seed;

use super::*;

static LIMITED: Cluster = Cluster::new("limited")
    .timeout(Duration::from_secs(2))
    .retries(1);
static ENDLESS: Cluster = Cluster::new("endless").in_flight(5);
/// The sizes of arguments and results.
const SIZES: [usize; 6] = [3, 900, 2_000, 20_000, 70_000, 200_000];
/// At most this many parts have the largest.
const PARTS: usize = 40;

/// A start at its node.
#[derive(Debug)]
pub(super) struct AtNode {
    node: u32,
    pub(super) has: usize,
    pub(super) total: usize,
    /// How its body has ended.
    end: Option<Outcome>,
}

/// A caller, its nodes, and the messages between them.
pub(super) struct Played {
    pub(super) seed: Seed,
    pub(super) world: World,
    /// The nodes that are there. A node that is started again has another name.
    pub(super) nodes: [u32; 3],
    pub(super) starts: BTreeMap<Start, AtNode>,
    /// Claims whose answers were lost.
    pub(super) claims: BTreeSet<(u32, u64)>,
    pub(super) begun: BTreeSet<Start>,
    /// The parts on their way to nodes.
    pub(super) parts: Vec<(Start, usize, Vec<u8>)>,
    /// The results that are being fetched: how many bytes are missing, and of how many.
    pub(super) fetches: BTreeMap<Start, (usize, usize)>,
    pub(super) submitted: u64,
}

fn cluster(id: u64) -> &'static Cluster {
    if id.is_multiple_of(2) {
        &LIMITED
    } else {
        &ENDLESS
    }
}

/// The byte at that offset of the arguments of a call.
fn byte(id: u64, at: usize) -> u8 {
    u8::try_from((at as u64 * 7 + id) % 251).unwrap()
}

/// How a body ends that has begun.
pub(super) fn outcome(start: Start, size: usize, kind: usize) -> Outcome {
    match kind {
        0 => Outcome::Leaving,
        1 => Outcome::TimedOut(Duration::from_secs(2)),
        2 => Outcome::Done(vec![u8::try_from(start.attempt).unwrap(); size]),
        _ => Outcome::Large(size as u64),
    }
}

impl Played {
    pub(super) fn new(number: u64) -> Self {
        let mut seed = Seed::new(number);
        let mut world = World::new();
        world.shards = 1 + u32::try_from(number % 2).unwrap();
        let part = [64, 4 << 10, 512 << 10][seed.index(3)];
        world.dispatcher.values_in_parts_of(part);
        Self {
            seed,
            world,
            nodes: [1, 2, 3],
            starts: BTreeMap::new(),
            claims: BTreeSet::new(),
            begun: BTreeSet::new(),
            parts: Vec::new(),
            fetches: BTreeMap::new(),
            submitted: 0,
        }
    }

    pub(super) fn size(&mut self) -> usize {
        SIZES[self.seed.index(6)].min(self.world.dispatcher.part * PARTS)
    }

    pub(super) fn submit(&mut self) {
        self.submitted += 1;
        let (id, size) = (self.submitted, self.size());
        let mut new = call(id, cluster(id));
        new.arguments = (0..size).map(|at| byte(id, at)).collect();
        self.world.dispatcher.submit(new, self.world.now);
        self.world.act();
    }

    pub(super) fn claim(&mut self, node: u32, id: u64, is_lost: bool) {
        let name = format!("n{node}");
        let given = self.world.claim(&name, cluster(id).name, id);
        if is_lost || self.world.dispatcher.up_since().is_none() {
            // A refusal may be lost, too.
            self.claims.insert((node, id));
            return;
        }
        self.claims.remove(&(node, id));
        let Some(given) = given else { return };
        let (start, first) = (given.start, given.first);
        let there = self.starts.entry(start).or_insert(AtNode {
            node,
            has: 0,
            total: usize::try_from(given.total).unwrap(),
            end: None,
        });
        assert_eq!(there.node, node, "{start:?} was given to two nodes");
        self.comes(start, 0, &first);
    }

    /// Bytes of arguments come to their node. The body begins when it has all.
    fn comes(&mut self, start: Start, at: usize, bytes: &[u8]) {
        let is_right = bytes
            .iter()
            .zip(at..)
            .all(|(it, at)| *it == byte(start.call, at));
        assert!(is_right, "{start:?} at {at}");
        let Some(there) = self.starts.get_mut(&start) else {
            return;
        };
        if at <= there.has {
            there.has = there.has.max(at + bytes.len());
        }
        if there.has == there.total && self.begun.insert(start) {
            let times = self
                .begun
                .range(Start::new(start.call, 0)..=Start::new(start.call, u32::MAX));
            assert!(times.count() <= 1 + cluster(start.call).retries as usize);
        }
    }

    /// A node requests a part of arguments.
    pub(super) fn request(&mut self, start: Start, at: usize, most: usize) {
        let reply = format!("to.{}.{}.{at}", start.call, start.attempt);
        let (at, most) = (at as u64, most as u64);
        let (part, now) = (PartRequest { at, most }, self.world.now);
        self.world.dispatcher.part(start, part, reply, now);
        self.world.act();
        self.collect();
    }

    /// Takes the parts that were sent, and the results that are to be fetched.
    pub(super) fn collect(&mut self) {
        for part in self.world.take("to.") {
            let numbers = part.subject.split('.').skip(1);
            let numbers: Vec<u64> = numbers.map(|number| number.parse().unwrap()).collect();
            let start = Start::new(numbers[0], u32::try_from(numbers[1]).unwrap());
            let ToNode::Bytes(bytes) = read(&part.payload).unwrap() else {
                panic!("no bytes");
            };
            assert!(bytes.len() <= self.world.dispatcher.part);
            let at = usize::try_from(numbers[2]).unwrap();
            self.parts.push((start, at, bytes));
        }
        for (start, total) in std::mem::take(&mut self.world.fetches) {
            self.fetches.insert(start, (total, total));
        }
    }

    pub(super) fn arrives(&mut self, (start, at, bytes): (Start, usize, Vec<u8>)) {
        let lacks = self.starts.get(&start).is_some_and(|at| at.has < at.total);
        if !bytes.is_empty() {
            self.comes(start, at, &bytes);
        } else if lacks {
            self.starts.remove(&start);
            let gone = Outcome::Unable("gone".to_owned());
            self.world.answer(start, gone);
        }
    }

    /// The body ends, if it has begun. Nodes repeat what was lost.
    pub(super) fn ends(&mut self, start: Start, outcome: Outcome, is_lost: bool) {
        if let Some(there) = self.starts.get_mut(&start).filter(|at| at.has == at.total) {
            let end = there.end.get_or_insert(outcome).clone();
            if !is_lost {
                self.world.answer(start, end);
                self.collect();
            }
        }
    }

    /// So many bytes of a result come, if its node is there.
    pub(super) fn fetches(&mut self, start: Start, bytes: usize) {
        let Some((left, total)) = self.fetches.get_mut(&start) else {
            return;
        };
        let now = self.world.now;
        if !self.starts.contains_key(&start) {
            self.fetches.remove(&start);
            self.world.dispatcher.fetched(start, None, now);
            return self.world.act();
        }
        let bytes = bytes.min(*left);
        *left -= bytes;
        let (left, total) = (*left, *total);
        let dispatcher = &mut self.world.dispatcher;
        if bytes < 1 << 10 && left > 0 {
            dispatcher.bytes_came(start, bytes, now);
        } else {
            dispatcher.part_came(start, bytes, now);
        }
        if left == 0 {
            self.fetches.remove(&start);
            let result = vec![u8::try_from(start.attempt).unwrap(); total];
            self.world.dispatcher.fetched(start, Some(result), now);
        }
        self.world.act();
    }

    /// All nodes read their messages. Those that are there answer.
    pub(super) fn read(&mut self, is_lost: bool) {
        for message in self.world.take(".node.n") {
            let (_, node) = message.subject.rsplit_once('n').unwrap();
            let number = self.world.question_to(&format!("n{node}"));
            let (node, now): (u32, _) = (node.parse().unwrap(), self.world.now);
            let to = (&*format!("n{node}"), number);
            match read(&message.payload).unwrap() {
                _ if is_lost => {}
                ToNode::Ping { .. } if !self.nodes.contains(&node) => {
                    self.world.dispatcher.not_there(to, now);
                }
                ToNode::Ping { mut starts, .. } => {
                    starts.retain(|start| {
                        let is_there = self.starts.get(start).is_some_and(|at| at.node == node);
                        !is_there && !self.claims.contains(&(node, start.call))
                    });
                    self.world.dispatcher.pong(to, &starts, now);
                }
                ToNode::Cancel { start, .. } => drop(self.starts.remove(&start)),
                _ => {}
            }
            self.world.act();
        }
    }

    pub(super) fn dies(&mut self, at: usize) {
        let node = self.nodes[at];
        self.nodes[at] += 3;
        self.starts.retain(|_, at| at.node != node);
        self.claims.retain(|(at, _)| *at != node);
    }
}

//! Mutated replies, read as values of many types: within memory and time that their bytes are worth.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    fmt::Debug,
    net::IpAddr,
    num::NonZeroU8,
    time::Duration,
};

use offload_limits::Seed;
use serde::{Deserialize, Deserializer, Serialize};
use tokio_offload_remote::encode;

use super::{Chain, Tree, read};

/// How many mutations of each value are read.
const ROUNDS: usize = 4_000;

thread_local! {
    /// How many counted values were made by the present read.
    static MADE: Cell<usize> = const { Cell::new(0) };
}

/// A value of no bytes that counts how often it is made: what time a read takes is as many steps.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
struct Counted;

impl<'de> Deserialize<'de> for Counted {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <()>::deserialize(from)?;
        MADE.set(MADE.get() + 1);
        Ok(Self)
    }
}

/// Something of every kind.
#[derive(Debug, Deserialize, Serialize)]
struct Everything {
    chain: Chain,
    tree: Tree,
    maps: HashMap<String, BTreeMap<u16, Vec<Counted>>>,
    sets: (BTreeSet<i64>, VecDeque<Option<char>>),
    nested: Vec<Option<(u8, Option<[f32; 2]>)>>,
    result: Result<Duration, NonZeroU8>,
    address: IpAddr,
    bytes: serde_bytes::ByteBuf,
    unit: (),
    empty: Vec<Counted>,
}

fn everything() -> Everything {
    Everything {
        chain: Chain(Some(Box::new(Chain(None)))),
        tree: Tree::Named {
            left: Box::new(Tree::Branch(vec![Tree::Leaf, Tree::Leaf])),
            right: Box::new(Tree::Map(BTreeMap::from([(1, Tree::Leaf)]))),
        },
        maps: HashMap::from([(
            "a".to_owned(),
            BTreeMap::from([(3, vec![Counted, Counted])]),
        )]),
        sets: (BTreeSet::from([-1, 1]), VecDeque::from([Some('x'), None])),
        nested: vec![None, Some((1, None)), Some((2, Some([1.0, 2.0])))],
        result: Ok(Duration::from_millis(1)),
        address: IpAddr::from([127, 0, 0, 1]),
        bytes: serde_bytes::ByteBuf::from(vec![1, 2, 3]),
        unit: (),
        empty: vec![Counted],
    }
}

/// Reads mutations of `value` as a `T`: each ends, as a value or as an error with words, in so many steps.
fn attack<T: Serialize + for<'de> Deserialize<'de> + Debug>(value: &T, seed: u64) {
    let mut seed = Seed::new(seed);
    let mut whole = Vec::new();
    encode(value, &mut whole).expect("it is small");
    let mut taken = 0;
    for _ in 0..ROUNDS {
        let mut bytes = whole.clone();
        seed.mutate(&mut bytes);
        MADE.set(0);
        match read::<T>(&bytes) {
            Ok(_) => taken += 1,
            Err(error) => assert!(!error.message().is_empty()),
        }
        assert!(
            MADE.get() <= 65_536 + 4 * bytes.len() + 1,
            "{} of {}",
            MADE.get(),
            bytes.len()
        );
    }
    assert!(taken > 0, "no mutation of {value:?} was a value");
}

#[test]
fn mutated_replies_are_read_or_refused() {
    attack(&everything(), 0x5eed);
    attack(&vec![Counted, Counted], 2);
    attack(&Chain(Some(Box::new(Chain(None)))), 3);
    attack(&everything().tree, 4);
    attack(&vec![Some([7_u64; 32]), None], 5);
    attack(&vec![String::from("text"), String::new()], 6);
    attack(&Ok::<Vec<u8>, String>(vec![1, 2, 3]), 7);
    attack(&HashSet::from([Counted]), 8);
}

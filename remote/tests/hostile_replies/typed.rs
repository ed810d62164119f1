//! Mutated replies, read as values of many types: within memory and time that their bytes are worth.

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque},
    ffi::CString,
    fmt::Debug,
    marker::PhantomData,
    net::{IpAddr, SocketAddr},
    num::{NonZeroU8, Wrapping},
    ops::{Bound, Range},
    path::PathBuf,
    sync::Mutex,
    time::{Duration, SystemTime},
};

use offload_limits::Seed;
use serde::{Deserialize, Deserializer, Serialize};
use tokio_offload_remote::encode_message as encode;

use super::{Chain, Tree, calm::Calm, read};

/// How many mutations of each value are read, unless a variable says another number.
const ROUNDS: usize = 2_000;
const ROUNDS_SAID: &str = "OFFLOAD_FUZZ_ROUNDS";

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

/// The other types of serde and of the standard library, and attributes that change how a type is read.
#[derive(Debug, Deserialize, Serialize)]
#[allow(
    clippy::type_complexity,
    clippy::zero_sized_map_values,
    reason = "many types at once, some of no bytes"
)]
struct Further {
    integers: (i8, i16, i64, i128, u64, u128, char, f64, bool),
    variants: Vec<Variants>,
    converted: Vec<Converted>,
    calm: Vec<Calm<Option<Box<Tree>>>>,
    calm_lists: Calm<Vec<Calm<Vec<Counted>>>>,
    lists: (
        LinkedList<Option<Box<str>>>,
        BinaryHeap<Reverse<u16>>,
        VecDeque<VecDeque<Counted>>,
    ),
    texts: (
        Cow<'static, str>,
        CString,
        PathBuf,
        Box<[u8]>,
        Box<[Counted]>,
    ),
    times: (SystemTime, Range<u16>, Bound<u32>, SocketAddr),
    cells: (Cell<u8>, RefCell<Vec<Counted>>, Mutex<u8>, Wrapping<u8>),
    options: Option<Option<Box<Option<Option<Box<i8>>>>>>,
    keys: BTreeMap<(u8, Option<String>), HashMap<[u8; 2], Counted>>,
    units: HashMap<(), Vec<[Counted; 3]>>,
    arrays: [[Option<NonZeroU8>; 3]; 2],
    markers: (PhantomData<u8>, [(); 4], Unit),
}

#[derive(Debug, Deserialize, Serialize)]
struct Unit;

#[derive(Debug, Deserialize, Serialize)]
enum Variants {
    None,
    One(Box<Variants>),
    Two(u8, Vec<Variants>),
    Named { chain: Chain, rest: Option<String> },
}

/// Read as one type, and made into another or refused.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "Vec<u8>", into = "Vec<u8>")]
struct Converted([u64; 16]);

impl TryFrom<Vec<u8>> for Converted {
    type Error = String;

    fn try_from(bytes: Vec<u8>) -> Result<Self, String> {
        let sum = bytes.iter().map(|byte| u64::from(*byte)).sum();
        (sum < 1000)
            .then_some(Self([sum; 16]))
            .ok_or(format!("{sum} is too much"))
    }
}

impl From<Converted> for Vec<u8> {
    fn from(converted: Converted) -> Self {
        vec![converted.0[0].to_le_bytes()[0]]
    }
}

#[allow(
    clippy::type_complexity,
    clippy::zero_sized_map_values,
    reason = "many types at once, some of no bytes"
)]
fn further() -> Further {
    let variants = || {
        Variants::Two(
            1,
            vec![Variants::None, Variants::One(Box::new(Variants::None))],
        )
    };
    let named = Variants::Named {
        chain: Chain(None),
        rest: Some("rest".to_owned()),
    };
    Further {
        integers: (
            -1,
            -2,
            i64::MIN,
            i128::MIN,
            u64::MAX,
            u128::MAX,
            'é',
            0.5,
            true,
        ),
        variants: vec![variants(), named],
        converted: vec![Converted([7; 16])],
        calm: vec![Calm(None), Calm(Some(Box::new(Tree::Leaf)))],
        calm_lists: Calm(vec![Calm(vec![Counted])]),
        lists: (
            LinkedList::from([None, Some("a".into())]),
            BinaryHeap::from([Reverse(1)]),
            VecDeque::from([VecDeque::from([Counted])]),
        ),
        texts: (
            "text".into(),
            c"text".into(),
            "/path".into(),
            [1, 2].into(),
            Box::new([Counted]),
        ),
        times: (
            SystemTime::UNIX_EPOCH,
            1..2,
            Bound::Included(3),
            SocketAddr::from(([127, 0, 0, 1], 80)),
        ),
        cells: (1.into(), vec![Counted].into(), 2.into(), Wrapping(3)),
        options: Some(Some(Box::new(Some(None)))),
        keys: BTreeMap::from([((1, None), HashMap::from([([1, 2], Counted)]))]),
        units: HashMap::from([((), vec![[Counted, Counted, Counted]])]),
        arrays: [[None, NonZeroU8::new(1), None]; 2],
        markers: (PhantomData, [(); 4], Unit),
    }
}

/// Reads mutations of `value` as a `T`: each ends, as a value or as an error with words, in so many steps.
fn attack<T: Serialize + for<'de> Deserialize<'de> + Debug>(value: &T, seed: u64) {
    let mut seed = Seed::new(seed);
    let mut whole = Vec::new();
    encode(value, &mut whole).expect("it is small");
    let mut taken = 0;
    let said = std::env::var(ROUNDS_SAID).ok();
    let rounds = said.map_or(ROUNDS, |said| said.parse().expect("a number"));
    for _ in 0..rounds {
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
    attack(&further(), 9);
    attack(&further().variants, 10);
    attack(&further().calm, 11);
    attack(&further().calm_lists, 12);
    attack(&further().converted, 13);
    attack(&further().lists, 14);
    attack(&further().keys, 15);
}

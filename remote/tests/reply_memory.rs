//! What replies take in memory as they are read, also for a moment, counted by the allocator. One test: the counter is that of the process.

use std::{
    alloc::System,
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    fmt::Debug,
};

use offload_limits::Seed;
use serde::{Deserialize, Serialize};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tokio_offload_remote::{decode, encode};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What `read` returns, and how much memory was handed out meanwhile.
fn counted<T>(read: impl FnOnce() -> T) -> (T, usize) {
    let before = ALLOCATOR.stats();
    let value = read();
    (value, (ALLOCATOR.stats() - before).bytes_allocated)
}

#[derive(Debug, Deserialize, Serialize)]
struct Wrapped(Option<Box<Self>>);

#[derive(Debug, Deserialize, Serialize)]
#[allow(
    clippy::large_enum_variant,
    reason = "such enums cross to workers, and one byte may become all of it"
)]
enum Large {
    None,
    Array([u64; 32]),
    Boxed(Box<u8>),
    Text(Cow<'static, str>),
}

/// Reads mutations of `value` as a `T`. Each takes no more than what its bytes could be, also for a moment.
fn attack<T: Serialize + for<'de> Deserialize<'de> + Debug>(value: &T, seed: u64) {
    let mut seed = Seed::new(seed);
    let mut whole = Vec::new();
    encode(value, &mut whole).expect("it is small");
    for _ in 0..3_000 {
        let mut bytes = whole.clone();
        seed.mutate(&mut bytes);
        let (read, all) = counted(|| decode::<T>(&mut &bytes[..]).map(drop));
        // Elements of no bytes take none here; the largest of one byte is a `Large`.
        let most = (64 << 10) + 1024 * bytes.len();
        assert!(all <= most, "{all} bytes of {}: {read:?}", bytes.len());
    }
}

#[test]
fn mutated_replies_stay_within_what_their_bytes_are_worth() {
    let maps = BTreeMap::from([(
        "a".to_owned(),
        HashMap::from([(1_u8, vec![Some(Box::new(2_u8))])]),
    )]);
    attack(&maps, 1);
    attack(&vec![Some(Box::new(1_u8)), None], 2);
    attack(
        &(Box::<[u16]>::from([1, 2, 3]), Box::<str>::from("text")),
        3,
    );
    attack(&vec![[1_u8; 32]; 4], 4);
    attack(
        &vec![Large::None, Large::Array([1; 32]), Large::Text("x".into())],
        5,
    );
    attack(&vec![(); 3], 6);
    attack(&vec![((), [(); 4]); 3], 7);
    attack(&vec![Wrapped(Some(Box::new(Wrapped(None))))], 8);
}

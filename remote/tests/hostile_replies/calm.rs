//! Types that ignore errors: they make do with a default, or go on with what comes next.

use std::{collections::BTreeMap, fmt, num::NonZeroU8};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, SeqAccess, Visitor},
};
use tokio_offload_remote::encode_message as encode;

use super::{read, refused};

/// What a type makes of a value that it cannot read.
#[allow(clippy::unnecessary_wraps, reason = "serde asks for a result")]
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    from: D,
) -> Result<T, D::Error> {
    Ok(T::deserialize(from).unwrap_or_default())
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Calm<T: Default>(
    #[serde(
        deserialize_with = "or_default",
        bound(deserialize = "T: Deserialize<'de> + Default")
    )]
    pub(crate) T,
);

#[derive(Debug, Default, Deserialize)]
struct CalmChain {
    #[serde(deserialize_with = "or_default")]
    #[allow(dead_code, reason = "read, and printed")]
    next: Option<Box<CalmChain>>,
}

#[test]
fn a_limit_that_a_type_ignores_is_kept() {
    let mut long = Vec::new();
    encode(&1_000_000_000_000_u64, &mut long).expect("a number");
    refused::<Calm<Vec<()>>>(&long, "more than 65536");
    refused::<CalmChain>(&vec![1; 100_000], "128 levels");
    let mut large = Vec::new();
    encode(&10_000_000_u32, &mut large).expect("a number");
    large.resize(large.len() + 10_000_000, 0);
    refused::<Calm<Vec<Option<[u64; 32]>>>>(&large, "bytes of memory");
}

/// Elements that are read from bytes that are not there, take no memory, and are never missed.
#[test]
#[allow(
    clippy::zero_sized_map_values,
    reason = "what takes no memory is the worst"
)]
fn elements_that_a_type_makes_do_without_are_counted() {
    let mut bytes = Vec::new();
    encode(&u64::MAX, &mut bytes).expect("a number");
    refused::<Vec<Calm<Size0>>>(&bytes, "");
    refused::<BTreeMap<(), Calm<Size0>>>(&bytes, "");
    refused::<Vec<Calm<String>>>(&bytes, "");
    refused::<Vec<Option<Calm<Size0>>>>(&bytes, "");
}

/// A number that is not kept.
#[derive(Debug, Default)]
struct Size0;

impl<'de> Deserialize<'de> for Size0 {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        u8::deserialize(from).map(|_| Self)
    }
}

/// Goes on with the next element, or entry, whatever is wrong with one.
#[derive(Debug)]
struct Skips<const MAP: bool>(usize);

impl<'de, const MAP: bool> Deserialize<'de> for Skips<MAP> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct All<const MAP: bool>;
        impl<'de, const MAP: bool> Visitor<'de> for All<MAP> {
            type Value = Skips<MAP>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list or a map")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Skips<MAP>, A::Error> {
                let mut asked = 0;
                while !matches!(list.next_element::<NonZero>(), Ok(None)) {
                    asked += 1;
                }
                Ok(Skips(asked))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Skips<MAP>, A::Error> {
                let mut asked = 0;
                while !matches!(map.next_entry::<(), NonZero>(), Ok(None)) {
                    asked += 1;
                }
                Ok(Skips(asked))
            }
        }
        if MAP {
            from.deserialize_map(All)
        } else {
            from.deserialize_seq(All)
        }
    }
}

#[test]
fn a_type_that_goes_on_after_errors_comes_to_an_end() {
    let mut bytes = Vec::new();
    encode(&u64::MAX, &mut bytes).expect("a number");
    refused::<Skips<false>>(&bytes, "");
    refused::<Skips<true>>(&bytes, "");
    // What it refuses itself may be left out.
    let skipped = read::<Skips<false>>(&[4, 1, 0, 0, 2]).expect("four elements");
    assert_eq!(skipped.0, 4);
    let skipped = read::<Skips<true>>(&[3, 1, 0, 2]).expect("three entries");
    assert_eq!(skipped.0, 3);
}

/// What is wrong in the end is told, and not what a type made do with before.
#[test]
fn an_error_that_a_type_ignores_is_no_reason_for_another() {
    type Made = (Calm<Option<NonZero>>, bool);
    assert!(read::<Made>(&[1, 0, 1]).is_ok());
    refused::<Made>(&[1, 0, 9], "a bool that wasn't 0 or 1");
    refused::<Made>(&[1, 0], "end of buffer");
}

#[derive(Debug)]
struct NonZero;

impl<'de> Deserialize<'de> for NonZero {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(from)?;
        let number = NonZeroU8::new(number).ok_or_else(|| de::Error::custom("it is zero"));
        number.map(|_| Self)
    }
}

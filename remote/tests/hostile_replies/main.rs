//! Attacks on whoever reads: bytes that want more depth, elements or memory than they are worth, as replies and as arguments.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, LinkedList},
    fmt,
    path::PathBuf,
    time::Duration,
};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
};
// Without the check at the end of a value: here bytes are written by hand and changed.
use tokio_offload_remote::{
    CodecError, decode_end, decode_message as decode, encode_message as encode,
};

mod calm;
mod typed;
mod unruly;

/// A list that is as deep as it is long.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Chain(Option<Box<Chain>>);

#[derive(Debug, Deserialize, Serialize)]
enum Tree {
    Leaf,
    Branch(Vec<Tree>),
    Named { left: Box<Tree>, right: Box<Tree> },
    Map(BTreeMap<u8, Tree>),
}

fn read<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Result<T, CodecError> {
    let mut input = bytes;
    let value = decode(&mut input)?;
    decode_end(input)?;
    Ok(value)
}

fn refused<T: for<'de> Deserialize<'de>>(bytes: &[u8], words: &str) {
    match read::<T>(bytes) {
        Ok(_) => panic!("{} bytes were taken", bytes.len()),
        Err(error) => assert!(error.message().contains(words), "{error}"),
    }
}

#[test]
fn depth_is_bounded_whatever_nests() {
    refused::<Chain>(&vec![1; 100_000], "128 levels");
    refused::<Tree>(&vec![1; 100_000], "128 levels");
    refused::<Tree>(&vec![2; 100_000], "128 levels");
    let maps = [3, 1, 7].repeat(50_000);
    refused::<Tree>(&maps, "128 levels");
    refused::<Vec<Vec<Chain>>>(
        &[[1, 1].as_slice(), vec![1; 100_000].as_slice()].concat(),
        "128 levels",
    );
    refused::<Option<Chain>>(&vec![1; 100_000], "128 levels");
}

/// A type that asks for itself and reads nothing: no bytes are needed to go on for ever.
#[test]
fn depth_without_bytes_is_bounded() {
    #[derive(Debug)]
    struct Endless;

    impl<'de> Deserialize<'de> for Endless {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            #[derive(Deserialize)]
            struct Again(#[allow(dead_code, reason = "read, not used")] Box<Endless>);
            Again::deserialize(from).map(|_| Self)
        }
    }
    refused::<Endless>(&[], "128 levels");
}

#[test]
fn depth_that_is_allowed_goes_both_ways() {
    let mut chain = Chain(None);
    for _ in 0..40 {
        chain = Chain(Some(Box::new(chain)));
    }
    let mut bytes = Vec::new();
    encode(&chain, &mut bytes).expect("it is not deep");
    assert_eq!(read::<Chain>(&bytes), Ok(chain));
}

/// What could not be read is not written: the stack of the writer is as small.
#[test]
fn values_that_are_too_deep_are_not_written() {
    struct Deep(u32);

    impl Serialize for Deep {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            match self.0 {
                0 => to.serialize_none(),
                left => to.serialize_some(&Deep(left - 1)),
            }
        }
    }
    let mut bytes = b"before".to_vec();
    encode(&Deep(100), &mut bytes).expect("it is not deep");
    bytes.truncate(6);
    let error = encode(&Deep(1_000_000), &mut bytes).expect_err("it is deep");
    assert!(error.message().contains("128 levels"), "{error}");
    assert_eq!(bytes, b"before");
}

/// Parts of tuples and markers are no elements beyond those that the bytes allow.
#[test]
fn elements_that_have_bytes_are_bounded_by_them_alone() {
    type Marker = std::marker::PhantomData<u8>;
    type Marked = Vec<(Marker, [((u8,),); 1], Marker)>;
    let colours = vec![(1_u8, 2_u8, 3_u8); 300_000];
    let marked = vec![(Marker::default(), [((7_u8,),)], Marker::default()); 300_000];
    let mut bytes = Vec::new();
    encode(&colours, &mut bytes).expect("three bytes each");
    assert_eq!(read::<Vec<(u8, u8, u8)>>(&bytes).expect("as many"), colours);
    bytes.clear();
    encode(&marked, &mut bytes).expect("a byte each");
    assert_eq!(read::<Marked>(&bytes).expect("as many"), marked);
}

#[test]
fn elements_of_no_bytes_are_counted() {
    // A length of a million millions, and nothing else.
    let mut bytes = Vec::new();
    encode(&1_000_000_000_000_u64, &mut bytes).expect("a number");
    refused::<Vec<()>>(&bytes, "more than 65536");
    refused::<Vec<[u8; 0]>>(&bytes, "more than 65536");
    refused::<Vec<((), ())>>(&bytes, "more than 65536");
    refused::<HashSet<()>>(&bytes, "more than 65536");
    refused::<Vec<std::marker::PhantomData<u8>>>(&bytes, "more than 65536");
    // Elements of bytes that are not there.
    assert!(read::<Vec<u8>>(&bytes).is_err());
    assert!(read::<Vec<String>>(&bytes).is_err());
    assert!(read::<String>(&bytes).is_err());
    bytes.clear();
    encode(&vec![(); 60_000], &mut bytes).expect("a length");
    assert_eq!(read::<Vec<()>>(&bytes).map(|units| units.len()), Ok(60_000));
}

/// A type that trusts the length that is said: without an end of memory, or of what a list can be long.
#[test]
fn no_length_is_said_that_the_bytes_cannot_hold() {
    #[derive(Debug)]
    struct Trusts;

    impl<'de> Deserialize<'de> for Trusts {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            struct Map;
            impl<'de> Visitor<'de> for Map {
                type Value = Trusts;
                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("a map")
                }
                fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Trusts, A::Error> {
                    let mut all = Vec::with_capacity(map.size_hint().unwrap_or(0));
                    while let Some(entry) = map.next_entry::<u8, u8>()? {
                        all.push(entry);
                    }
                    Ok(Trusts)
                }
            }
            from.deserialize_map(Map)
        }
    }
    let mut bytes = Vec::new();
    encode(&u64::MAX, &mut bytes).expect("a number");
    refused::<Trusts>(&bytes, "end of buffer");
    assert!(read::<Trusts>(&[2, 1, 1, 2, 2]).is_ok());
}

#[test]
fn memory_is_bounded_by_the_bytes_that_were_sent() {
    let length = 10_000_000_u32;
    let mut bytes = Vec::new();
    encode(&length, &mut bytes).expect("a number");
    bytes.resize(bytes.len() + length as usize, 0);
    refused::<Vec<Option<[u64; 32]>>>(&bytes, "bytes of memory");
    refused::<Vec<Box<Option<[u64; 32]>>>>(&bytes, "bytes of memory");
    refused::<Vec<(Option<[u64; 32]>, u8)>>(&bytes, "bytes of memory");
    // Boxes of less, in places that are smaller still.
    refused::<Vec<Box<Option<[u64; 7]>>>>(&bytes, "bytes of memory");
    refused::<LinkedList<u8>>(&bytes, "bytes of memory");
    // What real programs send is far below: a string of no letters takes 24 bytes for its one.
    assert_eq!(
        read::<Vec<String>>(&bytes).map(|all| all.len()),
        Ok(10_000_000)
    );
}

/// A map, set or list of one element has room for more.
#[test]
fn the_room_of_collections_counts() {
    fn many<T: for<'de> Deserialize<'de>>(element: &[u8]) {
        let mut bytes = Vec::new();
        encode(&1_000_000_u32, &mut bytes).expect("a number");
        bytes.extend(element.repeat(1_000_000));
        refused::<Vec<T>>(&bytes, "bytes of memory");
    }
    many::<BTreeMap<u8, Option<[u64; 7]>>>(&[1, 1, 0]);
    many::<BTreeMap<Option<[u64; 7]>, u8>>(&[1, 0, 1]);
    many::<BTreeSet<Option<[u64; 7]>>>(&[1, 0]);
    many::<HashMap<u8, Option<[u64; 15]>>>(&[1, 1, 0]);
    many::<HashSet<Option<[u64; 15]>>>(&[1, 0]);
}

#[test]
fn the_words_of_a_type_are_kept() {
    #[derive(Debug)]
    struct Even(u32);

    impl<'de> Deserialize<'de> for Even {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            match u32::deserialize(from)? {
                odd if odd % 2 == 1 => Err(serde::de::Error::custom(format!("{odd} is odd"))),
                even => Ok(Self(even)),
            }
        }
    }
    impl Serialize for Even {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom(format!("{} stays here", self.0)))
        }
    }
    refused::<Even>(&[7], "7 is odd");
    refused::<Vec<(Option<Even>, u8)>>(&[1, 1, 9, 0], "9 is odd");
    refused::<Result<BTreeMap<u8, Even>, ()>>(&[0, 1, 1, 9], "9 is odd");
    let mut bytes = Vec::new();
    let error = encode(&vec![Some((Even(4), 1))], &mut bytes).expect_err("it refuses");
    assert!(error.message().contains("4 stays here"), "{error}");
    refused::<bool>(&[7], "Found a bool that wasn't 0 or 1");
    refused::<Duration>(&[255; 20], "");
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_text_is_named() {
    use std::os::unix::ffi::OsStringExt as _;

    let path = PathBuf::from(std::ffi::OsString::from_vec(vec![b'a', 0xff]));
    let error = encode(&path, &mut Vec::new()).expect_err("it is no text");
    assert!(
        error.message().contains("path contains invalid UTF-8"),
        "{error}"
    );
}

//! Types that do not do what a format expects: they lie about their length, and leave parts out, or unread.

use std::{cell::Cell, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, SeqAccess, Visitor},
    ser::{SerializeMap, SerializeSeq},
};
use tokio_offload_remote::encode_message as encode;

use super::{read, refused};

fn unwritten<T: Serialize>(value: &T, words: &str) {
    let mut bytes = b"before".to_vec();
    let error = encode(value, &mut bytes).expect_err("it was written");
    assert!(error.message().contains(words), "{error}");
    assert_eq!(bytes, b"before");
}

/// Says how many elements it has, and has another number of them.
struct Lies {
    said: Option<usize>,
    written: u8,
    as_map: bool,
}

impl Serialize for Lies {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if self.as_map {
            let mut map = to.serialize_map(self.said)?;
            (0..self.written).try_for_each(|key| map.serialize_entry(&key, &()))?;
            return map.end();
        }
        let mut list = to.serialize_seq(self.said)?;
        (0..self.written).try_for_each(|element| list.serialize_element(&element))?;
        list.end()
    }
}

/// A reader would take what follows for the rest of it, or its rest for what follows.
#[test]
fn a_length_that_is_a_lie_is_not_written() {
    for as_map in [false, true] {
        let lies = |said, written| Lies {
            said,
            written,
            as_map,
        };
        unwritten(&lies(Some(3), 2), "says that it has 3 parts, and writes 2");
        unwritten(&(7, lies(Some(0), 1), 7), "has 0 parts, and writes 1");
        unwritten(&lies(Some(usize::MAX), 0), "parts, and writes 0");
        unwritten(&Some(lies(None, 2)), "does not say how many parts");
        encode(&lies(Some(2), 2), &mut Vec::new()).expect("it is no lie");
    }
}

#[derive(Debug, Default, Deserialize, PartialEq, Serialize)]
struct Sparse {
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<u8>,
    second: u8,
    third: String,
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
enum Variants {
    Sparse {
        #[serde(skip_serializing_if = "Vec::is_empty")]
        list: Vec<u8>,
    },
}

/// These bytes would be read as another value: `first: Some(3), second: 7, third: "Z"`.
#[test]
fn a_value_without_one_of_its_fields_is_not_written() {
    let sparse = Sparse {
        first: None,
        second: 1,
        third: "\u{7}\u{1}Z".into(),
    };
    unwritten(&sparse, "leaves out the field `first`");
    unwritten(&Some(vec![sparse]), "`skip_serializing_if`");
    unwritten(
        &Variants::Sparse { list: Vec::new() },
        "leaves out the field `list`",
    );
    let full = Sparse {
        first: Some(1),
        ..Sparse::default()
    };
    let mut bytes = Vec::new();
    encode(&full, &mut bytes).expect("it has all fields");
    assert_eq!(read::<Sparse>(&bytes), Ok(full));
}

/// Reads so many elements, or entries, whatever there are.
#[derive(Debug)]
struct Reads<const MANY: usize>;

impl<'de, const MANY: usize> Visitor<'de> for Reads<MANY> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or a map")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self, A::Error> {
        for _ in 0..MANY {
            list.next_element::<u8>()?;
        }
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        for _ in 0..MANY {
            map.next_entry::<u8, u8>()?;
        }
        Ok(self)
    }
}

#[derive(Debug)]
struct OfList<const MANY: usize>;

impl<'de, const MANY: usize> Deserialize<'de> for OfList<MANY> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(Reads::<MANY>).map(|_| Self)
    }
}

#[derive(Debug)]
struct OfMap<const MANY: usize>;

impl<'de, const MANY: usize> Deserialize<'de> for OfMap<MANY> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Reads::<MANY>).map(|_| Self)
    }
}

/// What follows would be read from the rest.
#[test]
fn a_type_that_leaves_parts_unread_is_told_so() {
    const WORDS: &str = "leaves parts of it unread";
    refused::<(OfList<1>, u8)>(&[2, 7, 8], WORDS);
    refused::<(OfList<0>, u8)>(&[1, 7, 8], WORDS);
    refused::<(OfMap<1>, u8, u8)>(&[2, 7, 7, 8, 8], WORDS);
    // Also where fewer bytes follow than it has elements.
    refused::<OfList<0>>(&[100, 7], WORDS);
    assert!(read::<(OfList<1>, u8)>(&[1, 7, 8]).is_ok());
    assert!(read::<(OfList<3>, u8)>(&[1, 7, 8]).is_ok());
    assert!(read::<(OfMap<1>, u8)>(&[1, 7, 7, 8]).is_ok());
    assert!(read::<(OfMap<2>, u8)>(&[0, 8]).is_ok());
}

/// Neither field names nor types are sent.
#[test]
fn a_type_that_asks_for_more_than_is_sent_is_told_so() {
    #[derive(Debug, Deserialize, Serialize)]
    #[serde(untagged)]
    enum Untagged {
        Number(u8),
    }
    #[derive(Debug, Deserialize, Serialize)]
    #[serde(tag = "kind")]
    enum Internal {
        Number { number: u8 },
    }
    #[derive(Debug, Deserialize, Serialize)]
    #[serde(tag = "kind", content = "of")]
    enum Adjacent {
        Number(u8),
    }
    fn asks<T: Serialize + for<'de> Deserialize<'de>>(value: &T) {
        let mut bytes = Vec::new();
        encode(value, &mut bytes).expect("it is written");
        refused::<T>(&bytes, "those with `untagged`, `tag` or `flatten`");
    }
    asks(&Untagged::Number(1));
    asks(&Internal::Number { number: 1 });
    asks(&vec![Adjacent::Number(1)]);
}

/// Half a stack of a usual thread is enough for ordinary types, and more would be its end.
#[test]
fn large_parts_that_are_nested_are_bounded() {
    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "read, not used")]
    struct Fat {
        data: [[u64; 32]; 32],
        next: Option<Box<Fat>>,
    }
    let nested = [vec![0; 32 * 32], vec![1]].concat().repeat(100);
    refused::<Fat>(&nested, "bytes of stack are needed");
    // Of parts that are not nested there may be any number.
    let list = [vec![100], [vec![0; 32 * 32], vec![0]].concat().repeat(100)].concat();
    assert_eq!(read::<Vec<Fat>>(&list).map(|all| all.len()), Ok(100));
}

thread_local! {
    static TOLD: Cell<usize> = const { Cell::new(0) };
}

/// A type that makes room for as many elements as it is told of, however large they are.
#[derive(Debug)]
struct Trusts<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Trusts<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct List<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for List<T> {
            type Value = Trusts<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Trusts<T>, A::Error> {
                let told = list.size_hint().unwrap_or(0);
                TOLD.set(TOLD.get().max(told * size_of::<T>()));
                while list.next_element::<T>()?.is_some() {}
                Ok(Trusts(self.0))
            }
        }
        from.deserialize_seq(List(PhantomData))
    }
}

/// A megabyte of bytes of which each may be an element of a kilobyte: whoever believes that takes a gigabyte, before one of them is read.
#[test]
fn no_length_is_told_that_takes_much_more_memory_than_was_sent() {
    const LENGTH: usize = 1 << 20;
    let mut bytes = Vec::new();
    encode(&LENGTH, &mut bytes).expect("a number");
    bytes.resize(bytes.len() + LENGTH, 9);
    refused::<Trusts<Option<[[u64; 32]; 4]>>>(&bytes, "Option discriminant");
    assert!((1..64 << 20).contains(&TOLD.get()), "{}", TOLD.get());
    // A list that is shorter is told as it is.
    TOLD.set(0);
    assert!(read::<Trusts<u8>>(&[3, 1, 2, 3]).is_ok());
    assert_eq!(TOLD.get(), 3);
}

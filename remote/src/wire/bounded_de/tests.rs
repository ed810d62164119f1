//! What elements are counted as.

use std::collections::{BTreeSet, HashMap, LinkedList, VecDeque};

use serde::{Deserialize, Serialize};

use super::BoundedDe;
use crate::wire::limits::Limits;

/// The parts of tuples, arrays and structs are counted once more: whether they have a buffer of their own is not known.
const PARTS: usize = 1;

/// How much memory is counted for each element of a list.
fn counted<T: for<'de> Deserialize<'de>>(element: &[u8]) -> usize {
    let list = |length: u8| {
        let mut bytes = vec![length];
        bytes.extend(element.repeat(usize::from(length)));
        let mut limits = Limits::of(bytes.len());
        let mut format = postcard::Deserializer::from_bytes(&bytes);
        let read = Vec::<T>::deserialize(BoundedDe::new(&mut format, &mut limits));
        assert_eq!(read.unwrap().len(), usize::from(length));
        limits.counted()
    };
    let (few, many) = (list(10), list(30));
    assert_eq!((many - few) % 20, 0);
    (many - few) / 20
}

#[derive(Deserialize, Serialize)]
struct Wrapped(Option<Box<Self>>);

#[derive(Deserialize, Serialize)]
enum Variants {
    Empty,
    Array([u64; 7]),
    Boxed(Box<u8>),
}

/// What a pointer points to takes sixteen bytes beside itself, however small it is.
#[test]
fn boxes_are_counted_with_what_they_hold() {
    assert_eq!(counted::<u8>(&[7]), 1);
    assert_eq!(counted::<Option<u64>>(&[1, 7]), 16);
    assert_eq!(counted::<Box<u8>>(&[7]), 8 + 1 + 16);
    assert_eq!(counted::<Box<()>>(&[]), 8);
    assert_eq!(counted::<Box<[u64; 9]>>(&[7; 9]), 8 + 72 + 16 + PARTS * 72);
    assert_eq!(counted::<Option<Box<u8>>>(&[1, 7]), 8 + 1 + 16);
    assert_eq!(counted::<Option<Box<u8>>>(&[0]), 8);
    assert_eq!(
        counted::<(Box<u8>, Option<Box<u16>>)>(&[7, 1, 7]),
        16 + 17 + 18 + PARTS * 16
    );
    assert_eq!(counted::<Wrapped>(&[1, 0]), 8 + 8 + 16);
    assert_eq!(counted::<Variants>(&[0]), 64);
    assert_eq!(counted::<Variants>(&[2, 7]), 64 + 1 + 16);
}

/// Their buffers take sixteen bytes beside their contents, unless they are empty.
#[test]
fn texts_and_collections_are_counted_with_their_buffers() {
    assert_eq!(counted::<String>(&[0]), 24);
    assert_eq!(counted::<String>(&[1, b'x']), 24 + 1 + 16);
    assert_eq!(counted::<Box<str>>(&[1, b'x']), 16 + 1 + 16);
    assert_eq!(counted::<Box<[u16]>>(&[2, 7, 7]), 16 + 4 + 16);
    assert_eq!(counted::<Vec<u8>>(&[0]), 24);
    assert_eq!(counted::<Vec<u16>>(&[2, 7, 7]), 24 + 4 + 16);
    assert_eq!(counted::<VecDeque<u8>>(&[1, 7]), 32 + 1 + 16);
    assert_eq!(counted::<LinkedList<u8>>(&[1, 7]), 24 + 1 + 32);
    assert_eq!(counted::<BTreeSet<u8>>(&[1, 7]), 24 + 11 + 16);
    assert_eq!(counted::<HashMap<u8, u16>>(&[1, 7, 7]), 48 + 4 + 8 + 16);
    assert_eq!(counted::<[u8; 32]>(&[7; 32]), 32 + PARTS * 32);
}

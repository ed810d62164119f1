//! Which types have the same fingerprint, and which do not.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    num::NonZeroU8,
    time::Duration,
};

use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use super::Shape;

fn shape<T: DeserializeOwned>() -> u64 {
    let mut shape = Shape::default();
    shape.add::<T>();
    shape.hash()
}

mod old {
    use super::Deserialize;

    #[derive(Deserialize)]
    pub(super) struct Point {
        _x: u32,
        _y: u32,
    }

    #[derive(Deserialize)]
    pub(super) enum Figure {
        Nothing,
        Circle { _at: Point, _radius: u32 },
        Polygon { _points: Vec<Point> },
    }
}

mod wider {
    use super::Deserialize;

    #[derive(Deserialize)]
    pub(super) struct Point {
        _x: u32,
        _y: u64,
    }

    #[derive(Deserialize)]
    pub(super) enum Figure {
        Nothing,
        Circle { _at: Point, _radius: u32 },
        Polygon { _points: Vec<Point> },
    }
}

mod more {
    use super::Deserialize;

    #[derive(Deserialize)]
    pub(super) enum Figure {
        Nothing,
        Circle {
            _at: super::old::Point,
            _radius: u32,
        },
        Polygon {
            _points: Vec<super::old::Point>,
            _closed: bool,
        },
    }
}

mod swapped {
    use super::Deserialize;

    #[derive(Deserialize)]
    pub(super) struct Point {
        _y: u32,
        _x: u32,
    }
}

#[test]
fn a_type_looks_the_same_every_time() {
    assert_eq!(shape::<old::Figure>(), shape::<old::Figure>());
    assert_eq!(shape::<String>(), shape::<std::path::PathBuf>());
}

#[test]
fn changes_are_seen_wherever_they_are() {
    let all = [
        shape::<old::Point>(),
        shape::<wider::Point>(),
        shape::<swapped::Point>(),
        shape::<old::Figure>(),
        shape::<wider::Figure>(),
        shape::<more::Figure>(),
        shape::<Option<old::Point>>(),
        shape::<Vec<old::Point>>(),
        shape::<Vec<wider::Point>>(),
        shape::<[u8; 3]>(),
        shape::<[u8; 4]>(),
        shape::<(u8, u16)>(),
        shape::<(u16, u8)>(),
        shape::<HashMap<u8, String>>(),
        shape::<BTreeMap<String, u8>>(),
        shape::<NonZeroU8>(),
        shape::<IpAddr>(),
        shape::<Duration>(),
        shape::<Result<u8, String>>(),
        shape::<Result<u8, u8>>(),
        shape::<()>(),
    ];
    for (at, one) in all.iter().enumerate() {
        for (index, other) in all.iter().enumerate().skip(at + 1) {
            assert_ne!(one, other, "types {at} and {index}");
        }
    }
}

#[test]
fn several_types_are_more_than_their_last() {
    let both = |first: fn(&mut Shape)| {
        let mut shape = Shape::default();
        first(&mut shape);
        shape.add::<u8>();
        shape.hash()
    };
    assert_ne!(both(Shape::add::<u16>), both(Shape::add::<u32>));
}

#[derive(Deserialize)]
struct Tree<T> {
    _value: T,
    _left: Option<Box<Tree<T>>>,
    _right: Option<Box<Tree<T>>>,
    _rest: Vec<Tree<T>>,
}

#[derive(Deserialize)]
enum Term<T> {
    Apply {
        _to: Box<Term<T>>,
        _what: Box<Term<T>>,
    },
    Both {
        _one: Vec<Term<T>>,
        _other: T,
    },
    Nothing,
}

#[derive(Deserialize)]
struct Endless {
    _next: Box<Endless>,
}

#[test]
fn types_that_contain_themselves_come_to_an_end() {
    assert_ne!(shape::<Tree<u8>>(), shape::<Tree<u16>>());
    assert_ne!(shape::<Term<u8>>(), shape::<Term<u16>>());
    assert_eq!(shape::<Endless>(), shape::<Endless>());
}

struct Touchy;

impl<'de> Deserialize<'de> for Touchy {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(from)?;
        assert!(number > 100, "a number that nobody made up");
        Ok(Self)
    }
}

#[test]
fn a_type_that_panics_or_refuses_has_a_shape() {
    assert_ne!(shape::<(Touchy, u8)>(), shape::<(u8, u8)>());
    assert_eq!(shape::<Touchy>(), shape::<Touchy>());
    assert_ne!(shape::<uuid_like::Id>(), shape::<[u8; 16]>());
}

mod uuid_like {
    use super::{Deserialize, Deserializer};

    pub(super) struct Id;

    impl<'de> Deserialize<'de> for Id {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
            match text.len() {
                36 => Ok(Self),
                _ => Err(serde::de::Error::custom("no id")),
            }
        }
    }
}

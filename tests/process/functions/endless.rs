//! Values that would never be written to their end, on both ways: they are refused where the limit is reached.

use std::{
    fmt, iter, process,
    sync::atomic::{AtomicUsize, Ordering},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeTuple};
use tokio_offload::{Error, Workers, offload};

use crate::{Failed, call_error};

const LIMIT: usize = 64 * 1024;

static SMALL: Workers = Workers::new("endless").processes(1).max_message(LIMIT);

/// How many elements were asked for, of all values of this process.
static ASKED: AtomicUsize = AtomicUsize::new(0);

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Kind {
    Numbers,
    Texts,
    Nothings,
    Pairs,
    Nests,
    Shown,
}

const ALL: [Kind; 6] = [
    Kind::Numbers,
    Kind::Texts,
    Kind::Nothings,
    Kind::Pairs,
    Kind::Nests,
    Kind::Shown,
];

/// A value of that kind without an end, if there is a kind.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Endless(Option<Kind>);

fn asked<T>(value: T) -> impl Iterator<Item = T>
where
    T: Copy,
{
    iter::repeat_with(move || {
        ASKED.fetch_add(1, Ordering::Relaxed);
        value
    })
}

fn sequence<S: Serializer>(
    to: S,
    items: impl Iterator<Item = impl Serialize>,
) -> Result<S::Ok, S::Error> {
    let mut tuple = to.serialize_tuple(usize::MAX)?;
    for item in items {
        tuple.serialize_element(&item)?;
    }
    tuple.end()
}

impl Serialize for Endless {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            None => to.serialize_unit(),
            Some(Kind::Numbers) => sequence(to, asked(u64::MAX)),
            Some(Kind::Texts) => sequence(to, asked("a text of some length")),
            Some(Kind::Nothings) => sequence(to, asked(())),
            Some(Kind::Pairs) => to.collect_map(asked(((), ()))),
            Some(Kind::Nests) => sequence(to, asked(Self(Some(Kind::Nests)))),
            Some(Kind::Shown) => to.collect_str(self),
        }
    }
}

impl fmt::Display for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        asked("shown").try_for_each(|text| f.write_str(text))
    }
}

impl<'de> Deserialize<'de> for Endless {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <()>::deserialize(from).map(|()| Self(None))
    }
}

#[offload(remote = SMALL)]
fn takes(before: u32, value: Endless, lent: &[Endless]) -> Result<u32, Failed> {
    let _ = (before, value, lent);
    Ok(process::id())
}

#[offload(remote = SMALL)]
fn gives(kind: Option<Kind>) -> Result<Endless, Failed> {
    Ok(Endless(kind))
}

#[offload(remote = SMALL)]
fn asked_there() -> Result<usize, Failed> {
    Ok(ASKED.swap(0, Ordering::Relaxed))
}

/// What has bytes is as large as allowed and one element more; what has none, or is too deep, ends for that.
fn is_refused(error: Error, kind: Kind) {
    match (&error, kind) {
        (Error::TooLarge { bytes, limit }, Kind::Numbers | Kind::Texts | Kind::Shown) => {
            assert!((LIMIT + 1..LIMIT + 30).contains(bytes), "{bytes}");
            assert_eq!(*limit, LIMIT);
        }
        (Error::Codec(_), Kind::Nothings) => {
            assert!(error.to_string().contains("65536"), "{error}");
        }
        (Error::Codec(_), Kind::Pairs) => {}
        (Error::Codec(_), Kind::Nests) => {
            assert!(error.to_string().contains("128 levels"), "{error}");
        }
        _ => panic!("{kind:?}: {error:?}"),
    }
}

/// The elements that were asked for are what could be in memory.
#[tokio::test]
async fn an_endless_value_is_refused_at_the_limit() {
    let none = Endless(None);
    let id = takes(1, none, &[none]).await.unwrap();
    for kind in ALL {
        let endless = Endless(Some(kind));
        is_refused(call_error(takes(1, endless, &[]).await), kind);
        is_refused(call_error(takes(1, none, &[none, endless]).await), kind);
        assert!(ASKED.swap(0, Ordering::Relaxed) < 3 * LIMIT, "{kind:?}");

        is_refused(call_error(gives(Some(kind)).await), kind);
        assert!(asked_there().await.unwrap() < 2 * LIMIT, "{kind:?}");
    }
    assert_eq!(gives(None).await.unwrap(), none);
    assert_eq!(takes(1, none, &[none]).await.unwrap(), id);
}

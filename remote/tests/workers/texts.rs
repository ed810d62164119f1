//! Texts of others, of any length: they are cut, and never lost or mistaken for something else.

use std::{error::Error, fmt, iter};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio_offload_remote::{Config, Failure, StartError, Workers};

use crate::kit::{one, remote};

/// An error that speaks without an end, or panics, when it is asked or dropped.
#[derive(Debug)]
enum Odd {
    Endless,
    OwnCause,
    PanicsWhenAsked,
    PanicsWhenDropped,
}

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Endless => iter::repeat("endless").try_for_each(|word| f.write_str(word)),
            Self::OwnCause => f.write_str("own cause"),
            Self::PanicsWhenAsked => panic!("no words"),
            Self::PanicsWhenDropped => f.write_str("some words"),
        }
    }
}

impl Error for Odd {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        matches!(self, Self::OwnCause).then_some(self)
    }
}

impl Drop for Odd {
    fn drop(&mut self) {
        assert!(!matches!(self, Self::PanicsWhenDropped), "not dropped");
    }
}

static LONG: Workers = one("texts-long")
    .init(|| Err("long".repeat(1_000_000).into()))
    .build();
static ENDLESS: Workers = one("texts-endless")
    .init(|| Err(Odd::Endless.into()))
    .build();
static CIRCLE: Workers = one("texts-circle")
    .init(|| Err(Odd::OwnCause.into()))
    .build();
static ASKED: Workers = one("texts-asked")
    .init(|| Err(Odd::PanicsWhenAsked.into()))
    .build();
static DROPPED: Workers = one("texts-dropped")
    .init(|| Err(Odd::PanicsWhenDropped.into()))
    .build();
static TALL: Workers = one("texts-tall").stack_size(usize::MAX).build();
static TIGHT: Workers = one("texts-tight").memory_limit(1 << 20).build();
static SMALL: Workers = Config::new("texts-small")
    .processes(1)
    .max_message(1000)
    .build();

/// A value that cannot be written or read, and says so in endless words.
#[derive(Debug)]
struct Wordy(bool);

impl Serialize for Wordy {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if self.0 {
            return Err(serde::ser::Error::custom(Odd::Endless));
        }
        to.serialize_unit()
    }
}

impl<'de> Deserialize<'de> for Wordy {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom(Odd::Endless))
    }
}

remote! {
    LONG: fn long() -> () {}
    ENDLESS: fn endless() -> () {}
    CIRCLE: fn circle() -> () {}
    ASKED: fn asked() -> () {}
    DROPPED: fn dropped() -> () {}
    TALL: fn tall() -> () {}
    TIGHT: fn tight() -> () {}
    SMALL: fn takes(value: Wordy) -> () { let _ = value; }
    SMALL: fn gives(fails: bool) -> Wordy { Wordy(fails) }
    SMALL: fn small_id() -> u32 { std::process::id() }
}

#[tokio::test]
async fn whatever_an_initialiser_says_is_told_as_its_words() {
    for (call, words) in [
        (long(), "longlong"),
        (endless(), "endlessendless"),
        (circle(), "own cause: own cause"),
        (asked(), "it panicked: no words"),
        (dropped(), "it panicked: not dropped"),
    ] {
        match call.await {
            Err(Failure::Start(StartError::Init(text))) => {
                assert!(text.starts_with(words) && text.len() <= 1 << 16, "{words}");
            }
            other => panic!("{words}: {other:?}"),
        }
    }
}

/// The limit that left no room for a thread is named.
#[tokio::test]
async fn a_limit_that_is_too_small_or_large_to_begin_is_told() {
    for (call, words) in [
        (tall(), format!("`stack_size` is {} bytes", usize::MAX)),
        (tight(), "`memory_limit` is 1048576 bytes".to_owned()),
    ] {
        match call.await {
            Err(Failure::Start(StartError::Init(text))) => {
                assert!(text.starts_with("no thread for bodies"), "{text}");
                assert!(text.ends_with(&words), "{text}");
            }
            other => panic!("{words}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn whatever_a_type_says_is_told_as_its_words() {
    let id = small_id().await.unwrap();
    let ends = [
        takes(Wordy(false)).await.map(drop),
        takes(Wordy(true)).await.map(drop),
        gives(false).await.map(drop),
        gives(true).await.map(drop),
    ];
    for end in ends {
        match end {
            Err(Failure::Codec(error)) => {
                let text = error.message();
                assert!(text.starts_with("endlessendless") && text.len() <= 1 << 16);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(small_id().await.unwrap(), id);
}

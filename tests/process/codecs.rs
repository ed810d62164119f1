//! Values that cannot cross: at each of the four points one call fails, and its worker goes on.

use std::process;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use tokio_offload::{CodecStage, Error, Workers, offload};

use crate::{Failed, call_error};

static SINGLE: Workers = Workers::new("codecs").processes(1).max_message(64 * 1024);

/// A number that will not be written or read if that was asked of it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Stubborn {
    Willing,
    Unwritten,
    Unread,
    PanicsUnread,
}

impl Serialize for Stubborn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unwritten => Err(ser::Error::custom("will not be written")),
            other => serializer.serialize_u8(*other as u8),
        }
    }
}

impl<'de> Deserialize<'de> for Stubborn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all = [
            Self::Willing,
            Self::Unwritten,
            Self::Unread,
            Self::PanicsUnread,
        ];
        match all.get(usize::from(u8::deserialize(deserializer)?)) {
            Some(Self::Unread) => Err(de::Error::custom("will not be read")),
            Some(Self::PanicsUnread) => panic!("will not be read at all"),
            Some(other) => Ok(*other),
            None => Err(de::Error::custom("unknown")),
        }
    }
}

#[offload(remote = SINGLE)]
fn takes(value: Stubborn, lent: &[Stubborn]) -> Result<u32, Failed> {
    let _ = (value, lent);
    Ok(process::id())
}

#[offload(remote = SINGLE)]
fn gives(which: u8) -> Result<Stubborn, Failed> {
    Ok(match which {
        1 => Stubborn::Unwritten,
        2 => Stubborn::Unread,
        3 => Stubborn::PanicsUnread,
        _ => Stubborn::Willing,
    })
}

#[offload(remote = SINGLE)]
fn large(length: usize, _argument: Vec<u8>) -> Result<Vec<u8>, Failed> {
    Ok(vec![0; length])
}

#[tokio::test]
async fn what_cannot_cross_fails_its_call_alone() {
    let id = takes(Stubborn::Willing, &[]).await.unwrap();
    let cases = [
        (
            CodecStage::EncodeArguments,
            call_error(takes(Stubborn::Unwritten, &[]).await),
        ),
        (
            CodecStage::EncodeArguments,
            call_error(takes(Stubborn::Willing, &[Stubborn::Unwritten]).await),
        ),
        (
            CodecStage::DecodeArguments,
            call_error(takes(Stubborn::Unread, &[]).await),
        ),
        (CodecStage::EncodeResult, call_error(gives(1).await)),
        (CodecStage::DecodeResult, call_error(gives(2).await)),
        (
            CodecStage::DecodeResult,
            gives(2).start().outcome().await.expect_err("an error"),
        ),
    ];
    for (stage, error) in cases {
        let Error::Codec(cause) = error else {
            panic!("{stage:?}: another error: {error}");
        };
        assert_eq!(cause.stage(), stage, "{cause}");
        assert!(!cause.message().is_empty());
    }
    assert_eq!(gives(0).await.unwrap(), Stubborn::Willing);
    assert_eq!(takes(Stubborn::Willing, &[]).await.unwrap(), id);
}

#[tokio::test]
async fn a_panic_of_the_value_is_one_of_the_call() {
    for started in [false, true] {
        let mut call = gives(3);
        if started {
            call = call.start();
        }
        let Err(Error::Panicked(panic)) = call.outcome().await else {
            panic!("another end");
        };
        assert_eq!(panic.message().as_deref(), Some("will not be read at all"));
    }
    let Error::Panicked(panic) = call_error(takes(Stubborn::PanicsUnread, &[]).await) else {
        panic!("another error");
    };
    assert_eq!(panic.message().as_deref(), Some("will not be read at all"));
}

#[tokio::test]
async fn what_is_too_large_fails_its_call_alone() {
    let id = takes(Stubborn::Willing, &[]).await.unwrap();
    for call in [large(0, vec![0; 100_000]), large(100_000, vec![])] {
        let Error::TooLarge { bytes, limit } = call_error(call.await) else {
            panic!("another error");
        };
        assert!(bytes > limit, "{bytes} {limit}");
        assert!(bytes >= 100_000);
    }
    assert_eq!(large(100, vec![0; 100]).await.unwrap().len(), 100);
    assert_eq!(takes(Stubborn::Willing, &[]).await.unwrap(), id);
}

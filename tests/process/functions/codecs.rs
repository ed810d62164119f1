//! Values that cannot cross: at each of the four points one call fails, and its worker goes on.

use std::{
    ffi::OsString,
    os::unix::ffi::OsStringExt,
    path::PathBuf,
    process,
    sync::atomic::{AtomicUsize, Ordering},
    thread::ThreadId,
};

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

/// It is no panic of the body, which did what it should: the value could not cross.
#[tokio::test]
async fn a_panic_of_the_value_is_told_as_one() {
    let told = |error: Error, stage: CodecStage| {
        let Error::Codec(cause) = error else {
            panic!("another end: {error}");
        };
        assert_eq!(cause.stage(), stage);
        let words = "its `Deserialize` panicked: will not be read at all";
        assert!(cause.message().contains(words), "{cause}");
    };
    for started in [false, true] {
        let mut call = gives(3);
        if started {
            call = call.start();
        }
        told(call.outcome().await.unwrap_err(), CodecStage::DecodeResult);
    }
    let error = call_error(takes(Stubborn::PanicsUnread, &[]).await);
    told(error, CodecStage::DecodeArguments);
}

/// Looks of a type that is run on values that nobody sent would be seen here.
#[tokio::test]
async fn a_type_is_never_read_from_what_nobody_sent() {
    static READ: AtomicUsize = AtomicUsize::new(0);

    #[derive(Debug)]
    struct Shy(u32);

    impl Serialize for Shy {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            self.0.serialize(to)
        }
    }
    impl<'de> Deserialize<'de> for Shy {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            READ.fetch_add(1, Ordering::SeqCst);
            let read = u32::deserialize(from)?;
            if read != 4711 {
                std::process::exit(3);
            }
            Ok(Self(read))
        }
    }

    #[offload(remote = SHY)]
    fn back(shy: Shy) -> Result<(Shy, usize), Failed> {
        Ok((shy, READ.load(Ordering::SeqCst)))
    }
    static SHY: Workers = Workers::new("shy").processes(1);

    let (shy, there) = back(Shy(4711)).await.unwrap();
    assert_eq!(shy.0, 4711);
    assert_eq!((there, READ.load(Ordering::SeqCst)), (1, 1));
}

#[tokio::test]
async fn a_path_need_not_be_text() {
    #[offload(remote = SINGLE)]
    fn longer(mut path: PathBuf) -> Result<PathBuf, Failed> {
        path.push("more");
        Ok(path)
    }
    let odd = PathBuf::from(OsString::from_vec(vec![b'a', 0xff]));
    assert_eq!(longer(odd.clone()).await.unwrap(), odd.join("more"));
}

/// A large result is read on another thread than the one that polls, a small one where it is awaited.
#[tokio::test]
async fn large_results_are_read_off_the_worker() {
    #[derive(Debug)]
    struct Place(ThreadId, String);

    impl Serialize for Place {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            self.1.serialize(to)
        }
    }
    impl<'de> Deserialize<'de> for Place {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            let text = String::deserialize(from)?;
            Ok(Self(std::thread::current().id(), text))
        }
    }

    #[offload(remote = LARGE)]
    fn text(length: usize) -> Result<Place, Failed> {
        Ok(Place(std::thread::current().id(), "x".repeat(length)))
    }
    static LARGE: Workers = Workers::new("large").processes(1);

    let here = std::thread::current().id();
    assert_eq!(text(10).await.unwrap().0, here);
    assert_eq!(text(10).start().await.unwrap().0, here);
    assert_ne!(text(10_000_000).await.unwrap().0, here);
    assert_ne!(text(10_000_000).start().await.unwrap().0, here);
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

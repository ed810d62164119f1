//! Values whose `Serialize`, `Deserialize` and `Drop` do their worst on either side, and limits that no one would set.

use std::{process, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeSeq};
use tokio_offload::{CodecStage, Error, Offload, Workers, offload, run};

use crate::{Failed, call_error};

static WORST: Workers = Workers::new("worst").processes(1).max_message(64 * 1024);

/// What a value does as it is written, read and dropped.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Deed {
    Nothing,
    /// Says that it has more elements than there are.
    Lies,
    PanicsWritten,
    PanicsRead,
    /// Makes a call as it is read.
    CallsRead,
    PanicsDropped,
    /// Panics with something that panics as it is dropped.
    PanicsTwice,
}

struct Does(Deed);

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("the bomb");
    }
}

impl Serialize for Does {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Deed::Lies => {
                let mut seq = serializer.serialize_seq(Some(usize::MAX))?;
                seq.serialize_element(&1_u8)?;
                seq.end()
            }
            Deed::PanicsWritten => panic!("will not be written"),
            other => other.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Does {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let deed = Deed::deserialize(deserializer)?;
        match deed {
            Deed::PanicsRead => panic!("will not be read"),
            Deed::PanicsTwice => std::panic::panic_any(Bomb),
            Deed::CallsRead => run(|| ()).detach(),
            _ => {}
        }
        Ok(Self(deed))
    }
}

impl Drop for Does {
    fn drop(&mut self) {
        if self.0 == Deed::PanicsDropped && !std::thread::panicking() {
            panic!("will not be dropped");
        }
    }
}

#[offload(remote = WORST)]
fn takes(value: Does) -> Result<u32, Failed> {
    std::mem::forget(value);
    Ok(process::id())
}

#[offload(remote = WORST)]
fn drops(value: Does) -> Result<u32, Failed> {
    drop(value);
    Ok(process::id())
}

#[offload(remote = WORST)]
fn gives(deed: Deed) -> Result<Does, Failed> {
    Ok(Does(deed))
}

#[offload(remote = WORST)]
fn says_much(bytes: usize) -> Result<(), Failed> {
    // Nothing is printed.
    std::panic::resume_unwind(Box::new("1234".repeat(bytes / 4)))
}

#[offload(remote = WORST)]
fn fails_at_length(bytes: usize) -> Result<u32, Failed> {
    match bytes {
        0 => Ok(process::id()),
        _ => Err(Failed::Own("x".repeat(bytes))),
    }
}

/// An error of the body is bounded as a result is.
#[tokio::test]
async fn an_error_that_is_too_long_ends_its_call_alone() {
    let id = fails_at_length(0).await.unwrap();
    let Err(Failed::Own(text)) = fails_at_length(1000).await else {
        panic!("another end");
    };
    assert_eq!(text.len(), 1000);
    let error = call_error(fails_at_length(100 << 20).await);
    assert!(
        matches!(error, Error::TooLarge { limit: 65_536, .. }),
        "{error:?}"
    );
    assert_eq!(fails_at_length(0).await.unwrap(), id, "the worker stays");
}

#[offload(remote = WORST)]
fn panics_with_a_bomb() -> Result<(), Failed> {
    std::panic::panic_any(Bomb)
}

/// The stage at which a value failed.
fn stage<T>(result: Result<T, Failed>) -> CodecStage {
    let error = call_error(result.map(drop));
    match error {
        Error::Codec(error) => error.stage(),
        other => panic!("another error: {other:?}"),
    }
}

#[tokio::test]
async fn each_attack_of_a_body_ends_its_own_call_only() {
    let id = takes(Does(Deed::Nothing)).await.unwrap();
    assert_eq!(
        stage(takes(Does(Deed::PanicsWritten)).await),
        CodecStage::EncodeArguments
    );
    assert_eq!(
        stage(takes(Does(Deed::PanicsRead)).await),
        CodecStage::DecodeArguments
    );
    assert_eq!(
        stage(takes(Does(Deed::PanicsTwice)).await),
        CodecStage::DecodeArguments
    );
    assert_eq!(
        stage(takes(Does(Deed::Lies)).await),
        CodecStage::EncodeArguments
    );
    assert_eq!(
        stage(gives(Deed::PanicsWritten).await),
        CodecStage::EncodeResult
    );
    assert_eq!(
        stage(gives(Deed::PanicsRead).await),
        CodecStage::DecodeResult
    );
    assert_eq!(
        stage(gives(Deed::PanicsTwice).await),
        CodecStage::DecodeResult
    );
    assert_eq!(stage(gives(Deed::Lies).await), CodecStage::EncodeResult);
    let dropped = call_error(drops(Does(Deed::PanicsDropped)).await);
    assert!(matches!(dropped, Error::Panicked(_)), "{dropped:?}");
    std::mem::forget(gives(Deed::PanicsDropped).await);
    std::mem::forget(gives(Deed::CallsRead).await);
    assert_eq!(
        takes(Does(Deed::Nothing)).await.unwrap(),
        id,
        "the worker stays"
    );
}

#[tokio::test]
async fn a_long_panic_and_one_that_panics_again_are_panics() {
    let long = call_error(says_much(1 << 20).await);
    assert!(
        matches!(&long, Error::Panicked(panic) if panic.message().is_some_and(|text| text.starts_with("1234"))),
        "{long:?}"
    );
    let again = call_error(panics_with_a_bomb().await);
    assert!(matches!(again, Error::Panicked(_)), "{again:?}");
}

static PATIENT: Workers = Workers::new("patient")
    .processes(1)
    .queue_capacity(usize::MAX)
    .timeout(Duration::MAX)
    .soft_timeout(Duration::from_secs(u64::MAX))
    .queue_timeout(Duration::MAX)
    .start_timeout(Duration::MAX)
    .keep_alive(Duration::MAX)
    .grace(Duration::MAX)
    .retries(u32::MAX)
    .max_calls(u64::MAX)
    .max_resident(u64::MAX)
    .memory_limit(u64::MAX);

#[offload(remote = PATIENT)]
fn one() -> Result<u8, Failed> {
    Ok(1)
}

#[tokio::test]
async fn limits_as_large_as_can_be_are_accepted() {
    assert_eq!(one().await.unwrap(), 1);
    let started: Offload<_> = one().try_start().unwrap();
    assert_eq!(started.await.unwrap(), 1);
}

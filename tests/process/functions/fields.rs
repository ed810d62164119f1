//! Types whose `Serialize` and `Deserialize` differ in their fields: no value of theirs is read as another one.

use std::{fmt::Debug, marker::PhantomData};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio_offload::{CodecStage, Error, Workers, offload};
use tokio_offload_remote::{decode, decode_end, encode};

use crate::{Failed, call_error};

static FIELDS: Workers = Workers::new("fields").processes(1);

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Unread {
    first: u32,
    #[serde(skip_deserializing)]
    second: u32,
    third: u32,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Unwritten {
    first: u32,
    #[serde(skip_serializing)]
    second: u32,
    third: u32,
}

/// Where nothing is left to read, the fields have their defaults.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Defaulted {
    first: u32,
    #[serde(skip_serializing)]
    second: u32,
    third: u32,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Alone {
    #[serde(skip_serializing)]
    only: u32,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Positions(u32, #[serde(skip_serializing)] u32, u32);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Variants {
    Positions(u32, #[serde(skip_deserializing)] u32, u32),
    Names {
        first: u32,
        #[serde(skip_serializing)]
        second: u32,
        third: u32,
    },
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Aliased {
    #[serde(alias = "other", alias = "another")]
    first: u32,
    #[serde(rename(serialize = "here", deserialize = "there"))]
    second: u32,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Skipped {
    first: u32,
    #[serde(skip)]
    second: u32,
    third: u32,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Marked(u32, #[serde(skip)] PhantomData<u8>);

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Empty {}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Last {
    #[serde(alias = "Other")]
    First,
    Second,
    #[serde(skip)]
    #[expect(dead_code, reason = "it is not sent")]
    Third,
}

fn twice<T: Serialize + DeserializeOwned>(value: &T) -> Result<(T, u8), String> {
    let mut bytes = Vec::new();
    // What follows would be read from the rest.
    encode(value, &mut bytes).map_err(|error| error.to_string())?;
    encode(&7_u8, &mut bytes).map_err(|error| error.to_string())?;
    let mut input = &bytes[..];
    let read = decode(&mut input).map_err(|error| error.to_string())?;
    let after = decode(&mut input).map_err(|error| error.to_string())?;
    decode_end(input).map_err(|error| error.to_string())?;
    Ok((read, after))
}

#[track_caller]
fn is_refused<T: Serialize + DeserializeOwned + Debug>(value: T) {
    let read = twice(&value);
    assert!(read.is_err(), "{value:?} was read as {read:?}");
    let read = twice(&vec![Some((1_u8, value))]);
    assert!(read.is_err(), "{read:?}");
}

#[track_caller]
fn is_the_same<T: Serialize + DeserializeOwned + Debug + PartialEq>(value: T) {
    let (read, after) = twice(&value).unwrap();
    assert_eq!((&read, after), (&value, 7));
    let list = vec![Some((1_u8, value)), None];
    assert_eq!(twice(&list).unwrap(), (list, 7));
}

#[test]
fn a_field_that_one_side_leaves_out_is_an_error() {
    is_refused(Unread::default());
    is_refused(Unwritten::default());
    is_refused(Defaulted::default());
    is_refused(Alone::default());
    is_refused(Positions::default());
    is_refused(Variants::Positions(0, 0, 0));
    is_refused(Variants::Names {
        first: 0,
        second: 0,
        third: 0,
    });
}

#[test]
fn what_both_sides_know_or_leave_out_is_none() {
    is_the_same(Aliased::default());
    is_the_same(Skipped {
        first: 1,
        second: 0,
        third: 3,
    });
    is_the_same(Marked(1, PhantomData));
    is_the_same(Empty {});
    is_the_same((Last::First, Last::Second));
    is_the_same(((), [(); 0], [1_u16; 3], (Empty {}, Marked(2, PhantomData))));
    is_the_same(Ok::<u8, String>(1));
    is_the_same(std::time::Duration::from_millis(1));
    is_the_same(1..=2_u8);
    is_the_same(std::net::SocketAddr::from(([1, 2, 3, 4], 5)));
}

#[offload(remote = FIELDS)]
fn takes(value: Unwritten, last: u8) -> Result<u32, Failed> {
    Ok(value.third + u32::from(last))
}

#[offload(remote = FIELDS)]
fn gives() -> Result<Unread, Failed> {
    Ok(Unread::default())
}

#[tokio::test]
async fn the_error_says_what_to_look_for() {
    for (stage, error) in [
        (
            CodecStage::DecodeArguments,
            call_error(takes(Unwritten::default(), 0).await),
        ),
        (CodecStage::DecodeResult, call_error(gives().await)),
    ] {
        let Error::Codec(cause) = error else {
            panic!("another error: {error}");
        };
        assert_eq!(cause.stage(), stage);
        assert!(cause.message().contains("`skip_serializing`"), "{cause}");
    }
}

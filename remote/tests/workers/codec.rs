//! Values that cannot cross, and messages that are too large.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_bytes::ByteBuf;
use tokio_offload_remote::{CodecError, Config, Failure, Point, Workers};

use crate::kit::remote;

static CODEC: Workers = Config::new("codec").processes(1).build();
static SMALL: Workers = Config::new("small").processes(1).max_message(1000).build();
static EXPR: Workers = Config::new("expr").processes(1).build();
static LARGE: Workers = Config::new("large").processes(1).build();

/// Fails on one of its ways, as told.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Fragile(u8);

const FINE: u8 = 0;
const NOT_OUT: u8 = 1;
const NOT_IN: u8 = 2;

impl Serialize for Fragile {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            NOT_OUT => Err(serde::ser::Error::custom("broken on the way out")),
            way => to.serialize_u8(way),
        }
    }
}

impl<'de> Deserialize<'de> for Fragile {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match u8::deserialize(from)? {
            NOT_IN => Err(serde::de::Error::custom("broken on the way in")),
            way => Ok(Self(way)),
        }
    }
}

/// A type that asks the format what comes next.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u32),
    Text(String),
}

/// A type that contains itself, with no variant to end at: a made-up value of it goes as deep as it may. It is large, so that
/// each step takes its part of the stack.
#[derive(Debug, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant, reason = "that is what is tested")]
enum Expr {
    Add(Box<Expr>, Box<Expr>),
    Num([i64; 32]),
}

fn sum(expr: Expr) -> i64 {
    match expr {
        Expr::Add(one, other) => sum(*one) + sum(*other),
        Expr::Num(numbers) => numbers.iter().sum(),
    }
}

remote! {
    EXPR: fn expr(expr: Expr) -> i64 { sum(expr) }
    CODEC: fn fragile(argument: Fragile, result: u8) -> Fragile { let _ = argument; Fragile(result) }
    CODEC: fn untagged(value: Untagged) -> () { drop(value) }
    CODEC: fn codec_pid() -> u32 { std::process::id() }
    CODEC: fn panics_while_encoding() -> Bomb { Bomb }
    SMALL: fn small(data: Vec<u8>, length: usize) -> Vec<u8> { drop(data); vec![1; length] }
    SMALL: fn small_pid() -> u32 { std::process::id() }
    LARGE: fn large(data: ByteBuf) -> ByteBuf { data }
}

#[derive(Debug, Deserialize)]
struct Bomb;

impl Serialize for Bomb {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic!("no bytes for this");
    }
}

fn point<T: std::fmt::Debug>(result: Result<T, Failure>) -> (Point, CodecError) {
    match result {
        Err(Failure::Codec(error)) => (error.point(), error),
        other => panic!("no trouble: {other:?}"),
    }
}

#[tokio::test]
async fn trouble_at_each_point_fails_one_call() {
    let pid = codec_pid().await.unwrap();
    let call = |argument, result| fragile(Fragile(argument), result);
    assert_eq!(call(FINE, FINE).await.unwrap(), Fragile(FINE));
    for _ in 0..3 {
        assert_eq!(point(call(NOT_OUT, FINE).await).0, Point::EncodeArguments);
        assert_eq!(point(call(NOT_IN, FINE).await).0, Point::DecodeArguments);
        assert_eq!(point(call(FINE, NOT_OUT).await).0, Point::EncodeResult);
        assert_eq!(point(call(FINE, NOT_IN).await).0, Point::DecodeResult);
        assert_eq!(call(FINE, FINE).await.unwrap(), Fragile(FINE));
    }
    for value in [Untagged::Number(1), Untagged::Text("x".into())] {
        let (at, error) = point(untagged(value).await);
        assert_eq!(at, Point::DecodeArguments);
        assert!(error.to_string().contains("untagged"), "{error}");
    }
    assert!(matches!(
        panics_while_encoding().await,
        Err(Failure::Panicked { .. })
    ));
    assert_eq!(codec_pid().await.unwrap(), pid);
}

/// Its type is looked at on a thread of ours, however little that needs for itself.
#[tokio::test]
async fn a_type_that_contains_itself_crosses() {
    let number = |number| Box::new(Expr::Num([number; 32]));
    let two = Box::new(Expr::Add(number(1), number(2)));
    assert_eq!(expr(Expr::Add(two, number(3))).await.unwrap(), 32 * 6);
}

#[tokio::test]
async fn arguments_that_do_not_encode_need_no_worker() {
    static NEVER: Workers = Config::new("never").processes(1).build();
    remote! {
        NEVER: fn never(argument: Fragile) -> () { let _ = argument; }
    }
    assert_eq!(
        point(never(Fragile(NOT_OUT)).await).0,
        Point::EncodeArguments
    );
    assert_eq!((NEVER.stats().started, NEVER.stats().failed), (0, 1));
}

#[tokio::test]
async fn a_buffer_of_the_callers_own_is_refused() {
    use tokio_offload_remote::{FUNCTIONS, Function, linkme};
    #[linkme::distributed_slice(FUNCTIONS)]
    #[linkme(crate = tokio_offload_remote::linkme)]
    static PLAIN: Function = Function::new("codec::plain", || &CODEC, |_, _| Ok(()), |_| ());
    let ends = [Vec::new(), vec![0; 100]].map(|buffer| CODEC.call(&PLAIN, Ok(buffer), Vec::new()));
    for end in ends {
        assert_eq!(point(end.await).0, Point::EncodeArguments);
    }
}

#[tokio::test]
async fn a_message_over_the_limit_fails_one_call() {
    let pid = small_pid().await.unwrap();
    for _ in 0..3 {
        let end = small(vec![0; 2000], 0).await;
        assert!(matches!(end, Err(Failure::TooLarge { bytes, limit: 1000 }) if bytes > 2000));
        // Written one by one, and no further.
        let end = small(Vec::new(), 2000).await;
        assert!(matches!(
            end,
            Err(Failure::TooLarge {
                bytes: 1001,
                limit: 1000
            })
        ));
        assert_eq!(small(vec![0; 900], 900).await.unwrap().len(), 900);
    }
    assert_eq!(small_pid().await.unwrap(), pid);
    assert_eq!(SMALL.stats().failed, 6);
}

#[tokio::test]
async fn a_hundred_megabytes_pass_both_ways() {
    let block: Vec<u8> = (0..1_u32 << 20).map(|at| at.to_le_bytes()[1]).collect();
    let data = block.repeat(100);
    let back = large(ByteBuf::from(data.clone())).await.unwrap();
    assert!(back == data);
}

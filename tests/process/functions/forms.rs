//! Owned arguments, patterns, results, and what stands beside the option.

use std::{collections::BTreeMap, process};

use serde::{Deserialize, Serialize};
use tokio_offload::{Error, Workers, offload};

use crate::{Failed, WORKERS, elsewhere};

#[offload(remote = WORKERS)]
fn nothing() -> Result<(), Failed> {
    elsewhere();
    Ok(())
}

#[offload(remote = WORKERS)]
fn process_id() -> Result<u32, Failed> {
    elsewhere();
    Ok(process::id())
}

#[tokio::test]
async fn the_body_runs_in_another_process() {
    nothing().await.unwrap();
    assert_ne!(process_id().await.unwrap(), process::id());
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Record {
    name: String,
    sizes: BTreeMap<u8, (f64, Option<char>)>,
    next: Option<Box<Record>>,
}

fn record() -> Record {
    let inner = Record {
        name: "inner".into(),
        sizes: BTreeMap::new(),
        next: None,
    };
    Record {
        name: "outer".into(),
        sizes: [(1, (0.1, Some('ä'))), (2, (f64::MAX, None))].into(),
        next: Some(Box::new(inner)),
    }
}

#[offload(remote = WORKERS)]
fn owned(
    mut record: Record,
    mut more: Vec<u8>,
    unit: (),
    text: String,
) -> Result<(Record, Vec<u8>), Failed> {
    elsewhere();
    let () = unit;
    more.reverse();
    record.name += &text;
    Ok((record, more))
}

#[tokio::test]
async fn values_cross_as_they_are() {
    let (back, more) = owned(record(), vec![1, 2, 3], (), "!".into())
        .await
        .unwrap();
    assert_eq!(back.name, "outer!");
    assert_eq!(back.next, record().next);
    assert_eq!(back.sizes, record().sizes);
    assert_eq!(more, [3, 2, 1]);
}

#[offload(remote = WORKERS)]
fn patterns(
    (a, [b, _]): (u8, [u8; 2]),
    Record { name, .. }: Record,
    _: String,
    _unused: u64,
    ref lent @ _kept: u8,
    #[allow(unused_variables)] unused: u8,
) -> Result<String, Failed> {
    elsewhere();
    Ok(format!("{a}{b}{name}{lent}"))
}

#[tokio::test]
async fn arguments_come_in_parts() {
    let text = patterns((1, [2, 3]), record(), String::new(), 0, 4, 0).await;
    assert_eq!(text.unwrap(), "12outer4");
}

#[offload(remote = WORKERS)]
fn twelve(
    a: u8,
    b: u8,
    c: u8,
    d: u8,
    e: u8,
    f: u8,
    g: u8,
    h: u8,
    i: u8,
    j: u8,
    k: u8,
    l: u8,
) -> Result<Vec<u8>, Failed> {
    elsewhere();
    Ok(vec![a, b, c, d, e, f, g, h, i, j, k, l])
}

#[tokio::test]
async fn many_arguments_keep_their_order() {
    let all = twelve(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12).await;
    assert_eq!(all.unwrap(), (1..=12).collect::<Vec<u8>>());
}

#[offload(remote = WORKERS)]
fn chosen(
    first: u8,
    #[cfg(unix)] mode: u8,
    #[cfg(not(unix))] share: String,
    #[cfg(unix)]
    #[cfg(target_os = "linux")]
    linux: &str,
    #[cfg(unix)] last: u8,
) -> Result<String, Failed> {
    elsewhere();
    Ok(format!("{first}{mode}{linux}{last}"))
}

#[tokio::test]
async fn arguments_may_be_missing() {
    assert_eq!(chosen(1, 2, "three", 4).await.unwrap(), "12three4");
}

#[offload(remote = WORKERS, blocking = doubled_now)]
#[must_use]
/// Doubles.
pub(crate) fn doubled(n: u32) -> Result<u32, Error> {
    if n > 1000 {
        return Err(Error::Cancelled);
    }
    Ok(n * 2)
}

#[tokio::test]
async fn the_blocking_version_stays() {
    assert_eq!(doubled_now(2).unwrap(), 4);
    assert_eq!(doubled(2).await.unwrap(), 4);
    assert!(matches!(doubled(2000).await, Err(Error::Cancelled)));
    assert!(matches!(
        doubled(2000).outcome().await,
        Ok(Err(Error::Cancelled))
    ));
}

struct Tool;

#[offload(remote = WORKERS)]
impl Tool {
    fn in_block(n: u8) -> Result<u8, Failed> {
        elsewhere();
        Ok(n)
    }

    #[offload(pool = tokio_offload::Inline)]
    fn in_place() -> u32 {
        process::id()
    }
}

#[tokio::test]
async fn a_block_has_workers_and_a_method_another_place() {
    assert_eq!(Tool::in_block(3).await.unwrap(), 3);
    assert_eq!(Tool::in_place().await, process::id());
}

fn workers(_: u8) -> &'static Workers {
    &WORKERS
}

macro_rules! made {
    ($name:ident, $pool:expr, $ty:ty, $body:block) => {
        #[offload(remote = $pool)]
        fn $name(n: $ty) -> Result<$ty, Failed> {
            elsewhere();
            let body: fn($ty) -> $ty = |n| $body + n;
            Ok(body(n))
        }
    };
}

made!(made_by_macro, workers(1), u8, { 2 });

#[tokio::test]
async fn macros_write_functions_too() {
    assert_eq!(made_by_macro(3).await.unwrap(), 5);
}

type Answer<T = ()> = Result<T, Failed>;

#[offload(remote = WORKERS)]
fn aliased(n: u8) -> Answer<u8> {
    elsewhere();
    if n == 0 {
        Err(Failed::Own("zero".into()))
    } else {
        Ok(n)
    }
}

#[tokio::test]
async fn an_error_of_the_body_is_a_value() {
    assert_eq!(aliased(1).await.unwrap(), 1);
    assert!(matches!(aliased(0).await, Err(Failed::Own(text)) if text == "zero"));
    assert!(matches!(
        aliased(0).outcome().await,
        Ok(Err(Failed::Own(_)))
    ));
}

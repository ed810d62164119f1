//! Arguments, items and crates that are called like what the expansion names.

#![allow(
    non_snake_case,
    non_upper_case_globals,
    non_camel_case_types,
    dead_code,
    reason = "the names are the subject"
)]

use tokio_offload::{Error, Workers, offload};

use crate::elsewhere;

static __OFFLOAD_FUNCTION: Workers = Workers::new("names")
    .processes(1)
    .env(&[("OFFLOAD_TEST", "worker")]);

#[offload(remote = __OFFLOAD_FUNCTION)]
fn arguments(
    __offload_body: u8,
    __offload_input: u8,
    __offload_output: u8,
    __offload_arguments: u8,
    __offload_answer: u8,
    __offload_shape: &str,
) -> Result<u8, Error> {
    elsewhere();
    Ok(__offload_body
        + __offload_input
        + __offload_output
        + __offload_arguments
        + __offload_answer
        + __offload_shape.len() as u8)
}

#[offload(remote = __OFFLOAD_FUNCTION)]
fn short(
    input: u8,
    output: u8,
    fingerprint: u8,
    answer: u8,
    remote: &str,
    value: u8,
    lent: &[u8],
) -> Result<u8, Error> {
    elsewhere();
    Ok(input + output + fingerprint + answer + value + (remote.len() + lent.len()) as u8)
}

#[offload(remote = __OFFLOAD_FUNCTION)]
fn crates(tokio_offload: u8, core: &str, linkme: u8, P: u8, SITE: u8) -> Result<u8, Error> {
    elsewhere();
    Ok(tokio_offload + core.len() as u8 + linkme + P + SITE)
}

#[offload(remote = __OFFLOAD_FUNCTION)]
fn r#type(r#match: &str, (__arg1, _): (u8, u8), (__arg0, _): (u8, u8)) -> Result<usize, Error> {
    elsewhere();
    Ok(r#match.len() + usize::from(__arg0 * 10 + __arg1))
}

#[tokio::test]
async fn arguments_and_fields() {
    assert_eq!(arguments(1, 1, 1, 1, 1, "a").await.unwrap(), 6);
    assert_eq!(short(1, 1, 1, 1, "a", 1, &[1]).await.unwrap(), 7);
    assert_eq!(crates(1, "a", 1, 1, 1).await.unwrap(), 5);
    assert_eq!(r#type("a", (1, 0), (2, 0)).await.unwrap(), 22);
}

mod items {
    use tokio_offload::{Error, offload};

    use crate::elsewhere;

    mod core {}
    mod std {}
    struct Vec;
    struct Ok;
    struct Err;
    struct Function;
    enum Option {
        Some,
    }
    trait Serialize {}
    trait From {}
    fn __offload_body() -> u8 {
        4
    }
    fn answer(n: u8) -> u8 {
        n
    }
    trait Methods {
        fn give(&self) {}
        fn take(&self) {}
        fn lend(&self) {}
        fn fingerprint(&self) {}
        fn call(&self) {}
    }
    impl<T: ?Sized> Methods for T {}

    #[offload(remote = super::__OFFLOAD_FUNCTION)]
    pub(super) fn named(n: u8, text: &str, more: &[u8]) -> Result<u8, Error> {
        elsewhere();
        let all = __offload_body() + answer(n) + text.len() as u8 + more.len() as u8;
        Result::Ok(all)
    }
}

#[tokio::test]
async fn items_in_scope() {
    assert_eq!(items::named(1, "ab", &[1]).await.unwrap(), 8);
}

/// A function of the same name, told apart by its module.
mod other {
    use tokio_offload::{Error, offload};

    #[offload(remote = super::__OFFLOAD_FUNCTION)]
    pub(super) fn short() -> Result<String, Error> {
        crate::elsewhere();
        Ok("other".into())
    }
}

#[tokio::test]
async fn two_functions_of_one_name() {
    assert_eq!(other::short().await.unwrap(), "other");
}

macro_rules! one_name_twice {
    ($name:ident, $arg:ident) => {
        #[offload(remote = __OFFLOAD_FUNCTION)]
        fn $name($arg: u8, text: &str) -> Result<usize, Error> {
            elsewhere();
            let arg = text.len();
            Ok(arg * 10 + usize::from($arg))
        }
    };
}

one_name_twice!(twice, arg);

#[tokio::test]
async fn one_name_for_two() {
    assert_eq!(twice(1, "ab").await.unwrap(), 21);
}

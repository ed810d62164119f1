//! A module without any prelude.

#![no_implicit_prelude]

use ::std::{assert_eq, result::Result, string::String, vec::Vec};
use ::tokio_offload::{Error, offload};

#[offload(remote = crate::WORKERS, blocking = plain_now)]
fn plain(
    text: &str,
    mut bytes: Vec<u8>,
    name: ::std::option::Option<&str>,
) -> Result<String, Error> {
    crate::elsewhere();
    bytes.extend_from_slice(text.as_bytes());
    bytes.extend(name.into_iter().flat_map(str::bytes));
    Result::Ok(String::from_utf8_lossy(&bytes).into_owned())
}

use ::std::iter::{Extend as _, IntoIterator as _, Iterator as _};

#[test]
fn without_a_prelude() {
    let runtime = ::tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let text = runtime.unwrap().block_on(plain(
        "b",
        ::std::vec![b'a'],
        ::std::option::Option::Some("c"),
    ));
    assert_eq!(text.unwrap(), "abc");
    let _: fn(&str, Vec<u8>, ::std::option::Option<&str>) -> Result<String, Error> = plain_now;
}

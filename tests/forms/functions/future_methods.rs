//! Methods that `futures` gives every future, and that have the names of those of `Result`: calls have hidden ones of these names, which
//! only word an error and must not be found before them.

use std::io;

use futures::{FutureExt as _, TryFutureExt as _};
use tokio_offload::{Offload, offload};

use crate::{call, elsewhere};

#[offload]
fn parse(text: &str) -> Result<u8, std::num::ParseIntError> {
    elsewhere();
    text.parse()
}

#[test]
fn methods_of_try_future_ext() {
    assert_eq!(
        call(parse("x").map_err(|error| error.to_string().len())),
        Err(29)
    );
    assert_eq!(call(parse("7").and_then(|_| parse("8"))), Ok(8));
    assert_eq!(call(parse("x").or_else(|_| parse("9"))), Ok(9));
    assert_eq!(call(parse("x").unwrap_or_else(|_| 3)), 3);
    assert_eq!(call(parse("7").inspect_err(|_| ())), Ok(7));
}

#[test]
fn methods_of_future_ext() {
    assert_eq!(call(parse("7").map(|result| result.is_ok())), true);
    assert_eq!(call(parse("7").inspect(|_| ())), Ok(7));
    assert_eq!(
        call(parse("7").outcome().map(|outcome| outcome.is_ok())),
        true
    );
}

/// Where the result is a parameter, and where it is not known yet.
fn generic<T: Send + 'static, E: Send + 'static>(call: Offload<Result<T, E>>) -> Result<T, ()> {
    call.map_err(drop).now_or_never().unwrap_or(Err(()))
}

#[test]
fn where_types_are_not_known_yet() {
    assert_eq!(generic(Offload::ready(Ok::<_, io::Error>(1))), Ok(1));
    let inferred = Offload::ready(Err(Default::default()));
    let mapped = inferred.map_err(|error: u8| error + 1);
    assert_eq!(mapped.now_or_never(), Some(Err::<(), u8>(1)));
}

/// A trait of the program itself.
trait Text: Sized {
    fn to_vec(self) -> Vec<Self> {
        vec![self]
    }

    fn len(&self) -> usize {
        1
    }
}

impl<R> Text for Offload<R> {}

#[test]
fn methods_of_a_trait_of_the_program() {
    let mut calls = Offload::ready(1).to_vec();
    assert_eq!(calls[0].len(), 1);
    assert_eq!(calls.remove(0).now_or_never(), Some(1));
}

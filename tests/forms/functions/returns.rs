//! Return types: coercions that need the type, early returns, `!`, aliases, types made by macros.

use std::{
    borrow::Cow,
    cell::Cell,
    collections::VecDeque,
    error::Error,
    fmt::{self, Display},
    sync::{Arc, Mutex},
};

use tokio_offload::offload;

use crate::{call, elsewhere};

type Answer<T> = Result<T, Failure>;

#[derive(Debug, PartialEq)]
enum Failure {
    Number,
    Small,
}

impl From<std::num::ParseIntError> for Failure {
    fn from(_: std::num::ParseIntError) -> Self {
        Self::Number
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("failure")
    }
}

impl Error for Failure {}

#[offload]
fn alias(text: &str) -> Answer<u8> {
    elsewhere();
    let number = text.parse()?;
    if number == 0 {
        Err(Failure::Small)
    } else {
        Ok(number)
    }
}

#[offload]
fn boxed_error(text: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
    elsewhere();
    if text.is_empty() {
        return Err(Failure::Small)?;
    }
    let _: u8 = text.parse()?;
    Err(Box::new(Failure::Number))
}

/// A `Mutex` needs no more than `Send` of what is in it, in an `Arc` too.
#[offload]
fn shared_object(
    of: Arc<Mutex<Box<dyn Iterator<Item = u8> + Send>>>,
) -> Arc<Mutex<Box<dyn Iterator<Item = u8> + Send>>> {
    elsewhere();
    of.lock().unwrap().next();
    of
}

#[offload]
fn boxed_tail(up: bool) -> Box<dyn Iterator<Item = u8> + Send> {
    elsewhere();
    if up {
        Box::new(0..3)
    } else {
        Box::new((0..3).rev())
    }
}

#[offload]
fn boxed_match(n: u8) -> Box<dyn Fn(u8) -> u8 + Send + Sync> {
    elsewhere();
    match n {
        0 => Box::new(|n| n),
        _ => Box::new(move |m| m + n),
    }
}

#[offload]
fn coerced_pointer(add: bool) -> fn(u8) -> u8 {
    elsewhere();
    if add { |n| n + 1 } else { |n| n - 1 }
}

#[offload]
fn coerced_slice() -> &'static [u8] {
    elsewhere();
    &[1, 2, 3]
}

#[test]
fn return_values_coerce_to_the_declared_type() {
    assert_eq!(call(alias("3")), Ok(3));
    assert_eq!(call(alias("0")), Err(Failure::Small));
    assert_eq!(call(alias("x")), Err(Failure::Number));
    for text in ["", "x", "1"] {
        assert!(call(boxed_error(text)).is_err());
    }
    assert_eq!(call(boxed_tail(true)).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(call(boxed_tail(false)).next(), Some(2));
    let shared = call(shared_object(Arc::new(Mutex::new(Box::new(1..3)))));
    assert_eq!(shared.lock().unwrap().next(), Some(2));
    assert_eq!(call(boxed_match(0))(1), 1);
    assert_eq!(call(boxed_match(2))(1), 3);
    assert_eq!(call(coerced_pointer(true))(1), 2);
    assert_eq!(call(coerced_slice()).len(), 3);
}

#[offload]
fn never() -> ! {
    elsewhere();
    panic!("as it must")
}

#[offload]
fn never_by_loop(mut left: u8) -> ! {
    elsewhere();
    loop {
        left = left.checked_sub(1).expect("nothing is left");
    }
}

#[offload]
fn never_in_result(text: &str) -> Result<std::convert::Infallible, String> {
    elsewhere();
    Err(text.to_owned())
}

#[offload]
fn diverging(kind: u8) -> Vec<u8> {
    elsewhere();
    match kind {
        0 => todo!(),
        1 => unimplemented!("later"),
        2 => unreachable!(),
        _ => panic!("{kind}"),
    }
}

#[test]
fn functions_may_never_return() {
    assert!(call(never().outcome()).is_err());
    assert!(call(never_by_loop(3).outcome()).is_err());
    assert_eq!(call(never_in_result("e")).unwrap_err(), "e");
    for kind in 0..4 {
        assert!(call(diverging(kind).outcome()).is_err());
    }
}

#[offload]
fn early(n: u8) -> &'static str {
    elsewhere();
    if n == 0 {
        return "none";
    }
    for i in 1..9 {
        if i == n {
            return "few";
        }
    }
    "many"
}

#[offload]
fn early_unit(flag: bool) {
    elsewhere();
    if flag {
        return;
    }
    assert!(!flag);
}

#[offload]
fn statement_at_the_end(mut items: Vec<u8>) {
    elsewhere();
    items.clear();
}

#[offload]
fn let_else(text: &str) -> u8 {
    elsewhere();
    let Ok(number) = text.parse() else { return 9 };
    number
}

#[test]
fn early_returns_yield_their_value() {
    assert_eq!(
        [call(early(0)), call(early(3)), call(early(99))],
        ["none", "few", "many"]
    );
    call(early_unit(true));
    call(early_unit(false));
    call(statement_at_the_end(vec![1]));
    assert_eq!(call(let_else("x")), 9);
}

macro_rules! list {
    ($of:ty) => { VecDeque<$of> };
}

#[offload]
fn by_macro(n: list!(u8)) -> list!(u8) {
    elsewhere();
    n
}

#[allow(unused_parens, reason = "the form is the subject")]
#[offload]
fn in_parentheses(n: (u8)) -> (u8) {
    elsewhere();
    n
}

#[offload]
fn tuple() -> (u8, String, [u8; 2], ((), Option<()>)) {
    elsewhere();
    (1, String::new(), [1, 2], ((), None))
}

#[offload]
fn cow(text: &str) -> Cow<'static, str> {
    elsewhere();
    if text.is_empty() {
        "none".into()
    } else {
        text.to_owned().into()
    }
}

#[offload]
fn not_sync(n: u32) -> Cell<u32> {
    elsewhere();
    Cell::new(n)
}

#[offload]
fn projected(items: Vec<u8>) -> Option<<Vec<u8> as IntoIterator>::Item> {
    elsewhere();
    items.into_iter().next()
}

#[test]
fn return_types_may_be_spelled_in_any_way() {
    assert_eq!(call(by_macro(VecDeque::from([1]))), [1]);
    assert_eq!(call(in_parentheses(1)), 1);
    assert_eq!(call(tuple()).2, [1, 2]);
    assert_eq!(call(cow("")), "none");
    assert_eq!(call(cow("c")), "c");
    assert_eq!(call(not_sync(3)).get(), 3);
    assert_eq!(call(projected(vec![1])), Some(1));
}

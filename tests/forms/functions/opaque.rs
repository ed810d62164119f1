//! `impl Trait` returned: alone, nested, with the arguments borrowed and gone.

use std::{
    fmt::{Debug, Display},
    str::Chars,
    task::{Context, Poll, Waker},
};

use tokio_offload::offload;

use crate::{call, elsewhere};

#[offload]
fn iterator(n: u8) -> impl Iterator<Item = u8> {
    elsewhere();
    (0..n).filter(|i| i % 2 == 0)
}

#[offload]
fn lines(text: &str) -> impl Iterator<Item = String> + use<> {
    elsewhere();
    text.lines()
        .map(String::from)
        .collect::<Vec<_>>()
        .into_iter()
}

#[offload]
fn words(text: &str) -> impl ExactSizeIterator<Item = String> + Clone {
    elsewhere();
    let words: Vec<_> = text.split(' ').map(String::from).collect();
    words.into_iter()
}

#[offload]
fn in_result(text: &str) -> Result<impl Iterator<Item = char>, String> {
    elsewhere();
    if text.is_empty() {
        return Err(String::from("empty"));
    }
    let number: u8 = text.parse().map_err(|error| format!("{error}"))?;
    Ok(number.to_string().chars().collect::<Vec<_>>().into_iter())
}

#[offload]
fn in_option(flag: bool) -> Option<impl Display> {
    elsewhere();
    flag.then_some(1)
}

#[offload]
fn in_tuple() -> (impl Display, impl Debug) {
    elsewhere();
    (1, "d")
}

#[offload]
fn in_box() -> Box<impl Fn(u8) -> u8> {
    elsewhere();
    Box::new(|n| n + 1)
}

#[offload]
fn nested() -> impl Iterator<Item = impl Display> {
    elsewhere();
    [1, 2].into_iter()
}

#[offload]
fn closure(by: u8) -> impl Fn(u8) -> u8 + Send + 'static {
    elsewhere();
    move |n| n + by
}

#[offload]
fn from_impl(items: impl IntoIterator<Item = u8>) -> impl Into<Vec<u8>> {
    elsewhere();
    items.into_iter().collect::<Vec<_>>()
}

#[offload]
fn generic<T: Display + Clone>(item: &T) -> impl Display {
    elsewhere();
    item.clone()
}

#[test]
fn functions_return_opaque_types_alone_and_nested() {
    assert_eq!(call(iterator(5)).collect::<Vec<_>>(), [0, 2, 4]);
    assert_eq!(call(lines(&String::from("a\nb"))).count(), 2);
    assert_eq!(call(words(&String::from("a b"))).clone().len(), 2);
    assert_eq!(call(in_result("12")).unwrap().count(), 2);
    assert!(call(in_result("")).is_err());
    assert!(call(in_result("x")).is_err());
    assert_eq!(call(in_option(true)).unwrap().to_string(), "1");
    let (shown, debug) = call(in_tuple());
    assert_eq!(format!("{shown}{debug:?}"), r#"1"d""#);
    assert_eq!(call(in_box())(1), 2);
    assert_eq!(
        call(nested()).map(|n| n.to_string()).collect::<String>(),
        "12"
    );
    assert_eq!(call(closure(2))(1), 3);
    let all: Vec<u8> = call(from_impl([1, 2])).into();
    assert_eq!(all, [1, 2]);
    assert_eq!(call(generic(&1)).to_string(), "1");
}

#[derive(Clone)]
struct Shelf(Vec<String>);

impl Shelf {
    #[offload]
    fn each(&self) -> impl Iterator<Item = String> {
        elsewhere();
        self.0.clone().into_iter()
    }

    #[offload]
    fn matching(&self, with: &str) -> Result<impl Iterator<Item = String>, String> {
        elsewhere();
        let found: Vec<_> = self
            .0
            .iter()
            .filter(|name| name.contains(with))
            .cloned()
            .collect();
        if found.is_empty() {
            Err(with.to_owned())
        } else {
            Ok(found.into_iter())
        }
    }

    #[offload]
    fn drain(self) -> impl Iterator<Item = String> {
        elsewhere();
        self.0.into_iter()
    }
}

#[test]
fn methods_return_opaque_types() {
    let shelf = Shelf(vec![String::from("a"), String::from("ab")]);
    assert_eq!(call(shelf.each()).count(), 2);
    assert_eq!(call(shelf.matching("b")).unwrap().count(), 1);
    assert_eq!(call(shelf.matching("x")).err().as_deref(), Some("x"));
    assert_eq!(call(shelf.drain()).count(), 2);
}

#[offload]
fn larger(than: usize) -> impl Fn(&usize) -> bool + Clone {
    elsewhere();
    move |&n| n > than
}

#[offload]
fn longer(than: usize) -> impl Fn(&str, Option<&str>) -> Option<usize> {
    elsewhere();
    if than > 9 {
        panic!("too long");
    }
    move |text, more| Some(text.len() + more?.len()).filter(|n| *n > than)
}

#[offload]
fn returned(n: u8) -> impl FnMut(u8) -> u8 {
    elsewhere();
    return move |m: u8| n + m;
}

#[offload]
fn returned_at_last(n: u8) -> impl Fn(u8) -> u8 {
    elsewhere();
    #[allow(clippy::needless_return)]
    return move |m: u8| n + m;
}

#[offload]
fn returned_from_a_loop(n: u8) -> impl Fn(u8) -> u8 {
    elsewhere();
    let mut more = 0;
    loop {
        more += 1;
        if more == n {
            return move |m: u8| more + m;
        }
    }
}

#[offload]
fn returned_untyped(n: usize) -> impl Fn(&str) -> bool {
    elsewhere();
    let n = n + 1;
    return move |text| text.len() > n;
}

#[offload]
fn after_a_block(n: u8) -> impl Fn(&u8) -> u8 {
    elsewhere();
    if n > 200 {
        panic!("too large")
    }
    move |m| n + *m
}

/// The lifetime of `Context` is not to be seen.
#[allow(elided_lifetimes_in_paths)]
#[offload]
fn of_hidden_lifetimes(n: u8) -> impl FnMut(&mut Context) -> Poll<u8> {
    elsewhere();
    move |cx: &mut Context<'_>| {
        cx.waker().wake_by_ref();
        Poll::Ready(n)
    }
}

#[allow(elided_lifetimes_in_paths)]
#[offload]
fn function() -> impl Fn(&str) -> Chars {
    elsewhere();
    str::chars
}

struct Column<T>(T);

impl<T: PartialEq + Clone + Send + 'static> Column<T> {
    #[offload]
    fn same(self) -> impl Fn(&T, &Self) -> bool {
        elsewhere();
        move |value, other| value.clone() == self.0 && other.0 == self.0
    }
}

#[test]
fn an_opaque_value_can_be_returned_from_any_exit() {
    assert_eq!(call(returned_at_last(1))(2), 3);
    assert_eq!(call(returned_from_a_loop(2))(2), 4);
    assert!(call(returned_untyped(1))("abc"));
    assert_eq!(call(after_a_block(1))(&2), 3);
    let cx = &mut Context::from_waker(Waker::noop());
    assert_eq!(call(of_hidden_lifetimes(1))(cx), Poll::Ready(1));
    assert_eq!(call(function())("ab").count(), 2);
}

#[test]
fn closures_are_checked_against_their_bounds() {
    assert!(call(larger(2)).clone()(&3));
    assert_eq!(call(longer(2))("ab", Some("c")), Some(3));
    assert_eq!(call(returned(1))(2), 3);
    assert!(call(Column(1).same())(&1, &Column(1)));
}

//! Arguments that are patterns.

use std::sync::Arc;

use tokio_offload::offload;

use crate::{call, elsewhere};

struct Point {
    x: i32,
    y: i32,
}

struct Wrapper(String);

struct Deep {
    at: Point,
    name: (Wrapper, u8),
}

#[offload]
fn tuple((a, b): (i32, i32)) -> i32 {
    elsewhere();
    a - b
}

#[offload]
fn tuple_mut((mut a, b): (i32, i32)) -> i32 {
    elsewhere();
    a += b;
    a
}

#[offload]
fn structure(Point { x, y }: Point) -> i32 {
    elsewhere();
    x - y
}

#[offload]
fn renamed(Point { x: left, .. }: Point, Point { y: right, .. }: Point) -> i32 {
    elsewhere();
    left * right
}

#[offload]
fn tuple_struct(Wrapper(text): Wrapper) -> String {
    elsewhere();
    text
}

#[offload]
fn nested(
    Deep {
        at: Point { x, .. },
        name: (Wrapper(mut name), _),
    }: Deep,
    [first, .., last]: [i32; 3],
) -> String {
    elsewhere();
    name.push_str(&(x + first + last).to_string());
    name
}

#[test]
fn arguments_can_be_destructured() {
    assert_eq!(call(tuple((3, 1))), 2);
    assert_eq!(call(tuple_mut((3, 1))), 4);
    assert_eq!(call(structure(Point { x: 3, y: 1 })), 2);
    assert_eq!(call(renamed(Point { x: 3, y: 1 }, Point { x: 5, y: 2 })), 6);
    assert_eq!(call(tuple_struct(Wrapper(String::from("w")))), "w");
    let deep = Deep {
        at: Point { x: 1, y: 0 },
        name: (Wrapper(String::from("d")), 0),
    };
    assert_eq!(call(nested(deep, [1, 0, 2])), "d4");
}

#[offload]
fn by_ref(ref text: String) -> usize {
    elsewhere();
    let same: &String = text;
    same.len()
}

#[offload]
fn by_ref_mut(ref mut list: Vec<u8>) -> Vec<u8> {
    elsewhere();
    list.push(1);
    std::mem::take(list)
}

#[offload]
fn ref_inside((ref a, ref mut b): (String, Vec<u8>)) -> usize {
    elsewhere();
    b.push(0);
    a.len() + b.len()
}

#[offload]
fn with_at(whole @ (a, _): (u8, u8)) -> (u8, (u8, u8)) {
    elsewhere();
    (a, whole)
}

#[offload]
fn ref_at(ref whole @ Point { x, .. }: Point) -> i32 {
    elsewhere();
    whole.y + x
}

#[offload]
fn behind_reference(&n: &u32) -> u32 {
    elsewhere();
    n
}

#[offload]
fn behind_references(&(a, ref b): &(u8, String), &[c, d]: &[u8; 2]) -> usize {
    elsewhere();
    usize::from(a + c + d) + b.len()
}

#[offload]
fn reference_matched((a, b): &(u8, String)) -> usize {
    elsewhere();
    usize::from(*a) + b.len()
}

#[test]
fn patterns_can_bind_by_reference() {
    assert_eq!(call(by_ref(String::from("abc"))), 3);
    assert_eq!(call(by_ref_mut(vec![0])), [0, 1]);
    assert_eq!(call(ref_inside((String::from("ab"), vec![]))), 3);
    assert_eq!(call(with_at((1, 2))), (1, (1, 2)));
    assert_eq!(call(ref_at(Point { x: 1, y: 2 })), 3);
    assert_eq!(call(behind_reference(&5)), 5);
    let pair = (1, String::from("ab"));
    assert_eq!(call(behind_references(&pair, &[1, 1])), 5);
    assert_eq!(call(reference_matched(&pair)), 3);
}

#[offload]
fn wild(_: String) -> u8 {
    elsewhere();
    1
}

#[offload]
fn wild_borrowed(_: &str, _: Option<&str>, _: &[u8]) -> u8 {
    elsewhere();
    2
}

#[offload]
fn wild_all(_: u8, (_, _): (u8, u8), Point { .. }: Point, [..]: [u8; 3], _: impl Send) -> u8 {
    elsewhere();
    3
}

#[offload]
fn underscored(_a: String, _b: &str, mut _c: u8, __d: Arc<u8>) -> u8 {
    elsewhere();
    4
}

#[offload]
fn underscored_and_used(_a: u8, _b: &[u8]) -> usize {
    elsewhere();
    usize::from(_a) + _b.len()
}

#[offload]
fn unit_pattern((): (), ((), ()): ((), ())) -> u8 {
    elsewhere();
    6
}

#[test]
fn arguments_can_be_ignored() {
    assert_eq!(call(wild(String::new())), 1);
    assert_eq!(call(wild_borrowed("", None, &[])), 2);
    assert_eq!(
        call(wild_all(1, (2, 3), Point { x: 0, y: 0 }, [0; 3], "")),
        3
    );
    assert_eq!(call(underscored(String::new(), "", 0, Arc::new(0))), 4);
    assert_eq!(call(underscored_and_used(1, &[1, 2])), 3);
    assert_eq!(call(unit_pattern((), ((), ()))), 6);
}

const ZERO: u8 = 0;

enum One {
    Only(u8),
}

struct Marker;

#[offload]
fn one_variant(One::Only(n): One, Marker: Marker) -> u8 {
    elsewhere();
    n + ZERO
}

#[allow(unused_parens, reason = "the form is the subject")]
#[offload]
fn in_parentheses((n): u8, (ref text): String) -> usize {
    elsewhere();
    usize::from(n) + text.len()
}

#[offload]
fn either((Ok(n) | Err(n)): Result<u8, u8>) -> u8 {
    elsewhere();
    n
}

#[offload]
fn slice_of_array([head, tail @ ..]: [u8; 3]) -> (u8, [u8; 2]) {
    elsewhere();
    (head, tail)
}

#[offload]
fn capital(N: u8, maxWidth: u8) -> u8 {
    #![allow(non_snake_case)]
    elsewhere();
    N + maxWidth
}

#[test]
fn enum_slice_and_parenthesized_patterns_are_accepted() {
    assert_eq!(call(one_variant(One::Only(2), Marker)), 2);
    assert_eq!(call(in_parentheses(1, String::from("ab"))), 3);
    assert_eq!(call(either(Err(4))), 4);
    assert_eq!(call(slice_of_array([1, 2, 3])), (1, [2, 3]));
    assert_eq!(call(capital(1, 2)), 3);
}

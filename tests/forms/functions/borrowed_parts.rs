//! Borrows inside other types, borrows that last for ever, and types that only look like borrows.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    ffi::OsStr,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio_offload::offload;

use crate::{call, elsewhere};

#[offload]
fn optional_text(text: Option<&str>) -> usize {
    elsewhere();
    text.map_or(0, str::len)
}

#[offload]
fn optional_path(path: Option<&Path>) -> Option<PathBuf> {
    elsewhere();
    Some(path?.join("x"))
}

#[offload]
fn optional_bytes(bytes: Option<&[u8]>) -> usize {
    elsewhere();
    bytes.unwrap_or(&[0; 9]).len()
}

#[offload]
fn optional_struct(pair: Option<&(u8, String)>) -> String {
    elsewhere();
    pair.cloned().unwrap_or_default().1
}

#[offload]
fn optional_by_full_path(name: std::option::Option<&OsStr>) -> bool {
    elsewhere();
    name.is_some()
}

#[offload]
fn optional_with_lifetime<'a>(name: Option<&'a str>, or: &'a str) -> String {
    elsewhere();
    name.unwrap_or(or).to_string()
}

#[offload]
fn optional_mut(mut name: Option<&str>) -> Option<String> {
    elsewhere();
    name.take().map(String::from)
}

#[test]
fn an_option_of_a_borrow_is_owned_by_the_call() {
    assert_eq!(call(optional_text(Some(&String::from("ab")))), 2);
    assert_eq!(call(optional_text(None)), 0);
    assert_eq!(
        call(optional_path(Some(Path::new("/")))).unwrap(),
        Path::new("/x")
    );
    assert_eq!(call(optional_path(None)), None);
    assert_eq!(call(optional_bytes(Some(&[1]))), 1);
    assert_eq!(call(optional_bytes(None)), 9);
    assert_eq!(call(optional_struct(Some(&(1, String::from("s"))))), "s");
    assert!(call(optional_by_full_path(Some(OsStr::new("")))));
    assert_eq!(call(optional_with_lifetime(None, "or")), "or");
    assert_eq!(call(optional_mut(Some("m"))).as_deref(), Some("m"));
}

#[offload]
fn cow(text: Cow<'_, str>) -> String {
    elsewhere();
    text.into_owned()
}

#[offload]
fn cow_named<'a>(bytes: Cow<'a, [u8]>) -> bool {
    elsewhere();
    matches!(bytes, Cow::Owned(_))
}

#[offload]
fn cow_by_full_path(mut path: std::borrow::Cow<'_, Path>) -> PathBuf {
    elsewhere();
    path.to_mut().push("y");
    path.into_owned()
}

#[offload]
fn cow_static(text: Cow<'static, str>) -> Cow<'static, str> {
    elsewhere();
    text
}

#[offload]
fn cow_of_clone<T: Clone + Sync>(value: Cow<'_, T>) -> T {
    elsewhere();
    value.into_owned()
}

#[test]
fn a_cow_is_owned_by_the_call() {
    let local = String::from("c");
    assert_eq!(call(cow(Cow::Borrowed(&local))), "c");
    assert!(call(cow_named(Cow::Borrowed(local.as_bytes()))));
    assert_eq!(
        call(cow_by_full_path(Path::new("/x").into())),
        Path::new("/x/y")
    );
    assert!(matches!(call(cow_static("s".into())), Cow::Borrowed("s")));
    assert_eq!(call(cow_of_clone(Cow::Borrowed(&local))), "c");
}

#[offload]
fn forever(text: &'static str) -> &'static str {
    elsewhere();
    &text[1..]
}

#[offload]
fn forever_mut(numbers: &'static mut [u8]) -> usize {
    elsewhere();
    numbers[0] = 1;
    numbers.iter().filter(|number| **number == 1).count()
}

#[offload]
fn forever_object(show: &'static (dyn Fn(u8) -> u8 + Sync)) -> u8 {
    elsewhere();
    show(1)
}

#[offload]
fn forever_inside(names: Vec<&'static str>, more: &[&'static str]) -> String {
    elsewhere();
    names.concat() + &more.concat()
}

#[offload]
fn forever_twice(text: &&'static str) -> usize {
    elsewhere();
    text.len()
}

#[offload]
fn forever_optional(text: Option<&'static str>) -> Option<&'static str> {
    elsewhere();
    text
}

#[offload]
fn forever_in_map(map: BTreeMap<&'static str, &'static [u8]>) -> usize {
    elsewhere();
    map["k"].len()
}

#[offload]
fn forever_in_struct(all: std::slice::Iter<'static, u8>) -> usize {
    elsewhere();
    all.len()
}

#[test]
fn static_borrows_are_passed_without_a_copy() {
    assert_eq!(call(forever("ab")), "b");
    assert_eq!(call(forever_mut(Box::leak(Box::new([0, 1])))), 2);
    assert_eq!(call(forever_object(&|n| n + 1)), 2);
    assert_eq!(call(forever_inside(vec!["a"], &["b", "c"])), "abc");
    assert_eq!(call(forever_twice(&"abc")), 3);
    assert_eq!(call(forever_optional(Some("a"))), Some("a"));
    assert_eq!(
        call(forever_in_map(BTreeMap::from([("k", &[1, 2][..])]))),
        2
    );
    assert_eq!(call(forever_in_struct([1, 2, 3].iter())), 3);
}

#[offload]
fn pointer(length: fn(&str) -> usize, text: &str) -> usize {
    elsewhere();
    length(text)
}

#[offload]
fn boxed(pick: Box<dyn Fn(&str) -> &str + Send>, text: &str) -> String {
    elsewhere();
    pick(text).to_owned()
}

#[offload]
fn boxed_for_all(pick: Box<dyn for<'a> Fn(&'a [u8]) -> &'a u8 + Send>, of: &[u8]) -> u8 {
    elsewhere();
    *pick(of)
}

#[offload]
fn list_of_pointers(all: Vec<for<'a> fn(&'a str) -> &'a str>, text: &str) -> String {
    elsewhere();
    all.iter().fold(text, |text, f| f(text)).to_string()
}

#[test]
fn function_pointers_with_references_are_not_taken_for_borrows() {
    assert_eq!(call(pointer(str::len, "abc")), 3);
    assert_eq!(call(boxed(Box::new(str::trim), " x ")), "x");
    assert_eq!(call(boxed_for_all(Box::new(|all| &all[1]), &[1, 2])), 2);
    assert_eq!(
        call(list_of_pointers(vec![str::trim, |s| &s[1..]], " xy ")),
        "y"
    );
}

trait Shape: Send {
    fn area(&self) -> u32;
    fn copy(&self) -> Box<dyn Shape>;
}

impl Shape for u32 {
    fn area(&self) -> u32 {
        *self
    }

    fn copy(&self) -> Box<dyn Shape> {
        Box::new(*self)
    }
}

/// What only a program can do for a trait of its own.
impl Clone for Box<dyn Shape> {
    fn clone(&self) -> Self {
        self.copy()
    }
}

#[offload]
fn boxes_that_can_be_copied(all: &[Box<dyn Shape>], one: Option<&Box<dyn Shape>>) -> u32 {
    elsewhere();
    all.iter().chain(one).map(|shape| shape.area()).sum()
}

#[offload]
fn shared_boxes(all: &[Arc<Box<dyn Fn(u32) -> u32 + Send + Sync>>]) -> u32 {
    elsewhere();
    all.iter().fold(1, |n, next| next(n))
}

#[test]
fn borrowed_trait_objects_that_can_be_copied() {
    let all: [Box<dyn Shape>; 2] = [Box::new(2), Box::new(3)];
    assert_eq!(call(boxes_that_can_be_copied(&all, Some(&all[1]))), 8);
    assert_eq!(call(shared_boxes(&[Arc::new(Box::new(|n| n + 4))])), 5);
}

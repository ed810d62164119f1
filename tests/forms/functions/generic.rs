//! Type parameters, const parameters, bounds in every place, `impl Trait` arguments.

use std::{
    collections::HashMap,
    fmt::{Debug, Display},
    hash::Hash,
    io::{self, Read, Write},
    ops::Add,
    str::FromStr,
};

use tokio_offload::offload;

use crate::{call, elsewhere};

#[offload]
fn same<T>(value: T) -> T {
    elsewhere();
    value
}

#[offload]
fn largest<T: Ord + Clone>(items: &[T], hint: Option<&str>, extra: T) -> Option<T> {
    elsewhere();
    assert!(hint.is_none());
    items.iter().cloned().chain([extra]).max()
}

#[offload]
fn sum<T, U>(a: T, b: U) -> <T as Add<U>>::Output
where
    T: Add<U>,
{
    elsewhere();
    a + b
}

#[offload]
fn read<T: FromStr>(text: &str) -> Result<T, T::Err> {
    elsewhere();
    text.parse()
}

/// The type of a type of a parameter.
#[offload]
fn flat<I>(lists: I) -> Vec<<I::Item as IntoIterator>::Item>
where
    I: Iterator<Item: IntoIterator>,
{
    elsewhere();
    lists.flatten().collect()
}

#[offload]
fn already_bound<T: Display + Send + Sync + 'static>(value: T) -> String {
    elsewhere();
    value.to_string()
}

#[offload]
#[rustfmt::skip]
fn counted<K: Hash + Eq, I: IntoIterator<Item = K>,>(items: I,) -> HashMap<K, usize,> {
    elsewhere();
    let mut map = HashMap::new();
    for item in items {
        *map.entry(item).or_default() += 1;
    }
    map
}

#[offload]
#[rustfmt::skip]
fn nothing_generic<>(n: u8) -> u8 where {
    elsewhere();
    n
}

#[test]
fn type_parameters_with_bounds_anywhere_work() {
    assert_eq!(call(same(String::from("s"))), "s");
    assert_eq!(call(same::<Option<u8>>(None)), None);
    assert_eq!(call(largest(&[1, 5], None, 3)), Some(5));
    assert_eq!(call(sum(1, 2)), 3);
    assert_eq!(call(sum(String::from("a"), "b")), "ab");
    assert_eq!(call(read::<u8>("7")), Ok(7));
    assert_eq!(call(read::<bool>("true")), Ok(true));
    assert_eq!(call(flat([vec![1], vec![2, 3]].into_iter())), [1, 2, 3]);
    assert_eq!(call(already_bound(1.5)), "1.5");
    assert_eq!(call(counted("aab".chars()))[&'a'], 2);
    assert_eq!(call(nothing_generic(1)), 1);
}

#[offload]
fn array<const N: usize>(items: [u8; N]) -> [u8; N] {
    elsewhere();
    items.map(|item| item + 1)
}

#[offload]
fn mixed<'a, T: Clone + Default, const N: usize, const FLAG: bool>(
    items: &'a [T; N],
    _name: &'a str,
) -> ([T; N], bool) {
    elsewhere();
    (items.clone(), FLAG)
}

#[offload]
fn const_only<const C: char>() -> String {
    elsewhere();
    C.to_string()
}

#[test]
fn const_parameters_reach_the_body() {
    assert_eq!(call(array([1, 2])), [2, 3]);
    assert_eq!(
        call(mixed::<_, 2, true>(&["a", "b"], "n")),
        (["a", "b"], true)
    );
    assert_eq!(call(const_only::<'x'>()), "x");
}

#[offload]
fn once<F: FnOnce() -> R, R>(work: F) -> R {
    elsewhere();
    work()
}

#[offload]
fn for_all<F>(pick: F, text: &str) -> String
where
    F: for<'a> Fn(&'a str) -> &'a str,
{
    elsewhere();
    pick(text).to_owned()
}

#[offload]
fn for_all_outside<F>(pick: F, text: &str) -> String
where
    for<'a> F: Fn(&'a str) -> &'a str,
{
    elsewhere();
    pick(text).to_owned()
}

#[offload]
fn mutable<F: FnMut(u32)>(mut each: F, to: u32) -> u32 {
    elsewhere();
    (0..to).for_each(&mut each);
    to
}

#[test]
fn closures_can_be_arguments() {
    let text = String::from(" t ");
    assert_eq!(call(once(move || text.len())), 3);
    assert_eq!(call(for_all(str::trim, " t ")), "t");
    assert_eq!(call(for_all_outside(|text| &text[1..], "ab")), "b");
    let (sender, receiver) = std::sync::mpsc::channel();
    assert_eq!(call(mutable(move |n| sender.send(n).unwrap(), 3)), 3);
    assert_eq!(receiver.iter().sum::<u32>(), 3);
}

#[offload]
fn shown(value: impl Display, also: &str) -> String {
    elsewhere();
    format!("{value}{also}")
}

#[offload]
fn all(items: impl IntoIterator<Item = impl Into<u64>>) -> u64 {
    elsewhere();
    items.into_iter().map(Into::into).sum()
}

#[offload]
fn kept(items: Vec<u32>, mut keep: impl FnMut(&u32) -> bool) -> Vec<u32> {
    elsewhere();
    items.into_iter().filter(|item| keep(item)).collect()
}

#[offload]
fn copy_all(mut from: impl Read, mut to: impl Write + Send + 'static) -> io::Result<u64> {
    elsewhere();
    io::copy(&mut from, &mut to)
}

#[offload]
fn for_all_impl(pick: impl for<'a> Fn(&'a str) -> &'a str) -> String {
    elsewhere();
    pick("ab").to_owned()
}

#[offload]
fn inside(list: Vec<impl Debug>, maybe: Option<impl Debug>, both: (impl Debug, u8)) -> String {
    elsewhere();
    format!("{list:?}{maybe:?}{both:?}")
}

#[offload]
fn slice_of(items: &[impl Into<u64> + Copy]) -> u64 {
    elsewhere();
    items.iter().map(|item| (*item).into()).sum()
}

#[offload]
fn with_generic<T: Debug>(value: T, other: impl Debug + Clone) -> String {
    elsewhere();
    format!("{value:?}{:?}", other.clone())
}

#[test]
fn impl_trait_arguments_work() {
    assert_eq!(call(shown(1, "x")), "1x");
    assert_eq!(call(all([1_u8, 2])), 3);
    assert_eq!(call(kept(vec![1, 2, 3], |n| *n > 1)), [2, 3]);
    assert_eq!(call(copy_all(&b"abc"[..], io::sink())).unwrap(), 3);
    assert_eq!(call(for_all_impl(|text| &text[1..])), "b");
    assert_eq!(
        call(inside(vec![1], Some("x"), (2, 3))),
        r#"[1]Some("x")(2, 3)"#
    );
    assert_eq!(call(slice_of(&[1_u8, 2])), 3);
    assert_eq!(call(with_generic(1, "x")), r#"1"x""#);
}

#[offload]
fn unsized_behind_box<T: ?Sized + Debug>(value: Box<T>) -> String {
    elsewhere();
    format!("{value:?}")
}

#[offload]
fn unsized_behind_reference<T>(value: &T) -> <T as ToOwned>::Owned
where
    T: ?Sized + ToOwned,
    T::Owned: Send + 'static,
{
    elsewhere();
    value.to_owned()
}

/// A bound that says what goes without saying, and one that another takes back.
#[offload]
fn sized_in_words<T: Sized + Clone + PartialEq, U: ?Sized + Clone + PartialEq>(
    a: &T,
    b: &U,
) -> bool {
    *a == a.clone() && *b == b.clone()
}

#[tokio::test]
async fn a_parameter_that_is_declared_sized_can_be_borrowed() {
    assert!(sized_in_words(&1, &"b".to_owned()).await);
}

#[offload]
fn behind_reference<T: Clone + PartialEq>(a: &T, b: &Vec<T>, c: Option<&T>) -> bool {
    elsewhere();
    b.contains(a) && c == Some(a)
}

#[offload]
fn only_in_body<T: Default + Debug>() -> String {
    elsewhere();
    format!("{:?}", T::default())
}

#[test]
fn unsized_and_body_only_type_parameters_work() {
    assert_eq!(call(unsized_behind_box::<str>("x".into())), "\"x\"");
    assert_eq!(call(unsized_behind_reference("x")), "x");
    assert_eq!(call(unsized_behind_reference(&[1, 2][..])), [1, 2]);
    assert!(call(behind_reference(&1, &vec![1], Some(&1))));
    assert_eq!(call(only_in_body::<Option<u8>>()), "None");
}

//! Lifetime parameters: declared, related, named in the body, and beside labels.

use std::{collections::HashMap, fmt::Debug};

use tokio_offload::offload;

use crate::{call, elsewhere};

#[offload]
fn unused<'a>(n: u8) -> u8 {
    elsewhere();
    n
}

#[offload]
fn related<'a: 'b, 'b>(a: &'a str, b: &'b str) -> usize {
    elsewhere();
    let both: [&'b str; 2] = [a, b];
    both.concat().len()
}

#[offload]
fn related_in_where<'a, 'b>(a: &'a str, b: &'b str) -> usize
where
    'a: 'b,
{
    elsewhere();
    a.len() + b.len()
}

#[offload]
fn outlived<'a, T: Clone + Debug + 'a>(value: &'a T) -> String {
    elsewhere();
    format!("{value:?}")
}

#[offload]
fn named_in_body<'t>(text: &'t str) -> String {
    elsewhere();
    let mut first: Option<&'t str> = None;
    for word in text.split(' ') {
        first.get_or_insert(word);
    }
    first.unwrap_or_default().to_owned()
}

#[offload]
fn named_in_pointers<'s, 't>(a: &'s str, b: &'t str) -> usize {
    elsewhere();
    let longest: fn(&'s str, &'s str) -> &'s str = |a, b| if a.len() > b.len() { a } else { b };
    let both: [unsafe fn(&'s str, Option<&'t str>) -> (&'s str, u8); 1] = [|a, _| (a, 1)];
    let nested: fn(fn(&'t str) -> &'t str, &'t str) -> usize = |f, b| f(b).len();
    let first = both.len() + longest(a, b).len();
    first + nested(|b| b, b)
}

#[offload]
fn yielded_by_pointers<'t>(text: &'t str) -> usize {
    elsewhere();
    let none: fn() -> &'t str = || "a";
    let other: fn(&u8) -> &'t str = |_| "bc";
    let own: for<'x> fn(&'x u8) -> (&'t str, &'x u8) = |n| ("", n);
    let far: [unsafe fn() -> std::str::Chars<'t>; 1] = [|| "d".chars()];
    let nested: fn() -> fn() -> Option<&'t str> = || || Some("e");
    let foreign: extern "C" fn() -> Option<&'t u8> = nothing;
    let first = none().len() + other(&1).len() + own(&2).0.len() + far.len();
    first + nested()().map_or(0, str::len) + foreign().map_or(text.len(), |_| 0)
}

extern "C" fn nothing<'n>() -> Option<&'n u8> {
    None
}

#[offload]
fn yielded_by_objects<'s, 't>(a: &'s str, b: &'t str) -> usize {
    elsewhere();
    let whole: &dyn Fn() -> &'t str = &|| b;
    let part: &dyn Fn(usize) -> &'s [u8] = &|from| &a.as_bytes()[from..];
    let other: Box<dyn FnOnce(&u8) -> &'t str + 't> = Box::new(move |_| b);
    let own: &dyn for<'x> Fn(&'x u8) -> &'s str = &|_| a;
    let tied: &dyn Fn(&'s str, &'t str) -> &'s str = &|a, _| a;
    let words: &dyn Fn() -> Box<dyn Iterator<Item = &'s str> + 's> = &|| Box::new(a.split(' '));
    let result: &mut dyn FnMut() -> Result<&'t str, u8> = &mut || Ok(b);
    let first = whole().len() + part(1).len() + other(&1).len() + own(&1).len();
    first + tied(a, b).len() + words().count() + result().map_or(0, str::len)
}

#[offload]
fn named_in_turbofish<'t>(text: &'t str) -> usize {
    elsewhere();
    text.split(' ').collect::<Vec<&'t str>>().len()
}

#[offload]
fn named_in_closure<'t>(text: &'t str) -> String {
    elsewhere();
    let pick = |skip: usize| -> &'t str { &text[skip..] };
    pick(1).to_owned()
}

#[offload]
fn named_in_arguments_of_closures<'s, 't>(a: &'s str, b: &'t str) -> usize {
    elsewhere();
    let trim = |text: &'s str| -> &'s str { text.trim() };
    let tail = |text: &'t str, from: usize| &text[from..];
    let mut kept: Vec<&'s str> = Vec::new();
    let mut keep = |text: &'s str| kept.push(text);
    keep(trim(a));
    keep("x");
    let both = move |(one, two): (&'s str, &'t str), _: u8| -> (&'t str, &'s str) { (two, one) };
    let nested = |one: &'s str| {
        move |mut two: &'s str| -> usize {
            two = two.trim();
            [one, two].concat().len()
        }
    };
    let words = a
        .split(' ')
        .map(|text: &'s str| text.split_at(0))
        .collect::<Vec<(_, &'s str)>>();
    let either = |text: Option<&'t str>| text.is_some() | text.is_none();
    let counts = |text: &'s str| <HashMap<&str, u8> as FromIterator<_>>::from_iter([(text, 1)]);
    let (is_short, one) = (|text: &'s str| text.len() < 1 << 2, 1);
    kept.len()
        + tail(b, 1).len()
        + both((a, b), 1).0.len()
        + nested(a)(" z")
        + words.len()
        + usize::from(either(Some(b)))
        + counts(a).len()
        + usize::from(is_short(a)) * one
}

#[offload]
fn like_a_label<'a>(items: &'a [u8]) -> u8 {
    elsewhere();
    'a: for item in items {
        let item: &'a u8 = item;
        'b: loop {
            if *item > 1 {
                break 'a;
            }
            if *item < 9 {
                break 'b;
            }
        }
    }
    'a: {
        if items.is_empty() {
            break 'a 0;
        }
        items[0]
    }
}

#[offload]
fn nested_item<'a>(text: &'a str) -> String {
    elsewhere();
    fn tail<'b>(text: &'b str) -> &'b str {
        &text[1..]
    }
    struct Holder<'c>(&'c str);
    impl<'c> Holder<'c> {
        fn get(&self) -> &'c str {
            self.0
        }
    }
    let held: Holder<'a> = Holder(tail(text));
    held.get().to_owned()
}

#[offload]
fn with_static<'a>(text: &'a str) -> &'static str {
    elsewhere();
    let kind: &'static str = if text.is_empty() { "empty" } else { "full" };
    kind
}

#[offload]
fn chars<'a>(text: &'a str) -> usize {
    elsewhere();
    let quote = 'a';
    text.chars().filter(|c| *c == quote || *c == '\'').count()
}

trait Read<'t>: Sized {
    fn read(text: &'t str) -> Self;
}

impl Read<'_> for usize {
    fn read(text: &str) -> Self {
        text.len()
    }
}

#[offload]
fn for_every_lifetime<'a, T: for<'b> Read<'b>>(
    text: &'a str,
    cut: impl for<'b> Fn(&'b str) -> &'b str,
) -> T {
    elsewhere();
    T::read(cut(text))
}

/// What is yielded at one lifetime may be shorter.
#[offload]
fn yielded<'a, I: Iterator<Item = &'a str>>(text: &'a str, words: I) -> usize {
    elsewhere();
    words.filter(|word| *word == text).count()
}

#[test]
fn bounds_over_every_lifetime_are_accepted() {
    fn of<F: Fn(&str) -> &str>(cut: F) -> F {
        cut
    }
    assert_eq!(
        call(for_every_lifetime::<usize>("abc", of(|text| &text[1..]))),
        2
    );
    assert_eq!(call(yielded("a", "a b a".split(' '))), 2);
}

#[test]
fn lifetime_parameters_of_functions_may_be_named_in_bodies() {
    assert_eq!(call(unused(1)), 1);
    assert_eq!(call(related("a", "b")), 2);
    assert_eq!(call(related_in_where("a", "b")), 2);
    assert_eq!(call(outlived(&1)), "1");
    assert_eq!(call(named_in_body("a b")), "a");
    assert_eq!(call(named_in_pointers("ab", "c")), 4);
    assert_eq!(call(yielded_by_pointers("fgh")), 1 + 2 + 1 + 1 + 3);
    assert_eq!(
        call(yielded_by_objects("a bc", "d")),
        1 + 3 + 1 + 4 + 4 + 2 + 1
    );
    assert_eq!(call(named_in_turbofish("a b")), 2);
    assert_eq!(call(named_in_closure("ab")), "b");
    assert_eq!(
        call(named_in_arguments_of_closures("a b", "cd")),
        2 + 1 + 2 + 4 + 2 + 1 + 1 + 1
    );
    assert_eq!(call(like_a_label(&[3, 1])), 3);
    assert_eq!(call(nested_item("ab")), "b");
    assert_eq!(call(with_static("ab")), "full");
    assert_eq!(call(chars("a'b")), 2);
}

struct View<'a> {
    text: &'a str,
}

impl<'a> View<'a> {
    #[offload]
    fn no_receiver(n: u8) -> u8 {
        elsewhere();
        n
    }
}

impl View<'static> {
    #[offload]
    fn for_ever(self) -> usize {
        elsewhere();
        self.text.len()
    }
}

#[derive(Clone)]
struct Words {
    all: Vec<String>,
}

impl Words {
    #[offload]
    fn find<'s, 'n: 's>(&'s self, name: &'n str) -> Option<String> {
        elsewhere();
        let found: Option<&'s String> = self.all.iter().find(|word| *word == name);
        found.cloned()
    }
}

#[test]
fn lifetime_parameters_of_types_are_accepted() {
    assert_eq!(call(View::no_receiver(1)), 1);
    assert_eq!(call(View { text: "abc" }.for_ever()), 3);
    let words = Words {
        all: vec![String::from("a")],
    };
    assert_eq!(call(words.find("a")).as_deref(), Some("a"));
}

//! Random broken input: the attribute never panics, and its output is an error message or code that parses.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use offload_limits::Seed;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

use crate::expand;
use crate::tokens::body::regroup;

const ROUNDS: u64 = 6_000;

const OPTIONS: [&str; 12] = [
    "",
    "pool = self.pool.clone()",
    "blocking = load_blocking, crate = ::tokio_offload",
    "pool = IMAGES::<u8, u16>, blocking = b",
    "blocking = _b",
    "asynchronous = _b",
    "owner = pub(crate) H",
    "owner = H, pool = P, blocking",
    "remote = *W, blocking = b",
    "catch, pool = P",
    "skip = 1, catch = remote, remote = W",
    "speed = 9, pool, crate = x, pool = \"a\"",
];

const ITEMS: [&str; 14] = [
    "#[doc = \"x\"] pub(crate) fn head(path: &Path, mut n: usize) -> io::Result<Vec<u8>> { f(path, n) }",
    "unsafe fn largest<'t, T: Ord + 't, const N: usize>(items: &'t [T; N], h: Option<&str>) -> Option<T> where T: Copy { g() }",
    "#[inline] fn size(&'a self, #[cfg(unix)] name: Cow<'_, str>, _: u8) -> impl Iterator<Item = u8> { self.x }",
    "fn watch(mut self: Pin<Arc<Self>>, (a, Some(b)): (u8, Option<u8>), r#type: &dyn Fn(&str) -> u8) -> ! { loop {} }",
    "fn copy<P>(from: P, to: &impl AsRef<[u8]>, keep: impl for<'a> Fn(&'a str)) where P: AsRef<Path> + ?Sized {}",
    "pub fn render<'a, P: AsRef<Path>>(path: P, to: &impl AsRef<[u8]>, #[cfg(a)] mut n: u32, #[cfg(b)] o: Option<&'a [u8]>, c: Cow<'_, str>, (d, _): (u8, &str)) -> Result<Vec<u8>, E> { x }",
    "async extern \"C\" fn f(x: &mut [&str], v: Box<dyn A<'_, B = &u8> + 'x>, mut args: ...) -> Foo<'_, fn(&u8)> { x }",
    "default const fn q(self: &mut Self, a: u8, a: <Vec<&u8> as T<'b>>::X) -> (&'static str, *const &u8);",
    "#[expect(unused)] impl<T> Store<T> { fn load(&self) {} }",
    "impl<'a, T: X<{ N }>, const N: usize> Store<T> where T: Y { #![allow(x)] const A: u8 = { 1 }; m! { x } #[offload(pool = P, blocking = b)] pub fn load(self: Arc<Self>, k: &str) -> T { k } }",
    "unsafe impl<T: Ord> Load<T> for Store<T> { type E = u8; m!(x); fn load(&self, _: (u8, T)) -> Result<Self, Self::E> { self.x } }",
    "impl<T> Db<T> { pub fn open(p: &Path) -> io::Result<Self> { x } pub(crate) fn get(&mut self, (a, b): (u8, Self)) -> Db<T> { y } fn z() {} pub const fn w() -> Option<Db<T>> { w } }",
    "pub unsafe trait Store<'a, K: Ord = u8>: Send + Lock + 'static where Self: Sized, K: X { type I: Clone; type G<'x> where Self: 'x; const N: usize = 4; fn get(&self, k: &K) -> Option<Self::I>; fn put<Q>(&self, q: Q) where Q: Into<Self::I> { x } }",
    "trait A { fn a(&mut self); fn b(self) -> Self; fn c(&self, x: &'a str) -> impl B; async fn d() where Self: C; m!{} }",
];

#[test]
fn broken_input_never_panics() {
    let mut seed = Seed::new(1);
    let mut expanded = 0;
    for round in 0..ROUNDS {
        let mut options: TokenStream = seed.choose(&OPTIONS).parse().unwrap();
        let mut item: TokenStream = seed.choose(&ITEMS).parse().unwrap();
        for _ in 0..round % 4 {
            item = mutate(item, &mut seed);
        }
        if round % 3 == 0 {
            options = mutate(options, &mut seed);
        }
        expanded += u64::from(check(options, item));
    }
    assert!(
        expanded > ROUNDS / 20,
        "only {expanded} inputs were good enough to expand"
    );
}

#[test]
fn what_cannot_be_read_gets_the_words_of_the_parser_and_help() {
    for item in [
        "fn load(value) {}",
        "impl Store { fn load(value) {} }",
        "trait {}",
    ] {
        let said = expand::run(TokenStream::new(), item.parse().unwrap()).to_string();
        assert!(said.contains("expected"), "{said}");
        assert!(
            said.contains("help: the attribute reads functions"),
            "{said}"
        );
    }
}

/// Whether the input was expanded. Bodies are passed on unparsed, so a body that does not parse before does not parse after.
fn check(options: TokenStream, item: TokenStream) -> bool {
    let readable = syn2::parse2::<syn2::ImplItemFn>(item.clone()).is_ok()
        || syn2::parse2::<syn2::File>(item.clone()).is_ok();
    let shown = format!("#[offload({options})] {item}");
    let expanded = expand::run(options, item);
    let speaks = expanded.to_string().contains("compile_error");
    let parses = syn2::parse2::<syn2::ItemImpl>(quote!(impl X { #expanded })).is_ok()
        || syn2::parse2::<syn2::File>(expanded.clone()).is_ok();
    assert!(
        speaks || parses || !readable,
        "{shown}\nexpands to\n{expanded}"
    );
    parses && !speaks
}

/// Deletes, doubles, swaps or replaces one token, at any depth.
fn mutate(tokens: TokenStream, seed: &mut Seed) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    if tokens.is_empty() {
        return word(seed).into();
    }
    let at = seed.index(tokens.len());
    let token = tokens.remove(at);
    match (&token, seed.below(5)) {
        (TokenTree::Group(group), _) if seed.below(4) > 0 => {
            tokens.insert(at, regroup(group, mutate(group.stream(), seed)).into());
        }
        (_, 0) => {}
        (_, 1) => tokens.splice(at..at, [token.clone(), token]).for_each(drop),
        (_, 2) => {
            let to = seed.index(tokens.len() + 1);
            tokens.insert(to, token);
        }
        (_, 3) => tokens.insert(at, word(seed)),
        _ => tokens.splice(at..at, [token, word(seed)]).for_each(drop),
    }
    tokens.into_iter().collect()
}

fn word(seed: &mut Seed) -> TokenTree {
    let words = [
        "self",
        "Self",
        "mut",
        "&",
        "'",
        "<",
        ">",
        ",",
        ":",
        "::",
        "=",
        "impl",
        "dyn",
        "Option",
        "Cow",
        "AsRef",
        "'a",
        "'static",
        "static",
        "_",
        "u8",
        "fn",
        "async",
        "()",
        "(&str)",
        "{}",
        "[u8]",
        "\"{self}\"",
        "4",
        "!",
    ];
    let tokens: Option<TokenStream> = seed.choose(&words).parse().ok();
    tokens
        .and_then(|tokens| tokens.into_iter().next())
        .unwrap_or_else(|| regroup_nothing().into())
}

fn regroup_nothing() -> proc_macro2::Group {
    proc_macro2::Group::new(Delimiter::None, quote!(x))
}

//! Functions, their generics, results and bodies.

use std::{
    collections::BTreeMap,
    error::Error,
    fmt::{Debug, Display},
    io,
    num::ParseIntError,
    path::Path,
    str::FromStr,
};

use tokio_offload::{block_on, check_cancelled, offload};

/// Nothing in, nothing out.
#[offload]
pub fn nothing() {}

/// The unit type, written.
#[offload]
pub fn unit() -> () {}

/// Two numbers.
#[offload]
pub fn add(a: u32, b: u32) -> u32 {
    a + b
}

/// Without a doc comment on its private helper.
#[offload]
pub fn by_helper(n: u32) -> u32 {
    helper(n)
}

fn helper(n: u32) -> u32 {
    n
}

#[offload]
fn private(n: u32) -> u32 {
    n
}

/// Calls the private one.
#[offload]
pub fn calls_private(n: u32) -> u32 {
    block_on(private(n)).unwrap_or_default()
}

/// Seen in this crate only.
#[offload]
pub(crate) fn in_crate(text: &str) -> usize {
    text.len()
}

/// Uses it.
#[offload]
pub fn uses_in_crate() -> usize {
    block_on(in_crate("")).unwrap_or_default()
}

/// May fail.
#[offload]
pub fn head(path: &Path, mut n: usize) -> io::Result<Vec<u8>> {
    let mut text = std::fs::read(path)?;
    n = n.min(text.len());
    text.truncate(n);
    Ok(text)
}

/// May fail in several ways.
#[offload]
pub fn fails(text: &str) -> Result<u8, Box<dyn Error + Send + Sync>> {
    if text.is_empty() {
        return Err("empty".into());
    }
    Ok(text.parse()?)
}

/// Stops when nobody waits.
#[offload]
pub fn stops(all: &[u64]) -> Result<u64, tokio_offload::Error> {
    let mut sum = 0;
    for one in all {
        check_cancelled()?;
        sum += one;
    }
    Ok(sum)
}

/// Never returns.
#[offload]
pub fn never(mut n: u64) -> ! {
    loop {
        n = n.wrapping_add(1);
    }
}

/// Is used, or warns.
#[offload]
#[must_use = "the number is all there is"]
pub fn used() -> u32 {
    1
}

/// Is used too.
#[must_use]
#[offload]
pub fn used_too() -> u32 {
    1
}

/// Boxed for one type.
#[offload]
pub fn boxed(up: bool) -> Box<dyn Iterator<Item = u8> + Send> {
    if up {
        Box::new(0..3)
    } else {
        Box::new((0..3).rev())
    }
}

/// Opaque, in a result.
#[offload]
pub fn opaque(text: &str) -> Result<impl Iterator<Item = char>, ParseIntError> {
    let number: u32 = text.parse()?;
    Ok(number.to_string().chars().collect::<Vec<_>>().into_iter())
}

/// Generic in every way.
#[offload]
pub fn generic<'a, T: Ord + Clone, F, const N: usize>(
    items: &'a [T; N],
    hint: Option<&'a T>,
    better: F,
) -> Option<T>
where
    F: for<'b> Fn(&'b T, &'b T) -> bool,
{
    let mut best: Option<&'a T> = hint;
    for item in items {
        if best.is_none_or(|best| better(item, best)) {
            best = Some(item);
        }
    }
    best.cloned()
}

/// A lifetime that relates two arguments.
#[offload]
pub fn lifetimes<'a>(a: &'a str, b: &'a str) -> usize {
    let both: [&'a str; 2] = [a, b];
    both.concat().len()
}

/// A lifetime that only the body needs.
#[offload]
pub fn lifetime_in_body<'a>(text: &'a str) -> usize {
    let length = |text: &'a str| text.len();
    length(text)
}

/// One type from text.
#[offload]
pub fn parsed<T: FromStr>(text: &str) -> Result<T, T::Err>
where
    T::Err: Send + 'static,
{
    text.parse()
}

/// Every kind of `impl Trait`.
#[offload]
pub fn opaque_arguments(
    path: impl AsRef<Path>,
    copied: impl AsRef<str> + Copy,
    items: impl IntoIterator<Item = impl Display>,
    mut each: impl FnMut(String),
    all: &[impl Debug + Clone],
) -> usize {
    for item in items {
        each(format!("{item}{}", copied.as_ref()));
    }
    path.as_ref().components().count() + all.len()
}

/// A body of many kinds of statements.
#[offload]
pub fn body(n: u32, names: &BTreeMap<String, u32>) -> u32 {
    use std::cmp::max;

    const LIMIT: u32 = 3;

    fn inner(n: u32) -> u32 {
        max(n, LIMIT)
    }

    let closure = |by: u32| n * by;
    let found = 'search: {
        for (name, number) in names {
            if name.is_empty() {
                break 'search *number;
            }
        }
        closure(2)
    };
    match found {
        0 => return 0,
        other => inner(other),
    }
}

/// Calls itself.
#[offload]
pub fn factorial(n: u64) -> u64 {
    if n == 0 {
        return 1;
    }
    n * block_on(factorial(n - 1)).unwrap_or(1)
}

macro_rules! made {
    ($(#[$meta:meta])* $name:ident($value:ident: $ty:ty) $body:block) => {
        $(#[$meta])*
        #[offload]
        pub fn $name($value: $ty) -> $ty $body
    };
}

made!(
    /// Made by a macro.
    made(value: u8) {
        value + 1
    }
);

/// With an attribute inside.
#[offload]
pub fn inside(n: u8) -> u8 {
    #![allow(unused_variables, reason = "the form is the subject")]
    1
}

/// Old.
#[deprecated = "there is a newer one"]
#[offload]
pub fn old(n: u8) -> u8 {
    n
}

/// Raw names.
#[offload]
pub fn r#match(r#type: &str) -> usize {
    r#type.len()
}

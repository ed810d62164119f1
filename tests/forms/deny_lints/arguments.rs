//! Arguments: every way to cross, every pattern.

use std::{
    borrow::Cow,
    ffi::{CStr, OsStr},
    path::Path,
    sync::Arc,
};

use tokio_offload::offload;

/// A type of our own.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// One part.
    pub name: String,
    /// Another part.
    pub sizes: (u32, u32),
}

/// What is borrowed.
#[offload]
pub fn borrowed(
    text: &str,
    path: &Path,
    bytes: &[u8],
    os: &OsStr,
    c: &CStr,
    array: &[u8; 4],
    record: &Record,
) -> usize {
    text.len()
        + path.as_os_str().len()
        + bytes.len()
        + os.len()
        + c.to_bytes().len()
        + array.len()
        + record.name.len()
}

/// What is borrowed inside.
#[offload]
pub fn inside(name: Option<&str>, record: Option<&Record>, text: Cow<'_, str>) -> usize {
    let text = text.into_owned();
    name.map_or(0, str::len) + record.map_or(0, |record| record.name.len()) + text.len()
}

/// What lasts for ever.
#[offload]
pub fn for_ever(text: &'static str, names: Vec<&'static str>) -> &'static str {
    names.into_iter().find(|name| *name != text).unwrap_or(text)
}

/// What is owned.
#[offload]
pub fn owned(mut text: String, more: Vec<u8>, shared: Arc<Record>) -> String {
    text.push_str(&shared.name);
    text.extend(more.into_iter().map(char::from));
    text
}

/// What is not used.
#[offload]
pub fn unused(_: String, _name: &str, _count: u32, _: Option<&Record>) {}

/// What is not used and may be removed.
#[offload]
pub fn unused_conditional(#[cfg(test)] _name: &str, #[cfg(not(test))] _count: u32) {}

/// What comes in parts.
#[offload]
pub fn patterns(
    (a, mut b): (u32, u32),
    Record {
        name,
        sizes: (width, _),
    }: Record,
    [first, .., last]: [u32; 3],
    &n: &u32,
) -> String {
    b += a + width + first + last + n;
    format!("{name}{b}")
}

/// What is referred to in place.
#[offload]
pub fn by_ref(ref text: String, ref mut list: Vec<u8>) -> usize {
    list.clear();
    text.len()
}

/// What a condition keeps or removes.
#[offload]
pub fn conditional(
    #[cfg(test)] a: &str,
    #[cfg(not(test))] b: &str,
    #[cfg(test)] mut c: usize,
) -> usize {
    c += a.len();
    c
}

/// More than fit.
#[offload]
#[expect(
    clippy::too_many_arguments,
    clippy::many_single_char_names,
    reason = "the form is the subject"
)]
pub fn many(
    a: u8,
    b: u8,
    c: u8,
    d: u8,
    e: u8,
    f: u8,
    g: u8,
    h: u8,
    i: u8,
    j: u8,
    k: u8,
    l: &str,
    m: Option<&str>,
    (n, _): (u8, u8),
    _: Vec<u8>,
    mut p: String,
) -> String {
    let sum = a + b + c + d + e + f + g + h + i + j + k + n;
    p.push_str(l);
    format!("{sum}{p}{}", m.unwrap_or_default())
}

/// By what it refers to.
#[offload]
pub fn as_ref<P: AsRef<Path>, Q>(from: P, to: Q, name: &impl AsRef<str>) -> bool
where
    Q: AsRef<Path>,
{
    from.as_ref() == to.as_ref() && name.as_ref().is_empty()
}

/// Converted to text, which the body makes text once more.
#[offload]
pub fn text(number: impl ToString) -> String {
    number.to_string()
}

/// Made what they are asked for.
#[offload]
pub fn converted<P: Into<std::path::PathBuf>>(
    name: impl Into<String>,
    number: impl ToString,
    path: P,
) -> String {
    format!(
        "{} {}",
        name.into() + &number.to_string(),
        path.into().display()
    )
}

/// By its own lint levels.
#[offload]
pub fn lints(#[expect(unused_variables, reason = "the form is the subject")] a: u8, b: u8) -> u8 {
    b
}

//! Arguments and results, as in the newer edition.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use offloading::offload;

use crate::elsewhere;

/// Borrows of many kinds.
#[offload]
pub fn borrowed(text: &str, path: &Path, name: Option<&str>, cow: Cow<'_, str>, n: &u32) -> usize {
    elsewhere();
    text.len() + path.as_os_str().len() + name.map_or(0, str::len) + cow.len() + *n as usize
}

/// By what it refers to.
#[offload]
pub fn as_ref<P: AsRef<Path>>(path: P, name: impl AsRef<str>) -> PathBuf {
    elsewhere();
    path.as_ref().join(name.as_ref())
}

/// Patterns of many kinds.
#[offload]
pub fn patterns((a, mut b): (u8, u8), ref text: String, _: Vec<u8>, &n: &u8, _unused: u8) -> usize {
    elsewhere();
    b += a + n;
    usize::from(b) + text.len()
}

/// Conditions, and what follows them.
#[offload]
pub fn conditional(
    #[cfg(not(target_os = "none"))] a: &str,
    #[cfg(target_os = "none")] b: u8,
    c: usize,
) -> usize {
    elsewhere();
    a.len() + c
}

/// Generic.
#[offload]
pub fn generic<T: Clone + Display, const N: usize>(value: &T, many: [T; N]) -> String {
    elsewhere();
    let many: Vec<String> = many.iter().map(ToString::to_string).collect();
    format!("{value}{}", many.concat())
}

/// Opaque: in this edition it captures no lifetimes by itself.
#[offload]
pub fn opaque(text: &str) -> Result<impl Iterator<Item = char>, String> {
    elsewhere();
    if text.is_empty() {
        return Err("empty".to_string());
    }
    Ok(text.chars().collect::<Vec<_>>().into_iter())
}

/// Fails in several ways.
#[offload]
pub fn fails(text: &str) -> Result<u8, Box<dyn Error + Send + Sync>> {
    elsewhere();
    if text.is_empty() {
        return Err("empty".into());
    }
    Ok(text.parse()?)
}

/// Never returns.
#[offload]
pub fn never() -> ! {
    elsewhere();
    panic!("as it must")
}

/// Has a twin.
#[offload(blocking = twin_blocking)]
pub fn twin(items: &[u8], mut more: u8) -> u8 {
    more += 1;
    items.iter().sum::<u8>() + more
}

/// Names that are words of the newer edition, or were never words here.
#[offload]
pub fn gen(r#async: u8, r#dyn: &str, union: u8, auto: u8) -> usize {
    elsewhere();
    usize::from(r#async + union + auto) + r#dyn.len()
}

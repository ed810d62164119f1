//! Under lints that hardly anybody turns on: the expansion breaks none that the function as written keeps.
#![deny(
    clippy::implicit_return,
    clippy::multiple_inherent_impl,
    clippy::shadow_reuse,
    clippy::shadow_same,
    clippy::shadow_unrelated,
    clippy::single_call_fn,
    clippy::trait_duplication_in_bounds
)]
#![expect(
    clippy::needless_return,
    reason = "what the one lint asks for, the other forbids"
)]

use std::{io, path::Path};

use tokio_offload::{Error, Pool, Workers, offload};

static POOL: Pool = Pool::new("restricted");
static WORKERS: Workers = Workers::new("restricted");

/// Reads.
///
/// # Errors
///
/// When the file cannot be read.
#[offload(pool = POOL, blocking = head_now)]
pub fn head(path: &Path, mut n: usize) -> io::Result<usize> {
    n = n.saturating_add(1);
    return Ok(std::fs::read(path)?.len().min(n));
}

/// Takes what is a pattern, an option and a parameter.
#[offload]
pub fn kinds<T: Clone + Send + 'static>((a, b): (u8, T), name: Option<&str>) -> (usize, T) {
    return (usize::from(a).min(name.map_or(0, str::len)), b);
}

/// Returns a closure.
#[offload]
pub fn larger(than: usize) -> impl Fn(&usize) -> bool {
    return move |n: &usize| {
        return *n > than;
    };
}

/// Its `where` clause has the bounds that the attribute needs.
#[offload]
pub fn make<F>(make: F) -> u8
where
    F: FnOnce() -> u8 + Send + 'static,
{
    return make();
}

/// Expects what it does itself.
#[offload]
#[expect(
    clippy::implicit_return,
    clippy::shadow_reuse,
    reason = "what is expected of the function is expected of its body"
)]
pub fn expected(name: &str) -> usize {
    let name = name.len();
    name.max(1)
}

/// Takes more than a call has parameters for.
#[offload]
#[expect(
    clippy::many_single_char_names,
    clippy::too_many_arguments,
    reason = "counted on purpose"
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
    l: u8,
    text: String,
) -> usize {
    let sum = a | b | c | d | e | f | g | h | i | j | k | l;
    return usize::from(sum).max(text.len());
}

/// Crosses to a process.
///
/// # Errors
///
/// When the call fails.
#[offload(remote = WORKERS)]
pub fn remote(text: &str, n: usize) -> Result<usize, Error> {
    return Ok(text.len().max(n));
}

/// Has methods.
#[derive(Clone, Debug)]
pub struct Store(usize);

#[offload(catch, asynchronous = _later)]
impl Store {
    /// Loads.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub fn load(&self, text: &str) -> Result<usize, Error> {
        return Ok(self.0.max(text.len()));
    }
}

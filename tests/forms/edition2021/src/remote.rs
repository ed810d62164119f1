//! Functions whose bodies run in worker processes. Nothing here resolves that the attribute does not spell by itself.

use std::borrow::Cow;
use std::path::Path;

use offloading::{Error, Workers};

static WORKERS: Workers = Workers::new("offloaded").processes(1);

/// What is borrowed.
#[offloading::offload(crate = ::offloading, remote = WORKERS)]
pub fn borrowed(
    path: &Path,
    bytes: &[u8],
    name: Option<&str>,
    text: Cow<'_, str>,
    more: impl AsRef<str>,
) -> Result<String, Error> {
    let name = name.unwrap_or_default();
    let more = more.as_ref();
    Ok(format!("{} {bytes:?} {name} {text} {more}", path.display()))
}

/// By the default name, beside a blocking one.
#[offloading::offload(remote = WORKERS, blocking = process_now)]
pub fn process() -> Result<u32, Error> {
    Ok(std::process::id())
}

/// Trusts its caller.
#[offloading::offload(remote = WORKERS)]
pub unsafe fn trusting(bytes: &[u8], #[cfg(unix)] at: usize) -> Result<u8, Error> {
    Ok(*bytes.get_unchecked(at))
}

/// Has an error by a name that std has too.
pub mod io {
    /// Crosses, because it is another one.
    pub type Error = offloading::Error;

    /// Has the error of this module.
    pub type Result<T> = std::result::Result<T, Error>;
}

/// By the whole path to a module that is called as one of std.
#[offloading::offload(remote = WORKERS)]
pub fn of_own_module(number: u32) -> crate::remote::io::Result<u32> {
    Ok(number)
}

/// The same, with the error itself.
#[offloading::offload(remote = WORKERS)]
pub fn of_own_error(number: u32) -> Result<u32, self::io::Error> {
    Ok(number)
}

//! Functions whose bodies run in worker processes.

use std::{
    borrow::Cow,
    ffi::{CStr, OsStr},
    path::{Path, PathBuf},
    sync::LazyLock,
};

use serde::{Deserialize, Serialize};
use tokio_offload::{Error, Workers, offload};

/// The processes.
pub static WORKERS: Workers = Workers::new("denied").processes(1);

static LAZY: LazyLock<Workers> = LazyLock::new(|| Workers::new("lazy"));

fn workers() -> &'static Workers {
    &WORKERS
}

/// What goes wrong.
#[derive(Debug, Serialize, Deserialize)]
pub enum Failed {
    /// Too long.
    Long,
    /// It could not be carried out.
    Call(String),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Call(error.to_string())
    }
}

/// What crosses.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    /// A part.
    pub name: String,
}

/// Nothing in, nothing out.
#[offload(remote = WORKERS)]
pub fn nothing() -> Result<(), Failed> {
    Ok(())
}

/// What is borrowed.
#[offload(remote = *LAZY)]
pub fn borrowed(
    text: &str,
    path: &Path,
    bytes: &[u8],
    os: &OsStr,
    c: &CStr,
    record: &Record,
    records: &[Record],
) -> Result<usize, Failed> {
    let long = text.len() + path.as_os_str().len() + bytes.len() + os.len();
    let more = c.to_bytes().len() + record.name.len() + records.len();
    if long > 1000 {
        return Err(Failed::Long);
    }
    Ok(long + more)
}

/// What is borrowed inside, and by any name.
#[offload(remote = workers())]
pub fn inside<P: AsRef<Path> + Clone>(
    path: P,
    to: &impl AsRef<[u8]>,
    name: Option<&str>,
    bytes: Option<&[u8]>,
    text: Cow<'_, str>,
) -> Result<PathBuf, Failed> {
    let mut path = path.as_ref().join(name.unwrap_or_default());
    path.push(text.into_owned());
    let len = to.as_ref().len() + bytes.map_or(0, <[u8]>::len);
    path.push(len.to_string());
    Ok(path)
}

/// What is owned, comes in parts, or is not used.
#[offload(remote = WORKERS)]
#[must_use]
pub fn owned(
    mut text: String,
    (a, _): (u8, u8),
    Record { name }: Record,
    _: Vec<u8>,
    _kept: Option<u32>,
) -> Result<String, Error> {
    text.push_str(&name);
    text.push(char::from(a));
    Ok(text)
}

/// With a lifetime that the body names.
#[offload(remote = WORKERS)]
pub fn named<'a>(text: &'a str) -> Result<usize, Error> {
    let kept: &'a str = text;
    Ok(kept.len())
}

/// With an argument that may be missing.
#[offload(remote = WORKERS)]
pub fn chosen(
    path: &Path,
    #[cfg(unix)] mode: u32,
    #[cfg(not(unix))] share: &str,
) -> Result<usize, Failed> {
    #[cfg(unix)]
    let bits = usize::try_from(mode).unwrap_or_default();
    #[cfg(not(unix))]
    let bits = share.len();
    Ok(path.as_os_str().len() + bits)
}

/// Beside a blocking one.
///
/// # Errors
///
/// Never by itself.
#[offload(remote = WORKERS, blocking = twin_blocking)]
pub fn twin(bytes: &[u8]) -> Result<Vec<u8>, Failed> {
    Ok(bytes.to_vec())
}

/// Whose body starts with items, and expects a lint.
#[offload(remote = WORKERS)]
#[expect(clippy::todo, reason = "the form")]
pub(crate) fn starts_with_items(n: u32) -> Result<u32, Failed> {
    use std::ops::Add;
    const ONE: u32 = 1;
    if n > ONE {
        todo!()
    }
    Ok(n.add(ONE))
}

/// Has functions without a value.
#[derive(Debug)]
pub struct Tool;

#[offload(remote = WORKERS)]
impl Tool {
    /// One in a block.
    pub fn in_block(n: u32) -> Result<u32, Failed> {
        Ok(n)
    }
}

impl Tool {
    /// One by itself, which calls one in this crate only.
    #[offload(remote = WORKERS)]
    pub fn alone(n: u32) -> Result<u32, Failed> {
        drop(starts_with_items(n));
        Ok(n)
    }
}

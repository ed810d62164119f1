//! Paths and other strings of the operating system as bytes. On Unix any bytes are sent as they are. On other systems a string that is not
//! Unicode cannot be sent.

use std::ffi::{OsStr, OsString};

use tokio_offload_remote::CodecError;

/// The bytes that stand for it.
#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "elsewhere such text may not be UTF-8"
)]
pub(super) fn bytes(text: &OsStr) -> Result<&[u8], CodecError> {
    Ok(std::os::unix::ffi::OsStrExt::as_bytes(text))
}

/// The text that they encode.
#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "elsewhere such bytes may be no text"
)]
pub(super) fn text(bytes: &[u8]) -> Result<&OsStr, CodecError> {
    Ok(std::os::unix::ffi::OsStrExt::from_bytes(bytes))
}

/// The bytes that stand for it.
#[cfg(not(unix))]
pub(super) fn bytes(text: &OsStr) -> Result<&[u8], CodecError> {
    let text = text.to_str().map(str::as_bytes);
    text.ok_or_else(|| {
        CodecError::new(&"a path that is no Unicode text cannot cross from this system")
    })
}

/// The text that they encode.
#[cfg(not(unix))]
pub(super) fn text(bytes: &[u8]) -> Result<&OsStr, CodecError> {
    let text = std::str::from_utf8(bytes).map(OsStr::new);
    text.map_err(|_| CodecError::new(&"a path that is no Unicode text cannot come to this system"))
}

/// The same, owned.
pub(super) fn owned(bytes: &[u8]) -> Result<OsString, CodecError> {
    text(bytes).map(OsStr::to_owned)
}

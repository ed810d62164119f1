//! Owned arguments, and the parts of results, as bytes.

use std::{
    any::{Any, type_name},
    fmt,
    ops::Deref,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
};

use serde::{Serialize, de::DeserializeOwned};
use tokio_offload_remote::{self as engine, CodecError, Fingerprint, Output, Point};

use super::{arguments::Arguments, os_text};
use crate::{
    error::{Error, Panic},
    unwind::drop_quietly,
};

/// Types that can be sent to a worker process and back.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot cross to a worker process",
    label = "not `Serialize + Deserialize`",
    note = "derive serde's traits for it and for what it holds: `#[derive(serde::Serialize, serde::Deserialize)]`",
    note = "for a type that is not yours, let one of yours cross; for `std::io::Error` let `tokio_offload::Error`, which `?` makes of it"
)]
pub trait Cross: Sized + 'static {
    /// Appends the value.
    fn write(&self, output: &mut Output) -> Result<(), CodecError>;
    /// Takes a value from the front.
    fn read(input: &mut &[u8]) -> Result<Self, CodecError>;
    /// Adds the name of the type.
    fn add_type(fingerprint: &mut Fingerprint);
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + 'static> Cross for T {
    fn write(&self, output: &mut Output) -> Result<(), CodecError> {
        let value = self as &dyn Any;
        if let Some(bytes) = value.downcast_ref::<Vec<u8>>() {
            // As one block: the format is the same, but one by one takes thirty times as long.
            output.encode_bytes(bytes)
        } else if let Some(text) = value.downcast_ref::<String>() {
            output.encode_bytes(text.as_bytes())
        } else if let Some(path) = value.downcast_ref::<PathBuf>() {
            // As it is: a path need not be text.
            output.encode_bytes(os_text::bytes(path.as_os_str())?)
        } else {
            output.encode(self)
        }
    }

    fn read(input: &mut &[u8]) -> Result<Self, CodecError> {
        let mut value: Option<Self> = None;
        let slot = &mut value as &mut dyn Any;
        if let Some(bytes) = slot.downcast_mut::<Option<Vec<u8>>>() {
            *bytes = Some(engine::decode_bytes(input)?.to_vec());
        } else if let Some(path) = slot.downcast_mut::<Option<PathBuf>>() {
            let bytes = engine::decode_bytes(input)?;
            *path = Some(PathBuf::from(os_text::owned(bytes)?));
        }
        value.map_or_else(|| engine::decode(input), Ok)
    }

    fn add_type(fingerprint: &mut Fingerprint) {
        add_type::<T>(fingerprint);
    }
}

/// Adds the name of a type to a fingerprint. Our error has a fixed name, also if its module or its variants change.
pub(super) fn add_type<T: ?Sized>(fingerprint: &mut Fingerprint) {
    let name = type_name::<T>().replace(type_name::<Error>(), "tokio_offload::Error");
    fingerprint.add_name(&name);
}

/// Runs an implementation of a user's: if it panics, this value cannot cross, and that is all.
pub(super) fn guarded<T>(
    implementation: &str,
    code: impl FnOnce() -> Result<T, CodecError>,
) -> Result<T, CodecError> {
    catch_unwind(AssertUnwindSafe(code)).unwrap_or_else(|payload| {
        let panic = Panic::new(payload);
        let text = panic.message();
        // The payload of the panic may panic when it is dropped.
        drop_quietly(panic);
        let text = text.unwrap_or_else(|| "no text".to_owned());
        Err(CodecError::new(&format_args!(
            "its `{implementation}` panicked: {text}"
        )))
    })
}

/// What writes and reads a `T`. The functions are in fields, so that a type that cannot cross is reported once, where
/// this is made, and not again by each use.
pub struct Value<T> {
    write: WriteHere<T>,
    read: fn(&mut &[u8]) -> Result<T, CodecError>,
    add_type: fn(&mut Fingerprint),
}

/// What writes a `T` that is not `Send`: the compiler finds `give` here where that of [`Value`] is not for `T`.
pub struct WriteHere<T>(fn(&T, &mut Output) -> Result<(), CodecError>);

/// Writes and reads owned arguments of this type.
pub fn value<T: Cross>() -> Value<T> {
    Value {
        write: WriteHere(T::write),
        read: T::read,
        add_type: T::add_type,
    }
}

impl<T: Send + 'static> Value<T> {
    /// Writes the argument, and drops it; if it is large, on another thread.
    pub fn give(self, value: T, arguments: &mut Arguments) {
        arguments.add_owned(value, self.write.0);
    }
}

impl<T> Value<T> {
    /// Reads the argument.
    pub fn take(self, input: &mut &[u8]) -> Result<T, CodecError> {
        guarded("Deserialize", || (self.read)(input))
            .map_err(|error| error.at(Point::DecodeArguments))
    }

    /// Adds the type of the argument to the fingerprint.
    pub fn fingerprint(self, fingerprint: &mut Fingerprint) {
        (self.add_type)(fingerprint);
    }
}

impl<T> Deref for Value<T> {
    type Target = WriteHere<T>;

    fn deref(&self) -> &WriteHere<T> {
        &self.write
    }
}

impl<T> WriteHere<T> {
    /// Writes the argument, and drops it.
    pub fn give(&self, value: T, arguments: &mut Arguments) {
        arguments.add(|output| self.0(&value, output));
        // The body drops its own copy. A panic in dropping this one must not reach the caller.
        drop_quietly(value);
    }
}

impl<T> fmt::Debug for Value<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Value").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for WriteHere<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteHere").finish_non_exhaustive()
    }
}

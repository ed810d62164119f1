//! Borrowed arguments as bytes: written from the borrow, lent to the body from where they were read.

use std::{
    borrow::Cow,
    ffi::{CStr, OsStr},
    fmt,
    path::Path,
};

use serde::{Serialize, de::DeserializeOwned};
use tokio_offload_remote::{self as engine, CodecError, Fingerprint, Output, Point};

use super::{
    arguments::Arguments,
    codec::{Cross, add_type, guarded},
    os_text,
};
use crate::unwind::drop_quietly;

/// Types that can be written from a borrow.
#[diagnostic::on_unimplemented(
    message = "`&{Self}` cannot cross to a worker process",
    label = "not `Serialize + Deserialize`",
    note = "derive serde's traits for it and for what it holds: `#[derive(serde::Serialize, serde::Deserialize)]`"
)]
pub trait Lends {
    /// Appends the value.
    fn write(&self, output: &mut Output) -> Result<(), CodecError>;
    /// Takes a value from the front.
    fn read<'de>(input: &mut &'de [u8]) -> Result<Decoded<'de, Self>, CodecError>;
    /// Adds the name of the type.
    fn add_type(fingerprint: &mut Fingerprint);
}

#[diagnostic::do_not_recommend]
impl<T: Cross> Lends for T {
    fn write(&self, output: &mut Output) -> Result<(), CodecError> {
        Cross::write(self, output)
    }

    fn read<'de>(input: &mut &'de [u8]) -> Result<Decoded<'de, Self>, CodecError> {
        Cross::read(input).map(|value| Decoded::Owned(Box::new(value)))
    }

    fn add_type(fingerprint: &mut Fingerprint) {
        <T as Cross>::add_type(fingerprint);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + 'static> Lends for [T] {
    fn write(&self, output: &mut Output) -> Result<(), CodecError> {
        output.encode(self)
    }

    fn read<'de>(input: &mut &'de [u8]) -> Result<Decoded<'de, Self>, CodecError> {
        engine::decode::<Vec<T>>(input).map(|items| Decoded::Owned(items.into()))
    }

    fn add_type(fingerprint: &mut Fingerprint) {
        add_type::<Vec<T>>(fingerprint);
    }
}

impl Lends for str {
    fn write(&self, output: &mut Output) -> Result<(), CodecError> {
        output.encode(self)
    }

    fn read<'de>(input: &mut &'de [u8]) -> Result<Decoded<'de, Self>, CodecError> {
        engine::decode(input).map(Decoded::Lent)
    }

    fn add_type(fingerprint: &mut Fingerprint) {
        add_type::<String>(fingerprint);
    }
}

/// Not as text: a path need not be any.
impl Lends for Path {
    fn write(&self, output: &mut Output) -> Result<(), CodecError> {
        self.as_os_str().write(output)
    }

    fn read<'de>(input: &mut &'de [u8]) -> Result<Decoded<'de, Self>, CodecError> {
        let bytes = engine::decode_bytes(input)?;
        os_text::text(bytes).map(|text| Decoded::Lent(Path::new(text)))
    }

    fn add_type(fingerprint: &mut Fingerprint) {
        add_type::<Vec<u8>>(fingerprint);
    }
}

impl Lends for OsStr {
    fn write(&self, output: &mut Output) -> Result<(), CodecError> {
        output.encode_bytes(os_text::bytes(self)?)
    }

    fn read<'de>(input: &mut &'de [u8]) -> Result<Decoded<'de, Self>, CodecError> {
        let bytes = engine::decode_bytes(input)?;
        os_text::text(bytes).map(Decoded::Lent)
    }

    fn add_type(fingerprint: &mut Fingerprint) {
        add_type::<Vec<u8>>(fingerprint);
    }
}

impl Lends for CStr {
    fn write(&self, output: &mut Output) -> Result<(), CodecError> {
        output.encode(self)
    }

    fn read<'de>(input: &mut &'de [u8]) -> Result<Decoded<'de, Self>, CodecError> {
        engine::decode::<Box<CStr>>(input).map(Decoded::Owned)
    }

    fn add_type(fingerprint: &mut Fingerprint) {
        add_type::<Box<CStr>>(fingerprint);
    }
}

/// An argument as it was read.
#[derive(Debug)]
pub enum Decoded<'de, T: ?Sized> {
    /// It lies in what was read.
    Lent(&'de T),
    /// It was built from that.
    Owned(Box<T>),
}

impl<T: ?Sized> Decoded<'_, T> {
    /// As the `&T` that the body takes.
    pub fn lend(&self) -> &T {
        match self {
            Self::Lent(value) => value,
            Self::Owned(value) => value,
        }
    }

    /// As the `Cow<'_, T>` that the body takes.
    pub fn lend_cow(&self) -> Cow<'_, T>
    where
        T: ToOwned,
    {
        Cow::Borrowed(self.lend())
    }

    /// As the `impl AsRef<T>` that the body takes.
    pub fn lend_as_ref(&self) -> AsRefLent<'_, T> {
        AsRefLent(self.lend())
    }
}

/// An optional argument as it was read.
#[derive(Debug)]
pub struct HeldOption<'de, T: ?Sized>(Option<Decoded<'de, T>>);

impl<T: ?Sized> HeldOption<'_, T> {
    /// As the `Option<&T>` that the body takes.
    pub fn lend_opt(&self) -> Option<&T> {
        self.0.as_ref().map(Decoded::lend)
    }
}

/// A borrowed `T` whose only `AsRef` is `AsRef<T>`, so that `x.as_ref()` stays unambiguous in the body.
pub struct AsRefLent<'a, T: ?Sized>(&'a T);

impl<T: ?Sized> AsRef<T> for AsRefLent<'_, T> {
    fn as_ref(&self) -> &T {
        self.0
    }
}

impl<T: ?Sized> Clone for AsRefLent<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for AsRefLent<'_, T> {}

impl<T: ?Sized + fmt::Debug> fmt::Debug for AsRefLent<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Writes and reads a borrowed `T`; see [`Value`](super::codec::Value).
pub struct Lent<T: ?Sized> {
    write: fn(&T, &mut Output) -> Result<(), CodecError>,
    read: for<'de> fn(&mut &'de [u8]) -> Result<Decoded<'de, T>, CodecError>,
    add_type: fn(&mut Fingerprint),
}

/// Writes and reads arguments that borrow this type.
pub fn lent<T: ?Sized + Lends>() -> Lent<T> {
    Lent {
        write: T::write,
        read: T::read,
        add_type: T::add_type,
    }
}

/// Writes and reads `&[u8]`, as one block.
pub fn bytes() -> Lent<[u8]> {
    Lent {
        write: |value, output| output.encode_bytes(value),
        read: |input| engine::decode_bytes(input).map(Decoded::Lent),
        add_type: |fingerprint| add_type::<Vec<u8>>(fingerprint),
    }
}

impl<T: ?Sized> Lent<T> {
    /// Writes a `&T`.
    pub fn give(self, value: &T, arguments: &mut Arguments) {
        arguments.add(|output| (self.write)(value, output));
    }

    /// Writes an `Option<&T>`.
    pub fn give_opt(self, value: Option<&T>, arguments: &mut Arguments) {
        arguments.add(|output| {
            output.encode(&value.is_some())?;
            value.map_or(Ok(()), |value| (self.write)(value, output))
        });
    }

    /// Writes a `Cow<'_, T>`.
    pub fn give_cow(self, value: Cow<'_, T>, arguments: &mut Arguments)
    where
        T: ToOwned,
    {
        self.give(&value, arguments);
        drop_quietly(value);
    }

    /// Writes what an `impl AsRef<T>` refers to.
    pub fn give_as_ref(self, value: impl AsRef<T>, arguments: &mut Arguments) {
        self.give(value.as_ref(), arguments);
        drop_quietly(value);
    }

    /// Reads what [`give`](Self::give) wrote.
    pub fn take<'de>(self, input: &mut &'de [u8]) -> Result<Decoded<'de, T>, CodecError> {
        guarded("Deserialize", || (self.read)(input))
            .map_err(|error| error.at(Point::DecodeArguments))
    }

    /// Reads what [`give_opt`](Self::give_opt) wrote.
    pub fn take_opt<'de>(self, input: &mut &'de [u8]) -> Result<HeldOption<'de, T>, CodecError> {
        let some: bool = engine::decode(input).map_err(|error| error.at(Point::DecodeArguments))?;
        let held = some.then(|| self.take(input)).transpose()?;
        Ok(HeldOption(held))
    }

    /// Adds the type of the argument to the fingerprint.
    pub fn fingerprint(self, fingerprint: &mut Fingerprint) {
        (self.add_type)(fingerprint);
    }

    /// Adds the type of the optional argument to the fingerprint.
    pub fn fingerprint_opt(self, fingerprint: &mut Fingerprint) {
        add_type::<bool>(fingerprint);
        (self.add_type)(fingerprint);
    }
}

impl<T: ?Sized> fmt::Debug for Lent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lent").finish_non_exhaustive()
    }
}

//! Encoding within limits: a layer between users' types and the format. A value may be nested only as deep as a reader accepts.
//!
//! `parts` writes elements and fields. Imports `limits` and `value_error` of `wire`, and nothing else of the crate.

mod parts;

use std::{
    cell::RefCell,
    fmt::{self, Write},
};

use serde::ser::{Error, Serialize, Serializer};

use parts::{Elements, Group};

use crate::wire::{limits::Limits, value_error::ValueError};

/// A serializer, contents being written, or a value, with the limits for all that passes through it.
pub(crate) struct BoundedSer<'a, T> {
    inner: T,
    limits: &'a RefCell<Limits>,
}

impl<'a, T> BoundedSer<'a, T> {
    pub(crate) fn new(inner: T, limits: &'a RefCell<Limits>) -> Self {
        Self { inner, limits }
    }
}

/// Turns an error of the format into an error of the type.
fn up<E: fmt::Display>(limits: &RefCell<Limits>) -> impl FnOnce(E) -> ValueError + '_ {
    move |error| ValueError::of_format(error, &limits.borrow())
}

/// Turns an error of the type into an error of the format, and keeps its message in the limits.
fn down<E: Error>(limits: &RefCell<Limits>) -> impl FnOnce(ValueError) -> E + '_ {
    move |wrong| {
        limits.borrow_mut().record_reason(&wrong);
        E::custom(wrong)
    }
}

/// The error of a type that writes parts without having said how many.
const UNSAID: &str = "the type does not say how many parts it has before it writes them, as with `flatten`, or an iterator of unknown \
                      length; this format writes their number first";

/// Text that is being made, as long as there is room for it.
struct Text<'a> {
    made: String,
    limits: &'a RefCell<Limits>,
}

impl fmt::Write for Text<'_> {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let length = self.made.len().saturating_add(part.len());
        if length > self.limits.borrow().room() {
            // Notes that, and how much is missing.
            let written = self.limits.borrow_mut().write(length);
            return written.map_err(|_| fmt::Error);
        }
        self.made.push_str(part);
        Ok(())
    }
}

impl<T: Serialize + ?Sized> Serialize for BoundedSer<'_, &T> {
    /// Enters one more level of nesting.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let limits = self.limits;
        let entered = limits.borrow_mut().enter();
        entered.map_err(|_| S::Error::custom("too deep"))?;
        let written = self.inner.serialize(BoundedSer::new(to, limits));
        limits.borrow_mut().leave();
        written.map_err(down(limits))
    }
}

macro_rules! leaves {
    ($($write:ident($($name:ident: $kind:ty),*);)*) => {
        $(fn $write(self, $($name: $kind),*) -> Result<S::Ok, ValueError> {
            self.inner.$write($($name),*).map_err(up(self.limits))
        })*
    };
}

macro_rules! contents {
    ($($write:ident($($name:ident: $kind:ty),*) -> $contents:ident;)*) => {
        $(fn $write(self, $($name: $kind),*) -> Result<Self::$contents, ValueError> {
            let Self { inner, limits } = self;
            let contents = inner.$write($($name),*).map_err(up(limits))?;
            Ok(Group::new(contents, limits))
        })*
    };
}

impl<'a, S: Serializer> Serializer for BoundedSer<'a, S> {
    type Ok = S::Ok;
    type Error = ValueError;
    type SerializeSeq = Elements<'a, S::SerializeSeq>;
    type SerializeTuple = Group<'a, S::SerializeTuple>;
    type SerializeTupleStruct = Group<'a, S::SerializeTupleStruct>;
    type SerializeTupleVariant = Group<'a, S::SerializeTupleVariant>;
    type SerializeMap = Elements<'a, S::SerializeMap>;
    type SerializeStruct = Group<'a, S::SerializeStruct>;
    type SerializeStructVariant = Group<'a, S::SerializeStructVariant>;

    leaves! {
        serialize_bool(value: bool);
        serialize_i8(value: i8);
        serialize_i16(value: i16);
        serialize_i32(value: i32);
        serialize_i64(value: i64);
        serialize_i128(value: i128);
        serialize_u8(value: u8);
        serialize_u16(value: u16);
        serialize_u32(value: u32);
        serialize_u64(value: u64);
        serialize_u128(value: u128);
        serialize_f32(value: f32);
        serialize_f64(value: f64);
        serialize_char(value: char);
        serialize_str(value: &str);
        serialize_bytes(value: &[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(name: &'static str);
        serialize_unit_variant(name: &'static str, index: u32, variant: &'static str);
    }

    contents! {
        serialize_tuple(length: usize) -> SerializeTuple;
        serialize_tuple_struct(name: &'static str, length: usize) -> SerializeTupleStruct;
        serialize_tuple_variant(name: &'static str, index: u32, variant: &'static str, length: usize) -> SerializeTupleVariant;
        serialize_struct(name: &'static str, length: usize) -> SerializeStruct;
        serialize_struct_variant(name: &'static str, index: u32, variant: &'static str, length: usize) -> SerializeStructVariant;
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self::SerializeSeq, ValueError> {
        self.elements(length, S::serialize_seq)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self::SerializeMap, ValueError> {
        self.elements(length, S::serialize_map)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, ValueError> {
        let Self { inner, limits } = self;
        let value = BoundedSer::new(value, limits);
        inner.serialize_some(&value).map_err(up(limits))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<S::Ok, ValueError> {
        let Self { inner, limits } = self;
        let value = BoundedSer::new(value, limits);
        let written = inner.serialize_newtype_struct(name, &value);
        written.map_err(up(limits))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, ValueError> {
        let Self { inner, limits } = self;
        let value = BoundedSer::new(value, limits);
        let written = inner.serialize_newtype_variant(name, index, variant, &value);
        written.map_err(up(limits))
    }

    /// Makes the text once, and stops where the room ends. The format would make all of it to know its length.
    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<S::Ok, ValueError> {
        let mut text = Text {
            made: String::new(),
            limits: self.limits,
        };
        let made = write!(text, "{value}");
        let text = text.made;
        made.map_err(up(self.limits))?;
        self.serialize_str(&text)
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

impl<'a, S: Serializer> BoundedSer<'a, S> {
    /// Begins a list or a map.
    fn elements<C>(
        self,
        length: Option<usize>,
        begin: impl FnOnce(S, Option<usize>) -> Result<C, S::Error>,
    ) -> Result<Elements<'a, C>, ValueError> {
        let said = length.ok_or_else(|| ValueError::new(UNSAID))?;
        let Self { inner, limits } = self;
        let contents = begin(inner, length).map_err(up(limits))?;
        Ok(Elements::new(contents, limits, said))
    }
}

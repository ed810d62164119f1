//! Decoding within limits: a layer between the format and users' types.
//!
//! It passes each request of a type to the format and each answer back, and checks the limits between them. It keeps the error messages
//! of the types, for which the format has no place.
//!
//! `contents` counts the parts of sequences and maps, `access` reads the variants of enums.
//!
//! Imports `limits` and `value_error` of `wire`, and nothing else of the crate.

mod access;
mod contents;
#[cfg(test)]
mod tests;

use std::{fmt, mem};

use serde::de::{Deserializer, EnumAccess, MapAccess, SeqAccess, Visitor};

use contents::{Contents, slot_of_some};

use crate::wire::{
    limits::{Exceeded, Limits},
    value_error::ValueError,
};

/// A deserializer, a visitor, a seed or the access to contents, with the limits for all that passes through it.
pub(crate) struct BoundedDe<'a, T> {
    inner: T,
    limits: &'a mut Limits,
}

impl<'a, T> BoundedDe<'a, T> {
    pub(crate) fn new(inner: T, limits: &'a mut Limits) -> Self {
        Self { inner, limits }
    }
}

/// The error of a type that asks for names or types, which are not sent.
const ASKED: &str = "the type asks the format what comes next, as those with `untagged`, `tag` or `flatten` do; this format does not say";

/// Turns an error of the format into an error of the type.
fn up<E: fmt::Display>(limits: &Limits) -> impl FnOnce(E) -> ValueError + '_ {
    move |error| ValueError::of_format(error, limits)
}

/// The same, for a value that the format could not read.
fn failed<E: fmt::Display>(limits: &mut Limits, error: E) -> ValueError {
    limits.failed(&error);
    up(limits)(error)
}

/// Turns an error of the type into an error of the format, and keeps its message in the limits.
fn down<E: serde::de::Error>(limits: &mut Limits, wrong: &ValueError) -> E {
    limits.record_reason(wrong);
    E::custom(wrong)
}

/// Fails unless nothing of a list or map is left: what follows it would be read from its rest.
fn whole(left: Option<usize>) -> Result<(), ValueError> {
    match left {
        Some(0) => Ok(()),
        _ => Err(ValueError::new(
            "its `Deserialize` leaves parts of it unread",
        )),
    }
}

fn exceeded<E: serde::de::Error>(_: Exceeded) -> E {
    E::custom("a limit was exceeded")
}

/// The next value has bytes of its own: its content, its length, its variant, or whether it is present.
fn bytes(limits: &mut Limits) {
    limits.count_read();
}

/// The next value has no bytes other than those of its parts.
fn no_bytes(_: &mut Limits) {}

/// The same, and how many parts it has is known.
fn group(limits: &mut Limits) {
    limits.is_group = true;
}

macro_rules! leaves {
    ($bytes:ident: $($ask:ident($($name:ident: $kind:ty),*);)*) => {
        $(fn $ask<V: Visitor<'de>>(self, $($name: $kind,)* visitor: V) -> Result<V::Value, ValueError> {
            let Self { inner, limits } = self;
            $bytes(limits);
            let value = inner.$ask($($name,)* BoundedDe::new(visitor, limits));
            value.map_err(|error| failed(limits, error))
        })*
    };
}

macro_rules! levels {
    ($bytes:ident: $($ask:ident($($name:ident: $kind:ty),*);)*) => {
        $(fn $ask<V: Visitor<'de>>(self, $($name: $kind,)* visitor: V) -> Result<V::Value, ValueError> {
            let Self { inner, limits } = self;
            $bytes(limits);
            limits.enter().map_err(|_| up::<&str>(limits)("too deep"))?;
            let value = inner.$ask($($name,)* BoundedDe::new(visitor, limits));
            limits.leave();
            value.map_err(|error| failed(limits, error))
        })*
    };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for BoundedDe<'_, D> {
    type Error = ValueError;

    leaves! {
        bytes:
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_char();
        deserialize_str();
        deserialize_string();
        deserialize_bytes();
        deserialize_byte_buf();
    }

    leaves! {
        no_bytes:
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
    }

    levels! {
        bytes:
        deserialize_option();
        deserialize_seq();
        deserialize_map();
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
    }

    levels! {
        no_bytes:
        deserialize_newtype_struct(name: &'static str);
    }

    levels! {
        group:
        deserialize_tuple(length: usize);
        deserialize_tuple_struct(name: &'static str, length: usize);
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
    }

    /// The format does not say which type comes next.
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ValueError> {
        Err(ValueError::new(ASKED))
    }

    /// Variants have numbers in this format. Other names are not sent.
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let Self { inner, limits } = self;
        limits.count_read();
        let value = inner.deserialize_identifier(BoundedDe::new(visitor, limits));
        value.map_err(|_| failed(limits, ASKED))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ValueError> {
        Err(ValueError::new(ASKED))
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

macro_rules! answers {
    ($($visit:ident($($kind:ty)?);)*) => {
        $(fn $visit<E: serde::de::Error>(self $(, value: $kind)?) -> Result<V::Value, E> {
            let Self { inner, limits } = self;
            limits.count_value(size_of::<V::Value>()).map_err(exceeded)?;
            let value = inner.$visit($({ let value: $kind = value; value })?);
            value.map_err(|wrong: ValueError| down(limits, &wrong))
        })*
    };
}

macro_rules! long_answers {
    ($($visit:ident($kind:ty);)*) => {
        $(fn $visit<E: serde::de::Error>(self, value: $kind) -> Result<V::Value, E> {
            let Self { inner, limits } = self;
            limits.text(value.len()).map_err(exceeded)?;
            inner.$visit(value).map_err(|wrong: ValueError| down(limits, &wrong))
        })*
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for BoundedDe<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    answers! {
        visit_bool(bool);
        visit_i8(i8);
        visit_i16(i16);
        visit_i32(i32);
        visit_i64(i64);
        visit_i128(i128);
        visit_u8(u8);
        visit_u16(u16);
        visit_u32(u32);
        visit_u64(u64);
        visit_u128(u128);
        visit_f32(f32);
        visit_f64(f64);
        visit_char(char);
        visit_unit();
    }

    long_answers! {
        visit_str(&str);
        visit_borrowed_str(&'de str);
        visit_string(String);
        visit_bytes(&[u8]);
        visit_borrowed_bytes(&'de [u8]);
        visit_byte_buf(Vec<u8>);
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<V::Value, E> {
        let Self { inner, limits } = self;
        let slot = limits.make(size_of::<V::Value>()).map_err(exceeded)?;
        limits.restore_slot(slot);
        inner
            .visit_none()
            .map_err(|wrong: ValueError| down(limits, &wrong))
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.make(|visitor, limits| {
            let slot = limits.set_slot(slot_of_some::<V::Value>());
            let value = visitor.visit_some(BoundedDe::new(inner, limits));
            limits.restore_slot(slot);
            value
        })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.make(|visitor, limits| visitor.visit_newtype_struct(BoundedDe::new(inner, limits)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, contents: A) -> Result<V::Value, A::Error> {
        self.make(|visitor, limits| {
            let is_group = mem::take(&mut limits.is_group);
            let mut contents = Contents::of::<V::Value>(contents, limits);
            let value = visitor.visit_seq(&mut contents)?;
            if is_group {
                // A type with `alias` asks the format for more fields than it has.
                contents.limits.groups.add(contents.read);
                return Ok(value);
            }
            whole(SeqAccess::size_hint(&contents.inner)).map(|()| value)
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, contents: A) -> Result<V::Value, A::Error> {
        self.make(|visitor, limits| {
            let mut contents = Contents::of::<V::Value>(contents, limits);
            let value = visitor.visit_map(&mut contents)?;
            whole(MapAccess::size_hint(&contents.inner)).map(|()| value)
        })
    }

    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        self.make(|visitor, limits| visitor.visit_enum(BoundedDe::new(variant, limits)))
    }
}

impl<'de, V: Visitor<'de>> BoundedDe<'_, V> {
    /// Makes a value that has parts. A type may box it, so its size is counted where it does not fit into its slot.
    fn make<E: serde::de::Error>(
        self,
        visit: impl FnOnce(V, &mut Limits) -> Result<V::Value, ValueError>,
    ) -> Result<V::Value, E> {
        let Self { inner, limits } = self;
        let slot = limits.make(size_of::<V::Value>()).map_err(exceeded)?;
        let value = visit(inner, limits);
        limits.restore_slot(slot);
        value.map_err(|wrong| down(limits, &wrong))
    }
}

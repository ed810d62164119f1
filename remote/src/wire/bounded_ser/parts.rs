//! The parts of a value as they are written: elements of lists, entries of maps, fields.

use std::{cell::RefCell, fmt};

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::{BoundedSer, up};
use crate::wire::{limits::Limits, value_error::ValueError};

/// The elements of a list, or the entries of a map. How many the type says that there are is written before them, and a reader believes it.
pub(crate) struct Elements<'a, C> {
    inner: C,
    limits: &'a RefCell<Limits>,
    said: usize,
    written: usize,
}

impl<'a, C> Elements<'a, C> {
    pub(super) fn new(inner: C, limits: &'a RefCell<Limits>, said: usize) -> Self {
        Self {
            inner,
            limits,
            said,
            written: 0,
        }
    }

    /// Fails unless there are as many as the type has said.
    fn check(&self) -> Result<(), ValueError> {
        let Self { said, written, .. } = self;
        if said == written {
            return Ok(());
        }
        let text = format!("its `Serialize` says that it has {said} parts, and writes {written}");
        Err(ValueError::new(text))
    }
}

/// Writes one more part. A reader, which knows all bytes beforehand, lets through at least as many.
fn write_part<T: ?Sized, E: fmt::Display>(
    limits: &RefCell<Limits>,
    value: &T,
    write: impl FnOnce(&BoundedSer<'_, &T>) -> Result<(), E>,
) -> Result<(), ValueError> {
    let begun = limits.borrow().progress();
    write(&BoundedSer::new(value, limits)).map_err(up(limits))?;
    let counted = limits.borrow_mut().element(begun);
    counted.map_err(|_| up(limits)("too many"))
}

impl<C: SerializeSeq> SerializeSeq for Elements<'_, C> {
    type Ok = C::Ok;
    type Error = ValueError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        self.written = self.written.saturating_add(1);
        let inner = &mut self.inner;
        write_part(self.limits, value, |value| inner.serialize_element(value))
    }

    fn end(self) -> Result<C::Ok, ValueError> {
        self.check()?;
        self.inner.end().map_err(up(self.limits))
    }
}

impl<C: SerializeMap> SerializeMap for Elements<'_, C> {
    type Ok = C::Ok;
    type Error = ValueError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), ValueError> {
        self.written = self.written.saturating_add(1);
        let inner = &mut self.inner;
        write_part(self.limits, key, |key| inner.serialize_key(key))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        let value = BoundedSer::new(value, self.limits);
        self.inner.serialize_value(&value).map_err(up(self.limits))
    }

    fn end(self) -> Result<C::Ok, ValueError> {
        self.check()?;
        self.inner.end().map_err(up(self.limits))
    }
}

/// The parts of a struct or tuple. How many there are is not written: see `groups`.
pub(crate) struct Group<'a, C> {
    inner: C,
    limits: &'a RefCell<Limits>,
    written: usize,
}

impl<'a, C> Group<'a, C> {
    pub(super) fn new(inner: C, limits: &'a RefCell<Limits>) -> Self {
        Self {
            inner,
            limits,
            written: 0,
        }
    }
}

/// The error of a type that leaves out a field.
fn left_out(field: &str) -> ValueError {
    ValueError::new(format!(
        "it leaves out the field `{field}`, as `skip_serializing_if` does; in this format fields have no names, and its reader would \
         take what follows for it"
    ))
}

macro_rules! fields {
    ($($contents:ident: $write:ident($($key:ident: &'static str)?) $({$($more:tt)*})?;)*) => {
        $(impl<C: $contents> $contents for Group<'_, C> {
            type Ok = C::Ok;
            type Error = ValueError;

            fn $write<T: Serialize + ?Sized>(&mut self, $($key: &'static str,)? value: &T) -> Result<(), ValueError> {
                self.written = self.written.saturating_add(1);
                let inner = &mut self.inner;
                write_part(self.limits, value, |value| inner.$write($($key,)? value))
            }

            $($($more)*)?

            fn end(self) -> Result<C::Ok, ValueError> {
                self.limits.borrow_mut().groups.add(self.written);
                self.inner.end().map_err(up(self.limits))
            }
        })*
    };
}

fields! {
    SerializeTuple: serialize_element();
    SerializeTupleStruct: serialize_field();
    SerializeTupleVariant: serialize_field();
    SerializeStruct: serialize_field(key: &'static str) {
        fn skip_field(&mut self, key: &'static str) -> Result<(), ValueError> {
            Err(left_out(key))
        }
    };
    SerializeStructVariant: serialize_field(key: &'static str) {
        fn skip_field(&mut self, key: &'static str) -> Result<(), ValueError> {
            Err(left_out(key))
        }
    };
}

//! A deserializer without input: it notes what it is asked for and answers with made-up values.

use std::fmt;

use serde::de::{Deserializer, Visitor};

use super::{Notes, access};

/// Answers one type.
pub(super) struct Probe<'a> {
    notes: &'a mut Notes,
}

impl<'a> Probe<'a> {
    pub(super) fn new(notes: &'a mut Notes) -> Self {
        Self { notes }
    }

    fn ask(self, what: u8) -> Result<&'a mut Notes, Stop> {
        self.notes.ask(what);
        if self.notes.is_endless() {
            return Err(Stop);
        }
        Ok(self.notes)
    }
}

macro_rules! plain {
    ($($ask:ident $what:literal $visit:ident $value:expr;)*) => {
        $(fn $ask<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
            self.ask($what)?;
            visitor.$visit($value)
        })*
    };
}

// One, and not zero, because there are types without zero.
impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Stop;

    plain! {
        deserialize_bool 1 visit_bool false;
        deserialize_i8 2 visit_i8 1;
        deserialize_i16 3 visit_i16 1;
        deserialize_i32 4 visit_i32 1;
        deserialize_i64 5 visit_i64 1;
        deserialize_i128 6 visit_i128 1;
        deserialize_u8 7 visit_u8 1;
        deserialize_u16 8 visit_u16 1;
        deserialize_u32 9 visit_u32 1;
        deserialize_u64 10 visit_u64 1;
        deserialize_u128 11 visit_u128 1;
        deserialize_f32 12 visit_f32 1.0;
        deserialize_f64 13 visit_f64 1.0;
        deserialize_char 14 visit_char '1';
        deserialize_str 15 visit_str "1";
        deserialize_string 15 visit_str "1";
        deserialize_bytes 16 visit_bytes &[1; 16];
        deserialize_byte_buf 16 visit_bytes &[1; 16];
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.ask(17)?;
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        let notes = self.ask(18)?;
        if notes.is_long() {
            return visitor.visit_none();
        }
        notes.depth += 1;
        let value = visitor.visit_some(Probe::new(notes));
        notes.depth -= 1;
        value
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.ask(19)?.note_text(name);
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let notes = self.ask(20)?;
        notes.note_text(name);
        notes.depth += 1;
        let value = visitor.visit_newtype_struct(Probe::new(notes));
        notes.depth -= 1;
        value
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        let notes = self.ask(21)?;
        let items = usize::from(!notes.is_long());
        access::items(notes, items, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let notes = self.ask(22)?;
        notes.note_number(length);
        access::items(notes, length, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let notes = self.ask(23)?;
        notes.note_text(name);
        notes.note_number(length);
        access::items(notes, length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        let notes = self.ask(24)?;
        let entries = usize::from(!notes.is_long());
        access::entries(notes, entries, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let notes = self.ask(25)?;
        notes.note_text(name);
        notes.note_names(fields);
        // By position, as on the wire.
        access::items(notes, fields.len(), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let notes = self.ask(26)?;
        notes.note_text(name);
        notes.note_names(variants);
        access::variant(notes, name, variants, visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Stop> {
        self.ask(27)?;
        Err(Stop)
    }

    /// What the format would have to know and does not say: such a type cannot travel.
    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Stop> {
        self.ask(28)?;
        Err(Stop)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.deserialize_any(visitor)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// The type said no more.
#[derive(Debug)]
pub(super) struct Stop;

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no more is known of this type")
    }
}

impl std::error::Error for Stop {}

impl serde::de::Error for Stop {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self
    }
}

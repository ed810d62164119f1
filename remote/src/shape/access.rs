//! The made-up contents of sequences, maps and enums.

use serde::de::{
    DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
    value::U32Deserializer,
};

use super::{
    Notes,
    probe::{Probe, Stop},
};

/// A sequence of so many items.
pub(super) fn items<'de, V: Visitor<'de>>(
    notes: &mut Notes,
    items: usize,
    visitor: V,
) -> Result<V::Value, Stop> {
    deeper(notes, |notes| {
        visitor.visit_seq(Contents { notes, left: items })
    })
}

/// A map of so many entries.
pub(super) fn entries<'de, V: Visitor<'de>>(
    notes: &mut Notes,
    entries: usize,
    visitor: V,
) -> Result<V::Value, Stop> {
    deeper(notes, |notes| {
        visitor.visit_map(Contents {
            notes,
            left: entries,
        })
    })
}

/// One of the variants of an enum.
pub(super) fn variant<'de, V: Visitor<'de>>(
    notes: &mut Notes,
    name: &'static str,
    variants: &'static [&'static str],
    visitor: V,
) -> Result<V::Value, Stop> {
    let index = notes.choose(name, variants);
    notes.note_number(index);
    deeper(notes, |notes| {
        visitor.visit_enum(Chosen {
            notes,
            name,
            variants,
            index,
        })
    })
}

fn deeper<T>(notes: &mut Notes, ask: impl FnOnce(&mut Notes) -> T) -> T {
    notes.depth += 1;
    let value = ask(notes);
    notes.depth -= 1;
    value
}

struct Contents<'a> {
    notes: &'a mut Notes,
    left: usize,
}

impl<'de> SeqAccess<'de> for Contents<'_> {
    type Error = Stop;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Stop> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(Probe::new(self.notes)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'de> MapAccess<'de> for Contents<'_> {
    type Error = Stop;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Stop> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Stop> {
        seed.deserialize(Probe::new(self.notes))
    }
}

struct Chosen<'a> {
    notes: &'a mut Notes,
    name: &'static str,
    variants: &'static [&'static str],
    index: usize,
}

impl<'de> EnumAccess<'de> for Chosen<'_> {
    type Error = Stop;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Stop> {
        let index = u32::try_from(self.index).map_err(|_| Stop)?;
        let number: U32Deserializer<Stop> = index.into_deserializer();
        Ok((seed.deserialize(number)?, self))
    }
}

impl<'de> VariantAccess<'de> for Chosen<'_> {
    type Error = Stop;

    fn unit_variant(self) -> Result<(), Stop> {
        self.notes.ask(29);
        self.notes
            .is_empty_variant(self.name, self.variants, self.index);
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Stop> {
        self.notes.ask(30);
        seed.deserialize(Probe::new(self.notes))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Stop> {
        self.notes.ask(31);
        self.notes.note_number(length);
        items(self.notes, length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.notes.ask(32);
        self.notes.note_names(fields);
        items(self.notes, fields.len(), visitor)
    }
}

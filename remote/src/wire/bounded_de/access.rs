//! The contents of sequences, maps and enums, counted as they are read.

use serde::de::{DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::{BoundedDe, up};
use crate::wire::{limits::Limits, value_error::ValueError};

/// One more element of that size, which began at that progress.
fn count(limits: &mut Limits, begun: (usize, usize), size: usize) -> Result<(), ValueError> {
    let counted = limits.element(begun).and_then(|()| limits.memory(size));
    counted.map_err(|_| up::<&str>(limits)("too many"))
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for BoundedDe<'_, A> {
    type Error = ValueError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ValueError> {
        let Self { inner, limits } = self;
        let begun = limits.progress();
        let element = inner
            .next_element_seed(BoundedDe::new(seed, limits))
            .map_err(up(limits))?;
        if element.is_some() {
            count(limits, begun, size_of::<T::Value>())?;
        }
        Ok(element)
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for BoundedDe<'_, A> {
    type Error = ValueError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ValueError> {
        let Self { inner, limits } = self;
        let begun = limits.progress();
        let key = inner
            .next_key_seed(BoundedDe::new(seed, limits))
            .map_err(up(limits))?;
        if key.is_some() {
            count(limits, begun, size_of::<K::Value>())?;
        }
        Ok(key)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, ValueError> {
        let Self { inner, limits } = self;
        limits
            .memory(size_of::<V::Value>())
            .map_err(|_| up::<&str>(limits)("too large"))?;
        inner
            .next_value_seed(BoundedDe::new(seed, limits))
            .map_err(up(limits))
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

impl<'a, 'de, A: EnumAccess<'de>> EnumAccess<'de> for BoundedDe<'a, A> {
    type Error = ValueError;
    type Variant = BoundedDe<'a, A::Variant>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Self::Variant), ValueError> {
        let Self { inner, limits } = self;
        let (value, variant) = inner
            .variant_seed(BoundedDe::new(seed, limits))
            .map_err(up(limits))?;
        Ok((value, BoundedDe::new(variant, limits)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for BoundedDe<'_, A> {
    type Error = ValueError;

    fn unit_variant(self) -> Result<(), ValueError> {
        self.inner.unit_variant().map_err(up(self.limits))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, ValueError> {
        let Self { inner, limits } = self;
        let value = inner.newtype_variant_seed(BoundedDe::new(seed, limits));
        value.map_err(up(limits))
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        let Self { inner, limits } = self;
        let value = inner.tuple_variant(length, BoundedDe::new(visitor, limits));
        value.map_err(up(limits))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        let Self { inner, limits } = self;
        let value = inner.struct_variant(fields, BoundedDe::new(visitor, limits));
        value.map_err(up(limits))
    }
}

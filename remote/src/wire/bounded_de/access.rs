//! The variants of enums, within limits.

use serde::de::{DeserializeSeed, EnumAccess, VariantAccess, Visitor};

use super::{BoundedDe, contents::read_part, up};
use crate::wire::value_error::ValueError;

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
        read_part::<T::Value, _, _>(limits, |limits| {
            inner.newtype_variant_seed(BoundedDe::new(seed, limits))
        })
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        let Self { inner, limits } = self;
        limits.is_group = true;
        let value = inner.tuple_variant(length, BoundedDe::new(visitor, limits));
        value.map_err(up(limits))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        let Self { inner, limits } = self;
        limits.is_group = true;
        let value = inner.struct_variant(fields, BoundedDe::new(visitor, limits));
        value.map_err(up(limits))
    }
}

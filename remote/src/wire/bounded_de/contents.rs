//! The contents of sequences and maps, counted as they are read.

use std::{any::type_name, fmt, mem};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess};

use super::{BoundedDe, down, up};
use crate::wire::{
    limits::{ALLOCATION, Limits, Progress},
    value_error::ValueError,
};

/// The access to the contents of a collection, with the limits for all that passes through it.
pub(super) struct Contents<'a, A> {
    pub(super) inner: A,
    pub(super) limits: &'a mut Limits,
    costs: Costs,
    /// How many parts of a sequence have been read.
    pub(super) read: usize,
}

/// What a collection allocates, as far as it is more than its elements.
struct Costs {
    /// The spare capacity, in elements, after the first element.
    spare: usize,
    /// How many bytes each element takes in addition to its own size.
    beside: usize,
    /// How many further bytes the first element takes. Zero after that was counted.
    first: usize,
}

impl<'a, A> Contents<'a, A> {
    /// The contents of a `T`.
    pub(super) fn of<T>(inner: A, limits: &'a mut Limits) -> Self {
        Self {
            inner,
            limits,
            costs: costs(type_name::<T>()),
            read: 0,
        }
    }

    /// One more element, which began at that progress.
    fn count(&mut self, begun: Progress) -> Result<(), ValueError> {
        let counted = self.limits.element(begun);
        counted.map_err(|_| up::<&str>(self.limits)("too many"))
    }

    /// Reads a part, a `P`.
    fn part<P, T, E: fmt::Display>(
        &mut self,
        read: impl FnOnce(&mut A, &mut Limits) -> Result<T, E>,
    ) -> Result<T, ValueError> {
        let Self { inner, limits, .. } = self;
        let begun = limits.progress();
        let part = read_part::<P, _, _>(limits, |limits| read(inner, limits));
        if part.is_err() {
            // The type may go on with the next one, but not for ever.
            let _ = limits.element(begun);
        }
        part
    }

    /// One more part of an element, of that size.
    fn add(&mut self, size: usize, beside: usize) -> Result<(), ValueError> {
        let beside = beside + mem::take(&mut self.costs.first);
        let size = size
            .saturating_mul(self.costs.spare + 1)
            .saturating_add(beside);
        let counted = self.limits.memory(size);
        counted.map_err(|_| up::<&str>(self.limits)("too large"))
    }
}

/// What the collections of the standard library allocate.
///
/// The name is all that is known of a type. A name that changes costs precision only.
fn costs(name: &str) -> Costs {
    let is = |begin: &str| name.starts_with(begin);
    let of = |spare, beside, first| Costs {
        spare,
        beside,
        first,
    };
    if is("alloc::collections::btree::") {
        // A node has room for eleven.
        of(10, 0, ALLOCATION)
    } else if is("std::collections::hash::") {
        // The smallest table has room for four.
        of(3, 0, ALLOCATION)
    } else if is("alloc::collections::linked_list::") {
        of(0, 2 * size_of::<usize>() + ALLOCATION, 0)
    } else if is("alloc::vec::Vec<") || is("alloc::collections::") {
        of(0, 0, ALLOCATION)
    } else {
        of(0, 0, 0)
    }
}

/// The size of the slot that a `T` offers to what it is made of: none where `T` is a pointer to one value, which is allocated whatever
/// its size.
fn slot<T>() -> usize {
    slot_in(type_name::<T>(), size_of::<T>())
}

/// The same for the value of a `T` that is an `Option`.
pub(super) fn slot_of_some<T>() -> usize {
    let name = type_name::<T>().strip_prefix("core::option::Option<");
    slot_in(name.unwrap_or_default(), size_of::<T>())
}

fn slot_in(name: &str, size: usize) -> usize {
    let pointers = ["alloc::boxed::Box<", "alloc::rc::Rc<", "alloc::sync::Arc<"];
    if !pointers.iter().any(|begin| name.starts_with(begin)) {
        size
    } else if size == size_of::<usize>() {
        0
    } else {
        // A slice or text, which is read as a list or string first.
        size_of::<Vec<u8>>()
    }
}

/// Reads a part, a `P`.
pub(super) fn read_part<P, T, E: fmt::Display>(
    limits: &mut Limits,
    read: impl FnOnce(&mut Limits) -> Result<T, E>,
) -> Result<T, ValueError> {
    let slot = limits.set_slot(slot::<P>());
    let part = read(limits);
    limits.restore_slot(slot);
    part.map_err(up(limits))
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Contents<'_, A> {
    type Error = ValueError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ValueError> {
        if self.limits.is_exceeded() {
            // For a type that goes on in spite of that.
            return Ok(None);
        }
        let begun = self.limits.progress();
        let element = self.part::<T::Value, _, _>(|inner, limits| {
            inner.next_element_seed(BoundedDe::new(seed, limits))
        })?;
        if element.is_some() {
            self.read = self.read.saturating_add(1);
            self.count(begun)?;
            self.add(size_of::<T::Value>(), self.costs.beside)?;
            self.costs.spare = 0;
        }
        Ok(element)
    }

    fn size_hint(&self) -> Option<usize> {
        self.limits.told(self.inner.size_hint()?)
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Contents<'_, A> {
    type Error = ValueError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ValueError> {
        if self.limits.is_exceeded() {
            return Ok(None);
        }
        let begun = self.limits.progress();
        let key = self.part::<K::Value, _, _>(|inner, limits| {
            inner.next_key_seed(BoundedDe::new(seed, limits))
        })?;
        if key.is_some() {
            self.count(begun)?;
            self.add(size_of::<K::Value>(), self.costs.beside)?;
        }
        Ok(key)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, ValueError> {
        let value = self.part::<V::Value, _, _>(|inner, limits| {
            inner.next_value_seed(BoundedDe::new(seed, limits))
        })?;
        self.add(size_of::<V::Value>(), 0)?;
        self.costs.spare = 0;
        Ok(value)
    }

    fn size_hint(&self) -> Option<usize> {
        self.limits.told(self.inner.size_hint()?)
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for BoundedDe<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<S::Value, D::Error> {
        let Self {
            inner: seed,
            limits,
        } = self;
        let value = seed.deserialize(BoundedDe::new(inner, limits));
        value.map_err(|wrong| down(limits, &wrong))
    }
}

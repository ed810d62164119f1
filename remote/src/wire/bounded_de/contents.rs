//! The contents of sequences and maps, counted as they are read.

use std::{any::type_name, fmt};

use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use super::{BoundedDe, up};
use crate::wire::{
    limits::{ALLOCATION, Limits},
    value_error::ValueError,
};

/// The access to the contents of a collection, with the limits for all that passes through it.
pub(super) struct Contents<'a, A> {
    inner: A,
    limits: &'a mut Limits,
    /// For how many more elements there is room once there is one.
    spare: usize,
    /// What each element takes beside itself.
    beside: usize,
}

impl<'a, A> Contents<'a, A> {
    /// The contents of a `T`.
    pub(super) fn of<T>(inner: A, limits: &'a mut Limits) -> Self {
        let (spare, beside) = costs(type_name::<T>());
        Self {
            inner,
            limits,
            spare,
            beside,
        }
    }

    /// One more element, which began at that progress.
    fn count(&mut self, begun: (usize, usize)) -> Result<(), ValueError> {
        let counted = self.limits.element(begun);
        counted.map_err(|_| up::<&str>(self.limits)("too many"))
    }

    /// One more part of an element, of that size.
    fn add(&mut self, size: usize, beside: usize) -> Result<(), ValueError> {
        let size = size.saturating_mul(self.spare + 1).saturating_add(beside);
        let counted = self.limits.memory(size);
        counted.map_err(|_| up::<&str>(self.limits)("too large"))
    }
}

/// What the collections of the standard library allocate: room for how many elements beyond the first, and how many bytes for each.
///
/// The name is all that is known of a type. A name that changes costs precision only.
fn costs(name: &str) -> (usize, usize) {
    let is = |begin: &str| name.starts_with(begin);
    if is("alloc::collections::btree::") {
        // A node has room for eleven.
        (10, 0)
    } else if is("std::collections::hash::") {
        // The smallest table has room for four.
        (3, 0)
    } else if is("alloc::collections::linked_list::") {
        (0, 2 * size_of::<usize>() + ALLOCATION)
    } else {
        (0, 0)
    }
}

/// What a pointer to one value allocates beside it. Values that are larger than the pointer are counted when they are made.
fn pointer<T>() -> usize {
    let pointers = ["alloc::boxed::Box<", "alloc::rc::Rc<", "alloc::sync::Arc<"];
    let name = type_name::<T>();
    let is_pointer = pointers.iter().any(|begin| name.starts_with(begin));
    if is_pointer { ALLOCATION } else { 0 }
}

/// Reads what goes to a place of this size.
pub(super) fn read_to<T, E: fmt::Display>(
    size: usize,
    limits: &mut Limits,
    read: impl FnOnce(&mut Limits) -> Result<T, E>,
) -> Result<T, ValueError> {
    let place = limits.go_to(size);
    let part = read(limits);
    limits.back_to(place);
    part.map_err(up(limits))
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Contents<'_, A> {
    type Error = ValueError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ValueError> {
        let begun = self.limits.progress();
        let size = size_of::<T::Value>();
        let element = read_to(size, self.limits, |limits| {
            self.inner.next_element_seed(BoundedDe::new(seed, limits))
        })?;
        if element.is_some() {
            self.count(begun)?;
            self.add(size, self.beside + pointer::<T::Value>())?;
            self.spare = 0;
        }
        Ok(element)
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Contents<'_, A> {
    type Error = ValueError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ValueError> {
        let begun = self.limits.progress();
        let size = size_of::<K::Value>();
        let key = read_to(size, self.limits, |limits| {
            self.inner.next_key_seed(BoundedDe::new(seed, limits))
        })?;
        if key.is_some() {
            self.count(begun)?;
            self.add(size, self.beside + pointer::<K::Value>())?;
        }
        Ok(key)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, ValueError> {
        let size = size_of::<V::Value>();
        let value = read_to(size, self.limits, |limits| {
            self.inner.next_value_seed(BoundedDe::new(seed, limits))
        })?;
        self.add(size, pointer::<V::Value>())?;
        self.spare = 0;
        Ok(value)
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

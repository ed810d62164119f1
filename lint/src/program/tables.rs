//! Finds addresses of functions in data: in tables and in structures.

use std::ops::Range;

use super::{elf::Image, mentions::Mentions};

/// The values in data, found by their start addresses.
#[derive(Debug)]
pub(super) struct Tables<'a> {
    image: &'a Image<'a>,
    /// All addresses that code refers to, in order. Each value ends where the next one begins.
    bounds: Vec<u64>,
}

/// How many words of a value are read. A choice: longer tables of functions are rare, and a larger one would take what follows a value
/// without a known end for a part of it.
const LONGEST: u64 = 512;

impl<'a> Tables<'a> {
    pub(super) fn new(image: &'a Image<'a>, mentions: &[Mentions]) -> Self {
        let by_code = mentions.iter().flat_map(|mentions| &mentions.data);
        let by_code = by_code.map(|(_, address)| *address);
        let by_data = image.pointers.values().copied();
        let named = image.data_bounds.iter().copied();
        let all = by_code.chain(by_data).chain(named);
        let mut bounds: Vec<u64> = all.filter(|address| image.is_data(*address)).collect();
        bounds.sort_unstable();
        bounds.dedup();
        Self { image, bounds }
    }

    /// Where the address of a function is taken, directly or in data, and that function.
    pub(super) fn taken(&self, mentions: &Mentions) -> Vec<(u64, usize)> {
        let alone = mentions.taken.iter().copied();
        let in_data = mentions
            .data
            .iter()
            .flat_map(|(at, data)| self.held(*data).into_iter().map(|function| (*at, function)));
        alone
            .chain(in_data)
            .filter_map(|(at, address)| Some((at, self.image.starting_at(address)?)))
            .collect()
    }

    /// Where a table of methods (vtable) is used, and each method in it.
    pub(super) fn methods(&self, mentions: &Mentions) -> Vec<(u64, usize)> {
        let tables = mentions.data.iter();
        let tables = tables.filter_map(|(at, start)| Some((*at, self.value(*start)?)));
        tables
            .filter(|(_, value)| self.is_of_methods(value))
            .flat_map(|(at, value)| {
                let methods = self.pointers(value.start + 24..value.end);
                methods.into_iter().map(move |method| (at, method))
            })
            .filter_map(|(at, address)| Some((at, self.image.starting_at(address)?)))
            .collect()
    }

    /// The methods in all tables of methods, each with its distance from the start of its table.
    pub(super) fn all_methods(&self) -> impl Iterator<Item = (u64, usize)> {
        let values = self.bounds.iter().filter_map(|start| self.value(*start));
        let tables = values.filter(|value| self.is_of_methods(value));
        tables.flat_map(move |table| {
            let slots = (table.start + 24..table.end).step_by(8);
            slots.filter_map(move |slot| {
                let address = self.image.pointers.get(&slot)?;
                Some((slot - table.start, self.image.starting_at(*address)?))
            })
        })
    }

    /// The pointers in the value that begins at that address. Tables of methods are left out: their methods are called through `dyn`.
    fn held(&self, start: u64) -> Vec<u64> {
        let value = self.value(start);
        let value = value.filter(|value| !self.is_of_methods(value));
        value.map_or_else(Vec::new, |value| self.pointers(value))
    }

    /// The address range of the value that begins there.
    fn value(&self, start: u64) -> Option<Range<u64>> {
        let next = self.bounds.partition_point(|bound| *bound <= start);
        let longest = start.checked_add(LONGEST * 8)?;
        let end = self.bounds.get(next);
        Some(start..end.map_or(longest, |next| longest.min(*next)))
    }

    /// Whether it is a table of methods: it begins with a drop function, a size and an alignment, and is read-only.
    fn is_of_methods(&self, value: &Range<u64>) -> bool {
        let is_number = |offset| !self.image.pointers.contains_key(&(value.start + offset));
        let is_long = value.end - value.start > 24;
        is_long && is_number(8) && is_number(16) && !self.image.is_written(value.start)
    }

    fn pointers(&self, value: Range<u64>) -> Vec<u64> {
        let pointer = |at: u64| self.image.pointers.get(&at).copied();
        value.step_by(8).filter_map(pointer).collect()
    }
}

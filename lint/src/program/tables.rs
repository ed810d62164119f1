//! Finds addresses of functions in data: in tables and in structures.

use super::{elf::Image, mentions::Mentions};

/// The start addresses of data.
#[derive(Debug)]
pub(super) struct Tables<'a> {
    image: &'a Image<'a>,
    /// All addresses that code refers to, in order. Each value ends where the next one begins.
    bounds: Vec<u64>,
}

/// The longest value, in words. A longer one is no hand-written table. A choice.
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

    /// The places where the address of a function is taken, directly or in data, and that function.
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

    /// The pointers in the value that begins at that address.
    fn held(&self, start: u64) -> Vec<u64> {
        let next = self.bounds.partition_point(|bound| *bound <= start);
        let longest = start.saturating_add(LONGEST * 8);
        let end = self
            .bounds
            .get(next)
            .map_or(longest, |next| longest.min(*next));
        let pointer = |at: u64| self.image.pointers.get(&at).copied();
        // A table of methods begins with what drops the value, its size and its alignment. What is in it, `dyn` calls.
        let is_of_methods =
            end - start > 24 && pointer(start + 8).is_none() && pointer(start + 16).is_none();
        if is_of_methods {
            return Vec::new();
        }
        (start..end).step_by(8).filter_map(pointer).collect()
    }
}

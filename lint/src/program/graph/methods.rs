//! Methods that may be called through `dyn`.

use std::collections::BTreeMap;

use foldhash::HashMap;

use crate::program::{
    called_by::method_of_trait,
    debug::Debug,
    elf::Image,
    name::{Demangled, hands_on},
    tables::Tables,
};

/// The methods of the package in tables of methods, by their distance from the start of the table.
pub(super) struct Methods<'a> {
    by_distance: HashMap<u64, ByName<'a>>,
    names: &'a Demangled<'a>,
}

/// The functions of each name, with their symbols. Many types have methods of the same name.
pub(super) type ByName<'a> = BTreeMap<&'a str, Vec<(usize, &'a str)>>;

impl<'a> Methods<'a> {
    pub(super) fn new(
        image: &'a Image<'_>,
        debug: &'a Debug<'_>,
        tables: &Tables<'_>,
        names: &'a Demangled<'a>,
    ) -> Self {
        let mut by_distance: HashMap<u64, ByName<'a>> = HashMap::default();
        for (distance, function) in tables.all_methods() {
            let symbol = &*image.functions[function].symbol;
            if let Some(own) = debug.own(symbol).filter(|own| !own.is_closure()) {
                let there = by_distance.entry(distance).or_default();
                let functions = there.entry(own.ident()).or_default();
                functions.push((function, symbol));
            }
        }
        for functions in by_distance.values_mut().flat_map(BTreeMap::values_mut) {
            functions.sort_unstable();
            functions.dedup();
        }
        Self { by_distance, names }
    }

    pub(super) fn at(&self, distance: u64) -> Option<&ByName<'a>> {
        self.by_distance.get(&distance)
    }

    /// Those that the method of a box or a reference may call: the same method of what is in it.
    pub(super) fn handed_on(&self, outer: &str, all: &ByName<'a>) -> Vec<usize> {
        let Some((type_, of, method)) = method_of_trait(outer) else {
            return Vec::new();
        };
        if !hands_on(type_.trim_start_matches('<')) {
            return Vec::new();
        }
        let is_same = |symbol: &'a str| {
            let inner = self.names.of(symbol);
            method_of_trait(&inner).is_some_and(|(_, it, _)| it == of)
        };
        let named = all.get(method).into_iter().flatten();
        let same = named.filter(|(_, symbol)| is_same(symbol));
        same.map(|(function, _)| *function).collect()
    }
}

//! Reads debug information: which functions belong to the package, which are bodies of async code, and the line of each call.

mod collector;
mod entry;
mod inlined;

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use collector::Collector;
use entry::Slice;
use foldhash::{HashMap, HashSet};
use gimli::{EndianSlice, RunTimeEndian};
use inlined::InlinedCalls;

use super::{
    adopted::adopted,
    elf::Image,
    line::{Location, Own},
    unreadable::Missing,
};

/// The sections. Everything else borrows from them.
pub(crate) struct Sections<'a> {
    sections: gimli::DwarfSections<Cow<'a, [u8]>>,
    endian: RunTimeEndian,
}

impl<'a> Sections<'a> {
    pub(crate) fn load(image: &Image<'a>) -> Result<Self, String> {
        let load = |id: gimli::SectionId| image.debug_section(id.name());
        let endian = if image.is_little_endian() {
            RunTimeEndian::Little
        } else {
            RunTimeEndian::Big
        };
        let sections = gimli::DwarfSections::load(load)?;
        Ok(Self { sections, endian })
    }

    fn dwarf(&self) -> gimli::Dwarf<Slice<'_>> {
        self.sections
            .borrow(|section| EndianSlice::new(section, self.endian))
    }
}

pub(crate) struct Debug<'s> {
    inlined: InlinedCalls<'s>,
    lines: addr2line::Context<Slice<'s>>,
    /// The functions of the package, by symbol.
    pub(crate) own: HashMap<&'s str, Own>,
    /// The start addresses of functions with an inlined async body, and of those that may have inlined code of the package.
    pub(crate) with_inlined_async: HashSet<u64>,
    pub(crate) with_inlined: HashSet<u64>,
    /// The entries of async bodies of other crates, by symbol.
    pub(crate) foreign_async: HashMap<&'s str, u64>,
    /// The files of the package that have code in the program.
    pub(crate) files: HashSet<PathBuf>,
    /// Which information the program lacks.
    pub(crate) missing: Option<Missing>,
}

/// A function on the stack at one instruction: its symbol and its current line.
pub(crate) struct Frame<'a> {
    pub(crate) symbol: &'a str,
    pub(crate) place: Option<Location<'a>>,
}

impl<'s> Debug<'s> {
    pub(crate) fn read(
        sections: &'s Sections<'_>,
        is_own: &dyn Fn(&Path) -> bool,
    ) -> Result<Self, gimli::Error> {
        let mut collector = Collector::new(is_own);
        let dwarf = sections.dwarf();
        let mut units = dwarf.units();
        while let Some(header) = units.next()? {
            let unit = dwarf.unit(header)?;
            collector.unit(&unit.unit_ref(&dwarf))?;
        }
        for (symbol, at, own) in adopted(&collector.own, &mut collector.foreign_async) {
            collector.bodies.insert(at);
            collector.own.insert(symbol, own);
        }
        collector.inlined.sort();
        Ok(Self {
            lines: addr2line::Context::from_dwarf(sections.dwarf())?,
            with_inlined_async: collector.inlined.around(&collector.bodies),
            missing: collector.missing(),
            inlined: collector.inlined,
            with_inlined: collector.with_inlined,
            files: collector.files,
            own: collector.own,
            foreign_async: collector.foreign_async,
        })
    }

    /// The function of the package that has the symbol.
    pub(super) fn own(&self, symbol: &str) -> Option<&Own> {
        self.own.get(symbol)
    }

    /// The functions to which the instruction at `address` belongs, innermost first. The last one is not inlined, and has no symbol here.
    pub(crate) fn frames(&self, address: u64) -> Vec<Frame<'_>> {
        let location = self.lines.find_location(address).ok().flatten();
        let mut place = location.and_then(|location| {
            Some(Location {
                file: location.file?,
                line: location.line?,
            })
        });
        let mut found = Vec::new();
        for call in self.inlined.at(address).iter().rev() {
            let symbol = self.inlined.symbol(call);
            found.push(Frame { symbol, place });
            place = self.inlined.place(call);
        }
        found.push(Frame { symbol: "", place });
        found
    }
}

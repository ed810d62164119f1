//! Reads debug information: which functions belong to the package, which are bodies of async code, and the line of each call.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use gimli::{AttributeValue, EndianSlice, RunTimeEndian};

use super::{
    adopted::adopted,
    elf::Image,
    line::{Line, Own, resolved},
    unreadable::Missing,
};

type Slice<'s> = EndianSlice<'s, RunTimeEndian>;

/// The sections. Everything else borrows from them.
pub(crate) struct Sections<'a> {
    sections: gimli::DwarfSections<Cow<'a, [u8]>>,
    endian: RunTimeEndian,
}

impl<'a> Sections<'a> {
    pub(crate) fn load(image: &Image<'a>) -> Self {
        let load = |id: gimli::SectionId| Ok::<_, gimli::Error>(image.debug_section(id.name()));
        let endian = if image.is_little_endian() {
            RunTimeEndian::Little
        } else {
            RunTimeEndian::Big
        };
        let sections = gimli::DwarfSections::load(load).unwrap_or_default();
        Self { sections, endian }
    }

    fn dwarf(&self) -> gimli::Dwarf<Slice<'_>> {
        self.sections
            .borrow(|section| EndianSlice::new(section, self.endian))
    }
}

pub(crate) struct Debug<'s> {
    lines: addr2line::Context<Slice<'s>>,
    /// By symbol.
    pub(crate) own: HashMap<String, Own>,
    /// The start addresses of functions with an inlined async body, and of those that may have inlined code of the package.
    pub(crate) with_inlined_async: HashSet<u64>,
    pub(crate) with_inlined: HashSet<u64>,
    /// Bodies of async code of other crates, by symbol.
    pub(crate) foreign_async: HashMap<String, u64>,
    /// The files of the package that have code in the program.
    pub(crate) files: HashSet<PathBuf>,
    /// Which parts of this are missing.
    pub(crate) missing: Option<Missing>,
}

/// A function on the stack at one instruction: its symbol and its current line.
pub(crate) struct Frame {
    pub(crate) symbol: String,
    pub(crate) line: Option<Line>,
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
        Ok(Self {
            lines: addr2line::Context::from_dwarf(sections.dwarf())?,
            with_inlined_async: collector.with_inlined_async(),
            missing: collector.missing(),
            with_inlined: collector.with_inlined,
            files: collector.files,
            own: collector.own,
            foreign_async: collector.foreign_async,
        })
    }

    /// The functions to which the instruction at `address` belongs, innermost first.
    pub(crate) fn frames(&self, address: u64) -> Vec<Frame> {
        let mut found = Vec::new();
        let Ok(mut frames) = self.lines.find_frames(address).skip_all_loads() else {
            return found;
        };
        while let Ok(Some(frame)) = frames.next() {
            let symbol = frame
                .function
                .and_then(|function| function.raw_name().ok().map(Cow::into_owned));
            let line = frame.location.and_then(|location| {
                Some(Line {
                    file: resolved(Path::new(location.file?)),
                    line: location.line?,
                })
            });
            found.push(Frame {
                symbol: symbol.unwrap_or_default(),
                line,
            });
        }
        found
    }
}

/// Visits all functions once.
struct Collector<'a> {
    is_own: &'a dyn Fn(&Path) -> bool,
    own: HashMap<String, Own>,
    files: HashSet<PathBuf>,
    is_split: bool,
    /// Entries of bodies of async code, and inlined functions with the function around them.
    bodies: HashSet<u64>,
    inlined: Vec<(u64, u64)>,
    with_inlined: HashSet<u64>,
    /// Bodies of async code in files of other crates, and their entries.
    foreign_async: HashMap<String, u64>,
}

#[derive(Default)]
struct Entry<'s> {
    name: Option<Slice<'s>>,
    symbol: Option<Slice<'s>>,
    file: Option<u64>,
    line: Option<u64>,
    start: Option<u64>,
    origin: Option<u64>,
}

impl<'a> Collector<'a> {
    fn new(is_own: &'a dyn Fn(&Path) -> bool) -> Self {
        Self {
            is_own,
            own: HashMap::new(),
            files: HashSet::new(),
            is_split: false,
            bodies: HashSet::new(),
            inlined: Vec::new(),
            with_inlined: HashSet::new(),
            foreign_async: HashMap::new(),
        }
    }

    fn unit(&mut self, unit: &gimli::UnitRef<'_, Slice<'_>>) -> Result<(), gimli::Error> {
        let files = self.own_files(unit);
        // Of other packages the symbols are enough.
        self.is_split |= unit.dwo_id.is_some() && !files.is_empty();
        self.files.extend(files.values().cloned());
        let mut around = 0;
        let mut entries = unit.entries_raw(None)?;
        while !entries.is_empty() {
            let offset = entries.next_offset();
            let Some(abbreviation) = entries.read_abbreviation()? else {
                continue;
            };
            let tag = abbreviation.tag();
            if tag != gimli::DW_TAG_subprogram && tag != gimli::DW_TAG_inlined_subroutine {
                entries.skip_attributes(abbreviation.attributes())?;
                continue;
            }
            let mut entry = Entry::default();
            for specification in abbreviation.attributes() {
                let attribute = entries.read_attribute(*specification)?;
                entry.take(unit, attribute.name(), &attribute.value());
            }
            if tag == gimli::DW_TAG_inlined_subroutine {
                self.inlined
                    .extend(entry.origin.map(|origin| (origin, around)));
                self.with_inlined
                    .extend((!files.is_empty()).then_some(around));
                continue;
            }
            around = entry.start.unwrap_or(around);
            if let Some(at) = offset.to_debug_info_offset(&unit.header) {
                self.function(&entry, at.0 as u64, &files);
            }
        }
        Ok(())
    }

    fn function(&mut self, entry: &Entry<'_>, at: u64, files: &HashMap<u64, PathBuf>) {
        let (Some(name), Some(symbol), Some(file)) = (entry.name, entry.symbol, entry.file) else {
            return;
        };
        let Some(file) = files.get(&file) else {
            if name.slice().starts_with(Own::ASYNC.as_bytes()) {
                let symbol = symbol.to_string_lossy().into_owned();
                self.foreign_async.insert(symbol, at);
            }
            return;
        };
        let own = Own {
            name: name.to_string_lossy().into_owned(),
            line: Line {
                file: file.clone(),
                line: u32::try_from(entry.line.unwrap_or(0)).unwrap_or(0),
            },
        };
        if own.is_async() {
            self.bodies.insert(at);
        }
        self.own.insert(symbol.to_string_lossy().into_owned(), own);
    }

    /// The files of the package in `unit`, by number.
    fn own_files(&self, unit: &gimli::UnitRef<'_, Slice<'_>>) -> HashMap<u64, PathBuf> {
        let Some(program) = &unit.line_program else {
            return HashMap::new();
        };
        let header = program.header();
        (0..=header.file_names().len() as u64)
            .filter_map(|index| Some((index, path(unit, header, header.file(index)?)?)))
            .filter(|(_, path)| (self.is_own)(path))
            .collect()
    }

    /// Every program has at least its `main` in a file of its package.
    fn missing(&self) -> Option<Missing> {
        if self.is_split {
            return Some(Missing::Split);
        }
        self.own.is_empty().then_some(Missing::Debug)
    }

    fn with_inlined_async(&self) -> HashSet<u64> {
        self.inlined
            .iter()
            .filter(|(origin, _)| self.bodies.contains(origin))
            .map(|(_, around)| *around)
            .collect()
    }
}

fn path<'s>(
    unit: &gimli::UnitRef<'_, Slice<'s>>,
    header: &gimli::LineProgramHeader<Slice<'s>>,
    file: &gimli::FileEntry<Slice<'s>>,
) -> Option<PathBuf> {
    let text = |value| Some(unit.attr_string(value).ok()?.to_string_lossy().into_owned());
    let mut path = unit
        .comp_dir
        .map(|directory| PathBuf::from(directory.to_string_lossy().into_owned()))
        .unwrap_or_default();
    if let Some(directory) = file.directory(header) {
        path.push(text(directory)?);
    }
    path.push(text(file.path_name())?);
    Some(resolved(&path))
}

impl<'s> Entry<'s> {
    fn take(
        &mut self,
        unit: &gimli::UnitRef<'_, Slice<'s>>,
        name: gimli::DwAt,
        value: &AttributeValue<Slice<'s>>,
    ) {
        match name {
            gimli::DW_AT_name => self.name = unit.attr_string(*value).ok(),
            // DWARF 2 and 3, as for Android, have the second.
            gimli::DW_AT_linkage_name | gimli::DW_AT_MIPS_linkage_name => {
                self.symbol = unit.attr_string(*value).ok();
            }
            gimli::DW_AT_decl_file => {
                self.file = value.udata_value().or(match value {
                    AttributeValue::FileIndex(index) => Some(*index),
                    _ => None,
                });
            }
            gimli::DW_AT_decl_line => self.line = value.udata_value(),
            gimli::DW_AT_low_pc => self.start = unit.attr_address(*value).ok().flatten(),
            gimli::DW_AT_abstract_origin => {
                self.origin = match value {
                    AttributeValue::UnitRef(offset) => offset
                        .to_debug_info_offset(&unit.header)
                        .map(|offset| offset.0 as u64),
                    AttributeValue::DebugInfoRef(offset) => Some(offset.0 as u64),
                    _ => None,
                };
            }
            _ => {}
        }
    }
}

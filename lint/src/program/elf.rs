//! The sections, functions and pointers of an ELF file.

use std::{borrow::Cow, ops::Range};

use foldhash::HashMap;
use object::{
    Architecture, Object as _, ObjectSection as _, ObjectSymbol as _, RelocationTarget,
    SectionKind, SymbolKind, elf::R_AARCH64_RELATIVE, elf::R_X86_64_RELATIVE,
};

use super::{
    compressed::decompressed,
    consistent,
    linked::{is_std_elsewhere, packed_pointers},
    unreadable::damaged,
};

/// A function in machine code.
#[derive(Debug)]
pub(crate) struct MachineFunction {
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// Its symbol in the program.
    pub(crate) symbol: String,
}

/// The parsed program.
#[derive(Debug)]
pub(crate) struct Image<'a> {
    file: object::File<'a>,
    pub(crate) machine: Machine,
    /// In the order of their addresses. No two overlap.
    pub(crate) functions: Vec<MachineFunction>,
    by_start: HashMap<u64, usize>,
    /// The pointers in the program's data after it is loaded, by their addresses.
    pub(crate) pointers: HashMap<u64, u64>,
    /// The pointers in data such as method tables. Those in the linker's table of calls (GOT) are left out.
    pub(crate) stored: Vec<u64>,
    /// Sections that may hold addresses of functions, with the bounds of the named items in them.
    data: Vec<Range<u64>>,
    /// Those of these sections that the program may write to.
    written: Vec<Range<u64>>,
    pub(crate) data_bounds: Vec<u64>,
    pub(crate) is_std_elsewhere: bool,
    text: Vec<Text<'a>>,
}

/// The address and the bytes of a section of code.
type Text<'a> = (u64, Cow<'a, [u8]>);

/// The kind of machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Machine {
    X86_64,
    Aarch64,
}

impl<'a> Image<'a> {
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, String> {
        let file = object::File::parse(bytes).map_err(|error| not_parsed(bytes, error))?;
        let machine = match file.architecture() {
            Architecture::X86_64 => Machine::X86_64,
            Architecture::Aarch64 => Machine::Aarch64,
            other => {
                return Err(format!(
                    "code for {other:?} is not read yet, for x86_64 and aarch64 it is"
                ));
            }
        };
        consistent::check(&file).map_err(damaged)?;
        let text = text(&file)?;
        let functions = functions(&file, &text);
        let pointers = pointers(&file);
        let stored = stored(&file, &pointers);
        Ok(Self {
            data: data(&file, |name| name.starts_with(".data")),
            written: data(&file, |name| name == ".data"),
            data_bounds: data_bounds(&file),
            is_std_elsewhere: is_std_elsewhere(&file),
            file,
            machine,
            by_start: by_start(&functions),
            functions,
            pointers,
            stored,
            text,
        })
    }

    /// The instructions of `function`.
    pub(crate) fn code(&self, function: &MachineFunction) -> &[u8] {
        let section = self.text.iter().find(|section| holds(section, function));
        let Some((start, bytes)) = section else {
            return &[];
        };
        let offset = |address: u64| usize::try_from(address - start).unwrap_or(usize::MAX);
        bytes
            .get(offset(function.start)..offset(function.end).min(bytes.len()))
            .unwrap_or(&[])
    }

    /// The index of the function that begins at `address`.
    pub(crate) fn starting_at(&self, address: u64) -> Option<usize> {
        self.by_start.get(&address).copied()
    }

    /// Whether `address` is in data that may hold addresses of functions.
    pub(crate) fn is_data(&self, address: u64) -> bool {
        self.data.iter().any(|section| section.contains(&address))
    }

    /// Whether the program may write to that address.
    pub(crate) fn is_written(&self, address: u64) -> bool {
        self.written
            .iter()
            .any(|section| section.contains(&address))
    }

    /// Whether there is a function or such data at that address.
    pub(crate) fn is_mentioned(&self, address: u64) -> bool {
        self.starting_at(address).is_some() || self.is_data(address)
    }

    /// The section of that name, decompressed. Empty if there is none.
    pub(crate) fn debug_section(&self, name: &str) -> Result<Cow<'a, [u8]>, String> {
        let section = self.file.section_by_name(name);
        section.map_or(Ok(Cow::default()), |section| {
            let why = |error| format!("section {name}: {error}");
            section
                .compressed_data()
                .map_err(|error| why(error.to_string()))
                .and_then(|data| decompressed(data).map_err(why))
        })
    }

    pub(crate) fn is_little_endian(&self) -> bool {
        self.file.is_little_endian()
    }
}

/// Why the file is not read. For other formats the parser would say only that it does not know them.
fn not_parsed(bytes: &[u8], error: object::Error) -> String {
    if bytes.starts_with(&object::elf::ELFMAG) {
        return damaged(error);
    }
    format!("it is no ELF program, and others are not read yet ({error})")
}

fn text<'a>(file: &object::File<'a>) -> Result<Vec<Text<'a>>, String> {
    file.sections()
        .filter(|section| section.kind() == SectionKind::Text)
        .map(|section| {
            let bytes = section.data().map_err(|error| error.to_string())?;
            Ok((section.address(), Cow::Borrowed(bytes)))
        })
        .collect()
}

fn functions(file: &object::File<'_>, text: &[Text<'_>]) -> Vec<MachineFunction> {
    let mut functions: Vec<MachineFunction> = file
        .symbols()
        .filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.address() != 0)
        .filter_map(|symbol| {
            Some(MachineFunction {
                start: symbol.address(),
                end: symbol.address().checked_add(symbol.size())?,
                symbol: of_source(symbol.name().ok()?).to_owned(),
            })
        })
        .filter(|function| text.iter().any(|section| holds(section, function)))
        .collect();
    // One address may have several names. The shortest has no suffix of the compiler.
    functions.sort_by(|a, b| {
        (a.start, a.symbol.len(), &a.symbol).cmp(&(b.start, b.symbol.len(), &b.symbol))
    });
    functions.dedup_by_key(|function| function.start);
    let starts: Vec<u64> = functions.iter().skip(1).map(|next| next.start).collect();
    for (function, next) in functions.iter_mut().zip(starts) {
        // A symbol without a size, from assembly, ends where the next one begins.
        if function.end == function.start || function.end > next {
            function.end = next;
        }
    }
    functions
}

fn by_start(functions: &[MachineFunction]) -> HashMap<u64, usize> {
    let all = functions.iter().enumerate();
    all.map(|(index, function)| (function.start, index))
        .collect()
}

fn data(file: &object::File<'_>, is_one: impl Fn(&str) -> bool) -> Vec<Range<u64>> {
    let sections = file.sections();
    let data = sections.filter(|section| section.name().is_ok_and(&is_one));
    data.map(|section| section.address()..section.address().saturating_add(section.size()))
        .collect()
}

fn data_bounds(file: &object::File<'_>) -> Vec<u64> {
    let symbols = file.symbols();
    let data = symbols.filter(|symbol| symbol.kind() == SymbolKind::Data);
    data.flat_map(|symbol| {
        [
            symbol.address(),
            symbol.address().saturating_add(symbol.size()),
        ]
    })
    .collect()
}

/// The symbol as debug information has it: without the suffix that link-time optimisation adds to functions that units share.
fn of_source(symbol: &str) -> &str {
    symbol.split_once(".llvm.").map_or(symbol, |(name, _)| name)
}

fn holds((start, bytes): &Text<'_>, function: &MachineFunction) -> bool {
    let inside = function.start.checked_sub(*start);
    inside.is_some_and(|offset| offset < bytes.len() as u64)
}

/// The pointers that the loader writes, from relocations with an address or with a symbol.
fn pointers(file: &object::File<'_>) -> HashMap<u64, u64> {
    let mut pointers = HashMap::default();
    for (slot, relocation) in file.dynamic_relocations().into_iter().flatten() {
        let by_name = match relocation.target() {
            RelocationTarget::Symbol(symbol) => file
                .dynamic_symbol_table()
                .and_then(|table| object::ObjectSymbolTable::symbol_by_index(&table, symbol).ok())
                .map_or(0, |symbol| symbol.address()),
            _ => 0,
        };
        let is_relative = matches!(
            relocation.flags(),
            object::RelocationFlags::Elf {
                r_type: R_X86_64_RELATIVE | R_AARCH64_RELATIVE
            }
        );
        let addend = if is_relative || by_name != 0 {
            relocation.addend()
        } else {
            0
        };
        let value = by_name.wrapping_add_signed(addend);
        if value != 0 {
            pointers.insert(slot, value);
        }
    }
    pointers.extend(static_pointers(file));
    pointers.extend(packed_pointers(file));
    pointers
}

/// The pointers of a program with fixed addresses: they are in the file, and there are no relocations.
fn static_pointers(file: &object::File<'_>) -> HashMap<u64, u64> {
    let mut pointers = HashMap::default();
    if file.kind() != object::ObjectKind::Executable {
        return pointers;
    }
    for section in file.sections() {
        let name = section.name().unwrap_or_default();
        if !(name.starts_with(".got") || name.starts_with(".data.rel.ro")) {
            continue;
        }
        let words = section.data().unwrap_or_default().chunks_exact(8);
        for (index, word) in words.enumerate() {
            let value = word.try_into().map_or(0, u64::from_le_bytes);
            if value != 0 {
                pointers.insert(section.address().wrapping_add(8 * index as u64), value);
            }
        }
    }
    pointers
}

fn stored(file: &object::File<'_>, pointers: &HashMap<u64, u64>) -> Vec<u64> {
    let tables: Vec<(u64, u64)> = file
        .sections()
        .filter(|section| section.name().is_ok_and(|name| name.starts_with(".got")))
        .map(|section| {
            (
                section.address(),
                section.address().saturating_add(section.size()),
            )
        })
        .collect();
    let in_table = |slot: u64| {
        tables
            .iter()
            .any(|(start, end)| (*start..*end).contains(&slot))
    };
    let stored = pointers.iter().filter(|(slot, _)| !in_table(**slot));
    stored.map(|(_, value)| *value).collect()
}

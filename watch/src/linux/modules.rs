//! The program and its libraries: where they are in memory, and their unwind tables.

use std::{
    cell::Cell,
    fs,
    fs::File,
    io,
    ops::Range,
    path::PathBuf,
    sync::{Arc, LazyLock, Mutex},
};

use framehop::{
    ExplicitModuleSectionInfo, Module as Tables, Unwinder as _,
    x86_64::{CacheX86_64, UnwinderX86_64},
};
use gimli::{BaseAddresses, EhFrame, EhFrameHdr, NativeEndian, UnwindSection as _};
use object::{Object as _, ObjectSection as _, ObjectSegment as _};

use super::{
    guarded::guarded,
    sections::{self, Elf, FileId, PROGRAM},
};

/// A mapped file that has code.
pub(crate) struct Module {
    pub(crate) path: PathBuf,
    pub(crate) id: FileId,
    /// Where its code is.
    pub(crate) code: Range<u64>,
    /// The difference between an address in memory and the same address in the file.
    pub(crate) bias: u64,
    index: Section,
    frames: Section,
    text: u64,
}

/// The bytes of a section, and where the file has them.
#[derive(Clone, Default)]
struct Section {
    address: u64,
    bytes: Arc<[u8]>,
}

/// All watches of the process share it, because they read the stacks of the same program.
pub(crate) static MODULES: LazyLock<Mutex<Modules>> = LazyLock::new(|| Mutex::new(Modules::new()));

/// All modules, and the unwinder over them.
pub(crate) struct Modules {
    pub(crate) unwinder: UnwinderX86_64<Arc<[u8]>>,
    pub(crate) cache: CacheX86_64,
    all: Vec<Module>,
    /// The last address that was looked up in unwind tables, to find the module whose tables made a reader panic.
    pub(crate) reading: Cell<u64>,
    /// The mappings whose files could not be opened. They are tried again at each look, since a process may have no descriptor left for a
    /// while.
    missing: Vec<Mapping>,
    /// The mappings when they were read, to see whether there are new ones.
    maps: String,
    /// How often they were read.
    pub(crate) version: u64,
}

impl Modules {
    pub(crate) fn new() -> Self {
        Self {
            unwinder: UnwinderX86_64::new(),
            cache: CacheX86_64::new(),
            all: Vec::new(),
            reading: Cell::new(0),
            missing: Vec::new(),
            maps: String::new(),
            version: 0,
        }
    }

    /// The modules of this program, with its file read from another path.
    #[cfg(test)]
    pub(crate) fn with_program_at(path: &std::path::Path) -> Self {
        let mut modules = Self::new();
        modules.missing = mappings(&fs::read_to_string("/proc/self/maps").unwrap());
        for mapping in &mut modules.missing {
            if mapping.path == std::path::Path::new(PROGRAM) {
                mapping.path = path.to_owned();
            }
        }
        modules.load_missing();
        modules
    }

    /// Reads the mappings again if they have changed, since libraries are loaded and unloaded.
    pub(crate) fn refresh(&mut self) {
        let maps = fs::read("/proc/self/maps").unwrap_or_default();
        // One file name that is not UTF-8 must not hide all others.
        let maps = String::from_utf8_lossy(&maps);
        let code: String = maps
            .lines()
            .filter(|line| is_code(line))
            .collect::<Vec<_>>()
            .join("\n");
        if code != self.maps {
            let version = self.version + 1;
            *self = Self::new();
            self.missing = mappings(&code);
            (self.maps, self.version) = (code, version);
        }
        self.load_missing();
    }

    fn load_missing(&mut self) {
        let before = self.all.len();
        for mapping in std::mem::take(&mut self.missing) {
            if guarded(|| self.load(&mapping)).is_some_and(|it| it.is_err()) {
                self.missing.push(mapping);
            }
        }
        self.version += u64::from(self.all.len() > before);
    }

    fn load(&mut self, mapping: &Mapping) -> io::Result<()> {
        if let Some(module) = Module::load(mapping)? {
            self.unwinder.add_module(module.tables());
            self.all.push(module);
        }
        Ok(())
    }

    /// Drops the unwind tables that were read last: reading them panicked, and would again for each thread at each look. The names of that
    /// module can still be read.
    pub(crate) fn forget_tables(&mut self) {
        let address = self.reading.get();
        let module = self.all.iter_mut().find(|it| it.code.contains(&address));
        if let Some(module) = module {
            self.unwinder.remove_module(module.code.start);
            (module.index, module.frames) = Default::default();
        }
    }

    pub(crate) fn find(&self, address: u64) -> Option<&Module> {
        self.all
            .iter()
            .find(|module| module.code.contains(&address))
    }

    /// Where the function that holds `address` starts, in memory.
    pub(crate) fn function_start(&self, address: u64) -> Option<u64> {
        let module = self.find(address)?;
        self.reading.set(address);
        module
            .function_start(address.wrapping_sub(module.bias))?
            .checked_add(module.bias)
    }
}

/// One line of `/proc/self/maps`.
struct Mapping {
    range: Range<u64>,
    offset: u64,
    path: PathBuf,
}

/// Whether the line is that of a file with code. Programs that make code map memory all the time, under no name or under that of a file in
/// memory, and nothing can be read of either.
fn is_code(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let has_code = words.nth(1).is_some_and(|rights| rights.contains('x'));
    let path = words.nth(3);
    has_code && path.is_some_and(|path| path.starts_with('/') && !path.starts_with("/memfd:"))
}

fn mappings(maps: &str) -> Vec<Mapping> {
    maps.lines().filter_map(mapping).collect()
}

fn mapping(line: &str) -> Option<Mapping> {
    let mut words = line.splitn(6, ' ');
    let (range, _rights, offset) = (words.next()?, words.next()?, words.next()?);
    let path = words.nth(2)?.trim_start();
    let (start, end) = range.split_once('-')?;
    let hex = |text| u64::from_str_radix(text, 16).ok();
    let mapping = Mapping {
        range: hex(start)?..hex(end)?,
        offset: hex(offset)?,
        path: file(path)?,
    };
    Some(mapping)
}

/// Where to open the file.
fn file(path: &str) -> Option<PathBuf> {
    let exe = fs::read_link(PROGRAM).unwrap_or_default();
    // The kernel writes it like this in a list of lines.
    if exe.to_string_lossy().replace('\n', "\\012") == path {
        return Some(PROGRAM.into());
    }
    path.starts_with('/').then(|| path.into())
}

impl Module {
    /// An error if the file cannot be opened, and `None` if it does not have the code.
    fn load(mapping: &Mapping) -> io::Result<Option<Self>> {
        let file = sections::open(&mapping.path)?;
        let id = FileId::of(&mapping.path, &file)?;
        let module = sections::with_elf(&file, |elf| Self::of(mapping, id, elf, &file));
        Ok(module)
    }

    fn of(mapping: &Mapping, id: FileId, elf: &Elf<'_>, file: &File) -> Option<Self> {
        let at_offset = address_of_offset(elf, mapping.offset)?;
        let section = |name| {
            Some(Section {
                address: elf.section_by_name(name)?.address(),
                bytes: sections::bytes(elf, file, name)?,
            })
        };
        Some(Self {
            path: mapping.path.clone(),
            id,
            code: mapping.range.clone(),
            bias: mapping
                .range
                .start
                .wrapping_sub(mapping.offset)
                .wrapping_sub(at_offset),
            index: section(".eh_frame_hdr").unwrap_or_default(),
            frames: section(".eh_frame").unwrap_or_default(),
            text: elf.section_by_name(".text").map_or(0, |it| it.address()),
        })
    }

    fn tables(&self) -> Tables<Arc<[u8]>> {
        // A damaged file may have any address.
        let end = |section: &Section| section.address.wrapping_add(section.bytes.len() as u64);
        let range = |section: &Section| section.address..end(section);
        let bytes =
            |section: &Section| (!section.bytes.is_empty()).then(|| Arc::clone(&section.bytes));
        let sections = ExplicitModuleSectionInfo {
            base_svma: 0,
            text_svma: Some(self.text..self.code.end.wrapping_sub(self.bias)),
            eh_frame_svma: Some(range(&self.frames)),
            eh_frame: bytes(&self.frames),
            eh_frame_hdr_svma: Some(range(&self.index)),
            eh_frame_hdr: bytes(&self.index),
            ..Default::default()
        };
        Tables::new(String::new(), self.code.clone(), self.bias, sections)
    }

    fn function_start(&self, address: u64) -> Option<u64> {
        let bases = BaseAddresses::default()
            .set_eh_frame_hdr(self.index.address)
            .set_eh_frame(self.frames.address)
            .set_text(self.text);
        let index = EhFrameHdr::new(&self.index.bytes, NativeEndian)
            .parse(&bases, 8)
            .ok()?;
        let frames = EhFrame::new(&self.frames.bytes, NativeEndian);
        let entry =
            index
                .table()?
                .fde_for_address(&frames, &bases, address, EhFrame::cie_from_offset);
        entry.ok().map(|entry| entry.initial_address())
    }
}

/// How much higher than its offset in the file the code at this offset is.
fn address_of_offset(elf: &Elf<'_>, offset: u64) -> Option<u64> {
    // The kernel maps whole pages, so that a mapping may start in the file before its segment does.
    let is_it =
        |start: u64, length: u64| (start & !0xfff..start.saturating_add(length)).contains(&offset);
    let segment = elf.segments().find(|segment| {
        let object::SegmentFlags::Elf { p_flags } = segment.flags() else {
            return false;
        };
        let (start, length) = segment.file_range();
        p_flags & object::elf::PF_X != 0 && is_it(start, length)
    })?;
    Some(segment.address().wrapping_sub(segment.file_range().0))
}

#[cfg(test)]
mod tests;

//! The attributes of one function, or of one call that was inlined.

use gimli::{AttributeValue, EndianSlice, RunTimeEndian};

/// Bytes of a section.
pub(super) type Slice<'s> = EndianSlice<'s, RunTimeEndian>;

/// Those that are needed. Strings and ranges are looked up later, because those of most functions are not needed.
#[derive(Default)]
pub(super) struct Entry<'s> {
    pub(super) name: Option<AttributeValue<Slice<'s>>>,
    pub(super) symbol: Option<AttributeValue<Slice<'s>>>,
    pub(super) file: Option<u64>,
    pub(super) line: Option<u64>,
    low: Option<u64>,
    high: Option<High>,
    ranges: Option<AttributeValue<Slice<'s>>>,
    /// The entry that has the rest.
    pub(super) origin: Option<u64>,
    pub(super) call_file: Option<u64>,
    pub(super) call_line: Option<u64>,
}

/// Where the code ends.
enum High {
    At(u64),
    After(u64),
}

impl<'s> Entry<'s> {
    /// The entry whose abbreviation was read.
    pub(super) fn read(
        unit: &gimli::UnitRef<'_, Slice<'s>>,
        entries: &mut gimli::EntriesRaw<'_, '_, Slice<'s>>,
        abbreviation: &gimli::Abbreviation,
    ) -> Result<Self, gimli::Error> {
        let mut entry = Self::default();
        for specification in abbreviation.attributes() {
            let attribute = entries.read_attribute(*specification)?;
            entry.take(unit, attribute.name(), &attribute.value());
        }
        Ok(entry)
    }

    fn take(
        &mut self,
        unit: &gimli::UnitRef<'_, Slice<'s>>,
        name: gimli::DwAt,
        value: &AttributeValue<Slice<'s>>,
    ) {
        let address = || unit.attr_address(*value).ok().flatten();
        let file = || match value {
            AttributeValue::FileIndex(index) => Some(*index),
            _ => value.udata_value(),
        };
        match name {
            gimli::DW_AT_name => self.name = Some(*value),
            // DWARF 2 and 3, as for Android, have the second.
            gimli::DW_AT_linkage_name | gimli::DW_AT_MIPS_linkage_name => {
                self.symbol = Some(*value);
            }
            gimli::DW_AT_decl_file => self.file = file(),
            gimli::DW_AT_decl_line => self.line = value.udata_value(),
            gimli::DW_AT_call_file => self.call_file = file(),
            gimli::DW_AT_call_line => self.call_line = value.udata_value(),
            gimli::DW_AT_low_pc => self.low = address(),
            gimli::DW_AT_high_pc => {
                let size = || value.udata_value().map(High::After);
                self.high = address().map(High::At).or_else(size);
            }
            gimli::DW_AT_ranges => self.ranges = Some(*value),
            gimli::DW_AT_abstract_origin | gimli::DW_AT_specification => {
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

    /// Whether it says where its code is.
    pub(super) fn has_code(&self) -> bool {
        self.low.is_some() || self.ranges.is_some()
    }

    /// Adds the parts of its code.
    pub(super) fn code(&self, unit: &gimli::UnitRef<'_, Slice<'s>>, parts: &mut Vec<(u64, u64)>) {
        let mut add = |start: u64, end: u64| {
            if start < end {
                parts.push((start, end));
            }
        };
        if let Some(value) = self.ranges {
            let Ok(Some(mut ranges)) = unit.attr_ranges(value) else {
                return;
            };
            while let Ok(Some(range)) = ranges.next() {
                add(range.begin, range.end);
            }
        } else if let (Some(low), Some(high)) = (self.low, &self.high) {
            match high {
                High::At(end) => add(low, *end),
                High::After(size) => add(low, low.wrapping_add(*size)),
            }
        }
    }
}

/// What is no text is a name that nobody has.
pub(super) fn text(slice: Slice<'_>) -> &str {
    std::str::from_utf8(slice.slice()).unwrap_or_default()
}

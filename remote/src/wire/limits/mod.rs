//! Limits for values that are encoded, or decoded from bytes of another process: depth, number of elements, and size.

#[cfg(test)]
mod tests;

use std::{fmt, mem, ptr};

use crate::wire::groups::Groups;

/// How deep values may be nested: as deep as `serde_json` allows. A level costs some hundred bytes of stack, and what the
/// user's own types need.
pub(crate) const DEPTH: usize = 128;

/// How much of the stack nested values may take, in bytes: half of a usual stack. Without optimisation a list takes 160 KiB at the
/// greatest depth, a struct of nine fields 610 KiB, and one that holds four kilobytes itself 2700 KiB.
const STACK: usize = 1 << 20;

/// How far away from where the value began there is another stack, to which its type has moved. A choice: few stacks are larger.
const OTHER_STACK: usize = 16 << 20;

/// How many elements may be made of no bytes at all, such as `()` in a `Vec<()>`, beyond [`GROWTH`] for each byte. A choice.
pub(crate) const EMPTY: usize = 65_536;

/// How much memory a value may take beyond [`GROWTH`] times its bytes. Not measured: enough for maps and boxes of ordinary values.
pub(crate) const MEMORY: usize = 256 << 20;

/// How much larger than its bytes a value may become. Not measured: encoded small numbers take one byte, and up to eight in memory, but
/// most of a large message is text or bytes. `MEMORY` allows the rest.
pub(crate) const GROWTH: usize = 4;

/// The longest length that a type is told of a list before it has read the elements. Some types allocate as much at once, however large
/// their elements are: of 16 KiB each, these take `MEMORY`. A longer list grows as it is read.
const TOLD: usize = 16 << 10;

/// The least overhead of an allocation, in bytes: allocators of Linux systems round up and store metadata.
pub(crate) const ALLOCATION: usize = 16;

/// The part of the limits that remains for the rest of one value.
#[derive(Debug)]
pub(crate) struct Limits {
    depth: usize,
    /// Where on the stack the value begins.
    stack: Option<usize>,
    /// How many more elements without bytes are allowed.
    empty: usize,
    memory: usize,
    most: usize,
    /// From how many bytes the value is read.
    bytes: usize,
    /// The size of the slot that the next value goes to. A larger value is in a box. Zero where the slot is a pointer, whose value may
    /// have any size.
    slot: usize,
    /// How many values that have bytes of their own have been read.
    read: usize,
    /// Its structs and tuples.
    pub(crate) groups: Groups,
    /// Whether the format is asked for one now.
    pub(crate) is_group: bool,
    /// How many more bytes may be written.
    room: usize,
    /// How many bytes were missing when a write was refused.
    missing: Option<usize>,
    exceeded: bool,
    /// Why the value was refused: the errors of the format cannot hold a text.
    why: Option<String>,
}

/// How much of a value has been read or written at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    read: usize,
    room: usize,
}

impl Limits {
    /// Limits for a value that is read from this many bytes.
    pub(crate) fn of(bytes: usize) -> Self {
        let memory = bytes.saturating_mul(GROWTH).saturating_add(MEMORY);
        Self {
            depth: DEPTH,
            stack: None,
            empty: bytes.saturating_mul(GROWTH).saturating_add(EMPTY),
            memory,
            most: memory,
            bytes,
            slot: 0,
            read: 0,
            groups: Groups::default(),
            is_group: false,
            room: 0,
            missing: None,
            exceeded: false,
            why: None,
        }
    }

    /// For a value that is written where there is room for so many bytes. The memory that its reader will need is not known.
    pub(crate) fn to_write(room: usize) -> Self {
        Self {
            room,
            ..Self::of(0)
        }
    }

    /// This many bytes are written. Each of them allows further elements without bytes.
    pub(crate) fn write(&mut self, bytes: usize) -> Result<(), Exceeded> {
        let Some(room) = self.room.checked_sub(bytes) else {
            self.missing.get_or_insert(bytes - self.room);
            return Err(self.exceeded(&"it takes more bytes than allowed"));
        };
        self.room = room;
        let empty = bytes.saturating_mul(GROWTH);
        self.empty = self.empty.saturating_add(empty);
        Ok(())
    }

    /// The format could not read a value. The type may ignore that, and go on with the next one: not for ever, since there are no bytes.
    pub(crate) fn failed(&mut self, error: &dyn fmt::Display) {
        // An error with a reason was seen before, or is the type's own: then there were bytes.
        if self.why.is_none() {
            self.record_reason(error);
            let _ = self.element(self.progress());
        }
    }

    /// How many more bytes may be written.
    pub(crate) fn room(&self) -> usize {
        self.room
    }

    /// Enters one more level of nesting.
    pub(crate) fn enter(&mut self) -> Result<(), Exceeded> {
        let Some(depth) = self.depth.checked_sub(1) else {
            return Err(self.exceeded(&format_args!("it is nested deeper than {DEPTH} levels")));
        };
        let here = stack_address();
        let taken = self.stack.get_or_insert(here).abs_diff(here);
        if taken >= OTHER_STACK {
            self.stack = Some(here);
        } else if taken > STACK {
            return Err(self.exceeded(&format_args!(
                "its nested parts are so large that more than {STACK} bytes of stack are needed"
            )));
        }
        self.depth = depth;
        Ok(())
    }

    /// Leaves a level of nesting.
    pub(crate) fn leave(&mut self) {
        self.depth += 1;
        self.is_group = false;
    }

    /// A value is about to be read that has bytes of its own.
    pub(crate) fn count_read(&mut self) {
        self.read = self.read.wrapping_add(1);
        if !self.exceeded {
            // A type that goes on has ignored its error, which explains no later one.
            self.why = None;
        }
    }

    /// How much has been read or written so far: if it differs later, there were bytes in between.
    pub(crate) fn progress(&self) -> Progress {
        Progress {
            read: self.read,
            room: self.room,
        }
    }

    /// One more element, which began at that `progress`. Those that have bytes are bounded by them.
    pub(crate) fn element(&mut self, begun: Progress) -> Result<(), Exceeded> {
        if begun != self.progress() {
            return Ok(());
        }
        let Some(empty) = self.empty.checked_sub(1) else {
            return Err(self.exceeded(&format_args!(
                "it has more than {EMPTY} elements without bytes, and more than {GROWTH} for each byte"
            )));
        };
        self.empty = empty;
        Ok(())
    }

    /// What a type may be told of the length of a list. Nothing, if so many elements with bytes cannot have been sent: then it is false.
    pub(crate) fn told(&self, length: usize) -> Option<usize> {
        (length <= self.bytes).then_some(length.min(TOLD))
    }

    /// How much memory has been counted.
    #[cfg(test)]
    pub(crate) fn counted(&self) -> usize {
        self.most - self.memory
    }

    /// Takes this many bytes from the memory that the value may use.
    pub(crate) fn memory(&mut self, size: usize) -> Result<(), Exceeded> {
        let Some(memory) = self.memory.checked_sub(size) else {
            let most = self.most;
            return Err(self.exceeded(&format_args!(
                "it takes more than {most} bytes of memory, {GROWTH} times what was sent and {MEMORY} more"
            )));
        };
        self.memory = memory;
        Ok(())
    }

    /// The next value goes to a slot of this size, which is counted elsewhere. Returns the size of the slot before, for
    /// [`restore_slot`](Self::restore_slot).
    pub(crate) fn set_slot(&mut self, size: usize) -> usize {
        mem::replace(&mut self.slot, size)
    }

    /// A value of this size is about to be made. If it is larger than its slot, it is in a box, and is counted here. What it consists of
    /// goes to the value itself. Returns the slot before.
    pub(crate) fn make(&mut self, size: usize) -> Result<usize, Exceeded> {
        let slot = self.slot;
        if size > slot {
            self.memory(size.saturating_add(ALLOCATION))?;
            self.slot = size;
        }
        Ok(slot)
    }

    /// A value of this size is read that has no parts. It is counted only where it is known to be in a box. Elsewhere types convert what
    /// they read, so it need not fit into their slot.
    pub(crate) fn count_value(&mut self, size: usize) -> Result<(), Exceeded> {
        if self.slot > 0 || size == 0 {
            return Ok(());
        }
        self.memory(size.saturating_add(ALLOCATION))
    }

    /// Text or bytes of this length, which most types keep in an allocation.
    pub(crate) fn text(&mut self, length: usize) -> Result<(), Exceeded> {
        if length == 0 {
            return Ok(());
        }
        self.memory(length.saturating_add(ALLOCATION))
    }

    /// The value is made; the next one goes to the slot before.
    pub(crate) fn restore_slot(&mut self, slot: usize) {
        self.slot = slot;
    }

    fn exceeded(&mut self, why: &dyn fmt::Display) -> Exceeded {
        self.record_reason(why);
        self.exceeded = true;
        Exceeded
    }

    /// Keeps the reason why the value is refused, unless an earlier reason is kept.
    pub(crate) fn record_reason(&mut self, why: &dyn fmt::Display) {
        self.why.get_or_insert_with(|| why.to_string());
    }

    /// The reason that is kept, if any.
    pub(crate) fn reason(&self) -> Option<&str> {
        self.why.as_deref()
    }

    /// Whether any limit was exceeded, even if the error was ignored.
    pub(crate) fn is_exceeded(&self) -> bool {
        self.exceeded
    }

    /// How many bytes were missing, if a write was refused.
    pub(crate) fn missing(&self) -> Option<usize> {
        self.missing
    }

    pub(crate) fn into_reason(self) -> Option<String> {
        self.why
    }
}

/// The end of the used stack.
fn stack_address() -> usize {
    let here = 0_u8;
    ptr::from_ref(&here).addr()
}

/// A limit was reached; [`Limits::reason`] says which.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exceeded;

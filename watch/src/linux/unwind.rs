//! Finds the frames of a thread from its stack pointer and program counter alone.
//!
//! The kernel does not show the frame pointer (RBP) of a sleeping thread, but the standard library is built so that unwinding needs it. It
//! is computed from the code at the start of the function that needs it, or else searched for on the stack.

use framehop::{FrameAddress, Unwinder as _, x86_64::UnwindRegsX86_64};

use super::{code, guarded::guarded, memory::Memory, modules::Modules};

/// A stack with more frames than this is taken for a loop. A choice: with fewer, deep recursion would have no name.
const DEEPEST: usize = 1024;

/// How far from the stack pointer a saved frame pointer is searched for, in bytes. A choice: with less, a function with large local
/// variables is not passed; with more, chance matches are likelier and a search takes longer.
const FARTHEST: u64 = 64 * 1024;

/// A search ends when so many places in it led into stacks that are too deep. In a deep recursion each place does, and costs as much as the
/// first. A choice: with fewer, chance matches that go round in a loop could end it; with more, it takes longer.
const DEEP: usize = 4;

/// Stands for an unknown frame pointer. Zero would mean the end of the stack, and this address is never mapped.
const UNKNOWN: u64 = 8;

/// The registers that say where a thread is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Registers {
    pub(crate) pc: u64,
    pub(crate) sp: u64,
    /// Known only for a thread that was stopped.
    pub(crate) bp: Option<u64>,
}

/// Code addresses, innermost first. The address of a call is inside the call instruction.
type Frames = Vec<u64>;

/// The frames of a thread.
pub(crate) struct Stack {
    pub(crate) frames: Frames,
    /// Whether they lead to the first function of the thread.
    pub(crate) is_whole: bool,
}

/// All frames of a thread, as far as they can be found.
pub(crate) fn unwind(modules: &mut Modules, memory: &mut Memory, from: Registers) -> Stack {
    guarded(|| frames(modules, memory, from)).unwrap_or_else(|| {
        modules.forget_tables();
        Stack {
            frames: vec![from.pc],
            is_whole: false,
        }
    })
}

fn frames(modules: &mut Modules, memory: &mut Memory, from: Registers) -> Stack {
    let bp = from.bp.unwrap_or(UNKNOWN);
    let at = At {
        frame: FrameAddress::from_instruction_pointer(from.pc),
        registers: UnwindRegsX86_64::new(from.pc, from.sp, bp),
    };
    let mut frames = Vec::new();
    let is_whole = match walk(modules, memory, at, &mut frames) {
        Walk::Root => true,
        Walk::Lost | Walk::TooDeep => false,
        Walk::NeedsFramePointer(at) => {
            let rest = beyond(modules, memory, at);
            let is_whole = rest.is_some();
            frames.extend(rest.unwrap_or_default());
            is_whole
        }
    };
    Stack {
        frames: with_jumps(modules, memory, &frames),
        is_whole,
    }
}

/// Adds the functions that ended with a jump to their last call and so left no frame. The code of the caller names them.
fn with_jumps(modules: &Modules, memory: &mut Memory, frames: &[u64]) -> Frames {
    let mut all = Frames::new();
    let callers = frames.iter().skip(1).map(Some).chain([None]);
    for (inner, caller) in frames.iter().zip(callers) {
        all.push(*inner);
        let jump = caller.and_then(|caller| {
            let function = modules.function_start(*inner)?;
            // The address before the return address is looked up.
            match code::call_before(memory, caller.checked_add(1)?)? {
                code::Call::Direct(target) if target != function => {
                    code::jump_to(memory, target, function)
                }
                _ => None,
            }
        });
        all.extend(jump);
    }
    all
}

/// A frame and its registers.
#[derive(Clone, Copy)]
struct At {
    frame: FrameAddress,
    registers: UnwindRegsX86_64,
}

enum Walk {
    /// There is none: this is the first function of the thread.
    Root,
    NeedsFramePointer(At),
    TooDeep,
    Lost,
}

fn walk(modules: &mut Modules, memory: &mut Memory, mut at: At, frames: &mut Frames) -> Walk {
    while frames.len() < DEEPEST {
        #[cfg(test)]
        tests::STEPS.set(tests::STEPS.get() + 1);
        let before = at;
        frames.push(at.frame.address_for_lookup());
        modules.reading.set(at.frame.address_for_lookup());
        let mut read = |address| memory.word(address).ok_or(());
        let (unwinder, cache) = (&modules.unwinder, &mut modules.cache);
        let next = unwinder.unwind_frame(at.frame, &mut at.registers, cache, &mut read);
        let caller = next.map(|it| it.map(FrameAddress::from_return_address));
        match caller {
            Ok(Some(Some(caller))) if modules.find(caller.address_for_lookup()).is_some() => {
                at.frame = caller;
            }
            Ok(None) => return Walk::Root,
            _ if before.registers.bp() == UNKNOWN => return Walk::NeedsFramePointer(before),
            _ => return Walk::Lost,
        }
    }
    Walk::TooDeep
}

/// Finds the frames beyond one whose frame pointer is not known.
fn beyond(modules: &mut Modules, memory: &mut Memory, at: At) -> Option<Frames> {
    let function = modules.function_start(at.frame.address_for_lookup());
    let sp = at.registers.sp();
    let size = function.and_then(|start| code::frame_size(memory, start));
    let mut deep = 0;
    if let Some(frames) =
        size.and_then(|size| continue_at(modules, memory, sp.checked_add(size)?, &mut deep))
    {
        return Some(frames);
    }
    let mut best: Option<(u8, Frames)> = None;
    for slot in (sp..sp.saturating_add(FARTHEST)).step_by(8) {
        // At a call the stack of the caller is aligned.
        if slot % 16 != 0 {
            continue;
        }
        let Some(back) = memory.word(slot + 8) else {
            break;
        };
        let rank = rank(modules, memory, back, function);
        if rank <= best.as_ref().map_or(0, |(rank, _)| *rank) {
            continue;
        }
        if let Some(frames) = continue_at(modules, memory, slot, &mut deep) {
            best = Some((rank, frames));
        }
        if rank == SURE || deep == DEEP {
            break;
        }
    }
    best.map(|(_, frames)| frames)
}

/// The score of an address that was pushed by a call of exactly that function.
const SURE: u8 = 3;

/// A score for `back` as the return address of a frame of `function`. 0 means that it cannot be.
fn rank(modules: &Modules, memory: &mut Memory, back: u64, function: Option<u64>) -> u8 {
    if modules.find(back).is_none() {
        return 0;
    }
    match (code::call_before(memory, back), function) {
        (Some(code::Call::Direct(target)), Some(function)) => {
            let reaches = target == function || code::jump_to(memory, target, function).is_some();
            if reaches { SURE } else { 1 }
        }
        (Some(code::Call::Indirect), _) => 2,
        (Some(code::Call::Direct(_)), None) => 1,
        (None, _) => 0,
    }
}

/// The frames of the caller, if `slot` holds the saved frame pointer and the chain from there reaches the root of the thread. Counts in
/// `deep` chains that are too long.
fn continue_at(
    modules: &mut Modules,
    memory: &mut Memory,
    slot: u64,
    deep: &mut usize,
) -> Option<Frames> {
    let (bp, back) = (memory.word(slot)?, memory.word(slot + 8)?);
    code::call_before(memory, back)?;
    let at = At {
        frame: FrameAddress::from_return_address(back)?,
        registers: UnwindRegsX86_64::new(back, slot + 16, bp),
    };
    let mut frames = Vec::new();
    match walk(modules, memory, at, &mut frames) {
        Walk::Root => Some(frames),
        Walk::TooDeep => {
            *deep += 1;
            None
        }
        Walk::NeedsFramePointer(_) | Walk::Lost => None,
    }
}

#[cfg(test)]
mod tests;

//! The few machine instructions of `x86_64` that say how frames are made: prologues, calls and tail jumps.

use super::memory::Memory;

/// What a call instruction calls that ends right before a return address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// This address.
    Direct(u64),
    /// The address that a register or memory holds.
    Indirect,
}

/// The call right before `back`.
pub(crate) fn call_before(memory: &mut Memory, back: u64) -> Option<Call> {
    let mut bytes = [0; 7];
    memory.read(back.checked_sub(7)?, &mut bytes)?;
    call_at_end(bytes, back)
}

fn call_at_end(bytes: [u8; 7], back: u64) -> Option<Call> {
    if bytes[2] == 0xe8 {
        let distance = i32::from_le_bytes([bytes[3], bytes[4], bytes[5], bytes[6]]);
        return Some(Call::Direct(back.wrapping_add_signed(distance.into())));
    }
    // `ff /2` with its operand, from two to seven bytes long.
    let indirect = (2..=7).any(|length| {
        let (code, operand) = (bytes[7 - length], bytes[8 - length]);
        code == 0xff
            && (operand >> 3) & 7 == 2
            && operand_length(operand, bytes.get(9 - length).copied()) == length - 1
    });
    indirect.then_some(Call::Indirect)
}

/// The bytes of an operand: the first, perhaps a second one, and a distance.
fn operand_length(first: u8, second: Option<u8>) -> usize {
    let (mode, register) = (first >> 6, first & 7);
    let second_byte = usize::from(mode != 3 && register == 4);
    let base_is_number =
        mode == 0 && (register == 5 || register == 4 && second.is_some_and(|it| it & 7 == 5));
    let distance = match mode {
        1 => 1,
        2 => 4,
        _ if base_is_number => 4,
        _ => 0,
    };
    1 + second_byte + distance
}

/// How far below its frame pointer the stack pointer of a function is after its prologue, if that is of the usual form:
/// `push rbp; mov rbp, rsp`, more registers pushed, room made.
pub(crate) fn frame_size(memory: &mut Memory, start: u64) -> Option<u64> {
    let mut bytes = [0; 32];
    memory.read(start, &mut bytes)?;
    frame_size_of(&bytes)
}

fn frame_size_of(code: &[u8]) -> Option<u64> {
    // The function may begin with a mark for indirect jumps.
    let code = code.strip_prefix(&[0xf3, 0x0f, 0x1e, 0xfa]).unwrap_or(code);
    let mut code = code.strip_prefix(&[0x55, 0x48, 0x89, 0xe5])?;
    let mut size = 0;
    loop {
        code = match code {
            [0x50..=0x57, rest @ ..] | [0x41, 0x50..=0x57, rest @ ..] => rest,
            _ => break,
        };
        size += 8;
    }
    match code {
        [0x48, 0x83, 0xec, room, ..] => Some(size + u64::from(*room)),
        [0x48, 0x81, 0xec, a, b, c, d, ..] => {
            Some(size + u64::from(u32::from_le_bytes([*a, *b, *c, *d])))
        }
        _ => Some(size),
    }
}

/// Where the code from `from` on has a jump to `target`: the last call of a function may become one.
pub(crate) fn jump_to(memory: &mut Memory, from: u64, target: u64) -> Option<u64> {
    let mut bytes = [0; 256];
    memory.read(from, &mut bytes)?;
    let jump = (from..).zip(bytes.windows(6)).find(|&(at, code)| {
        let number = |from: usize| {
            i32::from_le_bytes([code[from], code[from + 1], code[from + 2], code[from + 3]])
        };
        match code {
            [0xe9, ..] => (at + 5).wrapping_add_signed(number(1).into()) == target,
            // A jump through a table.
            [0xff, 0x25, ..] => {
                memory.word((at + 6).wrapping_add_signed(number(2).into())) == Some(target)
            }
            _ => false,
        }
    });
    jump.map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::{Call, call_at_end, frame_size_of};

    #[test]
    fn calls_are_told_from_other_code() {
        let calls = [
            ([0, 0, 0xe8, 0x10, 0, 0, 0], Some(Call::Direct(0x1010))),
            // `call rax`, `call [rip + 0x20]`, `call [rax + 0x18]`, `call [rsp + 8]`, `call [rax*8 + 0x10]`.
            ([0, 0, 0, 0, 0, 0xff, 0xd0], Some(Call::Indirect)),
            ([0, 0xff, 0x15, 0x20, 0, 0, 0], Some(Call::Indirect)),
            ([0, 0, 0, 0, 0xff, 0x50, 0x18], Some(Call::Indirect)),
            ([0, 0, 0, 0xff, 0x54, 0x24, 0x08], Some(Call::Indirect)),
            ([0xff, 0x14, 0xc5, 0x10, 0, 0, 0], Some(Call::Indirect)),
            // `jmp rax`, `inc [rax]`, and a call that ends at another address.
            ([0, 0, 0, 0, 0, 0xff, 0xe0], None),
            ([0, 0, 0, 0, 0, 0xff, 0x00], None),
            ([0, 0, 0, 0, 0xff, 0xd0, 0x90], None),
            ([0; 7], None),
        ];
        for (bytes, call) in calls {
            assert_eq!(call_at_end(bytes, 0x1000), call, "{bytes:x?}");
        }
    }

    #[test]
    fn the_size_of_a_frame_is_in_its_prologue() {
        let start = [0x55, 0x48, 0x89, 0xe5];
        let code = |rest: &[u8]| [&start[..], rest, &[0x90; 8]].concat();
        // Pushes of `r15`, `r14` and `rbx`, then room for 0x18 and for 0x1234 bytes.
        assert_eq!(
            frame_size_of(&code(&[
                0x41, 0x57, 0x41, 0x56, 0x53, 0x48, 0x83, 0xec, 0x18
            ])),
            Some(0x30)
        );
        assert_eq!(
            frame_size_of(&code(&[0x48, 0x81, 0xec, 0x34, 0x12, 0, 0])),
            Some(0x1234)
        );
        assert_eq!(frame_size_of(&code(&[0x53])), Some(8));
        assert_eq!(
            frame_size_of(&[0x48, 0x83, 0xec, 0x18, 0x90, 0x90, 0x90, 0x90]),
            None
        );
    }
}

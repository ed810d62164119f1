//! Finds calls in `x86_64` code: direct calls, tail calls, and calls through a slot of the linker's table or a register loaded from one.

use iced_x86::{Decoder, DecoderOptions, FlowControl, Instruction, Mnemonic, OpKind, Register};

use super::{
    elf::{Image, MachineFunction},
    mentions::Mentions,
};

pub(crate) fn mentions(image: &Image<'_>, function: &MachineFunction) -> Mentions {
    read(image, function, image.code(function))
}

fn read(image: &Image<'_>, function: &MachineFunction, code: &[u8]) -> Mentions {
    let mut decoder = Decoder::with_ip(64, code, function.start, DecoderOptions::NONE);
    let mut reader = X86Reader::new(image, function);
    let mut instruction = Instruction::default();
    while decoder.can_decode() {
        decoder.decode_out(&mut instruction);
        reader.step(&instruction);
    }
    reader.finish()
}

struct X86Reader<'a, 'b> {
    image: &'a Image<'b>,
    function: &'a MachineFunction,
    /// The address that a register holds, and the instruction that put it there.
    held: [Option<Held>; REGISTERS],
    /// How far behind a pointer the value lies that a register was loaded from.
    distances: [Option<u64>; REGISTERS],
    found: Mentions,
}

/// The registers from `rax` to `r15`. No other holds an address.
const REGISTERS: usize = 16;

/// An address, and the instruction that put it into a register. A copy of the register has the same.
type Held = (u64, u64);

/// The registers that a called function must keep.
const KEPT: [Register; 6] = [
    Register::RBX,
    Register::RBP,
    Register::R12,
    Register::R13,
    Register::R14,
    Register::R15,
];

/// The place of a register in the list.
fn index(register: Register) -> Option<usize> {
    register.is_gpr64().then(|| register.number())
}

impl<'a, 'b> X86Reader<'a, 'b> {
    fn new(image: &'a Image<'b>, function: &'a MachineFunction) -> Self {
        Self {
            image,
            function,
            held: [None; REGISTERS],
            distances: [None; REGISTERS],
            found: Mentions::default(),
        }
    }

    fn step(&mut self, instruction: &Instruction) {
        match instruction.flow_control() {
            // Tail calls are branches, which may be conditional.
            FlowControl::Call
            | FlowControl::UnconditionalBranch
            | FlowControl::ConditionalBranch => {
                self.goes_to(instruction, instruction.near_branch_target());
            }
            FlowControl::IndirectCall | FlowControl::IndirectBranch => {
                self.goes_indirectly(instruction);
            }
            _ => self.loads(instruction),
        }
    }

    fn goes_to(&mut self, instruction: &Instruction, target: u64) {
        let is_call = instruction.flow_control() == FlowControl::Call;
        let stays = (self.function.start..self.function.end).contains(&target);
        if is_call || !stays {
            self.found.calls.push((instruction.ip(), target));
        }
        self.forget_after_call(is_call);
    }

    fn goes_indirectly(&mut self, instruction: &Instruction) {
        let (target, distance) = match instruction.op0_kind() {
            OpKind::Memory => (self.slot(instruction), distance(instruction)),
            OpKind::Register => {
                let register = index(instruction.op0_register());
                let distance = register.and_then(|it| self.distances[it]);
                (register.and_then(|it| self.called(it)), distance)
            }
            _ => (None, None),
        };
        let at = instruction.ip();
        let is_call = instruction.flow_control() == FlowControl::IndirectCall;
        if let Some(target) = target {
            self.found.calls.push((at, target));
        } else {
            if is_call && !instruction.is_ip_rel_memory_operand() {
                self.found.through.push(at);
            }
            self.found.methods.extend(distance.map(|it| (at, it)));
        }
        self.forget_after_call(is_call);
    }

    /// The address in the register, which is called. Its copies are not for later use.
    fn called(&mut self, register: usize) -> Option<u64> {
        let held = self.held[register]?;
        for copy in &mut self.held {
            copy.take_if(|copy| *copy == held);
        }
        Some(held.1)
    }

    /// A call may change all registers except the few that it must keep.
    fn forget_after_call(&mut self, is_call: bool) {
        if is_call {
            let kept = KEPT.map(Register::number);
            for lost in (0..REGISTERS).filter(|it| !kept.contains(it)) {
                self.set(lost, None, None);
            }
        }
    }

    fn loads(&mut self, instruction: &Instruction) {
        if instruction.op_count() < 2 || instruction.op0_kind() != OpKind::Register {
            return;
        }
        let at = instruction.ip();
        let register = instruction.op0_register().full_register();
        if register.is_vector_register() {
            return self.copies(instruction);
        }
        let is_copy =
            instruction.mnemonic() == Mnemonic::Mov && instruction.op1_kind() == OpKind::Register;
        let value = match instruction.mnemonic() {
            Mnemonic::Mov if is_copy => {
                index(instruction.op1_register()).and_then(|from| self.held[from])
            }
            Mnemonic::Mov => self.slot(instruction).map(|address| (at, address)),
            Mnemonic::Lea if instruction.is_ip_rel_memory_operand() => {
                let address = instruction.ip_rel_memory_address();
                self.image.is_mentioned(address).then_some((at, address))
            }
            // A comparison changes no register.
            Mnemonic::Cmp | Mnemonic::Test => return,
            _ => None,
        };
        if let Some(to) = index(register) {
            let distance = match instruction.mnemonic() {
                Mnemonic::Mov if is_copy => {
                    index(instruction.op1_register()).and_then(|from| self.distances[from])
                }
                Mnemonic::Mov => distance(instruction),
                _ => None,
            };
            self.set(to, value, distance);
        }
    }

    /// A move through a vector register copies several neighbouring pointers.
    fn copies(&mut self, instruction: &Instruction) {
        if instruction.is_ip_rel_memory_operand() {
            let from = instruction.ip_rel_memory_address();
            self.found.take(self.image, instruction.ip(), from);
        }
    }

    /// The value of the slot that the instruction reads.
    fn slot(&self, instruction: &Instruction) -> Option<u64> {
        if !instruction.is_ip_rel_memory_operand() {
            return None;
        }
        let slot = instruction.ip_rel_memory_address();
        self.image.pointers.get(&slot).copied()
    }

    /// An address that leaves its register without a call counts as taken for later use.
    fn set(&mut self, register: usize, value: Option<Held>, distance: Option<u64>) {
        self.distances[register] = distance;
        if let Some((at, address)) = std::mem::replace(&mut self.held[register], value) {
            self.found.take(self.image, at, address);
        }
    }

    fn finish(mut self) -> Mentions {
        for register in 0..REGISTERS {
            self.set(register, None, None);
        }
        self.found
    }
}

/// How far behind a pointer in a register the value lies that the instruction reads. What is on the stack is behind none.
fn distance(instruction: &Instruction) -> Option<u64> {
    let base = instruction.memory_base();
    let reads = instruction.op0_kind() == OpKind::Memory
        || (instruction.op_count() > 1 && instruction.op1_kind() == OpKind::Memory);
    let is_one = reads
        && base.is_gpr64()
        && base != Register::RSP
        && instruction.memory_index() == Register::None;
    is_one.then(|| instruction.memory_displacement64())
}

#[cfg(test)]
mod tests {
    use super::{Image, MachineFunction, Mentions, read};

    /// `code` as a function at address 0, with a `lea` of the first function of the image into `rax` before it, and that address.
    fn after_lea(code: &[u8]) -> (Mentions, u64) {
        let bytes = include_bytes!("../../tests/data/aarch64.elf");
        let image = Image::parse(bytes).expect("a program");
        let target = image.functions[0].start;
        let distance = u32::try_from(target - LEA).expect("it is near");
        let lea = [0x48, 0x8d, 0x05].into_iter().chain(distance.to_le_bytes());
        let code: Vec<u8> = lea.chain(code.iter().copied()).collect();
        let function = MachineFunction {
            symbol: String::new(),
            start: 0,
            end: code.len() as u64,
        };
        (read(&image, &function, &code), target)
    }

    /// The length of `lea`.
    const LEA: u64 = 7;

    #[test]
    fn the_copy_of_a_register_that_is_called_is_no_pointer() {
        // These are `mov rcx, rax` and `call rcx`, then `mov rbx, rax` before `call rax`.
        for code in [
            &[0x48, 0x89, 0xc1, 0xff, 0xd1],
            &[0x48, 0x89, 0xc3, 0xff, 0xd0],
        ] {
            let (found, target) = after_lea(code);
            let expected = Mentions {
                calls: vec![(LEA + 3, target)],
                ..Mentions::default()
            };
            assert_eq!(found, expected, "{code:x?}");
        }
    }

    #[test]
    fn methods_are_called_by_their_distance_in_a_table() {
        // These are `call [rcx+0x18]`, then `mov rcx, [rdx+0x20]` before `call rcx`, then `jmp [rax+0x28]`.
        let call = after_lea(&[0xff, 0x51, 0x18]).0;
        assert_eq!((call.methods, call.through), (vec![(LEA, 0x18)], vec![LEA]));
        let load = after_lea(&[0x48, 0x8b, 0x4a, 0x20, 0xff, 0xd1]).0;
        assert_eq!(load.methods, [(LEA + 4, 0x20)]);
        let jump = after_lea(&[0xff, 0x60, 0x28]).0;
        assert_eq!(
            (jump.methods, jump.through),
            (vec![(LEA, 0x28)], Vec::new())
        );
    }

    #[test]
    fn what_is_kept_and_not_called_is_a_pointer() {
        // These are `mov rbx, rax` and `call rdx`.
        let (found, target) = after_lea(&[0x48, 0x89, 0xc3, 0xff, 0xd2]);
        assert_eq!(found.taken, [(0, target), (0, target)]);
        assert_eq!((found.calls, found.through), (Vec::new(), vec![LEA + 3]));
    }
}

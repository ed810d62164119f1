//! Finds calls in `x86_64` code: direct calls, tail calls, and calls through a slot of the linker's table or a register loaded from one.

use std::collections::HashMap;

use iced_x86::{Decoder, DecoderOptions, FlowControl, Instruction, Mnemonic, OpKind, Register};

use super::{
    elf::{Image, MachineFunction},
    mentions::Mentions,
};

pub(crate) fn mentions(image: &Image<'_>, function: &MachineFunction) -> Mentions {
    let code = image.code(function);
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
    held: HashMap<Register, (u64, u64)>,
    found: Mentions,
}

impl<'a, 'b> X86Reader<'a, 'b> {
    fn new(image: &'a Image<'b>, function: &'a MachineFunction) -> Self {
        Self {
            image,
            function,
            held: HashMap::new(),
            found: Mentions::default(),
        }
    }

    fn step(&mut self, instruction: &Instruction) {
        match instruction.flow_control() {
            // A call at the end of a function is a branch, also one under a condition.
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
        let target = match instruction.op0_kind() {
            OpKind::Memory => self.slot(instruction),
            OpKind::Register => {
                let held = self.held.remove(&instruction.op0_register());
                held.map(|(_, address)| address)
            }
            _ => None,
        };
        let is_call = instruction.flow_control() == FlowControl::IndirectCall;
        if let Some(target) = target {
            self.found.calls.push((instruction.ip(), target));
        } else if is_call && !instruction.is_ip_rel_memory_operand() {
            self.found.through.push(instruction.ip());
        }
        self.forget_after_call(is_call);
    }

    /// A call may change all registers except the few that it must keep.
    fn forget_after_call(&mut self, is_call: bool) {
        if is_call {
            let kept = [
                Register::RBX,
                Register::RBP,
                Register::R12,
                Register::R13,
                Register::R14,
                Register::R15,
            ];
            let lost: Vec<Register> = self.held.keys().copied().collect();
            for register in lost.into_iter().filter(|held| !kept.contains(held)) {
                self.drop_register(register);
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
            Mnemonic::Mov if is_copy => self.held.get(&instruction.op1_register()).copied(),
            Mnemonic::Mov => self.slot(instruction).map(|address| (at, address)),
            Mnemonic::Lea if instruction.is_ip_rel_memory_operand() => {
                let address = instruction.ip_rel_memory_address();
                self.image.is_mentioned(address).then_some((at, address))
            }
            // A comparison changes no register.
            Mnemonic::Cmp | Mnemonic::Test => return,
            _ => None,
        };
        self.drop_register(register);
        if let Some(held) = value {
            self.held.insert(register, held);
        }
    }

    /// Several values that lie together are copied through a vector register.
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
    fn drop_register(&mut self, register: Register) {
        if let Some((at, address)) = self.held.remove(&register) {
            self.found.take(self.image, at, address);
        }
    }

    fn finish(mut self) -> Mentions {
        for (at, address) in self.held.into_values() {
            self.found.take(self.image, at, address);
        }
        self.found
    }
}

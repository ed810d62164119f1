//! Stacks of programs whose files are damaged.

use std::{cell::Cell, env, fs, hint::black_box, sync::mpsc, thread, time::Duration};

use offload_limits::{Folder, Seed};

use super::{DEEPEST, Memory, Modules, Registers, unwind};
use crate::linux::{
    damage::damage,
    guarded::CAUGHT,
    thread::{Execution, State, Tid, current_tid},
};

/// A thread that waits.
struct Sleeper {
    end: mpsc::Sender<()>,
    thread: thread::JoinHandle<u32>,
    sp: u64,
    pc: u64,
}

impl Sleeper {
    fn new() -> Self {
        Self::at(0)
    }

    /// One below so many calls of a function that calls itself.
    fn at(depth: u32) -> Self {
        let (tell, told) = mpsc::channel();
        let (end, ended) = mpsc::channel::<()>();
        let thread = thread::Builder::new().stack_size(64 << 20);
        let thread = thread.spawn(move || deeper(depth, &tell, &ended));
        let thread = thread.unwrap();
        let tid = told.recv().unwrap();
        loop {
            if let Execution::Sleeping { sp, pc, .. } = State::of(tid).unwrap().execution {
                return Self {
                    end,
                    thread,
                    sp,
                    pc,
                };
            }
            thread::yield_now();
        }
    }

    fn end(self) {
        drop(self.end);
        self.thread.join().unwrap();
    }
}

/// Tells its thread as deep as it gets: wherever that waits from then on, all calls are below it.
#[inline(never)]
fn deeper(depth: u32, tell: &mpsc::Sender<Tid>, ended: &mpsc::Receiver<()>) -> u32 {
    if depth == 0 {
        tell.send(current_tid()).unwrap();
        ended.recv().unwrap_err();
        return 0;
    }
    black_box(deeper(depth - 1, tell, ended)) + 1
}

thread_local! {
    /// How many frames were unwound on this thread.
    pub(super) static STEPS: Cell<usize> = const { Cell::new(0) };
}

/// Each place on it that may hold the frame pointer leads on for as many frames as are read at most.
#[test]
fn a_deep_stack_is_given_up_after_few_attempts() {
    let sleeper = Sleeper::at(20_000);
    let (mut modules, mut memory) = (Modules::new(), Memory::open().unwrap());
    modules.refresh();
    let from = Registers {
        pc: sleeper.pc,
        sp: sleeper.sp,
        bp: None,
    };
    STEPS.set(0);
    let stack = unwind(&mut modules, &mut memory, from);
    let steps = STEPS.get();
    sleeper.end();
    assert!(!stack.is_whole);
    assert!(steps < DEEPEST * 16, "{steps}");
}

/// Whatever the tables say that lead through stacks, reading one ends. Whole tables make nothing panic. Damaged ones may, in crates that
/// read them, and then once: there is one damaged file.
#[test]
fn stacks_are_read_to_some_end_with_damaged_tables() {
    let place = Folder::new("watch-tables");
    let path = place.join("program");
    let whole = fs::read(env::current_exe().unwrap()).unwrap();
    let sleeper = Sleeper::new();
    let (sp, pc) = (sleeper.sp, sleeper.pc);
    for round in offload_limits::rounds_within(Duration::from_secs(20), 400) {
        let mut bytes = whole.clone();
        let may_panic = u32::from(round > 0);
        if round > 0 {
            damage(&mut Seed::new(round), &mut bytes);
        }
        fs::write(&path, &bytes).unwrap();
        let mut modules = Modules::with_program_at(&path);
        let mut memory = Memory::open().unwrap();
        let from = Registers { pc, sp, bp: None };
        for _ in 0..2 {
            unwind(&mut modules, &mut memory, from);
        }
        for bp in [0, 7, sp, u64::MAX - 7] {
            let from = Registers {
                pc,
                sp: u64::MAX - 100,
                bp: Some(bp),
            };
            unwind(&mut modules, &mut memory, from);
        }
        assert!(CAUGHT.take() <= may_panic, "in round {round}");
    }
    sleeper.end();
}

/// The next thread would panic there too.
#[test]
fn tables_whose_reading_panicked_are_not_read_again() {
    let sleeper = Sleeper::new();
    let (sp, pc) = (sleeper.sp, sleeper.pc);
    let mut modules = Modules::new();
    modules.refresh();
    let mut memory = Memory::open().unwrap();
    memory.panic_at(sp);
    let from = Registers { pc, sp, bp: None };
    assert!(modules.function_start(pc).is_some());
    assert_eq!(unwind(&mut modules, &mut memory, from).frames, [pc]);
    assert_eq!(CAUGHT.get(), 1);
    assert!(modules.function_start(pc).is_none());
    assert!(modules.find(pc).is_some(), "it has no name");
    let here = tables_whose_reading_panicked_are_not_read_again as fn() as usize as u64;
    assert_eq!(modules.function_start(here), Some(here), "of another file");
    unwind(&mut modules, &mut Memory::open().unwrap(), from);
    assert_eq!(CAUGHT.get(), 1);
    sleeper.end();
}

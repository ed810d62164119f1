//! Stacks of programs whose files are damaged.

use std::{env, fs, sync::mpsc, thread, time::Duration};

use offload_limits::{Folder, Seed};

use super::{Memory, Modules, Registers, unwind};
use crate::linux::{
    damage::damage,
    thread::{Place, State, current_tid},
};

/// Whatever the tables say that lead through stacks, reading one ends, and without a panic.
#[test]
fn stacks_are_read_to_some_end_with_damaged_tables() {
    let place = Folder::new("watch-tables");
    let path = place.join("program");
    let whole = fs::read(env::current_exe().unwrap()).unwrap();
    let (tell, told) = mpsc::channel();
    let (end, ended) = mpsc::channel::<()>();
    let sleeps = thread::spawn(move || {
        tell.send(current_tid()).unwrap();
        ended.recv().unwrap_err();
    });
    let tid = told.recv().unwrap();
    let state = loop {
        let state = State::of(tid).unwrap();
        if state.place != Place::Running {
            break state;
        }
        thread::yield_now();
    };
    let Place::Sleeping { sp, pc, .. } = state.place else {
        unreachable!()
    };
    for round in offload_limits::rounds_within(Duration::from_secs(20), 400) {
        let mut bytes = whole.clone();
        damage(&mut Seed::new(round), &mut bytes);
        fs::write(&path, &bytes).unwrap();
        let mut modules = Modules::with_program_at(&path);
        let mut memory = Memory::open().unwrap();
        unwind(&mut modules, &mut memory, Registers { pc, sp, bp: None });
        for bp in [0, 7, sp, u64::MAX - 7] {
            let from = Registers {
                pc,
                sp: u64::MAX - 100,
                bp: Some(bp),
            };
            unwind(&mut modules, &mut memory, from);
        }
    }
    drop(end);
    sleeps.join().unwrap();
}

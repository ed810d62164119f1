//! What a thread does after it was looked at says nothing about what was seen.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use super::{Findings, Frame, Reader, Role, Suspect, WorkerNames, activity};
use crate::{
    allow_blocking,
    linux::thread::{Execution, State, ThreadStates, Tid, current_tid},
};

fn reader() -> Reader {
    Reader::new(Duration::from_secs(1), WorkerNames::new(Arc::default(), 1))
}

#[test]
fn who_may_block_after_it_was_looked_at_did_not_block_there_before() {
    let (tell, told) = mpsc::channel();
    let (go_on, goes_on) = mpsc::channel::<()>();
    let (end, ends) = mpsc::channel::<()>();
    let worker = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(async {
            tell.send(current_tid()).unwrap();
            _ = goes_on.recv();
            allow_blocking(|| {
                tell.send(current_tid()).unwrap();
                _ = ends.recv();
            });
        });
    });
    let tid = told.recv().unwrap();
    // It has said so before it waits.
    while State::of(tid).is_some_and(|state| state.execution == Execution::Running) {
        thread::yield_now();
    }
    let mut go_on = Some(go_on);
    // Names are read after this, and that may take long.
    let mut looked = || {
        go_on = None;
        assert_eq!(told.recv(), Ok(tid));
    };
    let found = reader().findings(
        &mut ThreadStates::default(),
        Role::Single,
        Some(tid),
        &mut looked,
    );
    assert_eq!((found.allowed, found.suspects.len()), (0, 1));
    drop(end);
    worker.join().unwrap();
}

/// What is inlined into tokio's functions has a name only where that is recorded.
#[test]
fn who_has_no_name_learns_what_gives_it_one() {
    let unnamed = |file: Option<&str>| {
        let state = State::asleep(1);
        let frame = Frame {
            name: "tokio::runtime::task::raw::poll".into(),
            file: file.map(Into::into),
            line: None,
        };
        let suspect = Suspect {
            tid: 1,
            seen: activity(&state, Some(&state), Duration::from_secs(1)),
            state,
            frames: vec![frame],
        };
        let report = reader().report(Some(0), Duration::from_secs(1), &suspect);
        report.unnamed.unwrap()
    };
    let hint = "`debug = \"line-tables-only\"`";
    assert!(unnamed(None).contains(hint));
    assert!(!unnamed(Some("/x/registry/src/i/tokio-1.54.1/src/raw.rs")).contains(hint));
}

/// A thread that waits at its end, inside a scope or not, and its state when it had not yet gone to sleep so often.
fn waits(is_allowed: bool, ends: mpsc::Receiver<()>) -> (thread::JoinHandle<()>, (Tid, State)) {
    let (tell, told) = mpsc::channel();
    let thread = thread::spawn(move || {
        let waits = || {
            tell.send(current_tid()).unwrap();
            _ = ends.recv();
        };
        if is_allowed {
            allow_blocking(waits);
        } else {
            waits();
        }
    });
    let tid = told.recv().unwrap();
    let mut state = State::of(tid).unwrap();
    while state.execution == Execution::Running {
        thread::yield_now();
        state = State::of(tid).unwrap();
    }
    state.switches -= 1;
    (thread, (tid, state))
}

/// It may be a worker, which blocked with leave until then.
#[test]
fn who_wakes_from_a_wait_with_leave_is_counted_as_one_with_leave() {
    for is_allowed in [true, false] {
        let (end, ends) = mpsc::channel();
        let (thread, state) = waits(is_allowed, ends);
        let mut found = Findings::default();
        let (mut before, mut looked) = (ThreadStates::default(), || ());
        reader().look_at(
            &[state].into(),
            &mut before,
            (Role::Worker, false),
            &mut looked,
            &mut found,
        );
        assert_eq!(found.allowed, usize::from(is_allowed));
        assert_eq!(found.awake, usize::from(!is_allowed));
        drop(end);
        thread.join().unwrap();
    }
}

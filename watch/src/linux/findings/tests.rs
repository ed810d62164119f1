//! What a thread does after it was looked at says nothing about what was seen.

use std::{sync::mpsc, thread, time::Duration};

use super::{Reader, Role};
use crate::{
    allow_blocking,
    linux::thread::{Place, State, ThreadStates, current_tid},
};

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
    while State::of(tid).is_some_and(|state| state.place == Place::Running) {
        thread::yield_now();
    }
    let mut go_on = Some(go_on);
    // Names are read after this, and that may take long.
    let mut looked = || {
        go_on = None;
        assert_eq!(told.recv(), Ok(tid));
    };
    let found = Reader::new(Duration::from_secs(1)).findings(
        &mut ThreadStates::default(),
        Role::Single,
        Some(tid),
        &mut looked,
    );
    assert_eq!((found.allowed, found.suspects.len()), (0, 1));
    drop(end);
    worker.join().unwrap();
}

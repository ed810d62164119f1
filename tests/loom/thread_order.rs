//! L9: which of the threads that wait is called.

use std::sync::Arc;

use loom::{
    sync::{Condvar, Mutex},
    thread::{self, JoinHandle},
};

use crate::{check, scheduler::thread_set::ThreadSet, sync::when_parking};

/// What happened, in this order, for all to wait for.
struct Events(Mutex<Vec<usize>>, Condvar);

impl Events {
    fn new() -> Self {
        Self(Mutex::new(Vec::new()), Condvar::new())
    }

    /// Notes it unless it has been noted.
    fn note(&self, event: usize) {
        let mut events = self.0.lock().unwrap();
        if !events.contains(&event) {
            events.push(event);
            self.1.notify_all();
        }
    }

    fn wait_for(&self, count: usize) -> Vec<usize> {
        let mut events = self.0.lock().unwrap();
        while events.len() < count {
            events = self.1.wait(events).unwrap();
        }
        events.clone()
    }

    fn has_any(&self) -> bool {
        !self.0.lock().unwrap().is_empty()
    }
}

/// Two threads, which are the number of the visit that they were started for.
struct Two {
    set: ThreadSet<usize>,
    begun: Events,
    /// The visits that may end.
    open: Events,
    parked: Events,
    /// The thread of each visit.
    made_by: Mutex<[usize; 3]>,
}

impl Two {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            set: ThreadSet::new(2),
            begun: Events::new(),
            open: Events::new(),
            parked: Events::new(),
            made_by: Mutex::new([usize::MAX; 3]),
        })
    }

    /// Sends a visit, with a thread for it if one is missing.
    fn send(self: &Arc<Self>, visit: usize) -> Option<JoinHandle<()>> {
        let mut thread = None;
        let two = Arc::clone(self);
        let start = || {
            thread = Some(thread::spawn(move || two.work(visit)));
            Ok(())
        };
        self.set.send(|| visit, start).unwrap();
        thread
    }

    fn work(self: Arc<Self>, number: usize) {
        let two = Arc::clone(&self);
        when_parking(move || {
            // Before the first visits there is nothing to know.
            if two.open.has_any() {
                two.parked.note(number);
            }
        });
        self.set.work(std::time::Duration::MAX, |visit| {
            self.made_by.lock().unwrap()[visit] = number;
            self.begun.note(visit);
            self.open.wait_for(visit + 1);
        });
    }
}

/// Its caches are warm, and the others may end.
#[test]
fn the_thread_that_has_waited_least_is_called() {
    check(Some(1), || {
        let two = Two::new();
        let threads = [two.send(0), two.send(1)];
        two.begun.wait_for(2);
        for visit in 0..2 {
            two.open.note(visit);
            two.parked.wait_for(visit + 1);
        }
        let last = two.parked.wait_for(2)[1];
        two.open.note(2);
        assert!(two.send(2).is_none());
        two.begun.wait_for(3);
        assert_eq!(two.made_by.lock().unwrap()[2], last);
        two.set.close();
        for thread in threads.into_iter().flatten() {
            thread.join().unwrap();
        }
    });
}

//! What the pool tests share beside the support of the behaviour tests: crowds of held bodies, and a count of who is in.

use std::{
    env,
    process::{Command, Output},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    thread::JoinHandle,
};

pub(crate) use offload_tests::assert_says;
use offload_tests::{Key, drive, gate, only, output};
use tokio_offload::{Error, Offload, Pool};

/// Bodies that run and wait to be let go.
pub(crate) struct Crowd {
    calls: Vec<Offload<()>>,
    keys: Vec<Key>,
}

impl Crowd {
    /// Occupies `count` threads of `pool` and returns when all of them are taken.
    pub(crate) fn hold(pool: &Pool, count: usize) -> Self {
        let mut crowd = Self {
            calls: Vec::new(),
            keys: Vec::new(),
        };
        for _ in 0..count {
            let (gate, key) = gate();
            crowd.calls.push(pool.run(move || gate.pass()).start());
            key.await_body();
            crowd.keys.push(key);
        }
        crowd
    }

    /// Occupies a thread of `pool` with a call that will not wait for one.
    pub(crate) fn hold_tried(pool: &Pool) -> Self {
        let (gate, key) = gate();
        let call = pool.run(move || gate.pass()).try_start();
        let calls = vec![call.expect("a thread is free")];
        key.await_body();
        let keys = vec![key];
        Self { calls, keys }
    }

    /// Lets one body go and waits for its end.
    pub(crate) fn release_one(&mut self) {
        drop(self.keys.remove(0));
        drive(self.calls.remove(0));
    }

    /// Lets all bodies go and waits for their end.
    pub(crate) fn release(mut self) {
        self.keys.clear();
        self.calls.drain(..).for_each(drive);
    }
}

/// Counts who is inside at once, and how many that were at most.
#[derive(Clone, Default)]
pub(crate) struct Peak(Arc<(AtomicUsize, AtomicUsize)>);

impl Peak {
    pub(crate) fn enter(&self) {
        let inside = self.0.0.fetch_add(1, SeqCst) + 1;
        self.0.1.fetch_max(inside, SeqCst);
    }

    pub(crate) fn leave(&self) {
        self.0.0.fetch_sub(1, SeqCst);
    }

    pub(crate) fn within<T>(&self, f: impl FnOnce() -> T) -> T {
        self.enter();
        let value = f();
        self.leave();
        value
    }

    pub(crate) fn highest(&self) -> usize {
        self.0.1.load(SeqCst)
    }
}

/// A channel that a `fn` without captures can reach.
pub(crate) type Told<T> = OnceLock<mpsc::Sender<T>>;

/// Opens such a channel.
pub(crate) fn listen<T>(told: &Told<T>) -> mpsc::Receiver<T> {
    let (tell, heard) = mpsc::channel();
    assert!(told.set(tell).is_ok(), "each test has a channel of its own");
    heard
}

/// Waits for a call and says how it ended.
pub(crate) fn outcome<R>(call: Offload<R>) -> Result<R, Error> {
    drive(call.outcome())
}

/// Runs an ignored test of this binary through a shell that first limits the process.
pub(crate) fn child(limit: &str, test: &str, env: &[(&str, &str)]) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{limit} exec \"$0\" \"$@\"")]);
    command.arg(env::current_exe().unwrap());
    output(only(&mut command, test).envs(env.iter().copied()))
}

/// Fails unless the child ran its one test to a good end.
pub(crate) fn assert_passed(output: &Output) {
    let report = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(report.contains("1 passed"), "{report}\n{errors}");
}

/// A pool of each kind; the second needs a runtime to be used.
pub(crate) const fn kinds(threads: usize) -> [Pool; 2] {
    [
        Pool::new("own").threads(threads),
        Pool::shared("view").threads(threads),
    ]
}

/// Waits for threads, and panics with theirs.
pub(crate) fn join(threads: impl IntoIterator<Item = JoinHandle<()>>) {
    for thread in threads {
        thread.join().unwrap();
    }
}

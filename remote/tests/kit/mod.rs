//! What the tests share: functions that run in workers, and ways to wait for what happens outside.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "each test program uses some of it"
)]

pub(crate) mod bodies;
pub(crate) mod pretender;

use std::{
    future::Future,
    marker::PhantomData,
    path::PathBuf,
    pin::Pin,
    sync::atomic::{AtomicU32, Ordering},
    task::{Context, Poll, ready},
    time::{Duration, Instant, UNIX_EPOCH},
};

use offload_limits::{limit_all, succeeds};
use serde::de::DeserializeOwned;
use tokio_offload_remote::{Call, Config, Failure, Point, decode, decode_end};

/// Puts functions in workers. What the attribute of the facade writes is like this, for more forms.
macro_rules! remote {
    ($($pool:ident: fn $name:ident($($arg:ident: $type:ty),*) -> $return:ty $body:block)*) => {$(
        #[allow(
            unreachable_code, unused_mut, unused_variables,
            clippy::diverging_sub_expression, clippy::needless_pass_by_value, clippy::unit_arg,
            clippy::unnecessary_wraps, clippy::empty_loop,
            reason = "functions without arguments, without a result, or without an end"
        )]
        fn $name($($arg: $type),*) -> $crate::kit::Task<$return> {
            use tokio_offload_remote::{CodecError, FUNCTIONS, Function, Point, Fingerprint, linkme};

            fn body($($arg: $type),*) -> $return $body
            fn answer(mut input: &[u8], output: &mut tokio_offload_remote::Output) -> Result<(), CodecError> {
                use tokio_offload_remote::decode_end;
                let at = |error: CodecError| error.at(Point::DecodeArguments);
                $(let $arg: $type = tokio_offload_remote::decode(&mut input).map_err(at)?;)*
                decode_end(input).map_err(at)?;
                output.encode(&body($($arg),*)).map_err(|error| error.at(Point::EncodeResult))
            }
            fn fingerprint(fingerprint: &mut Fingerprint) {
                $(fingerprint.add::<$type>();)*
                fingerprint.add::<$return>();
            }
            #[linkme::distributed_slice(FUNCTIONS)]
            #[linkme(crate = tokio_offload_remote::linkme)]
            static FUNCTION: Function = Function::new(
                concat!(module_path!(), "::", stringify!($name)),
                || { let pool: &'static tokio_offload_remote::Workers = &$pool; pool },
                answer,
                fingerprint,
            );
            let mut buffer = $pool.take_buffer();
            let mut encoded = Ok(());
            $(if encoded.is_ok() {
                encoded = tokio_offload_remote::encode(&$arg, &mut buffer);
            })*
            $crate::kit::Task::new($pool.call(&FUNCTION, encoded.map(|()| buffer), Vec::new()))
        }
    )*};
}

pub(crate) use remote;

/// A pool of one process.
pub(crate) const fn one(name: &'static str) -> Config {
    Config::new(name).processes(1)
}

/// A call whose result is decoded.
#[derive(Debug)]
pub(crate) struct Task<R> {
    call: Call,
    result: PhantomData<fn() -> R>,
}

impl<R> Task<R> {
    pub(crate) fn new(call: Call) -> Self {
        limit_all();
        Self {
            call,
            result: PhantomData,
        }
    }

    pub(crate) fn cancel(&mut self) {
        self.call.cancel();
    }

    pub(crate) fn is_running(&self) -> bool {
        self.call.is_running()
    }
}

impl<R: DeserializeOwned> Future for Task<R> {
    type Output = Result<R, Failure>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let reply = ready!(Pin::new(&mut self.call).poll(cx))?;
        let mut bytes = reply.bytes();
        let result = decode(&mut bytes).and_then(|result| decode_end(bytes).map(|()| result));
        Poll::Ready(result.map_err(|error| Failure::Codec(error.at(Point::DecodeResult))))
    }
}

/// Polls once and leaves the rest.
pub(crate) async fn submit<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    std::future::poll_fn(|cx| Poll::Ready(Pin::new(&mut *future).poll(cx))).await
}

/// Waits for something outside that tells nobody when it happens.
#[track_caller]
pub(crate) fn until(what: &str, mut happens: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(180);
    while !happens() {
        assert!(Instant::now() < deadline, "not within 180 s: {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The processes whose parent this one is.
pub(crate) fn children() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let lists = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    lists
        .flat_map(|list| {
            list.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Whether a process is there at all, be it as a zombie.
pub(crate) fn exists(pid: u32) -> bool {
    PathBuf::from(format!("/proc/{pid}")).exists()
}

/// Whether a process runs no more. Orphans are reaped by whoever is there for that, which may be nobody.
pub(crate) fn has_ended(pid: u32) -> bool {
    // Names need not be text.
    let stat = std::fs::read(format!("/proc/{pid}/stat")).unwrap_or_default();
    let stat = String::from_utf8_lossy(&stat);
    let state = stat.rsplit(')').next().unwrap_or_default().trim_start();
    state.is_empty() || state.starts_with(['Z', 'X'])
}

/// Whether this process was started to ignore a signal, as a shell does for what runs in its background.
pub(crate) fn is_ignored(signal: rustix::process::Signal) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = u64::from_str_radix(line.unwrap().trim(), 16).unwrap();
    mask >> (signal.as_raw() - 1) & 1 == 1
}

/// Sends a signal to one process.
pub(crate) fn signal(pid: u32, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

/// Stops a process, and returns when each of its threads has stopped: from then on it reads nothing.
pub(crate) fn stop(pid: u32) {
    signal(pid, rustix::process::Signal::STOP);
    let is_stopped = |task: std::fs::DirEntry| {
        let stat = std::fs::read_to_string(task.path().join("stat")).unwrap_or_default();
        stat.rsplit(')')
            .next()
            .is_some_and(|rest| rest.starts_with(" T"))
    };
    until("a process stops", || {
        let mut tasks = std::fs::read_dir(format!("/proc/{pid}/task"))
            .unwrap()
            .flatten();
        tasks.all(is_stopped)
    });
}

/// Copies this program. Another process writes the copy: if this one did, a worker that starts meanwhile would hold it open for a
/// moment, and a program that is open for writing cannot be started.
pub(crate) fn copy_program(to: &std::path::Path) {
    let own = std::env::current_exe().unwrap();
    succeeds(std::process::Command::new("cp").arg(own).arg(to));
}

/// What tells that program what it is.
const PART: &str = "OFFLOAD_OTHER_PART";

/// Whether this is the other part of a test.
pub(crate) fn is_again() -> bool {
    std::env::var_os(PART).is_some()
}

/// This test once more, as a program of its own that can print, be killed and leave things behind.
///
/// In that program it returns nothing, and the test plays its other part.
pub(crate) fn again(test: &str) -> Option<std::process::Command> {
    if is_again() {
        return None;
    }
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(PART, "1");
    Some(command)
}

/// Two named pipes between a test and a body: the body says that it is there, and waits until it may go on.
#[derive(Debug)]
pub(crate) struct Gate {
    folder: PathBuf,
}

impl Gate {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // In a namespace of its own a process has a number that others have too.
        let now = UNIX_EPOCH.elapsed().unwrap().as_nanos();
        let name = format!("offload-gate-{}-{number}-{now}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        for pipe in ["there", "go"] {
            succeeds(std::process::Command::new("mkfifo").arg(folder.join(pipe)));
        }
        Self { folder }
    }

    /// What is sent to the body.
    pub(crate) fn path(&self) -> String {
        self.folder.to_str().unwrap().to_owned()
    }

    /// Waits until a body is at the gate, and returns what it says.
    pub(crate) async fn reached(&self) -> String {
        let pipe = self.folder.join("there");
        within("a body comes to its gate", move || {
            std::fs::read_to_string(pipe).unwrap()
        })
        .await
    }

    /// Lets one body go on.
    pub(crate) async fn open(&self) {
        let pipe = self.folder.join("go");
        within("a body waits at its gate", move || {
            std::fs::write(pipe, "go").unwrap();
        })
        .await;
    }
}

/// Does what may block for ever, on a thread that nobody waits for in the end.
async fn within<T: Send + 'static>(what: &str, act: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, end) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = done.send(act());
    });
    let end = tokio::time::timeout(Duration::from_secs(180), end).await;
    end.unwrap_or_else(|_| panic!("not within 180 s: {what}"))
        .unwrap()
}

impl Drop for Gate {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// In a body: says something at the gate.
pub(crate) fn say(gate: &str, what: &str) {
    std::fs::write(PathBuf::from(gate).join("there"), what).unwrap();
}

/// In a body: says who it is and waits until the gate opens.
pub(crate) fn wait(gate: &str) {
    say(gate, &std::process::id().to_string());
    std::fs::read(PathBuf::from(gate).join("go")).unwrap();
}

/// A file that goes with its test.
pub(crate) struct Left(pub(crate) std::path::PathBuf);

impl Drop for Left {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

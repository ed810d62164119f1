//! What the kernel says about a thread of this process, under `/proc/self/task`.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use crate::worker_times::OwnTime;

/// The number of a thread in the kernel.
pub(crate) type Tid = i32;

/// The calling thread.
pub(crate) fn current_tid() -> Tid {
    last_of_link("/proc/thread-self")
        .unwrap_or_else(|| rustix::thread::gettid().as_raw_nonzero().get())
}

/// The thread that the process began with.
pub(crate) fn main_thread() -> Tid {
    last_of_link("/proc/self").unwrap_or_else(|| rustix::process::getpid().as_raw_nonzero().get())
}

/// A number as `/proc` shows it. In a namespace of processes that has kept the `/proc` of another one, threads have other numbers
/// there than for themselves.
fn last_of_link(path: &str) -> Option<Tid> {
    let link = fs::read_link(path).ok()?;
    link.file_name()?.to_str()?.parse().ok()
}

/// The calling thread's time on a processor, and waiting for one, so far.
pub(crate) fn own_time() -> OwnTime {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let (ran, waited) = parse_schedstat(&text).unwrap_or_default();
    OwnTime { ran, waited }
}

/// What a thread does at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    /// The moment.
    pub(crate) at: Instant,
    pub(crate) execution: Execution,
    /// How often it has gone to sleep.
    pub(crate) switches: u64,
    pub(crate) cpu: Duration,
    /// How long it could have run but had no processor.
    pub(crate) waited: Duration,
    /// Whether a signal or a debugger has stopped it.
    pub(crate) is_stopped: bool,
}

/// Whether a thread runs, and where it sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Execution {
    /// It runs, or would run if it had a processor. The kernel does not say where.
    Running,
    Sleeping {
        /// The number of the system call, or a negative number outside of one, as in a page fault.
        syscall: i64,
        sp: u64,
        pc: u64,
    },
}

/// A file of `/proc` as text. The name of a thread in it need not be UTF-8: the kernel also cuts it inside a character.
pub(super) fn text(path: impl AsRef<Path>) -> Option<String> {
    let bytes = fs::read(path).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
impl State {
    /// For tests: a thread that has used no processor time and waited for none.
    pub(super) fn now(execution: Execution, switches: u64) -> Self {
        Self {
            at: Instant::now(),
            execution,
            switches,
            cpu: Duration::ZERO,
            waited: Duration::ZERO,
            is_stopped: false,
        }
    }

    /// One that waits.
    pub(super) fn asleep(switches: u64) -> Self {
        let execution = Execution::Sleeping {
            syscall: 202,
            sp: 1,
            pc: 2,
        };
        Self::now(execution, switches)
    }
}

impl State {
    /// Reads the state of a thread. `None` if it has ended.
    pub(crate) fn of(tid: Tid) -> Option<Self> {
        let read = |file| text(format!("/proc/self/task/{tid}/{file}"));
        let execution = parse_syscall(&read("syscall")?)?;
        let (cpu, waited) =
            parse_schedstat(&read("schedstat").unwrap_or_default()).unwrap_or_default();
        let (switches, is_stopped) = parse_status(&read("status")?);
        Some(Self {
            at: Instant::now(),
            execution,
            switches,
            cpu,
            waited,
            is_stopped,
        })
    }

    /// Whether a thread that could run at `before` has not slept since.
    pub(crate) fn has_run_since(&self, before: &Self) -> bool {
        (self.execution, before.execution) == (Execution::Running, Execution::Running)
            && self.switches == before.switches
    }

    /// Whether a thread that could run at `before`, and was stopped by a helper process since, has not slept beside that. The kernel
    /// counts the stop as a sleep.
    pub(crate) fn was_only_stopped_since(&self, before: &Self) -> bool {
        (self.execution, before.execution) == (Execution::Running, Execution::Running)
            && self.switches == before.switches + 1
    }

    /// Whether a thread that was in `before` has slept in the same place ever since.
    pub(crate) fn is_still(&self, before: &Self) -> bool {
        self.execution != Execution::Running
            && (self.execution, self.switches) == (before.execution, before.switches)
    }
}

/// What every thread does at one moment.
#[derive(Default)]
pub(crate) struct ThreadStates(pub(crate) HashMap<Tid, State>);

impl ThreadStates {
    /// The states without those of threads that ran longer ago than `stay`. They say nothing about a worker that is away for that long.
    pub(crate) fn within(mut self, stay: Duration) -> Self {
        self.0
            .retain(|_, state| state.execution != Execution::Running || state.at.elapsed() <= stay);
        self
    }

    /// Records that these threads were stopped for a look after `now`. Then they went on with what they did, so their running time adds up.
    pub(crate) fn pass_over_stops(&mut self, stopped: &[Tid], now: &HashMap<Tid, State>) {
        for (tid, before) in &mut self.0 {
            let has_run = now.get(tid).is_some_and(|now| now.has_run_since(before));
            before.switches += u64::from(has_run && stopped.contains(tid));
        }
    }
}

/// All threads except the calling one.
pub(crate) fn every_thread() -> HashMap<Tid, State> {
    let me = current_tid();
    let tasks = fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let tids = tasks.filter_map(|task| task.file_name().to_str()?.parse().ok());
    let others = tids.filter(|tid| *tid != me);
    others
        .filter_map(|tid| Some((tid, State::of(tid)?)))
        .collect()
}

/// `running`, or a number, its arguments, the stack pointer and the program counter. Without a system call only the last two.
fn parse_syscall(text: &str) -> Option<Execution> {
    let words: Vec<_> = text.split_whitespace().collect();
    if words == ["running"] {
        return Some(Execution::Running);
    }
    let [first, .., sp, pc] = words[..] else {
        return None;
    };
    let hex = |word: &str| u64::from_str_radix(word.strip_prefix("0x")?, 16).ok();
    Some(Execution::Sleeping {
        syscall: first.parse().ok()?,
        sp: hex(sp)?,
        pc: hex(pc)?,
    })
}

/// The nanoseconds on a processor, and those spent waiting for one.
fn parse_schedstat(text: &str) -> Option<(Duration, Duration)> {
    let mut numbers = text
        .split_whitespace()
        .map(|word| word.parse().ok().map(Duration::from_nanos));
    Some((numbers.next()??, numbers.next()??))
}

fn parse_status(text: &str) -> (u64, bool) {
    let value = |key| {
        text.lines()
            .find_map(|line: &str| line.strip_prefix(key))
            .map_or("", str::trim)
    };
    let stopped = value("State:").starts_with(['t', 'T']);
    (
        value("voluntary_ctxt_switches:").parse().unwrap_or(0),
        stopped,
    )
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{
        Execution, State, ThreadStates, current_tid, parse_schedstat, parse_status, parse_syscall,
        text,
    };

    #[test]
    fn the_words_of_the_kernel_are_read() {
        assert_eq!(parse_syscall("running\n"), Some(Execution::Running));
        let sleeping = parse_syscall("230 0x1 0x0 0x7f 0x7e 0x0 0x4 0x7ffd0010 0x7f0aa0f812ad\n");
        let at = |syscall| Execution::Sleeping {
            syscall,
            sp: 0x7ffd_0010,
            pc: 0x7f0a_a0f8_12ad,
        };
        assert_eq!(sleeping, Some(at(230)));
        assert_eq!(parse_syscall("-1 0x7ffd0010 0x7f0aa0f812ad"), Some(at(-1)));
        assert_eq!(parse_syscall(""), None);
        assert_eq!(parse_syscall("1 2 3"), None);
        let times = (Duration::from_nanos(12), Duration::from_nanos(34));
        assert_eq!(parse_schedstat("12 34 5\n"), Some(times));
        assert_eq!(parse_schedstat("12"), None);
        let status = "Name:\tx\nState:\tt (tracing stop)\nvoluntary_ctxt_switches:\t150\nnonvoluntary_ctxt_switches:\t545\n";
        assert_eq!(parse_status(status), (150, true));
        assert_eq!(parse_status("State:\tS (sleeping)\n"), (0, false));
    }

    /// The kernel cuts names after 15 bytes.
    #[test]
    fn a_thread_is_seen_whatever_its_name() {
        let of_itself = || {
            let tid = current_tid();
            let named = text(format!("/proc/self/task/{tid}/comm")).unwrap();
            assert!(named.contains(char::REPLACEMENT_CHARACTER), "{named}");
            State::of(tid).is_some()
        };
        let thread = std::thread::Builder::new().name("ä".repeat(10));
        assert!(thread.spawn(of_itself).unwrap().join().unwrap());
    }

    #[test]
    fn the_stop_for_a_look_is_passed_over_and_a_sleep_is_not() {
        let at = |switches| State::now(Execution::Running, switches);
        let before = || ThreadStates([(1, at(5)), (2, at(5)), (3, at(5))].into());
        let now = [(1, at(5)), (2, at(6)), (3, at(5))].into();
        assert!(at(6).was_only_stopped_since(&at(5)));
        assert!(!at(7).was_only_stopped_since(&at(5)));
        let mut states = before();
        states.pass_over_stops(&[1, 2], &now);
        let still: Vec<_> = [(1, 6), (2, 7), (3, 6)]
            .into_iter()
            .filter(|(tid, after)| at(*after).has_run_since(&states.0[tid]))
            .collect();
        assert_eq!(still, [(1, 6)], "2 had slept before, 3 was not stopped");
    }

    #[test]
    fn what_ran_before_a_worker_went_away_says_nothing_of_it() {
        let ran = State {
            at: Instant::now().checked_sub(Duration::from_secs(60)).unwrap(),
            ..State::now(Execution::Running, 1)
        };
        let slept = State {
            execution: Execution::Sleeping {
                syscall: 0,
                sp: 1,
                pc: 2,
            },
            ..ran.clone()
        };
        let states = || ThreadStates([(1, ran.clone()), (2, slept.clone())].into());
        let known = |stay| {
            let mut tids: Vec<_> = states().within(stay).0.into_keys().collect();
            tids.sort_unstable();
            tids
        };
        assert_eq!(
            known(Duration::from_secs(30)),
            [2],
            "who sleeps is told by how often it slept"
        );
        assert_eq!(known(Duration::from_secs(90)), [1, 2]);
    }
}

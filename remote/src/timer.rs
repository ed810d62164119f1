//! The one timer thread. It also waits for the end of bodies whose callers have dropped the calls.
//!
//! Limits must hold on any runtime, with or without a clock, even while the runtime is busy or gone. So the clock is not
//! tokio's.

use std::{
    collections::BTreeMap,
    io,
    os::{
        fd::{AsFd, OwnedFd},
        unix::net::UnixStream,
    },
    sync::{Arc, OnceLock},
    task::{Wake, Waker},
    thread,
    time::{Duration, Instant},
};

use rustix::{
    event::{EventfdFlags, PollFd, PollFlags, eventfd},
    io::{read, write},
};

use crate::{
    sync::Mutex,
    system::{descriptors::above_standard, readiness},
    unwind::swallow_panic,
};

/// What to do when the time has come. It must not block.
type Task = Box<dyn FnOnce() + Send>;

/// A time, and what to do then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Alarm {
    at: Instant,
    number: u64,
}

/// Runs `task` after that time, unless the alarm is cancelled.
pub(crate) fn after(time: Duration, task: impl FnOnce() + Send + 'static) -> Option<Alarm> {
    // A time beyond the range of the clock never comes.
    let at = Instant::now().checked_add(time)?;
    let mut timers = TIMERS.lock();
    timers.numbers += 1;
    let alarm = Alarm {
        at,
        number: timers.numbers,
    };
    timers.alarms.insert(alarm, Box::new(task));
    let early = timers.wakes.is_none_or(|wakes| at < wakes);
    drop(timers);
    if early {
        wake_timer();
    }
    Some(alarm)
}

/// Cancels the task of this alarm, unless it is running already.
pub(crate) fn cancel(alarm: Option<Alarm>) {
    let Some(alarm) = alarm else { return };
    // What the task holds is dropped outside of the lock.
    let task = TIMERS.lock().alarms.remove(&alarm);
    drop(task);
}

/// A call that nobody polls: its caller has dropped it.
pub(crate) trait Unpolled: Send {
    /// The socket it waits for, until the call has ended.
    fn socket(&self) -> Option<&UnixStream>;
    /// Sets the waker that is woken when something happens to its worker.
    fn set_waker(&self, waker: &Waker);
    /// Whether its worker has died, or ran out of time.
    fn worker_has_ended(&self) -> bool;
    /// Reads what has arrived. Returns whether the call has ended.
    fn read_ready(&mut self) -> bool;
}

/// Waits for the end of a call whose caller has dropped it.
pub(crate) fn take_over(call: Box<dyn Unpolled>) {
    // Processes that a worker started may keep its socket open after it dies, so its monitor wakes this thread too.
    call.set_waker(&Waker::from(Arc::new(TimerWaker)));
    TIMERS.lock().unpolled.push(call);
    wake_timer();
}

/// Starts the thread if it does not run yet.
pub(crate) fn start() -> io::Result<()> {
    static RUNS: Mutex<bool> = Mutex::new(false);
    let mut runs = RUNS.lock();
    if *runs {
        return Ok(());
    }
    let waker = if let Some(waker) = TIMER_WAKER.get() {
        waker
    } else {
        let waker = above_standard(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?)?;
        TIMER_WAKER.get_or_init(|| waker)
    };
    let thread = thread::Builder::new().name("offload-timer".to_owned());
    thread.spawn(|| run(waker))?;
    *runs = true;
    Ok(())
}

/// Wakes the thread while it sleeps.
static TIMER_WAKER: OnceLock<OwnedFd> = OnceLock::new();

static TIMERS: Mutex<Timers> = Mutex::new(Timers {
    alarms: BTreeMap::new(),
    numbers: 0,
    wakes: None,
    unpolled: Vec::new(),
});

struct Timers {
    alarms: BTreeMap<Alarm, Task>,
    numbers: u64,
    /// When the thread will next check its timers without being woken.
    wakes: Option<Instant>,
    /// Calls that the thread has not taken yet.
    unpolled: Vec<Box<dyn Unpolled>>,
}

impl Timers {
    /// The tasks whose time has come.
    fn due(&mut self, now: Instant) -> Vec<Task> {
        let mut due = Vec::new();
        while let Some(first) = self.alarms.first_entry() {
            if first.key().at > now {
                break;
            }
            due.push(first.remove());
        }
        due
    }
}

/// Wakes the thread in place of a caller.
struct TimerWaker;

impl Wake for TimerWaker {
    fn wake(self: Arc<Self>) {
        wake_timer();
    }
}

fn wake_timer() {
    if let Some(waker) = TIMER_WAKER.get() {
        // If it was woken too often to count once more, it wakes anyway.
        let _ = write(waker, &1_u64.to_ne_bytes());
    }
}

fn run(waker: &OwnedFd) {
    let mut unpolled: Vec<Box<dyn Unpolled>> = Vec::new();
    loop {
        let now = Instant::now();
        let mut timers = TIMERS.lock();
        let due = timers.due(now);
        unpolled.append(&mut timers.unpolled);
        // Tasks may set alarms. The next time to wake is set after they have run; until then every new alarm wakes the
        // thread.
        timers.wakes = due
            .is_empty()
            .then(|| timers.alarms.keys().next())
            .flatten()
            .map(|alarm| alarm.at);
        let sleep = timers.wakes.map(|at| at.saturating_duration_since(now));
        drop(timers);
        // Also if there is something to do, and always again: calls without callers end meanwhile.
        let sleep = if due.is_empty() {
            sleep
        } else {
            Some(Duration::ZERO)
        };
        wait(waker, &mut unpolled, sleep);
        // This is the only clock: no panic ends it.
        for task in due {
            swallow_panic(task);
        }
    }
}

/// Sleeps until it is woken, the time is over, or a worker's socket is ready.
fn wait(waker: &OwnedFd, unpolled: &mut Vec<Box<dyn Unpolled>>, sleep: Option<Duration>) {
    unpolled.retain_mut(|call| !(call.worker_has_ended() && serve(&mut **call)));
    let mut fds = vec![PollFd::new(waker, PollFlags::IN)];
    let sockets = unpolled.iter().filter_map(|call| call.socket());
    fds.extend(sockets.map(|socket| PollFd::from_borrowed_fd(socket.as_fd(), PollFlags::IN)));
    let is_heard = readiness::wait(&mut fds, sleep);
    let heard: Vec<_> = fds.iter().map(is_heard).collect();
    let mut heard = heard.into_iter();
    if heard.next() == Some(true) {
        let _ = read(waker, &mut [0_u8; 8]);
    }
    // Every unpolled call has a socket until it has ended, so the two lists have the same order.
    unpolled.retain_mut(|call| !(heard.next() == Some(true) && serve(&mut **call)));
}

/// Whether the call has ended.
fn serve(call: &mut dyn Unpolled) -> bool {
    let mut over = true;
    swallow_panic(|| over = call.read_ready());
    over
}

#[cfg(test)]
mod tests {
    use std::sync::{
        atomic::{AtomicBool, Ordering::SeqCst},
        mpsc::{self, Sender},
    };

    use super::*;

    /// Says that it was served.
    struct Served(UnixStream, Sender<()>);

    impl Unpolled for Served {
        fn socket(&self) -> Option<&UnixStream> {
            Some(&self.0)
        }

        fn set_waker(&self, _: &Waker) {}

        fn worker_has_ended(&self) -> bool {
            false
        }

        fn read_ready(&mut self) -> bool {
            self.1.send(()).is_ok()
        }
    }

    static ENOUGH: AtomicBool = AtomicBool::new(false);

    /// There is always something to do.
    fn hurry() {
        if !ENOUGH.load(SeqCst) {
            after(Duration::ZERO, hurry);
        }
    }

    #[test]
    fn a_call_without_a_caller_ends_though_the_thread_is_never_done() {
        start().unwrap();
        hurry();
        let (ours, theirs) = UnixStream::pair().unwrap();
        let (served, told) = mpsc::channel();
        take_over(Box::new(Served(ours, served)));
        // Its socket is ready: the other end is gone.
        drop(theirs);
        let end = told.recv_timeout(Duration::from_secs(60));
        ENOUGH.store(true, SeqCst);
        end.unwrap();
    }
}

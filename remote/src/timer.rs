//! The one thread of ours beside those that watch workers: it keeps time, and company to bodies whose callers have gone.
//!
//! Limits must hold on any runtime, with or without a clock, and while the runtime is busy or gone; so the clock is not tokio's.

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
    event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll},
    io::{read, write},
};

use crate::{sync::Mutex, unwind::quietly};

/// What is done when a time has come. It must not block.
type Task = Box<dyn FnOnce() + Send>;

/// A time that something is to be done at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Alarm {
    at: Instant,
    number: u64,
}

/// Does `task` after so much time, unless the alarm is cancelled.
pub(crate) fn after(time: Duration, task: impl FnOnce() + Send + 'static) -> Option<Alarm> {
    // A time that the clock cannot tell never comes.
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

/// The task of this alarm will not be done, unless it is being done already.
pub(crate) fn cancel(alarm: Option<Alarm>) {
    let Some(alarm) = alarm else { return };
    // What the task holds is dropped outside of the lock.
    let task = TIMERS.lock().alarms.remove(&alarm);
    drop(task);
}

/// A call whose caller has gone.
pub(crate) trait Orphan: Send {
    /// What it waits for, until it is over.
    fn socket(&self) -> Option<&UnixStream>;
    /// Who is woken when something happens to its worker.
    fn tell(&self, waker: &Waker);
    /// Whether something has happened to its worker.
    fn has_ended(&self) -> bool;
    /// Reads what is there. Whether that was the end.
    fn serve(&mut self) -> bool;
}

/// Waits for the end of a call whose caller has gone.
pub(crate) fn adopt(orphan: Box<dyn Orphan>) {
    // What a worker started may keep its socket open when it dies, so its monitor wakes this thread too.
    orphan.tell(&Waker::from(Arc::new(TimerWaker)));
    TIMERS.lock().adopted.push(orphan);
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
        let waker = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        TIMER_WAKER.get_or_init(|| waker)
    };
    let thread = thread::Builder::new().name("offload-keeper".to_owned());
    thread.spawn(|| keep(waker))?;
    *runs = true;
    Ok(())
}

/// Heard by the thread while it sleeps.
static TIMER_WAKER: OnceLock<OwnedFd> = OnceLock::new();

static TIMERS: Mutex<Timers> = Mutex::new(Timers {
    alarms: BTreeMap::new(),
    numbers: 0,
    wakes: None,
    adopted: Vec::new(),
});

struct Timers {
    alarms: BTreeMap<Alarm, Task>,
    numbers: u64,
    /// When the thread looks at its timers again by itself.
    wakes: Option<Instant>,
    /// Calls that the thread has not taken yet.
    adopted: Vec<Box<dyn Orphan>>,
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
        // One that was woken too often to count one more wakes anyway.
        let _ = write(waker, &1_u64.to_ne_bytes());
    }
}

fn keep(waker: &OwnedFd) {
    let mut adopted: Vec<Box<dyn Orphan>> = Vec::new();
    loop {
        let now = Instant::now();
        let mut timers = TIMERS.lock();
        let due = timers.due(now);
        adopted.append(&mut timers.adopted);
        // Tasks may set alarms: the time to wake is told once they are done, and until then every alarm wakes it.
        timers.wakes = due
            .is_empty()
            .then(|| timers.alarms.keys().next())
            .flatten()
            .map(|alarm| alarm.at);
        let sleep = timers.wakes.map(|at| at.saturating_duration_since(now));
        drop(timers);
        if due.is_empty() {
            wait(waker, &mut adopted, sleep);
        }
        // This is the only clock: no panic ends it.
        for task in due {
            quietly(task);
        }
    }
}

/// Sleeps until it is woken, time is over or a worker has something to say.
fn wait(waker: &OwnedFd, adopted: &mut Vec<Box<dyn Orphan>>, sleep: Option<Duration>) {
    adopted.retain_mut(|orphan| !(orphan.has_ended() && serve(&mut **orphan)));
    let mut fds = vec![PollFd::new(waker, PollFlags::IN)];
    let sockets = adopted.iter().filter_map(|orphan| orphan.socket());
    fds.extend(sockets.map(|socket| PollFd::from_borrowed_fd(socket.as_fd(), PollFlags::IN)));
    let sleep = sleep.and_then(|sleep| Timespec::try_from(sleep).ok());
    if poll(&mut fds, sleep.as_ref()).is_err() {
        return;
    }
    let woken = !fds[0].revents().is_empty();
    let heard: Vec<_> = fds[1..].iter().map(|fd| !fd.revents().is_empty()).collect();
    if woken {
        let _ = read(waker, &mut [0_u8; 8]);
    }
    let mut heard = heard.into_iter();
    // Every adopted call has a socket until it is over, so the two lists run in step.
    adopted.retain_mut(|orphan| !(heard.next() == Some(true) && serve(&mut **orphan)));
}

/// Whether the call is over.
fn serve(orphan: &mut dyn Orphan) -> bool {
    let mut over = true;
    quietly(|| over = orphan.serve());
    over
}

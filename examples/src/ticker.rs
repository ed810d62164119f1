//! A clock on the runtime that notes how late each of its ticks came.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::{task::JoinHandle, time::sleep_until};

/// One tick: when it should have come, counted from the start of the clock, and how much later it came.
#[derive(Clone, Copy, Debug)]
pub struct Tick {
    /// When it was due.
    pub due: Duration,
    /// How long after that the clock's task was polled.
    pub late: Duration,
}

/// A task that wakes every period: the stand-in for every other task a server has.
#[derive(Debug)]
pub struct Ticker {
    clock: Arc<Clock>,
    task: JoinHandle<()>,
}

impl Ticker {
    /// Starts the clock on the current runtime; it counts from now, whenever the runtime first finds time for it.
    ///
    /// # Panics
    ///
    /// If the period is zero: such a clock would never catch up.
    #[must_use]
    pub fn start(period: Duration) -> Self {
        assert!(!period.is_zero(), "the period of a clock is above zero");
        let clock = Arc::new(Clock {
            start: Instant::now(),
            period,
            ticks: Mutex::default(),
        });
        let task = tokio::spawn(tick(Arc::clone(&clock)));
        Self { clock, task }
    }

    /// Stops the clock and returns every tick that was due while it ran.
    pub async fn stop(mut self) -> Vec<Tick> {
        self.task.abort();
        // It ends when the runtime finds time for it, which is how late the last tick comes.
        let _ = (&mut self.task).await;
        self.clock.note();
        mem::take(&mut self.clock.ticks())
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Debug)]
struct Clock {
    start: Instant,
    period: Duration,
    ticks: Mutex<Vec<Tick>>,
}

impl Clock {
    fn ticks(&self) -> MutexGuard<'_, Vec<Tick>> {
        self.ticks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes all ticks that are due, and returns when the next one will be.
    ///
    /// A stall of two seconds counts as two thousand late ticks, not as one: whatever else waited for this runtime waited as they did.
    fn note(&self) -> Instant {
        let mut ticks = self.ticks();
        let now = self.start.elapsed();
        let last = ticks.last().map_or(Duration::ZERO, |tick| tick.due);
        let mut due = last + self.period;
        while due <= now {
            let late = now.saturating_sub(due);
            ticks.push(Tick { due, late });
            due += self.period;
        }
        self.start + due
    }
}

async fn tick(clock: Arc<Clock>) {
    loop {
        sleep_until(clock.note().into()).await;
    }
}

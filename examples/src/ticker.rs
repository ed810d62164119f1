//! A clock on the runtime that notes how late each of its ticks came.

use std::time::{Duration, Instant};

use tokio::{sync::oneshot, task::JoinHandle, time::timeout_at};

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
    stop: oneshot::Sender<()>,
    ticks: JoinHandle<Vec<Tick>>,
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
        let (stop, stopped) = oneshot::channel();
        Self {
            stop,
            ticks: tokio::spawn(tick(Instant::now(), period, stopped)),
        }
    }

    /// Stops the clock and returns every tick that was due while it ran.
    ///
    /// # Panics
    ///
    /// If the runtime was shut down meanwhile.
    pub async fn stop(self) -> Vec<Tick> {
        // A failed send means the task ended, and the line below says why.
        let _ = self.stop.send(());
        self.ticks
            .await
            .expect("the clock runs until it is stopped")
    }
}

/// A stall of two seconds counts as two thousand late ticks, not as one: whatever else waited for this
/// runtime waited as they did.
async fn tick(start: Instant, period: Duration, mut stopped: oneshot::Receiver<()>) -> Vec<Tick> {
    let mut ticks = Vec::new();
    let mut due = period;
    loop {
        let stopping = timeout_at((start + due).into(), &mut stopped).await.is_ok();
        let now = start.elapsed();
        while due <= now {
            ticks.push(Tick {
                due,
                late: now.saturating_sub(due),
            });
            due += period;
        }
        if stopping {
            return ticks;
        }
    }
}

//! The crate `procspawn`, whose calls are joined by blocking.

use std::{
    collections::VecDeque,
    error::Error,
    hint::{black_box, spin_loop},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use procspawn::{JoinHandle, Pool, SpawnError};

use crate::{
    scenario::{Scenario, Work},
    way::{Name, Way, median},
};

/// A pool of one process.
pub(crate) struct Procspawn(Pool);

impl Procspawn {
    pub(crate) fn start() -> Result<Self, SpawnError> {
        Pool::new(1).map(Self)
    }

    fn nothing(&self) -> JoinHandle<()> {
        self.0.spawn((), |()| ())
    }

    fn in_flight(&self, window: usize, calls: usize) -> Result<Duration, SpawnError> {
        let start = Instant::now();
        let mut on_way = VecDeque::with_capacity(window);
        for _ in 0..calls {
            if on_way.len() == window
                && let Some(oldest) = on_way.pop_front()
            {
                JoinHandle::join(oldest)?;
            }
            on_way.push_back(self.nothing());
        }
        on_way.into_iter().try_for_each(JoinHandle::join)?;
        Ok(start.elapsed())
    }
}

impl Way for Procspawn {
    fn name(&self) -> Name {
        Name::Procspawn
    }

    fn measure(&mut self, scenario: &Scenario) -> Result<Option<Duration>, Box<dyn Error>> {
        let Scenario { work, calls, .. } = *scenario;
        let mut one: Box<dyn FnMut() -> Result<Duration, Box<dyn Error>>> = match work {
            Work::Nothing => Box::new(|| Ok(timed(|| self.nothing().join())?)),
            Work::Echo(bytes) => {
                let mut bytes = vec![7_u8; bytes];
                Box::new(move || {
                    let sent = std::mem::take(&mut bytes);
                    let start = Instant::now();
                    bytes = self.0.spawn(sent, |bytes| bytes).join()?;
                    Ok(start.elapsed())
                })
            }
            Work::OneWay(bytes) => {
                let bytes = vec![7_u8; bytes];
                Box::new(move || {
                    let sent = bytes.clone();
                    let start = Instant::now();
                    black_box(self.0.spawn(sent, |bytes| bytes.len()).join()?);
                    Ok(start.elapsed())
                })
            }
            Work::InFlight(window) => {
                self.in_flight(window, calls / 10)?;
                let time = self.in_flight(window, calls)?;
                return Ok(Some(time / u32::try_from(calls)?));
            }
            Work::Start => return median(calls, start_one),
            Work::Kill => return median(calls, kill_one),
        };
        for _ in 0..=calls / 10 {
            one()?;
        }
        median(calls, one)
    }
}

fn timed<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<Duration, E> {
    let start = Instant::now();
    black_box(work()?);
    Ok(start.elapsed())
}

fn start_one() -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    let pool = Procspawn::start()?;
    pool.nothing().join()?;
    let time = start.elapsed();
    pool.0.shutdown();
    Ok(time)
}

/// A process that is not of a pool: those of pools have no number here.
fn kill_one() -> Result<Duration, Box<dyn Error>> {
    let call: JoinHandle<()> = procspawn::spawn((), |()| {
        loop {
            spin_loop();
        }
    });
    thread::sleep(Duration::from_millis(5));
    let pid = call.pid().ok_or("a process has a number")?;
    let start = Instant::now();
    kill(Pid::from_raw(i32::try_from(pid)?), Signal::SIGKILL)?;
    match call.join() {
        Err(_) => Ok(start.elapsed()),
        Ok(()) => Err("the call ended although its body does not".into()),
    }
}

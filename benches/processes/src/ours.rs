//! Functions with `#[offload(remote = ..)]`.

use std::{
    collections::VecDeque,
    error::Error,
    fs,
    hint::{black_box, spin_loop},
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    runtime::{Builder, Runtime},
    task,
};
use tokio_offload::{Workers, offload};

use crate::{
    scenario::{Scenario, Work},
    way::{Name, Way},
};

/// One process, as every way has it.
static WORKERS: Workers = Workers::new("benchmark").processes(1);

#[offload(remote = WORKERS)]
fn nothing() -> Result<(), tokio_offload::Error> {
    Ok(())
}

#[offload(remote = WORKERS)]
fn echo(bytes: Vec<u8>) -> Result<Vec<u8>, tokio_offload::Error> {
    Ok(bytes)
}

#[offload(remote = WORKERS)]
fn length(bytes: &[u8]) -> Result<usize, tokio_offload::Error> {
    Ok(bytes.len())
}

/// Makes the file `begun` first: a call whose worker dies before its body has begun goes to another worker.
#[offload(remote = WORKERS)]
fn compute_for_ever(begun: PathBuf) -> Result<(), tokio_offload::Error> {
    fs::write(begun, []).expect("the folder exists");
    loop {
        spin_loop();
    }
}

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The calls of tasks on one kind of runtime.
pub(crate) struct Ours {
    name: Name,
    runtime: Runtime,
}

impl Ours {
    pub(crate) fn start(name: Name) -> Result<Self, Box<dyn Error>> {
        let mut builder = if name == Name::OursOneThread {
            Builder::new_current_thread()
        } else {
            Builder::new_multi_thread()
        };
        Ok(Self {
            name,
            runtime: builder.worker_threads(2).enable_all().build()?,
        })
    }
}

impl Way for Ours {
    fn name(&self) -> Name {
        self.name
    }

    fn measure(&mut self, scenario: &Scenario) -> Result<Option<Duration>, Box<dyn Error>> {
        let scenario = *scenario;
        self.runtime
            .block_on(async move { tokio::spawn(measure(scenario)).await })?
            .map(Some)
            .map_err(|error| error as Box<dyn Error>)
    }
}

async fn measure(scenario: Scenario) -> Outcome<Duration> {
    let Scenario { work, calls, .. } = scenario;
    let mut times = Vec::with_capacity(calls);
    let warm_up = calls / 10 + 1;
    match work {
        Work::Nothing => {
            for _ in 0..warm_up + calls {
                let start = Instant::now();
                nothing().await?;
                times.push(start.elapsed());
            }
        }
        Work::InFlight(window) => {
            in_flight(window, warm_up).await?;
            let start = Instant::now();
            in_flight(window, calls).await?;
            return Ok(start.elapsed() / u32::try_from(calls)?);
        }
        Work::Echo(bytes) => {
            let mut bytes = vec![7; bytes];
            for _ in 0..warm_up + calls {
                let start = Instant::now();
                bytes = echo(bytes).await?;
                times.push(start.elapsed());
            }
        }
        Work::OneWay(bytes) => {
            let bytes = vec![7; bytes];
            for _ in 0..warm_up + calls {
                let start = Instant::now();
                black_box(length(&bytes).await?);
                times.push(start.elapsed());
            }
        }
        Work::Start => {
            for _ in 0..calls {
                times.push(start_one().await?);
            }
            return Ok(middle(times));
        }
        Work::Kill => {
            for _ in 0..calls {
                times.push(kill_one().await?);
            }
            return Ok(middle(times));
        }
    }
    Ok(middle(times.split_off(warm_up)))
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Makes calls of which the next is started as soon as the oldest has ended.
async fn in_flight(window: usize, calls: usize) -> Outcome<()> {
    let mut on_way = VecDeque::with_capacity(window);
    for _ in 0..calls {
        if on_way.len() == window
            && let Some(oldest) = on_way.pop_front()
        {
            let oldest: tokio_offload::Offload<_> = oldest;
            oldest.await?;
        }
        on_way.push_back(nothing().start());
    }
    for call in on_way {
        call.await?;
    }
    Ok(())
}

/// A pool that has never had a process; pools live for ever, so there is a new one each time.
async fn start_one() -> Outcome<Duration> {
    let pool: &'static Workers = Box::leak(Box::new(Workers::new("started").processes(1)));
    let start = Instant::now();
    pool.prewarm(1).await?;
    let time = start.elapsed();
    pool.close().await;
    Ok(time)
}

async fn kill_one() -> Outcome<Duration> {
    WORKERS.prewarm(1).await?;
    let folder = tempfile::tempdir()?;
    let begun = folder.path().join("begun");
    let mut call = compute_for_ever(begun.clone()).start();
    while !begun.exists() {
        task::spawn_blocking(|| thread::sleep(Duration::from_millis(1))).await?;
    }
    let pid = WORKERS.pids().first().copied().ok_or("a worker lives")?;
    let start = Instant::now();
    kill(Pid::from_raw(i32::try_from(pid)?), Signal::SIGKILL)?;
    match (&mut call).await {
        Err(_) => Ok(start.elapsed()),
        Ok(()) => Err("the call ended although its body does not".into()),
    }
}

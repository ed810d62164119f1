//! Two blocking tasks of 3 s and 2 s, as in every asyncio tutorial, and how long they take together.
//!
//! ```text
//! cargo run --release -p blocking_tasks                # 13 seconds
//! cargo run --release -p blocking_tasks -- --scale 0.1 # ten times faster
//! ```
//!
//! 1. Awaited one after the other: 5 s, because a call does nothing before it is awaited or started.
//! 2. As two concurrent tasks that block: 5 s as well, and everything else on the runtime stands still.
//! 3. Started with `.start()`, then awaited: 3 s. This is what `loop.run_in_executor(None, f)` does in Python.
//!
//! Look at the row of heartbeats: a task that wants to wake twenty times a second.

use std::{
    ops::Range,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use lexopt::{
    Arg::{Long, Short},
    ValueExt as _,
};
use offload_examples::{
    arguments::number,
    say::{complain, say},
    table::Table,
    ticker::{Tick, Ticker},
    timeline::Timeline,
};
use tokio_offload::offload;

/// Stands for a driver, a database or a library that has no asynchronous version.
#[offload(blocking = brew_coffee_blocking)]
fn brew_coffee(kitchen: Kitchen) -> Range<Duration> {
    kitchen.work(3)
}

/// The other task. It does not need the first one's result, so both could run at the same time.
#[offload(blocking = toast_bread_blocking)]
fn toast_bread(kitchen: Kitchen) -> Range<Duration> {
    kitchen.work(2)
}

/// Each call is awaited before the next is made.
async fn one_after_the_other(kitchen: Kitchen) -> [Range<Duration>; 2] {
    let coffee = brew_coffee(kitchen).await;
    let bread = toast_bread(kitchen).await;
    [coffee, bread]
}

/// Two tasks that look concurrent, but neither reaches an `.await` at which the other could run.
async fn blocking_the_thread(kitchen: Kitchen) -> [Range<Duration>; 2] {
    let coffee = tokio::spawn(async move { brew_coffee_blocking(kitchen) });
    let bread = tokio::spawn(async move { toast_bread_blocking(kitchen) });
    [
        coffee.await.expect("it returns"),
        bread.await.expect("it returns"),
    ]
}

/// Both run from here on, each on a thread for blocking work.
async fn started(kitchen: Kitchen) -> [Range<Duration>; 2] {
    let coffee = brew_coffee(kitchen).start();
    let bread = toast_bread(kitchen).start();
    [coffee.await, bread.await]
}

/// One thread, as an asyncio loop has. On more threads it takes more blocking tasks to stop the heartbeat, and it
/// stops all the same.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let scale = match scale() {
        Ok(Some(scale)) => scale,
        Ok(None) => return ExitCode::SUCCESS,
        Err(message) => {
            complain("blocking_tasks", format_args!("{message}\n{USAGE}"));
            return ExitCode::from(2);
        }
    };
    let period = Duration::from_secs_f64(scale / 20.0);
    say(format_args!(
        "A heartbeat is due every {period:?} on the one async thread, and drawn where it came in time.\n"
    ));
    let scenes = [
        Scene::play("one after the other", scale, one_after_the_other).await,
        Scene::play(
            "two tasks that block the thread",
            scale,
            blocking_the_thread,
        )
        .await,
        Scene::play("started, then awaited", scale, started).await,
    ];
    say(totals(&scenes));
    ExitCode::SUCCESS
}

/// Where the tasks work, and how fast.
#[derive(Clone, Copy, Debug)]
struct Kitchen {
    opened: Instant,
    scale: f64,
}

impl Kitchen {
    /// Blocks the thread, and says from when to when.
    fn work(self, seconds: u32) -> Range<Duration> {
        let from = self.opened.elapsed();
        // offload-lint: allow(sleep): the first part of the example shows what this does.
        thread::sleep(self.scaled(f64::from(seconds)));
        from..self.opened.elapsed()
    }

    fn scaled(self, seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds * self.scale)
    }

    /// How often a heartbeat should come.
    fn period(self) -> Duration {
        self.scaled(1.0 / 20.0)
    }
}

/// One way of running the tasks, and its result.
struct Scene {
    title: &'static str,
    took: Duration,
    beats: Vec<Tick>,
    missed: usize,
}

impl Scene {
    async fn play(
        title: &'static str,
        scale: f64,
        tasks: impl AsyncFnOnce(Kitchen) -> [Range<Duration>; 2],
    ) -> Self {
        say(format_args!("{title}:"));
        let kitchen = Kitchen {
            opened: Instant::now(),
            scale,
        };
        let heart = Ticker::start(kitchen.period());
        let [coffee, bread] = tasks(kitchen).await;
        let took = kitchen.opened.elapsed();
        let beats = heart.stop().await;
        let mut timeline = Timeline::new(kitchen.scaled(5.0));
        timeline.bar("brew coffee", &coffee);
        timeline.bar("toast bread", &bread);
        timeline.heartbeat("heartbeat", &beats, kitchen.period());
        say(timeline);
        let missed = beats
            .iter()
            .filter(|beat| beat.late >= kitchen.period())
            .count();
        Self {
            title,
            took,
            beats,
            missed,
        }
    }
}

fn totals(scenes: &[Scene]) -> Table {
    let mut table = Table::new(["", "total", "heartbeats due", "missed", "worst delay"]);
    for scene in scenes {
        let delay = scene
            .beats
            .iter()
            .map(|beat| beat.late)
            .max()
            .unwrap_or_default();
        table.row([
            scene.title.to_owned(),
            format!("{:.2} s", scene.took.as_secs_f64()),
            scene.beats.len().to_string(),
            scene.missed.to_string(),
            format!("{} ms", delay.as_millis()),
        ]);
    }
    table
}

/// Reads the command line. If it asks for help, prints the help and returns `None`.
fn scale() -> Result<Option<f64>, lexopt::Error> {
    let mut arguments = lexopt::Parser::from_env();
    let mut scale = 1.0;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("scale") => {
                let value = arguments.value()?;
                scale = value.parse_with(|text| number(text, &(0.1..=60.0)))?;
            }
            Short('h') | Long("help") => {
                say(USAGE);
                return Ok(None);
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(scale))
}

const USAGE: &str = "\
Runs two blocking tasks, of 3 s and of 2 s, in three ways, and shows when each ran and which heartbeats of the
runtime came.

usage: blocking_tasks [--scale N]
  --scale N  stretches all times: 0.1, the least, makes the program ten times faster; 1 if left out";

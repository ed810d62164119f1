//! Code of other crates that tasks call, and that calls the package back: extractors, and closures in adapters.

#![allow(missing_docs, reason = "a test")]

mod kit;

use kit::{Folder, places, text};

const HELP: &str = "\
use std::{future::Future, pin::Pin, task::{Context, Poll}, thread};

pub type Boxed = Pin<Box<dyn Future<Output = bool>>>;

pub trait Extract { fn extract() -> bool; }

/// A body of async code.
pub fn handler<T: Extract>() -> Boxed { Box::pin(async { T::extract() }) }

pub struct Map<F>(F);

impl<F: Fn() -> bool> Future for Map<F> {
    type Output = bool;
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<bool> { Poll::Ready(called(&self.0)) }
}

fn called<F: Fn() -> bool>(function: &F) -> bool { function() }

/// A future by hand.
pub fn map<F: Fn() -> bool + 'static>(function: F) -> Boxed { Box::pin(Map(function)) }

/// The future is polled where it is a task.
pub fn spawn<F: Fn() -> bool + 'static>(function: F) -> Box<dyn Task> { Box::new(Raw(Map(function))) }

pub trait Task { fn run(&mut self, context: &mut Context<'_>) -> bool; }

struct Raw<F>(F);

impl<F: Future + Unpin> Task for Raw<F> {
    fn run(&mut self, context: &mut Context<'_>) -> bool { Pin::new(&mut self.0).poll(context).is_ready() }
}

impl<F> Unpin for Map<F> {}

pub fn thread<F: Fn() -> bool + Send + 'static>(function: F) {
    drop(thread::spawn(move || called(&function)));
}
";

const APP: &str = "\
use std::{fs, hint::black_box, task::{Context, Waker}};

struct Key;

impl help::Extract for Key {
    fn extract() -> bool {
        fs::read(\"key\").is_ok()
    }
}

fn by_name() -> bool {
    fs::read(\"name\").is_ok()
}

async fn serve(futures: [help::Boxed; 3]) {
    for future in futures {
        future.await;
    }
}

fn futures() -> [help::Boxed; 3] {
    // Innocent: nobody awaits it.
    help::thread(|| fs::read(\"thread\").is_ok());
    let closure = help::map(|| {
        fs::read(\"closure\").is_ok()
    });
    [help::handler::<Key>(), help::map(by_name), closure]
}

fn spawned() -> bool {
    let mut task = black_box(help::spawn(|| {
        fs::read(\"spawned\").is_ok()
    }));
    task.run(&mut Context::from_waker(Waker::noop()))
}

fn main() {
    black_box(spawned());
    let mut call = black_box(Box::pin(serve(futures())));
    let _ = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
}
";

#[test]
fn what_other_crates_call_for_a_task_is_seen() {
    let package = |name: &str, rest: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n{rest}")
    };
    let app = package(
        "app",
        "[workspace]\n[dependencies]\nhelp = { path = \"help\" }\n",
    );
    let folder = Folder::new(
        "called back",
        &[
            ("Cargo.toml", &app),
            ("src/main.rs", APP),
            ("help/Cargo.toml", &package("help", "")),
            ("help/src/lib.rs", HELP),
        ],
    );
    for arguments in [&[][..], &["--release"]] {
        let output = folder.lint(&[], arguments);
        let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
        let expected = [7, 12, 25, 32].map(|line| format!("src/main.rs:{line}"));
        assert_eq!(places(&output), expected, "{said}");
        assert!(said.contains("async: `help::handler`"), "{said}");
    }
}

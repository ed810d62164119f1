//! What the frames of a thread say: whether it is a worker inside a poll.

use super::{culprit::last, names::Frame};

/// What a thread is for its runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A worker of a runtime with several workers, inside a poll.
    Worker,
    /// The thread inside `block_on` of a runtime of one thread, inside a poll.
    Single,
    /// The thread inside `block_on` of a runtime with several workers, inside its future.
    Root,
    /// It waits for work, or runs code that may block.
    NotBlocking,
    /// No frame tells: it is no thread of tokio's, or the frame was inlined and this build does not record that.
    Unidentified,
}

/// A part of tokio: its file in the sources, and its module.
type Part<'a> = (&'a str, &'a str);

const BLOCKING_POOL: Part<'_> = (
    "runtime/blocking/pool.rs",
    "tokio::runtime::blocking::pool::",
);
const TASK: Part<'_> = ("runtime/task/", "tokio::runtime::task::");
const PARK: Part<'_> = ("runtime/park.rs", "tokio::runtime::park::");
/// The loop in which a worker takes its tasks.
const WORKER_LOOP: Part<'_> = (
    "runtime/scheduler/multi_thread/worker.rs",
    "tokio::runtime::scheduler::multi_thread::worker::",
);
const SINGLE_THREAD: Part<'_> = (
    "runtime/scheduler/current_thread/mod.rs",
    "tokio::runtime::scheduler::current_thread::",
);

/// The role of a thread with these frames, innermost first. The first frame that says something decides.
pub(crate) fn role(frames: &[Frame]) -> Role {
    let mut in_task = false;
    let mut of_tokio = false;
    for frame in frames {
        if may_block(frame) || is_park(frame) {
            return Role::NotBlocking;
        }
        if is_in(frame, BLOCKING_POOL) {
            return of_blocking_pool(frames);
        }
        of_tokio |= is_of_workers(frame);
        in_task |= is_in(frame, TASK);
        if in_task && is_in(frame, WORKER_LOOP) {
            return Role::Worker;
        }
        if is_in(frame, SINGLE_THREAD) {
            return Role::Single;
        }
        if is_root(frame) {
            return Role::Root;
        }
    }
    if of_tokio {
        Role::NotBlocking
    } else {
        Role::Unidentified
    }
}

/// Whether the frame is `block_in_place`, inside which a worker may block.
fn may_block(frame: &Frame) -> bool {
    last(&frame.name) == "block_in_place" && is_in(frame, ("", "tokio::"))
}

/// Whether the frame is the `block_on` of a runtime with several workers.
fn is_root(frame: &Frame) -> bool {
    last(&frame.name) == "block_on" && is_in(frame, PARK)
}

/// Workers are themselves bodies of the blocking pool. If all frames between were inlined without a record, two polls are left, one inside
/// the other.
fn of_blocking_pool(frames: &[Frame]) -> Role {
    let is_poll = |frame: &&Frame| {
        frame.file.is_none() && frame.name.starts_with("tokio::runtime::task::raw::poll")
    };
    if frames.iter().filter(is_poll).count() > 1 {
        Role::Unidentified
    } else {
        Role::NotBlocking
    }
}

/// Whether a thread with all these frames may be a worker inside a poll, in a build with symbols. A worker is a task of the blocking pool,
/// and the polls of both are called through tables, so they have frames of their own, whatever was inlined into them.
pub(crate) fn may_be_worker(frames: &[Frame]) -> bool {
    frames.iter().filter(|it| is_in(it, TASK)).count() > 1
}

/// Whether the frame is of the scheduler whose workers have tasks to run.
pub(crate) fn is_of_workers(frame: &Frame) -> bool {
    let scheduler = (
        "runtime/scheduler/multi_thread/",
        "tokio::runtime::scheduler::multi_thread::",
    );
    is_in(frame, scheduler)
}

/// Whether the thread waits for work in the function that tokio parks in.
fn is_park(frame: &Frame) -> bool {
    let drivers = [
        ("runtime/driver.rs", "tokio::runtime::driver::"),
        ("runtime/io/driver.rs", "tokio::runtime::io::driver::"),
        ("runtime/time/mod.rs", "tokio::runtime::time::Driver"),
        (
            "runtime/scheduler/multi_thread/park.rs",
            "tokio::runtime::scheduler::multi_thread::park::",
        ),
    ];
    let parks = is_in(frame, PARK) && last(&frame.name).contains("park");
    let worker = is_in(frame, ("runtime/scheduler/", "tokio::runtime::scheduler::"))
        && last(&frame.name).starts_with("park");
    parks || worker || drivers.iter().any(|part| is_in(frame, *part))
}

/// Whether the frame is of this part of tokio. Inlined frames have a file and a bare name, others perhaps a symbol only.
fn is_in(frame: &Frame, (file, path): Part<'_>) -> bool {
    let by_file = frame
        .file
        .as_ref()
        .and_then(|it| tokio_source(it))
        .is_some_and(|it| it.starts_with(file));
    by_file || frame.name.trim_start_matches(['<', '&']).starts_with(path)
}

/// The part of a path after `src/` in the sources of tokio.
fn tokio_source(file: &str) -> Option<&str> {
    let (before, after) = file.rsplit_once("/src/")?;
    let folder = before.rsplit('/').next()?;
    let is_tokio = folder == "tokio"
        || folder
            .strip_prefix("tokio-")
            .is_some_and(|it| it.starts_with(|sign: char| sign.is_ascii_digit()));
    is_tokio.then_some(after)
}

#[cfg(test)]
mod tests;

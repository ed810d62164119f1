//! What the frames of a thread say: whether it is a worker inside a poll, and in which function it is.

use std::path::Path;

use super::names::Frame;

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
    Innocent,
    /// No frame says: it is no thread of tokio's, or the frame was inlined and this build does not record that.
    Untold,
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
            return Role::Innocent;
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
        Role::Innocent
    } else {
        Role::Untold
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
        Role::Untold
    } else {
        Role::Innocent
    }
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

/// Your function in a stack.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Culprit {
    pub(crate) function: String,
    pub(crate) file: Option<String>,
    pub(crate) line: Option<u32>,
    pub(crate) calls: Option<String>,
}

/// The innermost frame that is neither of the standard library nor of a dependency, and what it calls. `program` is the name of
/// the crate that is running, for builds in which names are all that is known.
pub(crate) fn culprit(frames: &[Frame], program: &str) -> Option<Culprit> {
    let has_files = frames.iter().any(|frame| frame.file.is_some());
    let own = |frame: &&Frame| crate_of(&frame.name) == program;
    let at = if has_files {
        frames.iter().position(is_yours)?
    } else {
        let first = frames.iter().position(|frame| own(&frame));
        first.or_else(|| frames.iter().position(|frame| !is_foreign(&frame.name)))?
    };
    let named = |frame: &Frame| {
        let own = has_name(&frame.name) && (!has_files || is_yours(frame));
        own.then(|| tidy(&frame.name))
            .or_else(|| in_generics(&frame.name))
    };
    let function = frames[at..].iter().find_map(named);
    Some(Culprit {
        function: function.unwrap_or_else(|| "an unnamed function".into()),
        file: frames[at].file.clone(),
        line: frames[at].line.filter(|line| *line > 0),
        calls: at.checked_sub(1).map(|inner| full_name(&frames[inner])),
    })
}

fn is_yours(frame: &Frame) -> bool {
    let foreign = [
        "/rustc/",
        "/.cargo/registry/",
        "/.cargo/git/",
        "/registry/src/",
        "/rustlib/src/",
        "/vendor/",
    ];
    let file = frame.file.as_deref();
    file.is_some_and(|file| {
        Path::new(file).extension().is_some_and(|it| it == "rs")
            && !foreign.iter().any(|part| file.contains(part))
    })
}

fn is_foreign(name: &str) -> bool {
    let foreign = [
        "std",
        "core",
        "alloc",
        "tokio",
        "",
        "hashbrown",
        "parking_lot",
        "parking_lot_core",
    ];
    foreign.contains(&crate_of(name))
}

/// The first part of a path, through `<T as Trait>::f`.
fn crate_of(name: &str) -> &str {
    let name = name
        .trim_start_matches(['<', '&', '*', '(', '['])
        .trim_start_matches("mut ")
        .trim_start_matches("dyn ");
    match name.split_once("::") {
        Some((name, _)) => name,
        None => "",
    }
}

/// The function whose closure or body is a type argument: what was inlined has no other name in some builds.
fn in_generics(name: &str) -> Option<String> {
    let (_, arguments) = name.split_once('<')?;
    let (path, _) = arguments.split_once("::{")?;
    let is_path = path
        .chars()
        .all(|sign| sign.is_alphanumeric() || sign == '_' || sign == ':');
    (is_path && !is_foreign(path)).then(|| path.to_owned())
}

/// Whether the name says nothing, such as `{closure#0}`.
fn has_name(name: &str) -> bool {
    !tidy(name).is_empty()
}

/// Without the closures and bodies that the compiler makes of a function.
fn tidy(name: &str) -> String {
    let mut name = without_generics(name);
    while let Some((before, _)) = name
        .rsplit_once("::")
        .filter(|(_, last)| last.starts_with('{'))
    {
        name.truncate(before.len());
    }
    if name.starts_with('{') {
        String::new()
    } else {
        name
    }
}

/// `a::f` of `a::f::<T>`.
fn without_generics(name: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::new();
    for (index, sign) in name.char_indices() {
        // `<T as Trait>::f` is kept: without it nothing would be left. Arrows are no brackets.
        let opens = sign == '<' && index > 0 && name[..index].ends_with("::");
        let opens_type = sign == '<'
            && index > 0
            && name[..index].ends_with(|before: char| before.is_alphanumeric() || before == '_');
        let arrow = sign == '>' && name[..index].ends_with('-');
        if depth == 0 && (opens || opens_type) || depth > 0 && sign == '<' {
            depth += 1;
        } else if depth > 0 && sign == '>' && !arrow {
            depth -= 1;
        } else if depth == 0 {
            kept.push(sign);
        }
    }
    kept.trim_end_matches("::").replace("::::", "::")
}

fn last(name: &str) -> String {
    without_generics(name)
        .rsplit("::")
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// With the module, if only the file tells it: debug information has the bare names of inlined functions.
fn full_name(frame: &Frame) -> String {
    let name = without_generics(&frame.name);
    let source = frame
        .file
        .as_deref()
        .and_then(|it| it.rsplit_once("/library/"));
    let Some((_, source)) = source.filter(|_| !name.contains("::")) else {
        return name.replace("::functions::", "::");
    };
    let path = source.replace("/src/", "/").replace('/', "::");
    let module = path
        .trim_end_matches(".rs")
        .trim_end_matches("::mod")
        .trim_end_matches("::functions")
        .trim_end_matches("::lib");
    format!("{module}::{name}")
}

#[cfg(test)]
mod tests;

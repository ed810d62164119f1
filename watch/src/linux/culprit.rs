//! Chooses the function to report from the frames of a thread.

use std::{env, path::Path};

use super::names::{Frame, without_generics};

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
    Some(Culprit {
        function: around(&frames[at..], has_files),
        file: frames[at].file.clone(),
        line: frames[at].line.filter(|line| *line > 0),
        calls: at.checked_sub(1).map(|inner| full_name(&frames[inner])),
    })
}

/// The name of the crate that is running, from that of its file.
pub(crate) fn program() -> String {
    let path = env::current_exe().unwrap_or_default();
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .replace('-', "_");
    // Tests have a hash at the end.
    match name.rsplit_once('_') {
        Some((name, hash))
            if hash.len() == 16 && hash.chars().all(|sign| sign.is_ascii_hexdigit()) =>
        {
            name.to_owned()
        }
        _ => name,
    }
}

/// The name of the function around the first frame. In line tables the body of an `async fn` that was inlined has no name, and the function
/// around it is another one, which awaits it.
fn around(frames: &[Frame], has_files: bool) -> String {
    let mut is_awaited = false;
    for frame in frames {
        let is_yours = !has_files || is_yours(frame);
        if is_yours && has_name(&frame.name) {
            let name = tidy(&frame.name);
            return if is_awaited {
                format!("an async fn that {name} awaits")
            } else {
                name
            };
        }
        if let Some(name) = in_generics(&frame.name) {
            return name;
        }
        is_awaited |= is_yours && frame.name.starts_with("{async_fn");
    }
    let what = if is_awaited {
        "an async fn"
    } else {
        "an unnamed function"
    };
    what.into()
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

/// Whether the name tells a function, unlike `{closure#0}`.
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

pub(crate) fn last(name: &str) -> String {
    without_generics(name)
        .rsplit("::")
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// With the module, if only the file tells it: debug information has the bare names of inlined functions.
fn full_name(frame: &Frame) -> String {
    let name = without_generics(&frame.name);
    let file = frame.file.as_deref().filter(|_| !name.contains("::"));
    match file.and_then(module) {
        Some(module) => format!("{module}::{name}"),
        None => name.replace("::functions::", "::"),
    }
}

/// The module of a file of the standard library or of a crate from a registry.
fn module(file: &str) -> Option<String> {
    let path = if let Some((_, path)) = file.rsplit_once("/library/") {
        path.to_owned()
    } else {
        let (_, path) = file.rsplit_once("/registry/src/")?;
        let (folder, path) = path.split_once('/')?.1.split_once("/src/")?;
        let (crate_, _version) = folder.rsplit_once('-')?;
        format!("{}/src/{path}", crate_.replace('-', "_"))
    };
    let path = path.replace("/src/", "/").replace('/', "::");
    let module = path
        .trim_end_matches(".rs")
        .trim_end_matches("::mod")
        .trim_end_matches("::functions")
        .trim_end_matches("::lib");
    Some(module.to_owned())
}

#[cfg(test)]
mod tests;

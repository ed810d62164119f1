//! A built program as a graph of calls. Owns machine code and debug information; knows neither the table nor the reports.
//!
//! Reading:
//!
//! - `elf`: the sections, functions and pointers of the file; `linked`: what the linker leaves to the loader.
//!   `consistent`: whether the tables of the file agree with each other.
//! - `debug`: debug information. `compressed`: its sections, if they are compressed. `line`: lines of the source.
//! - `code`: what one function calls, by `x86_64` and `aarch64`; `mentions` is the result. `tables`: addresses of functions in data.
//! - `name`: names of functions without hashes and generic arguments.
//! - `unreadable`: why a program cannot be read.
//!
//! The graph:
//!
//! - `graph`: functions and their calls. `questions`: what the program cannot tell, and the source and the table can.
//! - `called_by`: which code calls a function: other functions, tasks, or an `.await`.
//! - `called_back`: async code of other crates that calls the package. `adopted`: async code of their macros inside the package.
//! - `callers`: functions that code calls which is not async. `start`: functions that only `main` reaches.
//!
//! May import nothing of the crate.

pub(crate) mod aarch64;
mod adopted;
mod called_back;
mod called_by;
mod callers;
pub(crate) mod code;
mod compressed;
mod consistent;
pub(crate) mod debug;
pub(crate) mod elf;
pub(crate) mod graph;
mod line;
mod linked;
mod mentions;
pub(crate) mod name;
mod questions;
mod start;
mod tables;
mod unreadable;
pub(crate) mod x86_64;

use std::{path::Path, thread};

pub(crate) use called_by::CalledBy;
pub(crate) use graph::{Edge, Graph, How, Node, NodeId};
#[cfg(test)]
pub(crate) use line::Own;
pub(crate) use line::{Line, resolved};
pub(crate) use questions::Questions;
use unreadable::damaged;
pub(crate) use unreadable::{Missing, Unreadable};

/// Reads the program at `path`.
pub(crate) fn read(path: &Path, questions: &Questions<'_>) -> Result<Graph, Unreadable> {
    let bytes = std::fs::read(path).map_err(|error| Unreadable::Io(path.to_owned(), error))?;
    parse(path, &bytes, questions)
}

fn parse(path: &Path, bytes: &[u8], questions: &Questions<'_>) -> Result<Graph, Unreadable> {
    let format = |why: String| Unreadable::Format(path.to_owned(), why);
    let lacks = |what| Unreadable::Lacks(path.to_owned(), what);
    let image = elf::Image::parse(bytes).map_err(format)?;
    if image.functions.is_empty() {
        return Err(lacks(Missing::Symbols));
    }
    let sections = debug::Sections::load(&image).map_err(|why| format(damaged(why)))?;
    let (debug, mentions) = thread::scope(|scope| {
        let mentions = scope.spawn(|| code::all_mentions(&image));
        let debug = debug::Debug::read(&sections, questions.is_own);
        (debug, code::joined(mentions))
    });
    let debug = debug.map_err(|error| format(damaged(error)))?;
    match debug.missing {
        Some(what) => Err(lacks(what)),
        None => Ok(graph::build(&image, &debug, &mentions, questions)),
    }
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Graph, How, Questions, Unreadable};

    fn read(path: &Path, is_own: &dyn Fn(&Path) -> bool) -> Result<Graph, Unreadable> {
        let questions = Questions {
            is_own,
            ends: &|_, _| false,
            calls_method: &|line, name| name == "count" || line.line != 70,
            takes_context: &|_, _| None,
        };
        super::read(path, &questions)
    }

    /// A position-independent program for aarch64, built from `tests/data/aarch64.rs.txt`.
    fn graph() -> Graph {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/aarch64.elf");
        let is_own = |file: &Path| file.starts_with("/src");
        read(&path, &is_own).expect("the program is readable")
    }

    #[test]
    fn calls_are_followed_in_aarch64_code() {
        let graph = graph();
        let find = |name: &str| {
            let found = graph.nodes.iter().find(|node| node.name == name);
            found.unwrap_or_else(|| panic!("{name} is in {:?}", graph.nodes))
        };
        let body = find("a::naps::{closure}");
        assert!(body.is_root());
        let line = |how: How, caller: &str, callee: &str| {
            let mut edges = find(caller).calls.iter().filter(|edge| edge.how == how);
            let edge = edges.find(|edge| graph.nodes[edge.to].name == callee);
            let line = edge.and_then(|edge| edge.line.clone());
            line.map(|line| line.line)
        };
        let calls = |caller, callee| line(How::Calls, caller, callee);
        assert_eq!(calls("a::naps::{closure}", "a::doze"), Some(22));
        assert_eq!(calls("a::doze", "a::sleepy::sleep"), Some(18));
        assert_eq!(calls("a::doze", "a::naps::{closure}"), None);
        let takes = |caller, callee| line(How::TakesAddress, caller, callee);
        assert_eq!(takes("a::points::{closure}", "a::pointed"), Some(36));
        assert!(find("a::points::{closure}").calls_pointers);
        for listed in ["a::listed", "a::doze"] {
            assert_eq!(
                takes("a::looks_up::{closure}", listed),
                Some(43),
                "{listed}"
            );
        }
        assert!(!find("a::naps::{closure}").calls_pointers);
        let [count, load] = [
            "<a::Disk as a::Store>::count",
            "<a::Disk as a::Store>::load",
        ];
        assert_eq!(calls("a::asks::{closure}", count), Some(65));
        assert_eq!(calls("a::asks::{closure}", load), Some(65));
        assert_eq!(calls(load, "a::sleepy::sleep"), Some(58));
        assert_eq!(calls("a::counts", count), Some(70));
        assert_eq!(calls("a::counts", load), None);
    }

    #[test]
    fn what_is_no_program_is_said_to_be_none() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let error = read(&path, &|_| true).expect_err("it is text");
        let words = "Cargo.toml: it is no ELF program, and others are not read yet (";
        assert!(error.to_string().contains(words), "{error}");
        let error = read(Path::new("nowhere"), &|_| true).expect_err("it is not there");
        assert!(error.to_string().contains("cannot read nowhere"), "{error}");
    }
}

//! Malicious function names, and systems without `/proc` or with that of others.

use std::{env, fs, path::Path, process::Command};

use offload_limits::{Folder, output, try_output};

use super::copy;

pub(super) fn checks() {
    let place = Folder::new("watch-odd");
    a_name_that_a_terminal_would_obey_is_written_out(place.path());
    without_proc_it_is_told_without_names(place.path());
    with_the_proc_of_another_namespace_scopes_hold(place.path());
}

/// The symbol table gets another name for the function. The debug information still has the file and the line.
fn a_name_that_a_terminal_would_obey_is_written_out(place: &Path) {
    let Some(symbol) = symbol_of("receive") else {
        println!("builds: no `nm` here, odd names left out");
        return;
    };
    let list = place.join("names");
    for (name, expected) in [
        (
            "builds::evil\u{1b}[2J".to_owned(),
            "`builds::evil\\u{1b}[2J` (tests/builds/main.rs:",
        ),
        (
            format!("builds::{}", "long".repeat(100_000)),
            "longlong...longlong",
        ),
    ] {
        fs::write(&list, format!("{symbol} {name}\n")).unwrap();
        let change = format!("--redefine-syms={}", list.display());
        let copy = copy(place, &[&change]).expect("who has `nm` has `objcopy`");
        let output = output(Command::new(copy).arg("waits"));
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains(expected), "{said:?}");
        assert!(said.len() < 2_000, "{} bytes", said.len());
        assert_eq!(
            said.find(|sign: char| sign.is_control()),
            Some(said.len() - 1)
        );
    }
}

/// The symbol of a function of this program.
fn symbol_of(function: &str) -> Option<String> {
    let nm = try_output(Command::new("nm").arg(env::current_exe().unwrap())).ok()?;
    let table = String::from_utf8(nm.stdout).ok()?;
    let mut names = table
        .lines()
        .filter_map(|line| line.split_whitespace().last());
    let part = format!("builds{}{function}", function.len());
    names.find(|name| name.contains(&part)).map(str::to_owned)
}

/// In a separate namespace, an empty folder replaces `/proc`.
fn without_proc_it_is_told_without_names(place: &Path) {
    let copy = copy(place, &[]).unwrap();
    let hide = "mount -t tmpfs none /proc && exec \"$@\"";
    for (what, expected) in [
        ("waits", "; `/proc`, which tells where, cannot be read\n"),
        (
            "waits alone",
            "; or its thread is outside of `block_on`: `/proc`, which tells that, cannot be read\n",
        ),
    ] {
        let mut hidden = Command::new("unshare");
        hidden.args(["--mount", "--map-root-user", "sh", "-ec", hide, "sh"]);
        let output = try_output(hidden.arg(&copy).arg(what));
        let Some(output) = output.ok().filter(|output| !output.stdout.is_empty()) else {
            println!("builds: `/proc` cannot be hidden here, left out");
            return;
        };
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.starts_with("worker 0 has "), "{said}");
        assert!(said.ends_with(expected), "{said}");
    }
}

/// The numbers of threads there are not those that the threads have for themselves.
fn with_the_proc_of_another_namespace_scopes_hold(place: &Path) {
    let copy = copy(place, &[]).unwrap();
    for (what, expected) in [("may wait", "[]\n"), ("waits", "`builds::receive` (")] {
        let mut apart = Command::new("unshare");
        apart.args(["--pid", "--fork", "--kill-child", "--map-root-user"]);
        let output = try_output(apart.arg(&copy).arg(what));
        let Some(output) = output.ok().filter(|output| !output.stdout.is_empty()) else {
            println!("builds: no namespace of processes here, left out");
            return;
        };
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains(expected), "{what}: {said}");
    }
}

//! An example program, run as a newcomer runs it.

use std::{env, ffi::OsStr, path::PathBuf, process::Command};

/// What a program left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs an example to its end.
pub(crate) fn run(name: &str, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ended {
    let output = command(name).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended {
        code: output.status.code(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// An example that is about to run.
pub(crate) fn command(name: &str) -> Command {
    let program = program(name);
    assert!(
        program.is_file(),
        "{} is missing: `cargo test` or `cargo build --examples` builds it",
        program.display()
    );
    Command::new(program)
}

/// Examples are built beside the directory that this test runs from.
fn program(name: &str) -> PathBuf {
    let test = env::current_exe().unwrap();
    let build = test.ancestors().nth(2).unwrap();
    build
        .join("examples")
        .join(name)
        .with_extension(env::consts::EXE_EXTENSION)
}

//! A copy of this program as a child, with messages line by line.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{self, ChildStdout, Command, Stdio},
};

pub(super) struct Child {
    process: process::Child,
    output: BufReader<ChildStdout>,
}

impl Child {
    /// Starts the part of the program with that name.
    pub(super) fn start(what: &str) -> Self {
        Self::of(&env::current_exe().unwrap(), what)
    }

    /// The same of another copy of the program.
    pub(super) fn of(program: &Path, what: &str) -> Self {
        Self::started(Command::new(program).arg(what))
    }

    pub(super) fn started(program: &mut Command) -> Self {
        let mut process = program
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self { process, output }
    }

    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }

    /// The next line of its output.
    pub(super) fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line
    }

    pub(super) fn wait_until_ready(&mut self) {
        assert_eq!(self.line(), "ready\n");
    }

    /// Sends the line that it waits for.
    pub(super) fn go_on(&mut self) {
        writeln!(self.process.stdin.as_ref().unwrap()).unwrap();
    }

    pub(super) fn has_ended_well(&mut self) -> bool {
        offload_limits::ended(&mut self.process).success()
    }
}

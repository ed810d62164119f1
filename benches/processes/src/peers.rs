//! Python's pools. Each is measured by a script that times its own calls.

use std::{
    error::Error,
    fs,
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;

use crate::{
    scenario::Scenario,
    way::{Name, Way},
};

const SCRIPT: &str = include_str!("peers.py");

/// A Python process that waits for the next measurement.
pub(crate) struct Python {
    name: Name,
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    // Its processes read the script again, so it has to be a file.
    _dir: TempDir,
}

impl Python {
    /// Fails where `python3`, or the package, is missing.
    pub(crate) fn start(name: Name) -> Result<Self, Box<dyn Error>> {
        let dir = tempfile::tempdir()?;
        let script = dir.path().join("peers.py");
        fs::write(&script, SCRIPT)?;
        let mut child = Command::new("python3")
            .arg(&script)
            .arg(name.name())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("python3 cannot be run ({error})"))?;
        let questions = child.stdin.take();
        let answers = child.stdout.take().ok_or("the script has an output")?;
        let mut python = Self {
            name,
            child,
            questions,
            answers: BufReader::new(answers),
            _dir: dir,
        };
        match python.answer() {
            Ok(_) => Ok(python),
            Err(_) => Err("`python3 -m pip install loky pebble` installs it".into()),
        }
    }

    fn answer(&mut self) -> Result<String, Box<dyn Error>> {
        let mut line = String::new();
        match self.answers.read_line(&mut line)? {
            0 => Err("the script has ended".into()),
            _ => Ok(line),
        }
    }
}

impl Way for Python {
    fn name(&self) -> Name {
        self.name
    }

    fn measure(&mut self, scenario: &Scenario) -> Result<Option<Duration>, Box<dyn Error>> {
        let (word, size) = scenario.work.word();
        let questions = self.questions.as_mut().ok_or("the script has an input")?;
        writeln!(questions, "{word} {size} {}", scenario.calls)?;
        let nanos = self.answer()?.trim().parse()?;
        Ok(Some(Duration::from_nanos(nanos)))
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        // The script ends at the end of its input, and ends its processes.
        drop(self.questions.take());
        let _ = self.child.wait();
    }
}

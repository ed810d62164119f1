//! Alternatives that users have. Each is measured by a script that times its own calls.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::future::BoxFuture;
use tempfile::TempDir;

use crate::{
    scenario::Scenario,
    way::{Figure, Name, Problem, Way},
};

const SCRIPT: &str = include_str!("peers.py");

/// A Python process that waits for the next measurement.
pub(crate) struct Python {
    name: Name,
    talk: Arc<Mutex<Talk>>,
}

struct Talk {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    // The processes of the peers read the script again, so it must be a file.
    _dir: TempDir,
}

/// The Python with the packages: from `PEERS_PYTHON`, from the environment `target/peers`, or from the path.
fn python() -> PathBuf {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/peers/bin/python");
    match env::var_os("PEERS_PYTHON") {
        Some(named) => named.into(),
        None if ours.is_file() => ours,
        None => "python3".into(),
    }
}

impl Python {
    /// Fails if Python, the package, or a server that it needs is missing.
    pub(crate) fn start(name: Name) -> Result<Self, Problem> {
        let dir = tempfile::tempdir()?;
        let script = dir.path().join("peers.py");
        fs::write(&script, SCRIPT)?;
        let log = fs::File::create(dir.path().join("log"))?;
        let mut child = Command::new(python())
            .arg(&script)
            .arg(name.name())
            .current_dir(dir.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|error| format!("python cannot be run ({error})"))?;
        let questions = child.stdin.take();
        let answers = child.stdout.take().ok_or("the script has an output")?;
        let mut talk = Talk {
            child,
            questions,
            answers: BufReader::new(answers),
            _dir: dir,
        };
        match talk.answer()?.trim() {
            "ready" => Ok(Self {
                name,
                talk: Arc::new(Mutex::new(talk)),
            }),
            "" => Err("its script has ended before it was ready".into()),
            missing => Err(missing.into()),
        }
    }
}

impl Talk {
    fn answer(&mut self) -> Result<String, Problem> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(line)
    }

    fn measure(&mut self, scenario: &Scenario) -> Result<Figure, Problem> {
        let (word, size) = scenario.work.word();
        let (at_once, calls) = (scenario.at_once, scenario.calls);
        let questions = self.questions.as_mut().ok_or("the script has an input")?;
        writeln!(questions, "{word} {size} {at_once} {calls}")?;
        let line = self.answer()?;
        let mut numbers = line.split_whitespace().map(str::parse::<u64>);
        let mut next = || -> Result<Duration, Problem> {
            let nanos = numbers.next().ok_or("the script has ended")??;
            Ok(Duration::from_nanos(nanos))
        };
        let (middle, p99, each) = (next()?, next()?, next()?);
        let is_timed = |time: Duration| (!time.is_zero()).then_some(time);
        Ok(Figure {
            middle: is_timed(middle),
            p99: is_timed(p99),
            each,
        })
    }
}

impl Way for Python {
    fn name(&self) -> Name {
        self.name
    }

    fn measure<'a>(
        &'a mut self,
        scenario: &'a Scenario,
    ) -> BoxFuture<'a, Result<Option<Figure>, Problem>> {
        let (talk, scenario) = (Arc::clone(&self.talk), *scenario);
        let ask = move || match talk.lock() {
            Ok(mut talk) => talk.measure(&scenario),
            Err(_) => Err("the talk was broken off".into()),
        };
        Box::pin(async { tokio::task::spawn_blocking(ask).await?.map(Some) })
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        // The script ends at the end of its input, and then ends its processes.
        drop(self.questions.take());
        let _ = self.child.wait();
    }
}

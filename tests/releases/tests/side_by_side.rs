//! A rolling upgrade: nodes and callers of two releases, as two real programs, on one broker.

use std::{
    env, fs,
    io::{BufRead, BufReader, Lines, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use offload_limits::{ended, limit_all};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

const OLD: &str = env!("CARGO_BIN_EXE_release-old");
const NEW: &str = env!("CARGO_BIN_EXE_release-new");

/// A process that ends with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The server program, or `None`. Fails if the program is missing where it is required.
fn nats_server() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/nats/bin");
    let folders = env::split_paths(&path).chain([ours]);
    let files = folders.map(|folder| folder.join("nats-server"));
    let mut files = env::var_os("NATS_SERVER")
        .map(PathBuf::from)
        .into_iter()
        .chain(files);
    let found = files.find(|file| file.is_file());
    let required = env::var_os("OFFLOAD_REQUIRE_NATS").is_some();
    assert!(
        found.is_some() || !required,
        "no nats-server, and OFFLOAD_REQUIRE_NATS is set"
    );
    found
}

/// A broker that chooses its port and writes it to a file.
struct Broker {
    url: String,
    _process: Process,
    _folder: TempDir,
}

impl Broker {
    fn start() -> Option<Self> {
        limit_all();
        let Some(program) = nats_server() else {
            println!("skipped: no nats-server (set NATS_SERVER)");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(program);
        command.args(["-a", "127.0.0.1", "-p", "-1", "-js", "--ports_file_dir"]);
        command
            .arg(folder.path())
            .arg("-sd")
            .arg(folder.path().join("js"));
        let process = Process(command.stderr(Stdio::null()).spawn().unwrap());
        let url = until("the broker", || url(folder.path()));
        Some(Self {
            url,
            _process: process,
            _folder: folder,
        })
    }

    fn node(&self, release: &str) -> Process {
        let mut command = Command::new(release);
        command.arg("node").env("NATS_URL", &self.url);
        Process(command.spawn().unwrap())
    }

    fn caller(&self, release: &str) -> Caller {
        let mut command = Command::new(release);
        command.arg("caller").env("NATS_URL", &self.url);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = Process(command.spawn().unwrap());
        let said = BufReader::new(process.0.stdout.take().unwrap()).lines();
        Caller {
            told: process.0.stdin.take().unwrap(),
            said,
            _process: process,
        }
    }
}

/// The address from the broker's file, once it is complete.
fn url(folder: &Path) -> Option<String> {
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files = files.filter(|file| file.extension().is_some_and(|end| end == "ports"));
    let text = fs::read_to_string(files.next()?).ok()?;
    let (_, from) = text.split_once("nats://")?;
    let (address, _) = from.split_once('"')?;
    Some(format!("nats://{address}"))
}

/// A program that calls functions by name.
struct Caller {
    told: ChildStdin,
    said: Lines<BufReader<ChildStdout>>,
    _process: Process,
}

impl Caller {
    fn ask(&mut self, line: &str) -> String {
        writeln!(self.told, "{line}").unwrap();
        self.said.next().unwrap().unwrap()
    }

    fn waits_for_nodes(&mut self, count: &str) {
        until("nodes", || (self.ask("nodes") == count).then_some(()));
    }
}

/// Waits for something that must happen, however slow the machine is.
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(180),
            "waited for: {what}"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn is_mismatch(end: &str) -> bool {
    end.starts_with("Err(Mismatch(")
}

#[test]
fn two_releases_work_side_by_side() {
    let Some(broker) = Broker::start() else {
        return;
    };
    let mut old = broker.caller(OLD);
    let mut new = broker.caller(NEW);
    let mut node = broker.node(OLD);
    old.waits_for_nodes("1");

    // Old nodes alone: a new caller can call what did not change. Other calls fail with `Mismatch`.
    assert_eq!(new.ask("release"), r#"Ok("old")"#);
    assert_eq!(new.ask("sell on day 6"), "Err(Closed)");
    assert!(is_mismatch(&new.ask("weight")));
    assert!(is_mismatch(&new.ask("stock")));
    assert_eq!(old.ask("weight"), "Ok(1)");

    // Both: a call with changed types goes to a node that has the same types.
    let _node = broker.node(NEW);
    old.waits_for_nodes("2");
    assert_eq!(new.ask("weight"), "Ok(1000)");
    assert_eq!(new.ask("stock"), "Ok(7)");
    assert_eq!(old.ask("weight"), "Ok(1)");

    // The old node ends while callers of both releases have calls. None of them fails.
    assert_eq!(
        (old.ask("many"), new.ask("many")),
        ("100".into(), "100".into())
    );
    kill_process(Pid::from_child(&node.0), Signal::TERM).unwrap();
    assert!(ended(&mut node.0).success());
    assert_eq!((old.ask("all"), new.ask("all")), ("0".into(), "0".into()));

    // New nodes alone: an old caller can call what did not change. It cannot decode the new error.
    assert_eq!(old.ask("release"), r#"Ok("new")"#);
    assert_eq!(old.ask("sell on day 6"), "Err(Closed)");
    let unknown = old.ask("sell on day 5");
    assert!(unknown.starts_with("Err(Offload(Codec("), "{unknown}");
    assert_eq!(new.ask("sell on day 5"), "Err(Empty)");
    assert!(is_mismatch(&old.ask("weight")));
}

//! Nodes in separate processes, which run this binary again, and ports for servers.

use std::{
    env, fs,
    net::{Ipv4Addr, TcpListener},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

/// Set in processes that are nodes of a test.
pub(crate) const NODE: &str = "OFFLOAD_TEST_NODE";

/// A node in a separate process. Killed when the test ends.
pub(crate) struct NodeProcess(Child);

impl NodeProcess {
    pub(crate) fn start(url: &str, word: &str) -> Self {
        Self::start_at(url, word, None)
    }

    pub(crate) fn start_at(url: &str, word: &str, inbox: Option<&str>) -> Self {
        Self::start_with(url, word, |command| {
            command.envs(inbox.map(|inbox| ("NATS_INBOX", inbox)));
        })
    }

    pub(crate) fn start_with(url: &str, word: &str, more: impl FnOnce(&mut Command)) -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "node::main", "--nocapture"]);
        command.env(NODE, word).env("NATS_URL", url);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        more(&mut command);
        if env::var_os("OFFLOAD_TEST_LOUD").is_none() {
            command.stderr(Stdio::null());
        }
        Self(command.spawn().unwrap())
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.0);
        kill_process(pid, signal).unwrap();
    }

    /// Kills it with `SIGKILL`.
    pub(crate) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    pub(crate) fn is_alive(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }

    /// Its memory in bytes.
    pub(crate) fn memory(&self) -> usize {
        let pages = fs::read_to_string(format!("/proc/{}/statm", self.0.id())).unwrap();
        let pages: usize = pages.split(' ').nth(1).unwrap().parse().unwrap();
        pages * 4096
    }

    /// The processes that it has started and that run.
    pub(crate) fn children(&self) -> Vec<Pid> {
        let Ok(threads) = fs::read_dir(format!("/proc/{}/task", self.0.id())) else {
            return Vec::new();
        };
        let files = threads.filter_map(|thread| Some(thread.ok()?.path().join("children")));
        let texts: Vec<_> = files
            .filter_map(|file| fs::read_to_string(file).ok())
            .collect();
        let words = texts.iter().flat_map(|text| text.split_whitespace());
        words
            .filter_map(|word| Pid::from_raw(word.parse().ok()?))
            .collect()
    }

    /// Waits for its end. Returns whether it ended without an error.
    pub(crate) async fn ended(&mut self) -> bool {
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status.success();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for NodeProcess {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The ports of servers, below those that Linux assigns to clients by default.
const FIRST_PORT: u16 = 20_000;
const PORTS: u32 = 10_000;

/// A free port outside the range that the system assigns to clients. A server is restarted at its port, and a client that
/// reconnects meanwhile could be assigned that very port.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Test programs that run at the same time begin with different ports.
    let first = std::process::id().wrapping_mul(97);
    let mut ports = (0..PORTS).map(|_| {
        let number = first.wrapping_add(NEXT.fetch_add(1, Relaxed)) % PORTS;
        FIRST_PORT + u16::try_from(number).unwrap()
    });
    ports
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .expect("a port that is free")
}

//! Nodes in separate processes, which run this binary again.

use std::{
    env, fs,
    process::{Child, Command, Stdio},
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

//! What the tests share: a server, nodes in processes of their own, and ways to wait for what happens outside.

use std::{
    env, fs,
    future::Future,
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::{Mutex, MutexGuard};
use tokio_offload_cluster::{Cluster, Connect, connect, disconnect};

/// A process has one connection: so one test has it at a time.
static ONE: Mutex<()> = Mutex::const_new(());

/// Where the server is, or none, which fails if it must be there.
pub(crate) fn nats_server() -> Option<PathBuf> {
    let named = env::var_os("NATS_SERVER").map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).map(|folder| folder.join("nats-server"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let ours = root.join("target/nats/bin/nats-server");
    let found = named
        .into_iter()
        .chain(on_path)
        .chain([ours])
        .find(|file| file.is_file());
    if found.is_none() {
        assert!(
            env::var_os("OFFLOAD_REQUIRE_NATS").is_none(),
            "no nats-server, and OFFLOAD_REQUIRE_NATS is set"
        );
        println!("skipped: no nats-server (set NATS_SERVER)");
    }
    found
}

/// A server of a test. Gone when the test is.
pub(crate) struct Server {
    program: PathBuf,
    folder: PathBuf,
    port: u16,
    config: Option<String>,
    process: Option<Child>,
}

impl Server {
    pub(crate) fn start(config: Option<String>) -> Option<Self> {
        let program = nats_server()?;
        let port = free_port();
        let folder = env::temp_dir().join(format!("offload-cluster-{}-{port}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut server = Self {
            program,
            folder,
            port,
            config,
            process: None,
        };
        server.up();
        Some(server)
    }

    /// Starts it, also once more.
    pub(crate) fn up(&mut self) {
        let mut command = Command::new(&self.program);
        command.args(["-a", "127.0.0.1", "-js", "-p", &self.port.to_string()]);
        command.arg("-sd").arg(self.folder.join("js"));
        if let Some(config) = &self.config {
            let file = self.folder.join("server.conf");
            fs::write(&file, config).unwrap();
            command.arg("-c").arg(file);
        }
        let log = fs::File::create(self.folder.join("log")).unwrap();
        command
            .stdout(Stdio::null())
            .stderr(log)
            .stdin(Stdio::null());
        self.process = Some(command.spawn().unwrap());
        let address = (Ipv4Addr::LOCALHOST, self.port);
        let mut waited = 0;
        while TcpStream::connect(address).is_err() {
            waited += 1;
            assert!(waited < 1500, "the server does not listen: {}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Kills it.
    pub(crate) fn down(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.down();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// A server, this process as a caller at it, and the right to both.
pub(crate) struct Stage {
    pub(crate) server: Server,
    _one: MutexGuard<'static, ()>,
}

impl Stage {
    /// Nothing if there is no server to be had.
    pub(crate) async fn set() -> Option<Self> {
        let one = ONE.lock().await;
        disconnect().await;
        let server = Server::start(None)?;
        connect(Connect::url(server.url())).await.unwrap();
        Some(Self { server, _one: one })
    }

    /// The same, with a server of that configuration and no connection.
    pub(crate) async fn with(config: String) -> Option<Self> {
        let one = ONE.lock().await;
        disconnect().await;
        let server = Server::start(Some(config))?;
        Some(Self { server, _one: one })
    }

    /// A node process: `word` is what it serves and where, for `node::main`.
    pub(crate) fn node(&self, word: &str) -> NodeProcess {
        NodeProcess::start(&self.server.url(), word)
    }
}

/// Set in processes that are nodes of a test.
pub(crate) const NODE: &str = "OFFLOAD_TEST_NODE";

/// A node in a process of its own. Killed when the test ends.
pub(crate) struct NodeProcess(Child);

impl NodeProcess {
    pub(crate) fn start(url: &str, word: &str) -> Self {
        Self::start_at(url, word, None)
    }

    pub(crate) fn start_at(url: &str, word: &str, inbox: Option<&str>) -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "node::main", "--nocapture"]);
        command.env(NODE, word).env("NATS_URL", url);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.envs(inbox.map(|inbox| ("NATS_INBOX", inbox)));
        if env::var_os("OFFLOAD_TEST_LOUD").is_none() {
            command.stderr(Stdio::null());
        }
        Self(command.spawn().unwrap())
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.0);
        kill_process(pid, signal).unwrap();
    }

    /// Kills it as the kernel does.
    pub(crate) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    pub(crate) fn is_alive(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }

    /// How many bytes it has in memory.
    pub(crate) fn memory(&self) -> usize {
        let pages = fs::read_to_string(format!("/proc/{}/statm", self.0.id())).unwrap();
        let pages: usize = pages.split(' ').nth(1).unwrap().parse().unwrap();
        pages * 4096
    }

    /// Waits for its end: whether it was a good one.
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

/// Waits until so many nodes of a cluster are there.
pub(crate) async fn nodes(cluster: &Cluster, count: usize) {
    until_async("nodes", async || {
        cluster
            .nodes()
            .await
            .is_ok_and(|nodes| nodes.len() == count)
    })
    .await;
}

/// Waits for something that has to come, however slow the machine.
pub(crate) async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    until_async(what, async || holds()).await;
}

pub(crate) async fn until_async(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "waited for: {what}"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Ends a test that hangs.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    let limit = Duration::from_secs(60);
    tokio::time::timeout(limit, future)
        .await
        .expect("it takes too long")
}

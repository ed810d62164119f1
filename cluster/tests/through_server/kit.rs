//! What the tests share: a server, nodes in separate processes, and ways to wait for events in other processes.

use std::{
    env, fs,
    future::Future,
    net::{Ipv4Addr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use offload_limits::{limit_all, output};
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::{Mutex, MutexGuard};
use tokio_offload_cluster::{Cluster, Connect, connect, disconnect};

pub(crate) use crate::process::{NodeProcess, free_port};

/// A process has only one connection, so one test at a time uses it.
static ONE: Mutex<()> = Mutex::const_new(());

/// Set in processes that run one test alone.
const ALONE: &str = "OFFLOAD_TEST_ALONE";

/// The turn to use the connection. `None` where another process has run this test, so that tests run at the same time.
async fn turn() -> Option<MutexGuard<'static, ()>> {
    limit_all();
    let thread = thread::current();
    // The harness names the thread of a test after it, unless it runs all of them on its main thread.
    let test = thread.name().filter(|name| name.contains("::"));
    if let Some(test) = test.filter(|_| env::var_os(ALONE).is_none()) {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", test, "--nocapture"]);
        // It ends itself and what it has started before it is ended from here.
        command.env("OFFLOAD_SECONDS_OF_ALL", "170");
        let ran = output(command.env(ALONE, ""));
        let (said, wrong) = (text(&ran.stdout), text(&ran.stderr));
        assert!(said.contains("1 passed"), "{}\n{said}{wrong}", ran.status);
        return None;
    }
    Some(ONE.lock().await)
}

fn text(output: &[u8]) -> String {
    String::from_utf8_lossy(output).into_owned()
}

/// The server program, or `None`. Fails if the program is missing where it is required.
pub(crate) fn nats_server() -> Option<PathBuf> {
    let named = env::var_os("NATS_SERVER").filter(|named| !named.is_empty());
    let program = named.clone().unwrap_or_else(|| "nats-server".into());
    let path = env::var_os("PATH").unwrap_or_default();
    // An absolute path stays as it is.
    let on_path = env::split_paths(&path).map(|folder| folder.join(&program));
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/nats/bin/nats-server");
    let last = named.map_or(ours, PathBuf::from);
    let found = on_path.chain([last]).find(|file| file.is_file());
    if found.is_none() {
        assert!(
            env::var_os("OFFLOAD_REQUIRE_NATS").is_none(),
            "no nats-server, and OFFLOAD_REQUIRE_NATS is set"
        );
        println!("skipped: no nats-server (set NATS_SERVER)");
    }
    found
}

/// The configuration of a server without `JetStream`.
pub(crate) const NO_JETSTREAM: &str = "# nothing\n";

/// The server of a test. It ends with the test.
pub(crate) struct Server {
    program: PathBuf,
    folder: PathBuf,
    port: u16,
    config: Option<String>,
    process: Option<Child>,
}

impl Server {
    pub(crate) fn start(config: Option<String>) -> Option<Self> {
        let mut server = Self::of(config)?;
        server.up();
        Some(server)
    }

    fn of(config: Option<String>) -> Option<Self> {
        let program = nats_server()?;
        let port = free_port();
        let folder = env::temp_dir().join(format!("offload-cluster-{}-{port}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Some(Self {
            program,
            folder,
            port,
            config,
            process: None,
        })
    }

    /// Starts it, or starts it again.
    pub(crate) fn up(&mut self) {
        self.begin();
        self.listens();
    }

    fn begin(&mut self) {
        let mut command = Command::new(&self.program);
        command.args(["-a", "127.0.0.1", "-p", &self.port.to_string()]);
        if self.config.as_deref() != Some(NO_JETSTREAM) {
            command.arg("-js").arg("-sd").arg(self.folder.join("js"));
        }
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
    }

    fn listens(&self) {
        let address = (Ipv4Addr::LOCALHOST, self.port);
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(
                begun.elapsed() < Duration::from_secs(120),
                "the server does not listen: {}",
                self.log()
            );
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

    /// Its configuration from the next start on, or from now on if it runs.
    pub(crate) fn configure(&mut self, config: String) {
        fs::write(self.folder.join("server.conf"), &config).unwrap();
        self.config = Some(config);
        self.signal(Signal::HUP);
    }

    pub(crate) fn signal(&self, signal: Signal) {
        if let Some(process) = &self.process {
            kill_process(Pid::from_child(process), signal).unwrap();
        }
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
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

/// A server, the connection of this process to it, and the turn to use both.
pub(crate) struct Stage {
    pub(crate) server: Server,
    /// The other servers of its NATS cluster.
    others: Vec<Server>,
    _one: MutexGuard<'static, ()>,
}

impl Stage {
    /// `None` if the server program is missing, or another process has run the test.
    pub(crate) async fn set() -> Option<Self> {
        let one = turn().await?;
        disconnect().await;
        let server = Server::start(None)?;
        connect(Connect::url(server.url())).await.unwrap();
        Some(Self::at(server, Vec::new(), one))
    }

    fn at(server: Server, others: Vec<Server>, one: MutexGuard<'static, ()>) -> Self {
        Self {
            server,
            others,
            _one: one,
        }
    }

    /// A NATS cluster of this many servers, without a connection.
    pub(crate) async fn with_servers(count: usize) -> Option<Self> {
        let one = turn().await?;
        disconnect().await;
        let configs = crate::servers::together(count).into_iter();
        let servers = configs.map(|config| Server::of(Some(config)));
        let mut servers: Vec<_> = servers.collect::<Option<_>>()?;
        // The servers wait for each other, so all of them start before any is awaited.
        servers.iter_mut().for_each(Server::begin);
        servers.iter().for_each(Server::listens);
        let server = servers.remove(0);
        Some(Self::at(server, servers, one))
    }

    pub(crate) fn servers(&self) -> impl Iterator<Item = &Server> {
        [&self.server].into_iter().chain(&self.others)
    }

    /// One of the servers.
    pub(crate) fn server(&mut self, number: usize) -> &mut Server {
        match number {
            0 => &mut self.server,
            other => &mut self.others[other - 1],
        }
    }

    /// A stage whose server has that configuration, without a connection.
    pub(crate) async fn with(config: String) -> Option<Self> {
        let one = turn().await?;
        disconnect().await;
        let server = Server::start(Some(config))?;
        Some(Self::at(server, Vec::new(), one))
    }

    /// Starts a node process: `word` tells `node::main` what to serve and where.
    pub(crate) fn node(&self, word: &str) -> NodeProcess {
        NodeProcess::start(&self.server.url(), word)
    }
}

/// Waits until a cluster has this many nodes.
pub(crate) async fn nodes(cluster: &Cluster, count: usize) {
    let are_there = async || {
        let nodes = cluster.nodes().await;
        nodes.is_ok_and(|nodes| nodes.len() == count)
    };
    until_async("nodes", are_there).await;
}

/// Waits for something that must happen, however slow the machine is.
pub(crate) async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    until_async(what, async || holds()).await;
}

pub(crate) async fn until_async(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(
            begun.elapsed() < Duration::from_secs(120),
            "waited for: {what}"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Ends a test that hangs.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    let limit = Duration::from_secs(120);
    tokio::time::timeout(limit, future)
        .await
        .expect("it takes too long")
}

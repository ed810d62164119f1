//! The processes that the show is made of: the server, and the nodes. All of them end with it.

use std::{
    env, fs, io,
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// A process that ends when this is dropped.
pub(crate) struct Process(Child);

impl Process {
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Kills it, as a machine that loses its power does.
    pub(crate) fn kill(&mut self) -> io::Result<()> {
        self.0.kill()?;
        self.0.wait().map(drop)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// A server with a folder of its own, and where it listens.
pub(crate) struct Server {
    _process: Process,
    folder: PathBuf,
    pub(crate) url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The program `nats-server`, if it is there: named by `NATS_SERVER`, on the path, or where the tests of the repository have theirs.
pub(crate) fn program() -> Option<PathBuf> {
    let named = env::var_os("NATS_SERVER").map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).map(|folder| folder.join("nats-server"));
    let ours = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/nats/bin/nats-server");
    let mut all = named.into_iter().chain(on_path).chain([ours]);
    all.find(|file| file.is_file())
}

/// Starts a server that nobody else knows.
pub(crate) async fn server(program: PathBuf) -> io::Result<Server> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port();
    let folder = env::temp_dir().join(format!("offload-cluster-demo-{}", std::process::id()));
    let mut command = Command::new(program);
    command
        .args(["-a", "127.0.0.1", "-js", "-p", &port.to_string(), "-sd"])
        .arg(&folder);
    let process = Process(quiet(&mut command).spawn()?);
    let url = format!("nats://127.0.0.1:{port}");
    let server = Server {
        _process: process,
        folder,
        url,
    };
    for _ in 0..500 {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(server);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Err(io::Error::other("the server does not listen"))
}

/// Starts this program once more, as a node.
pub(crate) fn node(server: &Server) -> io::Result<Process> {
    let mut command = Command::new(env::current_exe()?);
    command.arg("node").env("NATS_URL", &server.url);
    quiet(&mut command).spawn().map(Process)
}

fn quiet(command: &mut Command) -> &mut Command {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
}

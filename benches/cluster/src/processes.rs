//! The measured processes: the server, and those that answer. All of them end with this process.

use std::{
    env, fs,
    io::{self, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::Mutex,
    time::Duration,
};

use async_nats::Client;
use tempfile::TempDir;

use crate::way::Problem;

/// The role of a process of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Core,
    JetStream,
    OnPool,
    OnWorkers,
}

impl Role {
    const ALL: [Self; 4] = [Self::Core, Self::JetStream, Self::OnPool, Self::OnWorkers];

    const fn word(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::JetStream => "jetstream",
            Self::OnPool => "on-pool",
            Self::OnWorkers => "on-workers",
        }
    }

    /// The role that this process was started for.
    pub(crate) fn of_this_process() -> Option<Self> {
        let word = env::var(ROLE).ok()?;
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

const ROLE: &str = "OFFLOAD_BENCH_ROLE";

/// A process that is killed when this is dropped.
pub(crate) struct Process(Child);

impl Process {
    pub(crate) fn start(command: &mut Command) -> io::Result<Self> {
        command.spawn().map(Self)
    }

    /// Its CPU time, in hundredths of a second.
    pub(crate) fn ticks(&self) -> Option<u64> {
        ticks(&format!("/proc/{}/stat", self.0.id()))
    }
}

/// The CPU time of a process in user and system mode, in ticks.
pub(crate) fn ticks(file: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    // The name of the program may contain spaces.
    let after_name = text.rsplit_once(')')?.1;
    let mut fields = after_name.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(next()? + next()?)
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server that only this process uses.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) process: Process,
    _folder: TempDir,
}

impl Server {
    /// Fails if the program is missing or the server does not start.
    pub(crate) fn start() -> Result<Self, Problem> {
        let program = program().ok_or("no nats-server: name one with NATS_SERVER")?;
        let port = free_port()?;
        let folder = tempfile::tempdir()?;
        let mut command = Command::new(program);
        command
            .args(["-a", "127.0.0.1", "-js", "-p", &port.to_string(), "-sd"])
            .arg(folder.path());
        let process = Process::start(quiet(&mut command))?;
        wait_for(port)?;
        Ok(Self {
            url: format!("nats://127.0.0.1:{port}"),
            process,
            _folder: folder,
        })
    }
}

/// The program `nats-server`: from `NATS_SERVER`, from the path, or from the folder that the repository's tests use.
pub(crate) fn program() -> Option<PathBuf> {
    let named = env::var_os("NATS_SERVER").map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).map(|folder| folder.join("nats-server"));
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/nats/bin/nats-server");
    let mut all = named.into_iter().chain(on_path).chain([ours]);
    all.find(|file| file.is_file())
}

fn free_port() -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

fn wait_for(port: u16) -> Result<(), Problem> {
    for _ in 0..500 {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Err("the server does not listen".into())
}

fn quiet(command: &mut Command) -> &mut Command {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
}

/// Another process of this program, in one of its roles.
pub(crate) struct Servant {
    _process: Process,
    out: Mutex<Option<ChildStdout>>,
}

impl Servant {
    pub(crate) fn start(role: Role, url: &str) -> Result<Self, Problem> {
        let mut command = Command::new(env::current_exe()?);
        command
            .env(ROLE, role.word())
            .env("NATS_URL", url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut process = Process::start(&mut command)?;
        let out = Mutex::new(process.0.stdout.take());
        Ok(Self {
            _process: process,
            out,
        })
    }

    /// Waits for the line `ready`.
    pub(crate) async fn is_ready(&self) -> Result<(), Problem> {
        let out = self.out.lock().map_err(|_| "nobody panics")?.take();
        let mut out = out.ok_or("it was asked before")?;
        let read = move || io::Read::read_exact(&mut out, &mut [0; 6]);
        tokio::task::spawn_blocking(read).await??;
        Ok(())
    }
}

/// Tells the caller that this process answers.
pub(crate) fn ready() -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(b"ready\n")?;
    out.flush()
}

/// Ready when the caller is gone, because its end of the input is closed then.
pub(crate) async fn until_told() {
    let read = || io::copy(&mut io::stdin().lock(), &mut io::sink());
    let _ = tokio::task::spawn_blocking(read).await;
}

/// A separate connection.
pub(crate) async fn connected(url: &str) -> Result<Client, Problem> {
    let options = async_nats::ConnectOptions::new()
        .subscription_capacity(1 << 20)
        .client_capacity(1 << 14);
    Ok(options.connect(url).await?)
}

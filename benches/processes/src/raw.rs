//! Two processes and a socket pair, nothing else: no codec, no runtime, no pool.

use std::{
    env,
    error::Error,
    io::{self, Read, Write},
    os::{
        fd::{AsFd, OwnedFd},
        unix::net::UnixStream,
    },
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    scenario::{Scenario, Work},
    way::{Name, Way, median},
};

/// As long as the head of our messages: how many bytes follow, and how many come back after a head.
const HEAD: usize = 24;

/// The other process, and buffers that stay.
pub(crate) struct Socket {
    peer: Peer,
    out: Vec<u8>,
    back: Vec<u8>,
}

struct Peer {
    child: Child,
    socket: UnixStream,
}

impl Socket {
    pub(crate) fn start() -> io::Result<Self> {
        Ok(Self {
            peer: Peer::start()?,
            out: Vec::new(),
            back: Vec::new(),
        })
    }

    fn call(&mut self, bytes: usize, wanted: usize) -> io::Result<Duration> {
        self.out.resize(HEAD + bytes, 7);
        self.out[..8].copy_from_slice(&(bytes as u64).to_le_bytes());
        self.out[8..16].copy_from_slice(&(wanted as u64).to_le_bytes());
        self.back.resize(HEAD + wanted, 0);
        let start = Instant::now();
        self.peer.socket.write_all(&self.out)?;
        self.peer.socket.read_exact(&mut self.back)?;
        Ok(start.elapsed())
    }
}

impl Way for Socket {
    fn name(&self) -> Name {
        Name::Socket
    }

    fn measure(&mut self, scenario: &Scenario) -> Result<Option<Duration>, Box<dyn Error>> {
        let (bytes, wanted) = match scenario.work {
            Work::Nothing => (0, 0),
            Work::Echo(bytes) => (bytes, bytes),
            Work::OneWay(bytes) => (bytes, 0),
            // One conversation has one call in flight.
            Work::InFlight(_) => return Ok(None),
            Work::Start => return Ok(median(scenario.calls, start_one)?),
            Work::Kill => return Ok(median(scenario.calls, kill_one)?),
        };
        for _ in 0..=scenario.calls / 10 {
            self.call(bytes, wanted)?;
        }
        Ok(median(scenario.calls, || self.call(bytes, wanted))?)
    }
}

impl Peer {
    fn start() -> io::Result<Self> {
        let (socket, theirs) = UnixStream::pair()?;
        let child = Command::new(env::current_exe()?)
            .arg("--pong")
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .spawn()?;
        Ok(Self { child, socket })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// From the start of a process to its first answer.
fn start_one() -> io::Result<Duration> {
    let start = Instant::now();
    let mut peer = Peer::start()?;
    peer.socket.write_all(&[0; HEAD])?;
    peer.socket.read_exact(&mut [0; HEAD])?;
    Ok(start.elapsed())
}

/// From the signal to the end of the socket.
fn kill_one() -> io::Result<Duration> {
    let mut peer = Peer::start()?;
    peer.socket.write_all(&[0; HEAD])?;
    peer.socket.read_exact(&mut [0; HEAD])?;
    let start = Instant::now();
    peer.child.kill()?;
    let _ = peer.socket.read(&mut [0]);
    Ok(start.elapsed())
}

/// The other side: answers until the socket is closed.
pub(crate) fn pong() -> io::Result<()> {
    let mut socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let mut buffer = vec![0; HEAD];
    loop {
        let mut filled = 0;
        let mut total = HEAD;
        while filled < total {
            let bytes = socket.read(&mut buffer[filled..])?;
            if bytes == 0 {
                return Ok(());
            }
            filled += bytes;
            if total == HEAD && filled >= HEAD {
                total = HEAD + number(&buffer[..8])?;
                let wanted = HEAD + number(&buffer[8..16])?;
                if buffer.len() < total.max(wanted) {
                    buffer.resize(total.max(wanted), 0);
                }
            }
        }
        let wanted = HEAD + number(&buffer[8..16])?;
        socket.write_all(&buffer[..wanted])?;
    }
}

fn number(bytes: &[u8]) -> io::Result<usize> {
    let bytes = bytes.try_into().map_err(io::Error::other)?;
    usize::try_from(u64::from_le_bytes(bytes)).map_err(io::Error::other)
}

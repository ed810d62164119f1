//! Waits until a starting worker sends bytes or ends.

use std::{
    os::{
        fd::{AsFd, OwnedFd},
        unix::net::UnixStream,
    },
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    net::{RecvFlags, recv},
    process::{WaitId, WaitIdOptions, waitid},
};

use crate::system::readiness;

pub(super) enum Heard {
    Nothing,
    /// Bytes, or the end of the socket.
    Bytes,
    End,
}

/// Waits for bytes, the end of the socket, or the end of the process: a process that it has started may keep the socket open.
pub(super) fn listen(socket: &UnixStream, end: Option<&OwnedFd>, limit: Option<Duration>) -> Heard {
    let fds = end.map(|end| PollFd::new(end, PollFlags::IN));
    let mut fds: Vec<_> = fds.into_iter().collect();
    fds.push(PollFd::new(socket, PollFlags::IN));
    let _ = readiness::wait(&mut fds, limit);
    // The wait may have failed, so both are checked. The end comes first: a message that was sent before it is then in the socket.
    let is_over = end.is_some_and(has_ended);
    let said = recv(
        socket,
        &mut [0_u8; 1],
        RecvFlags::PEEK | RecvFlags::DONTWAIT,
    );
    match said {
        Err(Errno::AGAIN | Errno::INTR) if is_over => Heard::End,
        Err(Errno::AGAIN | Errno::INTR) => Heard::Nothing,
        _ => Heard::Bytes,
    }
}

/// Whether the process has ended. It is reaped elsewhere.
fn has_ended(end: &OwnedFd) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    match waitid(WaitId::PidFd(end.as_fd()), options) {
        Ok(ended) => ended.is_some(),
        Err(Errno::CHILD) => true,
        // A seccomp filter may refuse that.
        Err(_) => {
            let mut fds = [PollFd::new(end, PollFlags::IN)];
            poll(&mut fds, Some(&Timespec::default())) == Ok(1)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        env,
        io::Write,
        process::{Child, Command},
    };

    use rustix::process::{Pid, PidfdFlags, Resource, Rlimit, getrlimit, pidfd_open, setrlimit};

    use super::*;

    fn child(program: &str) -> (Child, OwnedFd) {
        let child = Command::new(program).arg("60").spawn().unwrap();
        let end = pidfd_open(Pid::from_child(&child), PidfdFlags::empty()).unwrap();
        (child, end)
    }

    /// Listens again to a process whose socket another one keeps open.
    fn heard(socket: &UnixStream, end: &OwnedFd) -> Heard {
        let limit = Some(Duration::from_secs(1));
        let heard = (0..1000).map(|_| listen(socket, Some(end), limit));
        let mut heard = heard.filter(|heard| !matches!(heard, Heard::Nothing));
        heard.next().unwrap()
    }

    /// The system refuses to wait for more descriptors than a process may have. This one is on its own.
    #[test]
    fn the_end_is_heard_where_nothing_can_be_waited_for() {
        const ALONE: &str = "OFFLOAD_HEARS_ALONE";
        if env::var_os(ALONE).is_none() {
            let mut again = Command::new(env::current_exe().unwrap());
            again.args([
                "the_end_is_heard_where_nothing_can_be_waited_for",
                "--nocapture",
            ]);
            let ran = again.env(ALONE, "").output().unwrap();
            assert!(ran.status.success(), "{ran:?}");
            return;
        }
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let ((mut ended, end), (mut lives, no_end)) = (child("true"), child("sleep"));
        let before = getrlimit(Resource::Nofile);
        let current = Some(0);
        setrlimit(Resource::Nofile, Rlimit { current, ..before }).unwrap();
        assert!(matches!(heard(&ours, &end), Heard::End));
        let limit = Some(Duration::from_millis(1));
        assert!(matches!(
            listen(&ours, Some(&no_end), limit),
            Heard::Nothing
        ));
        theirs.write_all(&[1]).unwrap();
        assert!(matches!(heard(&ours, &end), Heard::Bytes));
        setrlimit(Resource::Nofile, before).unwrap();
        assert!(ended.wait().unwrap().success());
        lives.kill().unwrap();
        lives.wait().unwrap();
    }
}

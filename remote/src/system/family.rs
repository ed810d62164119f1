//! A process with all processes that it started, as far as they still belong to it.

use std::{collections::HashSet, fs};

use rustix::{
    io::Errno,
    process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open, pidfd_send_signal},
};

use super::proc;

/// How often a family is listed again because it has grown meanwhile. A choice.
const LOOKS: usize = 8;

/// The numbers of a process and all its descendants. Empty where `/proc` shows another namespace, in which these numbers belong to other
/// processes.
pub(crate) fn of(pid: u32) -> Vec<u32> {
    list(pid).0
}

/// The same, and whether some of them could not be listed, because this process may open nothing more.
fn list(pid: u32) -> (Vec<u32>, bool) {
    if is_elsewhere() {
        return (Vec::new(), false);
    }
    let (mut family, mut partial) = (vec![pid], false);
    let mut at = 0;
    while let Some(pid) = family.get(at) {
        match proc::children(*pid) {
            Ok(children) => family.extend(children),
            // A process that has ended has no children any more.
            Err(error) => partial |= proc::is_shortage(&error),
        }
        at += 1;
    }
    (family, partial)
}

/// Kills all descendants of this process, in any group or session. The process itself must be stopped or be the calling one, so that it
/// starts no more of them. Returns whether they could be found: they cannot while this process may open nothing.
pub(crate) fn kill_all_below(pid: u32) -> bool {
    let mut known = HashSet::from([pid]);
    for _ in 0..LOOKS {
        let new: Vec<u32> = of(pid)
            .into_iter()
            .filter(|pid| known.insert(*pid))
            .collect();
        if new.is_empty() {
            break;
        }
        // All are stopped before one is killed, so that none starts another one and none loses its parent meanwhile.
        for pid in new {
            send(pid, &known, Signal::STOP);
        }
    }
    // The one started last is killed first.
    let (family, partial) = list(pid);
    for pid in family.iter().skip(1).rev() {
        send(*pid, &known, Signal::KILL);
    }
    !partial
}

/// Sends a signal to a process, unless its number has become that of one outside of the family.
fn send(pid: u32, family: &HashSet<u32>, signal: Signal) {
    let Some(number) = i32::try_from(pid).ok().and_then(Pid::from_raw) else {
        return;
    };
    let fd = pidfd_open(number, PidfdFlags::empty());
    // Checked while the descriptor keeps the number reserved.
    if parent(pid).is_none_or(|parent| !family.contains(&parent)) {
        return;
    }
    let sent = fd.and_then(|fd| pidfd_send_signal(fd, signal));
    if sent.is_err_and(|error| error != Errno::SRCH) {
        // Without such descriptors the parent keeps it reserved: it is stopped, and does not ask for those who have ended.
        let _ = kill_process(number, signal);
    }
}

fn parent(pid: u32) -> Option<u32> {
    stat(pid, 1)
}

/// The flag of a process that the kernel is ending: set before its descriptors are closed.
const EXITING: u32 = 4;

/// Whether a process has begun to end. Nobody knows where `/proc` tells of another namespace, or of nothing.
pub(crate) fn is_exiting(pid: u32) -> Option<bool> {
    if is_elsewhere() {
        return None;
    }
    Some(stat(pid, 6)? & EXITING != 0)
}

/// Whether `/proc` tells of another namespace.
fn is_elsewhere() -> bool {
    let own = fs::read_link("/proc/self");
    own.is_ok_and(|own| own.as_os_str() != std::process::id().to_string().as_str())
}

/// A number in the status of a process. The first field after its name has the index zero.
fn stat(pid: u32, index: usize) -> Option<u32> {
    proc::stat(pid)?.split_whitespace().nth(index)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader},
        process::{Command, Stdio},
        thread,
        time::{Duration, Instant},
    };

    use super::*;

    #[test]
    fn whoever_was_started_by_somebody_who_was_is_killed() {
        let mut shell = Command::new("sh")
            .args(["-c", "setsid sh -c 'echo there; sleep 60; true'; true"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(shell.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let family = of(shell.id());
        assert!(family.len() >= 2, "{family:?}");
        kill_all_below(shell.id());
        assert_eq!(is_exiting(std::process::id()), Some(false));
        // Its child is dead, so it ends.
        assert!(shell.wait().unwrap().success());
        let deadline = Instant::now() + Duration::from_secs(20);
        while !family[1..].iter().all(|pid| is_dead(*pid)) {
            assert!(Instant::now() < deadline, "{family:?}");
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn is_dead(pid: u32) -> bool {
        proc::stat(pid).is_none_or(|stat| stat.starts_with(['Z', 'X']))
    }
}

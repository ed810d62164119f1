//! A process with all processes that it started, as far as they still belong to it.

use std::{collections::HashSet, fs, str::FromStr, thread, time::Duration};

use rustix::{
    io::Errno,
    process::{
        Pid, PidfdFlags, Signal, kill_process, pidfd_open, pidfd_send_signal, test_kill_process,
    },
};

use super::proc;

/// How many threads a family may have in all its processes: of a larger one only a part is listed. Not measured: ordinary bodies have
/// far fewer, and this many are listed within tenths of a second.
pub(crate) const MOST: usize = 4096;

/// How often a family is listed again because it has grown meanwhile. Not measured: each round stops all processes that were found, so a
/// second one is rarely needed.
const LOOKS: usize = 8;

/// How often parts of a family are killed before the rest is given up, and the pause while no new process is found, because a killed
/// process needs a moment to end. Not measured: `ROUNDS` times `MOST` is more than a system has processes.
const ROUNDS: usize = 256;
const PAUSE: Duration = Duration::from_millis(1);

/// What was found of a family.
#[derive(Debug, Default)]
pub(crate) struct Family {
    /// The number of the process, and those of its descendants. Empty where `/proc` shows another namespace, in which these numbers belong
    /// to other processes.
    pub(crate) pids: Vec<u32>,
    /// Whether there are more than were asked for.
    pub(crate) more: bool,
    /// Whether some could not be listed: this process has no free descriptors, or they are hidden from it, as with `hidepid`.
    partial: bool,
}

/// A process with its descendants, unless they are too many.
pub(crate) fn of(pid: u32) -> Family {
    list(pid, MOST)
}

/// The same, up to so many threads.
fn list(pid: u32, most: usize) -> Family {
    let mut family = Family::default();
    if is_elsewhere() {
        return family;
    }
    let (mut known, mut left, mut at) = (HashSet::from([pid]), most, 0);
    family.pids.push(pid);
    while let Some(pid) = family.pids.get(at).copied() {
        match proc::children(pid, &mut left) {
            Ok(children) => {
                let new = children.into_iter().filter(|child| known.insert(*child));
                family.pids.extend(new);
            }
            // A process that has ended has no children any more.
            Err(error) => family.partial |= proc::is_shortage(&error) || is_there(pid),
        }
        family.more = left == 0 || family.pids.len() > most;
        if family.more {
            break;
        }
        at += 1;
    }
    family
}

/// Whether the process exists, even if it is hidden.
fn is_there(pid: u32) -> bool {
    number(pid).is_some_and(|pid| test_kill_process(pid) != Err(Errno::SRCH))
}

fn number(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().and_then(Pid::from_raw)
}

/// Kills all descendants of this process, in any group or session. The process itself must be stopped or be the calling one, so that it
/// starts no more of them.
pub(crate) fn kill_all_below(pid: u32) -> KilledBelow {
    kill_below(pid, MOST)
}

/// The processes of a family that were killed.
#[derive(Debug)]
pub(crate) struct KilledBelow {
    pub(crate) pids: Vec<u32>,
    /// Whether all could be found: they cannot while this process may open nothing, or they are hidden from it.
    pub(crate) all: bool,
}

/// The same, for a family of any size: up to so many threads at once.
fn kill_below(pid: u32, most: usize) -> KilledBelow {
    let most = most + proc::threads(pid);
    let (mut known, mut pids) = (HashSet::from([pid]), Vec::new());
    for _ in 0..ROUNDS {
        // Killed processes are listed until they are reaped.
        let (new, family) = stop_below(pid, most + pids.len(), &mut known);
        // The one started last is killed first.
        for pid in new.iter().rev() {
            send(*pid, &known, Signal::KILL);
        }
        match (new.is_empty(), family.more) {
            (true, false) => {
                let all = !family.partial;
                return KilledBelow { pids, all };
            }
            (true, true) => thread::sleep(PAUSE),
            (false, _) => pids.extend(new),
        }
    }
    KilledBelow { pids, all: false }
}

/// Stops the processes that are not `known`, so that none of them starts another one, and none loses its parent before it is killed.
/// Returns them, and the family that was found last.
fn stop_below(pid: u32, most: usize, known: &mut HashSet<u32>) -> (Vec<u32>, Family) {
    let (mut stopped, mut family) = (Vec::new(), Family::default());
    for _ in 0..LOOKS {
        family = list(pid, most);
        let new = family.pids.iter().copied();
        let new: Vec<u32> = new.filter(|pid| known.insert(*pid)).collect();
        if new.is_empty() {
            break;
        }
        for pid in &new {
            send(*pid, known, Signal::STOP);
        }
        stopped.extend(new);
    }
    (stopped, family)
}

/// Sends a signal to a process, unless its number has become that of one outside of the family.
fn send(pid: u32, family: &HashSet<u32>, signal: Signal) {
    let Some(number) = number(pid) else { return };
    let fd = pidfd_open(number, PidfdFlags::empty());
    // Checked while the descriptor keeps the number reserved.
    if parent(pid).is_none_or(|parent| !family.contains(&parent)) {
        return;
    }
    let sent = fd.and_then(|fd| pidfd_send_signal(fd, signal));
    if sent.is_err_and(|error| error != Errno::SRCH) {
        // Without such descriptors the parent keeps it reserved: it is stopped, and so cannot reap its children.
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
    Some(stat::<u32>(pid, 6)? & EXITING != 0)
}

/// Whether `/proc` tells of another namespace.
fn is_elsewhere() -> bool {
    let own = fs::read_link("/proc/self");
    own.is_ok_and(|own| own.as_os_str() != std::process::id().to_string().as_str())
}

/// A number in the status of a process. The first field after its name has the index zero.
pub(super) fn stat<T: FromStr>(pid: u32, index: usize) -> Option<T> {
    proc::stat(pid)?.split_whitespace().nth(index)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader},
        process::{Child, Command, Stdio},
        time::Instant,
    };

    use super::*;

    /// A shell with its family, which is there.
    fn there(script: &str) -> Child {
        let mut shell = Command::new("sh")
            .args(["-c", script])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(shell.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        shell
    }

    #[test]
    fn whoever_was_started_by_somebody_who_was_is_killed() {
        let mut shell = there("setsid sh -c 'echo there; sleep 60; true'; true");
        let family = of(shell.id()).pids;
        assert!(family.len() >= 2, "{family:?}");
        assert!(kill_all_below(shell.id()).all);
        assert_eq!(is_exiting(std::process::id()), Some(false));
        // Its child is dead, so it ends.
        assert!(shell.wait().unwrap().success());
        until_dead(&family[1..]);
    }

    #[test]
    fn a_family_of_any_size_is_killed_in_parts() {
        let mut shell = there("for i in 1 2 3 4 5 6 7; do sleep 60 & done; echo there; wait; true");
        let family = of(shell.id());
        assert_eq!(
            (family.pids.len(), family.more, family.partial),
            (8, false, false)
        );
        let part = list(shell.id(), 3);
        assert!(part.more, "{part:?}");
        let ended = kill_below(shell.id(), 1);
        assert_eq!((ended.pids.len(), ended.all), (7, true));
        assert!(shell.wait().unwrap().success());
        until_dead(&family.pids[1..]);
    }

    #[test]
    fn who_is_there_and_cannot_be_listed_is_missed() {
        let mut child = Command::new("true").spawn().unwrap();
        assert!(is_there(child.id()));
        child.wait().unwrap();
        let family = list(child.id(), MOST);
        assert!(!family.partial, "{family:?}");
    }

    fn until_dead(family: &[u32]) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !family.iter().all(|pid| is_dead(*pid)) {
            assert!(Instant::now() < deadline, "{family:?}");
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn is_dead(pid: u32) -> bool {
        proc::stat(pid).is_none_or(|stat| stat.starts_with(['Z', 'X']))
    }
}

//! The helper process: stops a thread of its parent for a moment and copies its registers and its stack.

use std::{
    env,
    fs::File,
    io::{self, Read, Write},
    os::unix::{fs::FileExt, process::parent_id},
    process::exit,
};

use nix::{
    errno::Errno,
    sys::{
        ptrace,
        signal::Signal,
        wait::{WaitPidFlag, WaitStatus, waitpid},
    },
    unistd::Pid,
};

use super::{
    memory::PAGE,
    privileges::{has_own_rights, is_thread_of_parent},
    thread::text,
};

/// The variable with the number of the process that started a helper.
pub(crate) const VARIABLE: &str = "TOKIO_OFFLOAD_WATCH_HELPER_OF";

/// The answer of a helper about a thread.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Seen {
        pc: u64,
        sp: u64,
        bp: u64,
        /// The memory from the page of the stack pointer on.
        stack: Vec<u8>,
    },
    /// The system forbids it.
    Denied,
    /// Another process traces it.
    Busy,
    Gone,
}

/// How much of a stack is copied, in bytes. A choice: with less, deep stacks lead to no function; with more, a thread is stopped for
/// longer.
const STACK: usize = 256 * 1024;

const SEEN: u8 = 1;
const DENIED: u8 = 2;
const GONE: u8 = 3;
const BUSY: u8 = 4;

impl Answer {
    fn write(&self, to: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Seen { pc, sp, bp, stack } => {
                let length = stack.len() as u64;
                let mut bytes = vec![SEEN];
                bytes.extend(
                    [pc, sp, bp, &length]
                        .into_iter()
                        .flat_map(|number| number.to_le_bytes()),
                );
                bytes.extend(stack);
                to.write_all(&bytes)
            }
            Self::Denied => to.write_all(&[DENIED]),
            Self::Busy => to.write_all(&[BUSY]),
            Self::Gone => to.write_all(&[GONE]),
        }
    }

    /// Reads an answer with a function that fills the buffer it is given.
    pub(crate) fn read(read: &mut impl FnMut(&mut [u8]) -> io::Result<()>) -> io::Result<Self> {
        let mut kind = [0];
        read(&mut kind)?;
        match kind[0] {
            SEEN => {}
            DENIED => return Ok(Self::Denied),
            BUSY => return Ok(Self::Busy),
            GONE => return Ok(Self::Gone),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        }
        let mut number = || {
            let mut bytes = [0; 8];
            read(&mut bytes).map(|()| u64::from_le_bytes(bytes))
        };
        let (pc, sp, bp, length) = (number()?, number()?, number()?, number()?);
        let length = usize::try_from(length)
            .ok()
            .filter(|length| *length <= STACK);
        let mut stack = vec![0; length.ok_or(io::ErrorKind::InvalidData)?];
        read(&mut stack)?;
        Ok(Self::Seen { pc, sp, bp, stack })
    }
}

/// If this process was started as a helper, answers its parent until the parent needs no more, and exits. A process that inherited the
/// variable from another ancestor is no helper, nor is one that has rights which its parent may not have.
pub(crate) fn run_if_asked() {
    let Ok(asked) = env::var(VARIABLE) else {
        return;
    };
    let parent = parent_id();
    if asked != parent.to_string() || has_own_rights() {
        return;
    }
    // The parent has ended, or needs no more answers.
    drop(serve(parent));
    exit(0);
}

fn serve(parent: u32) -> io::Result<()> {
    let mut socket = File::from(std::os::fd::AsFd::as_fd(&io::stdin()).try_clone_to_owned()?);
    loop {
        let mut tid = [0; 4];
        socket.read_exact(&mut tid)?;
        answer(parent, i32::from_le_bytes(tid)).write(&mut socket)?;
    }
}

fn answer(parent: u32, tid: i32) -> Answer {
    if !is_thread_of_parent(parent, tid) {
        return Answer::Gone;
    }
    let thread = Pid::from_raw(tid);
    match ptrace::seize(thread, ptrace::Options::empty()) {
        Ok(()) => {}
        Err(Errno::ESRCH) => return Answer::Gone,
        Err(_) if is_traced(parent, tid) => return Answer::Busy,
        Err(_) => return Answer::Denied,
    }
    // The number may have become another thread's. A traced thread keeps it, so it is checked only now.
    let is_its = is_thread_of_parent(parent, tid);
    let looked = is_its.then(|| look(parent, thread).ok()).flatten();
    let (seen, signal) = looked.unwrap_or((Answer::Gone, None));
    // If this is refused, the thread goes on when this process ends.
    let _gone = ptrace::detach(thread, signal);
    seen
}

/// Whether a thread has a tracer. It can have only one.
fn is_traced(process: u32, tid: i32) -> bool {
    let status = text(format!("/proc/{process}/task/{tid}/status")).unwrap_or_default();
    let mut lines = status.lines();
    let tracer = lines.find_map(|line| line.strip_prefix("TracerPid:"));
    tracer.is_some_and(|tracer| tracer.trim() != "0")
}

/// What was read, and a signal that arrived at the same time and must be passed on to the thread.
fn look(parent: u32, thread: Pid) -> nix::Result<(Answer, Option<Signal>)> {
    ptrace::interrupt(thread)?;
    let signal = match waitpid(thread, Some(WaitPidFlag::__WALL))? {
        WaitStatus::Stopped(_, signal) => Some(signal),
        _ => None,
    };
    let registers = ptrace::getregs(thread)?;
    let seen = Answer::Seen {
        pc: registers.rip,
        sp: registers.rsp,
        bp: registers.rbp,
        stack: stack(parent, registers.rsp),
    };
    Ok((seen, signal))
}

/// The memory from the page of the stack pointer on, as far as it can be read.
fn stack(process: u32, sp: u64) -> Vec<u8> {
    let mut bytes = vec![0; STACK];
    let memory = File::open(format!("/proc/{process}/mem"));
    let read = memory.and_then(|memory| memory.read_at(&mut bytes, page_start(sp)));
    bytes.truncate(read.unwrap_or(0));
    bytes
}

/// The start of the page that holds the address.
pub(crate) fn page_start(address: u64) -> u64 {
    address - address % PAGE
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{Answer, page_start, stack};

    fn read(mut bytes: &[u8]) -> std::io::Result<Answer> {
        Answer::read(&mut |into| bytes.read_exact(into))
    }

    #[test]
    fn answers_arrive_as_they_were_sent() {
        let seen = Answer::Seen {
            pc: 1,
            sp: 2,
            bp: 3,
            stack: vec![4; 100],
        };
        for answer in [seen, Answer::Denied, Answer::Busy, Answer::Gone] {
            let mut bytes = Vec::new();
            answer.write(&mut bytes).unwrap();
            assert_eq!(read(&bytes).unwrap(), answer);
            read(&bytes[..bytes.len() - 1]).unwrap_err();
        }
    }

    #[test]
    fn an_answer_cannot_be_longer_than_a_stack() {
        let mut bytes = vec![super::SEEN];
        bytes.extend([0xff; 32]);
        read(&bytes).unwrap_err();
        read(&[9]).unwrap_err();
    }

    /// The frames that change most are closest to the stack pointer, and they must be copied while the thread is stopped.
    #[test]
    fn a_stack_is_copied_from_the_page_of_its_pointer_on() {
        let mut values = vec![7_u8; 64 * 1024];
        values[4096 + 2048] = 9;
        let sp = values.as_ptr() as u64 + 4096 + 2048;
        let copied = stack(std::process::id(), sp);
        let before = usize::try_from(sp - page_start(sp)).unwrap();
        assert!(before >= 8 && copied.len() > before);
        assert_eq!(copied[before], 9);
    }
}

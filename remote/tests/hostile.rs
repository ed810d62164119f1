//! Attacks on the way into a worker: what makes a process one, and what does not.
//!
//! The victim is this very program, asked to list its tests: an ordinary run prints the list, a worker prints nothing.

use std::{
    io::{IoSlice, Read, Write},
    mem::MaybeUninit,
    net::Shutdown,
    os::{
        fd::{AsFd, OwnedFd},
        unix::{net::UnixStream, process::CommandExt},
    },
    process::{Command, Output, Stdio},
};

use offload_limits::{Folder, output, output_of};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
use tokio_offload_remote::{Config, Workers, encode, encode_message, table};

mod kit;

use kit::pretender::{SUMMONS, forged, is_ordinary, is_worker, own, reads, run, summon, summon_as};
use kit::{bodies::PROTOCOL, remote};

/// How a process exits that was summoned by somebody who may not.
const STRAY: i32 = 70;

static POOL: Workers = Config::new("hostile").processes(1).build();

remote! {
    POOL: fn surroundings() -> (Vec<String>, Vec<(String, String)>) {
        (std::env::args().collect(), std::env::vars().collect())
    }
    POOL: fn surroundings_of_a_child() -> String {
        String::from_utf8(Command::new("env").output().unwrap().stdout).unwrap()
    }
    POOL: fn leaves_a_mark(file: String) -> () { std::fs::write(file, "").unwrap() }
}

/// Without this none of the refusals below would mean anything.
#[test]
fn a_summons_of_the_parent_makes_a_worker() {
    let (ours, theirs) = forged();
    drop(ours);
    let output = run(&own(), theirs);
    assert!(is_worker(&output), "{output:?}");
}

#[test]
fn no_variable_makes_a_worker() {
    let mut command = Command::new(own());
    let pid = std::process::id().to_string();
    command.arg("--list").env("TOKIO_OFFLOAD_WORKER_OF", pid);
    let (ours, theirs) = UnixStream::pair().unwrap();
    drop(ours);
    command.stdin(OwnedFd::from(theirs));
    assert!(is_ordinary(&reads(&mut command)));
}

#[test]
fn what_is_no_summons_makes_no_worker() {
    let garbage = [
        &b""[..],
        b"garbage",
        &[0; 4096],
        SUMMONS,
        &SUMMONS[..31],
        b"offload summons\x01and any key of 16",
    ];
    for bytes in garbage {
        let (mut ours, theirs) = UnixStream::pair().unwrap();
        ours.write_all(bytes).unwrap();
        drop(ours);
        let output = run(&own(), theirs);
        assert!(is_ordinary(&output), "{bytes:?}: {output:?}");
    }
    // A descriptor, and other words.
    let (ours, theirs) = UnixStream::pair().unwrap();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    let fds = [ours.as_fd()];
    assert!(ancillary.push(SendAncillaryMessage::ScmRights(&fds)));
    let bytes = [IoSlice::new(&[7; 64])];
    sendmsg(&ours, &bytes, &mut ancillary, SendFlags::empty()).unwrap();
    drop(ours);
    assert!(is_ordinary(&run(&own(), theirs)));
}

#[test]
fn no_other_input_makes_a_worker() {
    let mut closed = Command::new("sh");
    closed.args(["-c", "exec \"$0\" --list <&-"]).arg(own());
    assert!(is_ordinary(&output(&mut closed)));
    let mut null = Command::new(own());
    null.arg("--list");
    assert!(is_ordinary(&output(&mut null)));
    let mut pipe = Command::new(own());
    let mut pipe = pipe
        .arg("--list")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // It may have ended before it could be told.
    let _ = pipe.stdin.take().unwrap().write_all(SUMMONS);
    assert!(is_ordinary(&output_of(pipe)));
}

/// It was started to be a worker and cannot know it. As the program, it would do its work again, and start such a process again.
#[test]
fn the_name_of_a_worker_without_a_summons_makes_neither_a_worker_nor_a_run() {
    let mut titled = Command::new(own());
    titled.arg0("program: worker of pool").arg("--list");
    let output = output(&mut titled);
    assert_eq!(output.status.code(), Some(STRAY), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
}

/// A program may have two releases of the library. The first that looks leaves the summons of the other where it is.
#[test]
fn a_summons_of_another_release_in_this_program_is_left_to_it() {
    let (ours, theirs) = UnixStream::pair().unwrap();
    summon_as(b"offload summons\xbfand any key of 16", &ours, &ours);
    let mut titled = Command::new(own());
    titled.arg0("program: worker of pool").arg("--list");
    titled.stdin(OwnedFd::from(theirs.try_clone().unwrap()));
    assert!(is_ordinary(&reads(&mut titled)));
    let mut word = [0; 15];
    (&theirs).read_exact(&mut word).unwrap();
    assert_eq!(&word, b"offload summons");
}

/// A connection to a named socket is made by whoever connects to it.
#[test]
fn a_socket_with_a_name_makes_no_worker() {
    let folder = Folder::new("named");
    let path = folder.join("socket");
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let ours = UnixStream::connect(&path).unwrap();
    let (theirs, _) = listener.accept().unwrap();
    let (_, control) = UnixStream::pair().unwrap();
    summon(&ours, &control);
    summon(&theirs, &control);
    assert!(is_ordinary(&run(&own(), theirs)));
    assert!(is_ordinary(&run(&own(), ours)));
}

/// The pool that summoned it is another process than its parent: nobody waits for this program as such either.
#[test]
fn a_summons_that_was_passed_on_makes_neither_a_worker_nor_a_run() {
    let (ours, theirs) = forged();
    let mut between = Command::new("sh");
    between
        .args(["-c", "\"$0\" --list; exit $?"])
        .arg(own())
        .stdin(OwnedFd::from(theirs));
    let output = reads(&mut between);
    drop(ours);
    assert_eq!(output.status.code(), Some(STRAY), "{output:?}");
    assert!(output.stdout.is_empty());
}

/// The pool of another release reads the version of a refusal, and garbage gets the same answer.
#[test]
fn a_pool_of_another_release_is_refused() {
    let [low, high] = PROTOCOL;
    let mut other = [0; 24];
    (other[4], other[6], other[7]) = (1, low & 0xf0 | 15, high);
    let mut garbled = other;
    (garbled[0], garbled[6]) = (1, low);
    for (sent, word) in [
        (&other[..], "version 15 of"),
        (&[7; 40], "not speak this protocol"),
        (&[&garbled[..], &[0xff]].concat(), "end of buffer"),
    ] {
        let (mut ours, theirs) = forged();
        ours.write_all(sent).unwrap();
        let output = run(&own(), theirs);
        assert_eq!(output.status.code(), Some(STRAY), "{output:?}");
        let mut refusal = Vec::new();
        ours.read_to_end(&mut refusal).unwrap();
        assert_eq!(refusal[4], 3);
        assert_eq!(refusal[6..8], PROTOCOL);
        let text = String::from_utf8_lossy(&refusal[24..]);
        assert!(text.contains(word), "{text}");
    }
}

/// A message of a pool.
fn message(kind: u8, key: u64, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_le_bytes();
    let [low, high] = PROTOCOL;
    let fixed = [
        &length[..],
        &[kind, 0, low, high],
        &1_u64.to_le_bytes(),
        &key.to_le_bytes(),
    ];
    [&fixed.concat(), body].concat()
}

/// What a worker says, and how it ends, whose pool ends after these bytes. The second are sent when it is ready.
fn answer(hello: &[u8], call: &[u8]) -> (Vec<u8>, Output) {
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    let (_control, their_control) = UnixStream::pair().unwrap();
    summon(&ours, &their_control);
    ours.write_all(hello).unwrap();
    if call.is_empty() {
        ours.shutdown(Shutdown::Write).unwrap();
    }
    let mut command = Command::new(own());
    command.stdin(OwnedFd::from(theirs)).stdout(Stdio::piped());
    let worker = command.spawn().unwrap();
    drop(command);
    let mut said = Vec::new();
    if !call.is_empty() {
        let mut ready = [0; READY];
        ours.read_exact(&mut ready).unwrap();
        ours.write_all(call).unwrap();
        ours.shutdown(Shutdown::Write).unwrap();
    }
    ours.read_to_end(&mut said).unwrap();
    (said, output_of(worker))
}

/// The head, and the key of the summons.
const READY: usize = 24 + 16;

/// A pool may end at any byte. Then no body runs, and its worker ends without a word.
#[test]
fn a_message_that_is_cut_runs_nothing() {
    let folder = Folder::new("cut");
    let mark = folder.join("mark");
    let (mut options, mut arguments) = (Vec::new(), Vec::new());
    let none = None::<u64>;
    let functions: [(String, u64); 0] = [];
    let all = (
        "hostile",
        functions.to_vec(),
        none,
        false,
        none,
        1_u64 << 20,
        none,
    );
    encode_message(&all, &mut options).unwrap();
    encode(&mark.to_str().unwrap(), &mut arguments).unwrap();
    // Nobody awaits it: this test plays the pool.
    drop(leaves_a_mark(String::new()));
    let of_pool = table().unwrap().of("hostile");
    let function = of_pool
        .iter()
        .find(|function| function.name().ends_with("::leaves_a_mark"));
    let hello = message(1, 0, &options);
    let call = message(4, function.unwrap().key(), &arguments);
    for cut in 0..hello.len() {
        let (said, output) = answer(&hello[..cut], &[]);
        assert!(said.is_empty() && is_worker(&output), "{cut}: {said:?}");
    }
    for cut in 1..call.len() {
        let (said, output) = answer(&hello, &call[..cut]);
        assert!(said.is_empty() && is_worker(&output), "{cut}: {said:?}");
        assert!(!mark.exists(), "{cut}");
    }
    let (said, _) = answer(&hello, &call);
    assert!(said.len() > 4 && said[4] == 5 && mark.exists(), "{said:?}");
}

/// How a worker was summoned is nowhere to be found in it, and nothing that it starts could be summoned by it.
#[tokio::test]
async fn nothing_of_the_summons_is_left() {
    let (arguments, variables) = surroundings().await.unwrap();
    let [title] = &arguments[..] else {
        panic!("{arguments:?}");
    };
    assert!(title.ends_with(": worker of hostile"), "{title}");
    let own: Vec<_> = std::env::vars().collect();
    assert_eq!(variables, own);
    let mut lines: Vec<_> = own
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let child = surroundings_of_a_child().await.unwrap();
    let mut of_child: Vec<_> = child.lines().map(str::to_owned).collect();
    lines.sort();
    of_child.sort();
    assert_eq!(of_child, lines.join("\n").lines().collect::<Vec<_>>());
}

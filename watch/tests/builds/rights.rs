//! Attacks on the helper: another process asks for what it may not see, or asks a program that has more rights than itself.

use std::{
    env,
    fs::{self, Permissions},
    io::{Read, Write},
    os::{
        fd::OwnedFd,
        unix::{
            fs::{MetadataExt, PermissionsExt},
            net::UnixStream,
            process::CommandExt,
        },
    },
    path::Path,
    process::{self, Command, Stdio},
};

use offload_limits::{Folder, ended, output, output_of, succeeds};

use super::child::Child;

const NOBODY: u32 = 65534;

/// The variable by which a process is asked to be a helper, and the answer about a thread that is not there.
const VARIABLE: &str = "TOKIO_OFFLOAD_WATCH_HELPER_OF";
const GONE: u8 = 3;

pub(super) fn checks() {
    a_helper_shows_only_threads_of_its_parent();
    let place = Folder::new("watch-rights");
    fs::set_permissions(place.path(), Permissions::from_mode(0o755)).unwrap();
    if fs::metadata(place.path()).unwrap().uid() != 0 {
        println!("builds: it takes root to be another user, left out");
        return;
    }
    a_program_with_rights_of_its_own_is_no_helper(&place);
    a_program_with_rights_of_its_own_starts_no_helper(&place);
}

/// The socket of a parent that is no watch, and a command for its helper.
fn asked(program: &Path) -> (UnixStream, Command) {
    let (socket, its) = UnixStream::pair().unwrap();
    let mut command = Command::new(program);
    command
        .arg("says")
        .env(VARIABLE, process::id().to_string())
        .stdin(OwnedFd::from(its));
    (socket, command)
}

fn a_helper_shows_only_threads_of_its_parent() {
    let mut other = Child::start("computes");
    other.wait_until_ready();
    let (mut socket, mut command) = asked(&env::current_exe().unwrap());
    let mut helper = command.stdout(Stdio::null()).spawn().unwrap();
    drop(command);
    socket.write_all(&other.id().to_le_bytes()).unwrap();
    let mut answer = [0];
    socket.read_exact(&mut answer).unwrap();
    assert_eq!(answer, [GONE], "a thread of another process");
    drop(socket);
    assert!(ended(&mut helper).success());
    other.go_on();
    other.line();
    assert!(other.has_ended_well());
}

/// In a copy with other rights: it came here and is no helper.
pub(super) fn says() {
    println!("ordinary");
}

/// In a process of another user: asks the programs for a helper.
pub(super) fn attacks() {
    for program in env::args().skip(2) {
        let (socket, mut command) = asked(Path::new(&program));
        drop(socket);
        let victim = command.stdout(Stdio::piped()).spawn().unwrap();
        drop(command);
        println!("{:?}", String::from_utf8(output_of(victim).stdout));
    }
}

fn a_program_with_rights_of_its_own_is_no_helper(place: &Folder) {
    let programs = [0o755, 0o4755, 0o2755, 0o6755].map(|mode| copy(place, mode));
    let mut attack = as_nobody(&programs[0]);
    let output = output(attack.arg("attacks").args(&programs));
    let said = String::from_utf8(output.stdout).unwrap();
    let mut said = said.lines();
    assert_eq!(said.next(), Some(r#"Ok("")"#), "a helper, and it ended");
    for program in &programs[1..] {
        assert_eq!(said.next(), Some(r#"Ok("ordinary\n")"#), "{program}");
    }
}

/// It would be an ordinary copy, which runs the whole program again. The same where the file gives rights that the process gave up.
fn a_program_with_rights_of_its_own_starts_no_helper(place: &Folder) {
    let program = copy(place, 0o4755);
    let mut gave_up = Command::new("setpriv");
    gave_up.args(["--reuid=65534", "--regid=65534", "--clear-groups", &program]);
    let has_setpriv = Command::new("setpriv").arg("--version").output().is_ok();
    let gave_up = has_setpriv.then_some(gave_up);
    for mut command in [as_nobody(&program)].into_iter().chain(gave_up) {
        let mut child = Child::started(command.current_dir("/").arg("computes"));
        child.wait_until_ready();
        child.go_on();
        let said = child.line();
        let expected = "has rights of its own";
        assert!(said.contains(expected), "{said}");
        assert!(child.has_ended_well());
    }
    succeeds(as_nobody(&copy(place, 0o755)).arg("says"));
}

fn as_nobody(program: &str) -> Command {
    let mut command = Command::new(program);
    command.uid(NOBODY).gid(NOBODY).current_dir("/");
    command
}

/// A copy of this program with these rights.
fn copy(place: &Folder, mode: u32) -> String {
    let path = place.join(format!("copy-{mode:o}"));
    if !path.exists() {
        fs::copy(env::current_exe().unwrap(), &path).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    }
    path.display().to_string()
}

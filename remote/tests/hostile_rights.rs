//! Attacks on the way into a worker: whose rights it would have.
//!
//! The victim is a copy of this very program, asked to list its tests: an ordinary run prints the list, a worker prints nothing.

use std::{
    fs::{self, Permissions},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use nix::unistd::{Gid, Uid, setegid, seteuid, setresuid};
use offload_limits::{output, succeeds};
use rustix::process::{DumpableBehavior, geteuid, getuid, set_dumpable_behavior};
use tokio_offload_remote::{Config, Failure, Workers};

mod kit;

use kit::pretender::{forged, is_ordinary, is_worker, own, run};
use kit::{Gate, again, copy_program, has_ended, remote, until};

const NOBODY: u32 = 65534;

static POOL: Workers = Config::new("hostile-rights").processes(1).build();

remote! {
    POOL: fn user() -> u32 { getuid().as_raw() }
    POOL: fn hides(gate: String) -> () {
        set_dumpable_behavior(DumpableBehavior::NotDumpable).unwrap();
        let script = format!("echo $$ > {gate}/there; exec sleep 1000");
        Command::new("setsid").args(["sh", "-c", &script]).status().unwrap();
    }
}

/// The victim: a copy of this program with such rights, in a folder that everybody may read.
struct Victim(PathBuf);

impl Victim {
    fn new(mode: u32) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("offload-victim-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        copy_program(&path);
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        Self(path)
    }

    /// One part of one of these tests, played by the victim.
    fn plays(&self, test: &str) -> Command {
        let again = again(test).unwrap();
        let mut command = Command::new(&self.0);
        command.args(again.get_args()).current_dir("/");
        for (name, value) in again.get_envs() {
            command.env(name, value.unwrap());
        }
        command
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Whether these tests may be other users. What needs that is told to have been left out elsewhere.
fn is_root() -> bool {
    if !geteuid().is_root() {
        println!("left out: it takes root to be another user");
    }
    geteuid().is_root()
}

/// A process of another user and group made the socket, though it is the parent.
#[test]
fn a_summons_of_another_user_makes_no_worker() {
    if !is_root() {
        return;
    }
    let Some(mut command) = again("a_summons_of_another_user_makes_no_worker") else {
        let become_nobody: [fn(); 2] = [
            || seteuid(Uid::from_raw(NOBODY)).unwrap(),
            || setegid(Gid::from_raw(NOBODY)).unwrap(),
        ];
        for become_nobody in become_nobody {
            become_nobody();
            let (ours, theirs) = forged();
            seteuid(Uid::from_raw(0)).unwrap();
            setegid(Gid::from_raw(0)).unwrap();
            drop(ours);
            assert!(is_ordinary(&run(&own(), theirs)));
        }
        return;
    };
    succeeds(&mut command);
}

/// Another user summons programs that have the rights of root, and one that has not.
#[test]
fn a_program_with_rights_of_its_own_is_no_worker() {
    const VICTIMS: &str = "OFFLOAD_VICTIMS";
    if let Ok(victims) = std::env::var(VICTIMS) {
        assert_eq!(getuid().as_raw(), NOBODY);
        for victim in victims.split(':') {
            let (ours, theirs) = forged();
            drop(ours);
            let output = run(Path::new(victim), theirs);
            let has_rights = !victim.ends_with('0');
            assert_eq!(is_ordinary(&output), has_rights, "{victim}: {output:?}");
            assert_eq!(is_worker(&output), !has_rights, "{victim}: {output:?}");
        }
        return;
    }
    if !is_root() {
        return;
    }
    let attacker = Victim::new(0o755);
    let folder = attacker.0.with_extension("victims");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    let mut victims = Vec::new();
    for (number, mode) in [0o755, 0o4755, 0o2755, 0o6755].into_iter().enumerate() {
        let path = folder.join(format!("victim{number}"));
        copy_program(&path);
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        victims.push(path.display().to_string());
    }
    victims.extend(with_capabilities(&folder));
    let mut command = attacker.plays("a_program_with_rights_of_its_own_is_no_worker");
    command
        .env(VICTIMS, victims.join(":"))
        .uid(NOBODY)
        .gid(NOBODY);
    let output = output(&mut command);
    fs::remove_dir_all(folder).unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// A program whose file gives it a capability, where that can be had.
fn with_capabilities(folder: &Path) -> Option<String> {
    let path = folder.join("victim4");
    copy_program(&path);
    let set = Command::new("setcap")
        .arg("cap_chown=ep")
        .arg(&path)
        .status();
    if set.is_ok_and(|status| status.success()) {
        return Some(path.display().to_string());
    }
    println!("left out: file capabilities cannot be set here");
    None
}

async fn is_refused(word: &str) {
    let error = user().await.unwrap_err();
    assert!(matches!(error, Failure::Privileged(_)), "{error:?}");
    let text = error.to_string();
    assert!(text.contains(word), "{text}");
    let error = POOL.prewarm(1).await.unwrap_err();
    assert!(matches!(error, Failure::Privileged(_)), "{error:?}");
    assert_eq!(POOL.stats().started, 0);
    assert!(POOL.pids().is_empty());
}

/// Run by another user, a set-uid program has no workers, whether it keeps its rights or gives them up: the file gives them again.
#[tokio::test]
async fn a_set_uid_program_has_no_workers() {
    let test = "a_set_uid_program_has_no_workers";
    if std::env::var_os("OFFLOAD_OTHER_PART").is_some() {
        assert_eq!((getuid().as_raw(), geteuid().as_raw()), (NOBODY, 0));
        is_refused("set-uid").await;
        let nobody = Uid::from_raw(NOBODY);
        setresuid(nobody, nobody, nobody).unwrap();
        is_refused("set-uid").await;
        return;
    }
    if !is_root() {
        return;
    }
    let victim = Victim::new(0o4755);
    succeeds(victim.plays(test).uid(NOBODY).gid(NOBODY));
}

/// Run by its owner, such a program has only its owner's rights: until it gives them up.
#[tokio::test]
async fn a_program_that_gave_up_its_rights_does_not_get_them_again() {
    let test = "a_program_that_gave_up_its_rights_does_not_get_them_again";
    if std::env::var_os("OFFLOAD_OTHER_PART").is_some() {
        let nobody = Uid::from_raw(NOBODY);
        setresuid(nobody, nobody, nobody).unwrap();
        is_refused("is set-uid to user 0").await;
        return;
    }
    if !is_root() {
        return;
    }
    let victim = Victim::new(0o4755);
    succeeds(&mut victim.plays(test));
}

#[tokio::test]
async fn a_process_of_two_users_has_no_workers() {
    let test = "a_process_of_two_users_has_no_workers";
    if std::env::var_os("OFFLOAD_OTHER_PART").is_some() {
        seteuid(Uid::from_raw(NOBODY)).unwrap();
        is_refused("real, effective and saved users are 0, 65534 and 0").await;
        return;
    }
    if !is_root() {
        return;
    }
    succeeds(&mut again(test).unwrap());
}

/// A program that has gone from one user to another for good, and whose file gives nothing, has workers of that user.
#[tokio::test]
async fn a_program_that_became_another_user_has_workers_of_that_user() {
    let test = "a_program_that_became_another_user_has_workers_of_that_user";
    if std::env::var_os("OFFLOAD_OTHER_PART").is_some() {
        let nobody = Uid::from_raw(NOBODY);
        setresuid(nobody, nobody, nobody).unwrap();
        assert_eq!(user().await.unwrap(), NOBODY);
        return;
    }
    if !is_root() {
        return;
    }
    succeeds(&mut Victim::new(0o755).plays(test));
}

/// As on hosts where nobody sees the processes of others: a body can hide its own from everybody, its pool too.
#[tokio::test]
async fn a_worker_that_hides_ends_whom_it_has_started() {
    let test = "a_worker_that_hides_ends_whom_it_has_started";
    if std::env::var_os("OFFLOAD_OTHER_PART").is_some() {
        assert_eq!(getuid().as_raw(), NOBODY);
        let gate = Gate::new();
        let call = tokio::spawn(hides(gate.path()));
        let left: u32 = gate.reached().await.trim().parse().unwrap();
        assert!(!has_ended(left));
        let worker = POOL.pids()[0];
        assert!(fs::read_dir(format!("/proc/{worker}/task")).is_err());
        call.abort();
        assert!(call.await.unwrap_err().is_cancelled());
        until("it is gone", || has_ended(left));
        return;
    }
    if !is_root() {
        return;
    }
    let victim = Victim::new(0o755);
    let played = victim.plays(test);
    let script = format!(
        "mount -o remount,hidepid=2 /proc && exec setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups \"$0\" \"$@\""
    );
    let mut hidden = Command::new("unshare");
    hidden.args(["--pid", "--fork", "--mount-proc", "sh", "-c", &script]);
    hidden
        .arg(played.get_program())
        .args(played.get_args())
        .env("OFFLOAD_OTHER_PART", "1")
        .current_dir("/");
    succeeds(&mut hidden);
}

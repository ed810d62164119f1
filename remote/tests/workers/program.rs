//! Which program is executed to be a worker, and with which environment.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use tokio_offload_remote::{Config, Failure, StartError, Workers};

use crate::kit::{
    Left, again,
    bodies::{PROTOCOL, own_socket},
    copy_program, remote,
};

const PROGRAM: &str = "OFFLOAD_TEST_PROGRAM";

static BY_VARIABLE: Workers = Config::new("by-variable")
    .processes(1)
    .executable_var(PROGRAM)
    .build();
static BY_PATH: LazyLock<Workers> = LazyLock::new(|| {
    // The lazy value is made in the worker too, where the path means nothing.
    Config::new("by-path")
        .processes(1)
        .executable_path(copy_of("path"))
        .build()
});
static BY_SCRIPT: LazyLock<Workers> = LazyLock::new(|| {
    Config::new("by-script")
        .processes(1)
        .executable_path(copy_of("script"))
        .build()
});
static TIGHT: LazyLock<Workers> = LazyLock::new(|| {
    Config::new("tight-script")
        .processes(1)
        .executable_path(copy_of("tight"))
        .build()
});
static MISSING: Workers = Config::new("missing-program")
    .processes(1)
    .executable("/nowhere/at/all")
    .build();
static ELSEWHERE: Workers = Config::new("missing-folder")
    .processes(1)
    .current_dir("/nowhere/to/be")
    .build();
static LEAVER: Workers = Config::new("leaves-at-once")
    .processes(1)
    .executable("/bin/false")
    .build();
static OTHER_RELEASE: Workers = Config::new("other-release")
    .processes(1)
    .init(|| {
        let [low, high] = PROTOCOL;
        let mut head = [0; 24];
        (head[4], head[6], head[7]) = (2, low & 0xf0 | 15, high);
        rustix::io::write(own_socket(), &head)?;
        // It says no more: the pool ends it.
        loop {
            std::thread::park();
        }
    })
    .build();
static OWN: Workers = Config::new("own-program").processes(1).build();
static CLEARED: Workers = Config::new("cleared").processes(1).env_clear().build();
static KEPT: Workers = Config::new("kept")
    .processes(1)
    .env(&[("OFFLOAD_COLOUR", "green"), ("HOME", "/elsewhere")])
    .env_keep(&["PATH", "HOME", "OFFLOAD_NEVER_SET"])
    .build();

remote! {
    BY_VARIABLE: fn by_variable() -> PathBuf { std::env::current_exe().unwrap() }
    BY_PATH: fn by_path() -> PathBuf { std::env::current_exe().unwrap() }
    BY_SCRIPT: fn descriptors() -> Option<u64> { rustix::process::getrlimit(rustix::process::Resource::Nofile).maximum }
    TIGHT: fn tight() -> () {}
    MISSING: fn missing() -> () {}
    ELSEWHERE: fn elsewhere() -> () {}
    LEAVER: fn leaver() -> () {}
    OTHER_RELEASE: fn of_another_release() -> () {}
    OWN: fn own() -> () {}
    OWN: fn own_input() -> String {
        println!("printed for nobody");
        std::io::read_to_string(std::io::stdin()).unwrap()
    }
    OWN: fn own_that_hangs() -> () { loop { std::thread::park() } }
    CLEARED: fn cleared_input() -> String {
        println!("printed");
        std::io::read_to_string(std::io::stdin()).unwrap()
    }
    CLEARED: fn cleared() -> Vec<(String, String)> { std::env::vars().collect() }
    KEPT: fn kept() -> Vec<(String, String)> { std::env::vars().collect() }
}

fn copy_of(what: &str) -> PathBuf {
    std::env::temp_dir().join(format!("offload-{what}-{}", std::process::id()))
}

#[tokio::test]
async fn a_variable_may_name_the_program() {
    let Some(command) = again("workers::program::a_variable_may_name_the_program") else {
        let program = std::env::var_os(PROGRAM).unwrap();
        let own = std::env::current_exe().unwrap();
        let expected = if program.is_empty() {
            own
        } else {
            program.into()
        };
        assert_eq!(by_variable().await.unwrap(), expected);
        return;
    };
    let copy = Left(copy_of("variable"));
    copy_program(&copy.0);
    for program in [copy.0.as_os_str(), "".as_ref()] {
        let mut command = Command::new(command.get_program());
        command.args(
            again("workers::program::a_variable_may_name_the_program")
                .unwrap()
                .get_args(),
        );
        command.env("OFFLOAD_OTHER_PART", "1").env(PROGRAM, program);
        offload_limits::succeeds(&mut command);
    }
}

#[tokio::test]
async fn a_path_may_be_known_at_run_time_only() {
    let copy = Left(copy_of("path"));
    copy_program(&copy.0);
    let path = by_path().await;
    assert_eq!(path.unwrap(), copy.0);
}

/// The script replaces itself by the program, so the process that was started is the worker.
#[tokio::test]
async fn a_script_may_take_rights_from_the_worker() {
    let _script = write_script("script", 64);
    assert_eq!(descriptors().await.unwrap(), Some(64));
}

#[tokio::test]
async fn a_worker_without_the_descriptors_it_needs_says_so() {
    let _script = write_script("tight", 4);
    let Err(Failure::Start(StartError::Died(death))) = tight().await else {
        panic!("it is a worker");
    };
    assert_eq!(death.code, Some(71), "{death}");
}

/// A script that replaces itself by this program, which may have that many descriptors then.
fn write_script(name: &str, most: u32) -> Left {
    let script = Left(copy_of(name));
    let own = std::env::current_exe().unwrap();
    let text = format!("#!/bin/sh\nulimit -n {most}\nexec '{}'\n", own.display());
    // Another process writes it, for the reason that `copy_program` tells.
    let mut write = Command::new("sh");
    write.args(["-c", "printf %s \"$1\" > \"$2\" && chmod 700 \"$2\"", "sh"]);
    offload_limits::succeeds(write.arg(text).arg(&script.0));
    script
}

#[tokio::test]
async fn what_was_executed_is_told() {
    let error = missing().await.unwrap_err();
    assert!(
        matches!(&error, Failure::Spawn(cause) if cause.kind() == std::io::ErrorKind::NotFound)
    );
    assert!(
        error
            .to_string()
            .contains("`/nowhere/at/all`: No such file"),
        "{error}"
    );
    let error = elsewhere().await.unwrap_err();
    assert!(
        error.to_string().contains("in the folder `/nowhere/to/be`"),
        "{error}"
    );
    let Err(Failure::Start(StartError::Died(death))) = leaver().await else {
        panic!("it is a worker");
    };
    assert_eq!(death.program.as_deref(), Some("/bin/false"));
    assert!(
        death
            .to_string()
            .contains("(`/bin/false`) exited with code 1"),
        "{death}"
    );
}

/// As in a folder that was made the root, without what the kernel tells in `/proc`.
#[tokio::test]
async fn without_proc_it_is_told_what_is_missing() {
    let Some(command) = again("workers::program::without_proc_it_is_told_what_is_missing") else {
        let error = own().await.unwrap_err().to_string();
        for word in ["`/proc/self/exe`", "mount `/proc`", "`executable`"] {
            assert!(error.contains(word), "{error}");
        }
        return;
    };
    run_without("/proc", &command);
}

/// As in a root folder of its own that nobody has filled.
#[tokio::test]
async fn without_devices_there_are_workers() {
    let Some(command) = again("workers::program::without_devices_there_are_workers") else {
        assert!(!Path::new("/dev/null").exists());
        assert_eq!(cleared_input().await.unwrap(), "");
        // The next worker has no output.
        nix::unistd::close(1).unwrap();
        assert_eq!(own_input().await.unwrap(), "");
        return;
    };
    run_without("/dev", &command);
}

/// Runs a program where a file system is hidden.
fn run_without(folder: &str, command: &Command) {
    let mut hidden = Command::new("unshare");
    let script = "mount -t tmpfs none $0 || exit 99; exec \"$@\"";
    hidden.args(["--mount", "sh", "-c", script, folder]);
    hidden
        .arg(command.get_program())
        .args(command.get_args())
        .env("OFFLOAD_OTHER_PART", "1");
    match offload_limits::try_output(&mut hidden).map(|end| end.status.code()) {
        Ok(Some(0)) => {}
        Ok(Some(1 | 99)) if !rustix::process::geteuid().is_root() => {
            println!("left out: it takes root to hide `{folder}`");
        }
        other => panic!("{other:?}"),
    }
}

/// As in a container: the parent of all has number 1, its group has none, and `/proc` tells of these processes or of others.
#[tokio::test]
async fn numbers_of_processes_may_be_those_of_a_namespace() {
    let test = "workers::program::numbers_of_processes_may_be_those_of_a_namespace";
    let Some(command) = again(test) else {
        assert!(std::process::id() < 100);
        own().await.unwrap();
        let kill = tokio::spawn(own_that_hangs());
        while !kill.is_finished() && OWN.stats().running == 0 {
            tokio::task::yield_now().await;
        }
        kill.abort();
        assert!(kill.await.unwrap_err().is_cancelled());
        own().await.unwrap();
        return;
    };
    for options in [
        &["--pid", "--fork"][..],
        &["--pid", "--fork", "--mount-proc"],
    ] {
        let mut inside = Command::new("unshare");
        inside
            .args(options)
            .arg(command.get_program())
            .args(command.get_args());
        let output = offload_limits::output(inside.env("OFFLOAD_OTHER_PART", "1"));
        if !output.status.success() && !rustix::process::geteuid().is_root() {
            println!("left out: it takes root to have a namespace");
            return;
        }
        assert!(output.status.success(), "{output:?}");
    }
}

#[tokio::test]
async fn an_environment_may_be_cleared_and_parts_of_it_kept() {
    assert_eq!(cleared().await.unwrap(), []);
    let mut kept = kept().await.unwrap();
    kept.sort();
    let path = std::env::var("PATH").unwrap();
    let expected = [
        ("HOME", "/elsewhere"),
        ("OFFLOAD_COLOUR", "green"),
        ("PATH", &path),
    ];
    assert_eq!(
        kept,
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

/// Its messages may have other parts: nothing is read of them but their version.
#[tokio::test]
async fn a_worker_of_another_release_is_told_as_one() {
    let error = of_another_release().await.unwrap_err();
    let Failure::Start(StartError::Mismatch(text)) = error else {
        panic!("{error:?}");
    };
    assert!(text.contains("speaks version 15 of"), "{text}");
    assert!(text.contains("the same release of tokio-offload"), "{text}");
    assert_eq!(OTHER_RELEASE.stats().processes, 0);
}

//! Systems that deny: a process that may not look at itself, and one whose system calls are filtered. What is denied is missing in the
//! report, which says why.

use std::{
    env, fs, os::unix::fs::MetadataExt as _, os::unix::process::CommandExt as _, process::Command,
};

use offload_limits::{Folder, output, succeeds, try_output};
use rustix::process::{DumpableBehavior, set_dumpable_behavior};

use super::{copy, waits};

const NOBODY: u32 = 65534;

/// Refuses the system call whose number is in a variable, before the program begins.
const FILTER: &str = r#"
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
__attribute__((constructor)) static void deny(void) {
    unsigned number = atoi(getenv("DENIED_CALL"));
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { sizeof rules / sizeof *rules, rules };
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}
"#;

const PREAD64: u32 = 17;
#[cfg(feature = "process")]
const PTRACE: u32 = 101;
#[cfg(feature = "process")]
const EXECVE: u32 = 59;

pub(super) fn checks() {
    let place = Folder::new("watch-denied");
    fs::set_permissions(
        place.path(),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    a_process_that_may_not_look_at_itself(&place);
    filtered_calls(&place);
}

/// In a copy: waits where the files of the process under `/proc` belong to root.
pub(super) fn waits_hidden() {
    set_dumpable_behavior(DumpableBehavior::NotDumpable).unwrap();
    waits();
}

fn a_process_that_may_not_look_at_itself(place: &Folder) {
    if fs::metadata(place.path()).unwrap().uid() != 0 {
        println!("builds: it takes root to be another user, left out");
        return;
    }
    let program = copy(place.path(), &[]).unwrap();
    let mut hidden = Command::new(program);
    hidden
        .arg("waits hidden")
        .uid(NOBODY)
        .gid(NOBODY)
        .current_dir("/");
    let output = output(&mut hidden);
    let said = String::from_utf8_lossy(&output.stdout);
    let expected = "; `/proc`, which tells where, cannot be read\n";
    assert!(said.ends_with(expected), "{output:#?}");
}

fn filtered_calls(place: &Folder) {
    let (source, library) = (place.join("filter.c"), place.join("filter"));
    fs::write(&source, FILTER).unwrap();
    if try_output(Command::new("cc").arg("--version")).is_err() {
        println!("builds: no `cc` here, filtered calls left out");
        return;
    }
    let mut cc = Command::new("cc");
    succeeds(
        cc.args(["-shared", "-fPIC", "-o"])
            .arg(&library)
            .arg(&source),
    );
    let cases = [
        ("waits", PREAD64, "worker 0 has been blocked for "),
        #[cfg(feature = "process")]
        (
            "computes alone",
            PTRACE,
            "; to name what computes, allow this process to use `ptrace`",
        ),
        #[cfg(feature = "process")]
        (
            "computes alone",
            EXECVE,
            "; the copy of this program that looks at it could not be started, or did not answer",
        ),
    ];
    for (what, call, expected) in cases {
        let mut filtered = Command::new(env::current_exe().unwrap());
        filtered.arg(what).env("LD_PRELOAD", &library);
        let output = output(filtered.env("DENIED_CALL", call.to_string()));
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains(expected), "{call}: {output:#?}");
        assert!(output.status.success(), "{call}: {output:#?}");
    }
}

//! All programs explain themselves, and none ignores what it does not know.

#![allow(missing_docs, reason = "a test")]

use offload_examples::program::run;

macro_rules! programs {
    ($($name:literal)*) => {
        [$(($name, env!(concat!("CARGO_BIN_EXE_", $name)))),*]
    };
}

#[test]
fn help_is_given_and_anything_else_refused() {
    let programs = programs! {
        "abort" "drop" "fair" "file_system" "mem" "observed" "owned" "ping" "report" "stream" "turns"
    };
    for (name, program) in programs {
        let help = run(program, ["--help"]);
        assert_eq!(
            (help.code, &help.err[..]),
            (Some(0), ""),
            "{name}: {help:?}"
        );
        assert!(help.out.lines().count() > 1, "{name}: {help:?}");
        let wrong = run(program, ["--rounded"]);
        assert!(!matches!(wrong.code, Some(0) | None), "{name}: {wrong:?}");
        assert!(wrong.out.is_empty(), "{name}: {wrong:?}");
        assert!(wrong.err.contains("--rounded"), "{name}: {wrong:?}");
    }
}

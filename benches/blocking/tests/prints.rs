//! Every culprit is reported with its name, and no innocent is.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(missing_docs, reason = "a test")]

use std::sync::{Mutex, PoisonError};

use offload_examples::program::run;

/// Lets one test run all culprits at a time: two programs that compute leave each other less of a processor.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn help_is_given_and_anything_else_refused() {
    let program = env!("CARGO_BIN_EXE_offload-blocking");
    let help = run(program, ["--no-flood", "--help"]);
    assert_eq!((help.code, &help.err[..]), (Some(0), ""), "{help:#?}");
    assert!(help.out.starts_with("usage: "), "{help:#?}");
    for wrong in [["--no-floods"], ["--no-flood=1"], ["file"], ["-x"]] {
        let refused = run(program, wrong);
        assert!(refused.refused("offload-blocking"), "{refused:#?}");
        assert!(refused.err.contains("usage: "), "{refused:#?}");
    }
    let refused = run(program, ["--no-flood", "--builds"]);
    assert!(refused.refused("offload-blocking"), "{refused:#?}");
    assert!(refused.err.contains("one flag at a time"), "{refused:#?}");
}

/// On a busy machine, computing culprits may be reported as without a processor, and the program says so.
#[test]
fn twelve_of_twelve_and_none_of_ten() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let output = run(env!("CARGO_BIN_EXE_offload-blocking"), ["--no-flood"]);
    let tables = output.out.matches(" of 12 told once and named.").count();
    assert_eq!((output.code, tables), (Some(0), 2), "{output:#?}");
    let least = ["10 of 12", "11 of 12", "12 of 12"];
    assert!(
        least.iter().any(|start| output.out.contains(start)),
        "{output:#?}"
    );
    let quiet = "\n0 reports on 10 innocents.";
    assert!(output.out.contains(quiet), "{output:#?}");
}

/// This build has line tables. Two of the 24 compute on each runtime, and may get no processor.
#[test]
fn all_are_counted_with_their_lines() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let output = run(env!("CARGO_BIN_EXE_offload-blocking"), ["--count"]);
    let numbers = output.out.split_whitespace().map(|it| it.parse().unwrap());
    let numbers: Vec<usize> = numbers.collect();
    assert_eq!(numbers.len(), 9, "{output:#?}");
    let starved = numbers[8];
    let expected = [24 - starved, 24 - starved, 0, 0, 0, 0, 0, 0];
    assert_eq!((&numbers[..8], output.code), (&expected[..], Some(0)));
    assert!(starved <= 4, "{output:#?}");
}

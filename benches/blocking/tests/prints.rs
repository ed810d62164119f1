//! Every culprit is reported with its name, and no innocent is.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(missing_docs, reason = "a test")]

use offload_examples::program::run;

/// On a busy machine, computing culprits may be reported as without a processor, and the program says so.
#[test]
fn twelve_of_twelve_and_none_of_ten() {
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

//! `before_after`, to its end.

use std::ffi::OsStr;

use offload_examples::program::{Ended, explains_itself, run};

#[test]
fn before_and_after_agree() {
    let output = before_after([""; 0]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert!(output.out.contains("panic: "), "{output:?}");
    assert!(output.err.is_empty(), "{output:?}");
}

#[test]
fn bad_command_lines_are_refused() {
    explains_itself(env!("CARGO_BIN_EXE_before_after"));
    let output = before_after(["extra"]);
    assert!(output.refused("before_after"), "{output:?}");
}

fn before_after(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ended {
    run(env!("CARGO_BIN_EXE_before_after"), arguments)
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_nothing() {
    use offload_examples::interrupt::leaves_no_file;

    leaves_no_file(env!("CARGO_BIN_EXE_before_after"), [""; 0]);
}

#[cfg(target_os = "linux")]
#[test]
fn narrow_terminals_have_room_for_every_line() {
    offload_examples::program::fits_terminals(env!("CARGO_BIN_EXE_before_after"), &[]);
}

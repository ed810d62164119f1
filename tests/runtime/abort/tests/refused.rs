//! Runs the program where panics unwind. In the profile `abort` it is run by itself: tests unwind in any profile.

use std::process::Command;

#[test]
fn every_call_ends_where_a_thread_is_refused() {
    let program = env!("CARGO_BIN_EXE_offload-abort");
    let output = offload_limits::output(&mut Command::new(program));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{:?}: {errors}", output.status);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said, "0 of 24 were served\n24 of 24 were served\nended\n");
}

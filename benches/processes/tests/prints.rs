//! A short run measures what it is asked for, and prints it.

use std::process::Command;

#[test]
fn a_short_run_prints_its_rows() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_offload-benches-processes"));
    program.args(["--rounds", "1", "--only", "no-op", "--only", "kill"]);
    let run = offload_limits::output(&mut program);
    let printed = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{run:?}");
    let rows: Vec<&str> = printed
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" |").next())
        .collect();
    assert_eq!(
        rows,
        [
            "call",
            "no-op",
            "no-op, 64 in flight",
            "kill to error",
            "no-op, one CPU",
            "no-op, 64 in flight, one CPU",
        ]
    );
    assert!(!printed.contains("NaN"), "{printed}");
}

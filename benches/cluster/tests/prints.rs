//! Short runs measure and simulate what the command line requests, and print it.

#![cfg(target_os = "linux")]

use std::process::{Command, Output};

use offload_limits::output;

fn run(arguments: &[&str]) -> (Output, String) {
    let program = env!("CARGO_BIN_EXE_offload-benches-cluster");
    let output = output(Command::new(program).args(arguments));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    (output, printed)
}

/// The first cells of all rows.
fn rows(printed: &str) -> Vec<&str> {
    printed
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" |").next())
        .collect()
}

#[test]
fn a_short_run_prints_its_rows() {
    let (output, printed) = run(&["--rounds", "1", "--ours", "--only", "no-op, 64"]);
    assert!(output.status.success(), "{output:?}");
    if printed.starts_with("skipped") {
        println!("{printed}");
        return;
    }
    let [pool, workers] = ["pool", "workers"].map(|place| {
        format!(
            "no-op, 64 at once, `remote`, node on {}",
            if place == "pool" { "a pool" } else { place }
        )
    });
    assert_eq!(
        rows(&printed),
        [
            "call",
            "no-op, 64 at once",
            "time of a call",
            &pool,
            &workers,
            "CPU per call, us",
            "NATS request",
            "JetStream by hand",
            "`remote`, node on a pool",
            "`remote`, node on workers",
        ]
    );
    assert!(
        !printed.contains("NaN") && !printed.contains("inf"),
        "{printed}"
    );
}

#[test]
fn more_calls_need_more_of_everything() {
    let (output, printed) = run(&["--simulate"]);
    assert!(output.status.success(), "{output:?}");
    let numbers: Vec<Vec<f64>> = printed
        .lines()
        .filter_map(|line| line.strip_prefix("| "))
        .map(|line| {
            line.split(" | ")
                .filter_map(|cell| cell.parse().ok())
                .collect()
        })
        .filter(|row: &Vec<f64>| !row.is_empty())
        .collect();
    assert_eq!(numbers.len(), 8, "{printed}");
    for (less, more) in numbers.iter().zip(&numbers[2..]) {
        assert!(
            less.iter().zip(more).all(|(less, more)| less <= more),
            "{printed}"
        );
    }
    // Cheaper tickets and servers need fewer streams and CPUs for 1,000,000 calls.
    let (_, cheap) = run(&["--simulate", "--ticket-us", "1", "--server-us", "1"]);
    assert_ne!(printed, cheap);
}

#[test]
fn bad_command_lines_are_refused() {
    for arguments in [
        &["--rounds", "0"] as &[&str],
        &["--hop-us", "-1"],
        &["--what"],
    ] {
        let (output, printed) = run(arguments);
        assert!(!output.status.success() && printed.is_empty(), "{output:?}");
    }
}

//! `blocking_tasks`, with good and bad input.

use offload_examples::program::{Ended, explains_itself, run};

#[test]
fn tasks_overlap_only_when_started() {
    let output = blocking_tasks(&["--scale", "0.1"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    let total = |scene: &str| {
        let row = output
            .out
            .lines()
            .rfind(|line| line.contains(scene))
            .unwrap();
        row.trim()
            .strip_prefix(scene)
            .unwrap()
            .trim()
            .split(' ')
            .next()
            .unwrap()
            .parse::<f64>()
            .unwrap()
    };
    assert!(total("one after the other") >= 0.5, "{output:?}");
    assert!(
        total("two tasks that block the thread") >= 0.5,
        "{output:?}"
    );
    assert!(
        total("started, then awaited") < total("one after the other"),
        "{output:?}"
    );
}

#[test]
fn bad_command_lines_are_refused() {
    explains_itself(PROGRAM);
    for arguments in [
        &["--scale", "0"] as &[&str],
        &["--scale", "-1"],
        &["--scale", "NaN"],
        &["--scale", "inf"],
        &["--scale"],
        &["extra"],
    ] {
        let output = blocking_tasks(arguments);
        assert!(
            output.refused("blocking_tasks"),
            "{arguments:?}: {output:?}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn narrow_terminals_have_room_for_every_line() {
    offload_examples::program::fits_terminals(PROGRAM, &["--scale", "0.1"]);
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_blocking_tasks");

fn blocking_tasks<'a>(arguments: impl IntoIterator<Item = &'a &'a str>) -> Ended {
    run(PROGRAM, arguments)
}

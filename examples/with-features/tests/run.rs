//! Runs every example of this package.

use std::path::Path;

use offload_examples::program::shows;

#[test]
fn every_example_shows_what_it_says() {
    let mut expected: Vec<(&str, &[&str])> = vec![
        (
            "on_rayon",
            &["the sum is 333333833333500000", "has 2 threads"],
        ),
        (
            "stream",
            &["got 9", "Err(NotFound)", "tables in the manifest"],
        ),
        (
            "metrics",
            &[
                "20 calls done, half of them waited longer than",
                "tokio_offload_calls_total{function=\"metrics::work\"} 20",
            ],
        ),
        (
            "spans",
            &[
                "request{id=2}:call{function=\"spans::look_up\"",
                "answered length=8",
            ],
        ),
    ];
    let watched: &[&str] = if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        &[
            "called by `watch::read_config` (",
            "called by `watch::ask_the_database` (",
            "called by `watch::count_visit` (",
        ]
    } else {
        &["has not come back"]
    };
    expected.push(("watch", watched));
    if cfg!(target_os = "linux") {
        let lines: &[&str] = &[
            "picture: 7 bytes",
            "crash: ",
            "hang: ",
            "panic: ",
            "another picture: 15 bytes",
        ];
        expected.push(("processes", lines));
    } else {
        expected.push(("processes", &["need Linux"]));
    }
    shows(Path::new(env!("CARGO_MANIFEST_DIR")), &expected);
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_nothing() {
    use offload_examples::{interrupt::leaves_no_process, program::example};

    // It may have ended by itself.
    leaves_no_process(example("processes"), [""; 0]);
}

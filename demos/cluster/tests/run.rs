//! `cluster`: all pictures are there, though a node is killed.

#![cfg(target_os = "linux")]

use std::process::Command;

#[test]
fn cluster_makes_every_thumbnail() {
    let output = Command::new(env!("CARGO_BIN_EXE_cluster"))
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    if out.contains("There is no nats-server") {
        println!("skipped: {out}");
        return;
    }
    for text in [
        "48 of 48 thumbnails",
        "is killed",
        " 0 failed",
        "calls a second",
    ] {
        assert!(out.contains(text), "{text:?} in {out}");
    }
}

#[test]
fn cluster_names_what_it_does_not_know() {
    let output = Command::new(env!("CARGO_BIN_EXE_cluster"))
        .arg("x")
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("`x` means nothing here"));
}

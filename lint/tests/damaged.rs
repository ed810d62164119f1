//! Programs whose file is damaged after the build, and compressed debug information.

#![allow(missing_docs, reason = "a test")]

mod kit;

use std::{fs, process::Output};

use kit::{app, places, text};

const CODE: &str =
    "async fn serve(_: u8) { std::thread::sleep(std::time::Duration::from_millis(1)); }\n";

/// Whether the lint names the file, without a panic.
fn names_it(output: &Output, what: &str) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{what}: {said}");
    let named = said
        .lines()
        .any(|line| line.starts_with("error: ") && line.contains("target/debug/app: "));
    assert!(named && !said.contains("panicked"), "{what}: {said}");
}

#[test]
fn a_damaged_program_is_named() {
    let folder = app("damaged", "", CODE);
    let output = folder.lint(&[], &[]);
    assert_eq!(places(&output), ["src/main.rs:1"]);
    let program = folder.0.join("target/debug/app");
    let whole = fs::read(&program).expect("it was built");
    let with = |from: usize, bytes: &[u8]| {
        let mut damaged = whole.clone();
        damaged[from..from + bytes.len()].copy_from_slice(bytes);
        damaged
    };
    let table = 40;
    for (what, bytes) in [
        ("empty", Vec::new()),
        ("no program", b"#!/bin/sh\n".to_vec()),
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("only its beginning", whole[..100].to_vec()),
        ("sections elsewhere", with(table, &u64::MAX.to_le_bytes())),
    ] {
        fs::write(&program, bytes).expect("it can be written");
        names_it(&folder.lint(&[], &[]), what);
    }
}

#[test]
fn debug_information_may_be_compressed() {
    for format in ["zlib", "zstd"] {
        let folder = app("compressed", "", CODE);
        let flags = format!("-Clink-arg=-Wl,--compress-debug-sections={format}");
        let output = folder.lint(&[("RUSTFLAGS", &flags)], &[]);
        let said = text(&output.stderr);
        // Not every linker knows `zstd`.
        let is_known = format == "zlib" || output.status.success();
        assert!(!is_known || places(&output) == ["src/main.rs:1"], "{said}");
    }
}

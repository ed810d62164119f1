//! What is said where there is nothing to look at.

#![allow(missing_docs, reason = "a test")]

use std::{env, process::Command, time::Duration};

use offload_limits::output_within;

#[test]
fn outside_of_a_package_cargo_is_quoted_once() {
    let mut lint = Command::new(env!("CARGO_BIN_EXE_cargo-offload-lint"));
    lint.arg("offload-lint").current_dir(env::temp_dir());
    let output = output_within(Duration::from_secs(60), &mut lint);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.starts_with("error: could not find `Cargo.toml` in "),
        "{said}"
    );
    assert_eq!(said.matches("error").count(), 1, "{said}");
}

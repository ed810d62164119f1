//! What the compiler says about mistakes: `ours` where the attribute speaks, `rustc` where it only aims the compiler.

use std::{path::Path, process::Command};

#[test]
fn ours() {
    trybuild::TestCases::new().compile_fail("ui/ours/*.rs");
}

#[test]
fn rustc() {
    if has_source_of_std() {
        eprintln!(
            "rustc quotes std in some of these, because the component `rust-src` is installed; the texts here are without: \
             `rustup component remove rust-src`"
        );
    }
    trybuild::TestCases::new().compile_fail("ui/rustc/*.rs");
}

fn has_source_of_std() -> bool {
    let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output();
    let sysroot = sysroot.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    sysroot.is_ok_and(|sysroot| Path::new(sysroot.trim()).join("lib/rustlib/src").exists())
}

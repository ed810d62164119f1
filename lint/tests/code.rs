//! Machine code of all kinds: how calls are made, and how the program is linked.

mod kit;

use kit::{app, places, text};

/// At the end of a function, the compiler makes such a call a jump under a condition.
#[test]
fn the_last_call_of_a_function_may_have_a_condition() {
    let code = "\
#[inline(never)]
fn naps() { std::thread::sleep(std::time::Duration::from_millis(1)) }
#[inline(never)]
fn maybe(number: u8) { if number == 7 { naps() } }
async fn serve(number: u8) { maybe(number) }
";
    for level in ["1", "2", "\"s\""] {
        let profile = format!("[profile.release]\nopt-level = {level}\n");
        let output = app("condition", &profile, code).lint(&[], &["--release"]);
        assert_eq!(
            places(&output),
            ["src/main.rs:2"],
            "{}",
            text(&output.stderr)
        );
    }
}

/// Addresses of functions may be packed.
#[test]
fn the_linker_may_pack_addresses() {
    let code = "\
fn naps() { std::thread::sleep(std::time::Duration::from_millis(1)) }
fn reads() { drop(std::fs::read(\"x\")) }
static TABLE: [fn(); 2] = [naps, reads];
async fn serve(number: u8) {
    TABLE[usize::from(number)]();
    std::thread::park();
}
";
    let folder = app("packed", "", code);
    let plain = places(&folder.lint(&[], &[]));
    assert_eq!(plain, ["src/main.rs:1", "src/main.rs:2", "src/main.rs:6"]);
    let flags = "-Clink-arg=-Wl,-z,pack-relative-relocs";
    let packed = folder.lint(&[("RUSTFLAGS", flags)], &[]);
    assert_eq!(places(&packed), plain, "{}", text(&packed.stderr));
}

/// A short table is copied through a vector register.
#[test]
fn a_table_may_be_copied() {
    let code = "\
fn naps(_: u8) { std::thread::sleep(std::time::Duration::from_millis(1)) }
fn reads(_: u8) { drop(std::fs::read(\"x\")) }
static TABLE: [fn(u8); 2] = [naps, reads];
async fn serve(number: u8) {
    for function in TABLE { function(number) }
}
";
    for arguments in [&[][..], &["--release"]] {
        let output = app("copied", "", code).lint(&[], arguments);
        let lines = ["src/main.rs:1", "src/main.rs:2"];
        assert_eq!(places(&output), lines, "{}", text(&output.stderr));
    }
}

/// `format!` takes the address of the method that it calls.
#[test]
fn what_writes_a_value_is_called_where_it_is_formatted() {
    let code = "\
struct Shown;
impl std::fmt::Display for Shown {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str(&std::fs::read_to_string(\"x\").unwrap_or_default())
    }
}
async fn serve(number: u8) {
    std::hint::black_box(format!(\"{number} {Shown}\"));
}
";
    for arguments in [&[][..], &["--release"]] {
        let output = app("formatted", "", code).lint(&[], arguments);
        let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(places(&output), ["src/main.rs:4"], "{said}");
    }
}

/// Optimised code hands the value to the standard library in functions of that library. What is written to is no table of methods.
#[test]
fn what_makes_a_static_is_found_by_its_address() {
    let code = "\
use std::{hint::black_box, sync::{LazyLock, atomic::AtomicUsize}};
fn naps() -> u8 { std::thread::sleep(std::time::Duration::from_millis(1)); 1 }
fn reads() -> u8 { drop(std::fs::read(\"x\")); 1 }
static NAMED: LazyLock<u8> = LazyLock::new(naps);
struct Later { states: [AtomicUsize; 3], make: fn() -> u8 }
static LATER: Later = Later { states: [const { AtomicUsize::new(0) }; 3], make: reads };
async fn serve(number: u8) {
    let later = black_box(&LATER);
    black_box(&later.states);
    black_box(number + *NAMED + (later.make)());
}
";
    let profiles =
        "[profile.release]\nopt-level = 3\n[profile.fat]\ninherits = \"release\"\nlto = \"fat\"\n";
    for arguments in [&[][..], &["--release"], &["--profile", "fat"]] {
        let arguments = [&["--level", "4"], arguments].concat();
        let output = app("made once", profiles, code).lint(&[], &arguments);
        let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
        let lines = ["src/main.rs:2", "src/main.rs:3"];
        assert_eq!(places(&output), lines, "{arguments:?}: {said}");
    }
}

/// Also beside calls through other pointers. What the value keeps is called again and again.
#[test]
fn what_makes_a_static_blocks_its_first_user_alone() {
    let code = "\
use std::{hint::black_box, sync::LazyLock};
fn naps() { std::thread::sleep(std::time::Duration::from_millis(1)) }
fn reads() { drop(std::fs::read(\"x\")) }
static CLOSURE: LazyLock<bool> = LazyLock::new(|| std::fs::exists(\"y\").is_ok());
static NAMED: LazyLock<u8> = LazyLock::new(named);
fn named() -> u8 { drop(std::fs::read(\"z\")); 1 }
static TABLE: LazyLock<Vec<fn()>> = LazyLock::new(|| black_box(vec![naps]));
async fn serve(number: u8) {
    let load: fn() = black_box(reads);
    load();
    black_box(*CLOSURE && *NAMED == number);
    TABLE[usize::from(number)]();
}
";
    for arguments in [&[][..], &["--release"]] {
        for (level, lines) in [("3", &[2, 3][..]), ("4", &[2, 3, 4, 6])] {
            let output =
                app("first user", "", code).lint(&[], &[&["--level", level], arguments].concat());
            let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
            let lines = lines.iter().map(|line| format!("src/main.rs:{line}"));
            assert_eq!(
                places(&output),
                lines.collect::<Vec<_>>(),
                "{arguments:?}: {said}"
            );
        }
    }
}

/// In a function of another crate, which the compiler makes for one static.
#[test]
fn what_makes_a_static_of_another_crate_is_found_where_everything_is_inlined() {
    let code = "\
use once_cell::sync::{Lazy, OnceCell};
static CLOSURE: Lazy<bool> = Lazy::new(|| std::fs::exists(\"x\").is_ok());
static NAMED: Lazy<Vec<u8>> = Lazy::new(reads);
fn reads() -> Vec<u8> { std::fs::read(\"x\").unwrap_or_default() }
static CELL: OnceCell<bool> = OnceCell::new();
async fn serve(number: u8) {
    let is_open = CELL.get_or_init(|| std::fs::exists(\"y\").is_ok());
    std::hint::black_box(*CLOSURE && *is_open && NAMED.len() > usize::from(number));
}
";
    let fat = "[profile.fat]\ninherits = \"release\"\nlto = \"fat\"\ncodegen-units = 1\npanic = \"abort\"\n";
    let needs = format!("[dependencies]\nonce_cell = \"1\"\n{fat}");
    let folder = app("once cell", &needs, code);
    let lock = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    std::fs::copy(lock, folder.0.join("Cargo.lock")).expect("the versions of this workspace");
    for arguments in [&[][..], &["--profile", "fat"]] {
        // What only the first user waits for has the highest level.
        for (level, lines) in [("4", &[2, 4, 7][..]), ("3", &[7])] {
            let arguments = [&["--offline", "--level", level], arguments].concat();
            let output = folder.lint(&[], &arguments);
            let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
            let expected = lines.iter().map(|line| format!("src/main.rs:{line}"));
            let expected: Vec<String> = expected.collect();
            assert_eq!(places(&output), expected, "{arguments:?}: {said}");
            assert!(!said.contains("registry/src"), "{said}");
        }
    }
}

#[test]
fn a_standard_library_in_another_file_is_told() {
    let code = "async fn serve(_: u8) { std::thread::park() }\n";
    let output = app("dynamic", "", code).lint(&[("RUSTFLAGS", "-Cprefer-dynamic")], &[]);
    let said = text(&output.stderr);
    assert!(said.contains("leave out `-C prefer-dynamic`"), "{said}");
}

//! `--fix` finds the uses of a function in all of the workspace: in other programs, in tests, and in code that is not compiled.

#![allow(missing_docs, reason = "a test")]

mod kit;

use std::fs;

use kit::{Folder, text, with_attribute};

/// What the functions of the library do.
fn function(name: &str) -> String {
    format!("pub fn {name}() -> bool {{\n    std::fs::exists(\"{name}\").is_ok()\n}}\n")
}

const NAMES: &[&str] = &[
    "plain",
    "alike",
    "in_program",
    "in_member",
    "in_test",
    "in_unit",
    "in_windows",
    "in_version",
    "in_example",
    "exported",
];

const REST: &str = r"
#[cfg(windows)]
mod windows;

#[cfg(windows)]
pub fn in_version() -> bool {
    true
}

#[cfg(test)]
mod tests {
    #[test]
    fn unit() {
        let _ = super::in_unit();
    }
}
";

fn library() -> String {
    let mut code = "//! Functions that block.\n#![forbid(deprecated, unused)]\n".to_owned();
    for name in NAMES {
        match *name {
            "exported" => code.push_str("#[unsafe(no_mangle)]\n"),
            "in_version" => code.push_str("#[cfg(not(windows))]\n"),
            _ => {}
        }
        code.push_str(&function(name));
    }
    code + REST
}

fn program(names: &[&str]) -> String {
    let calls: Vec<String> = names
        .iter()
        .map(|name| format!("app::{name}();\n    "))
        .collect();
    let calls = calls.concat();
    format!(
        "async fn serve() {{\n    {calls}\n}}\n\nfn main() {{\n    let call = Box::pin(serve());\n    \
         std::hint::black_box(call as std::pin::Pin<Box<dyn Future<Output = ()>>>);\n}}\n"
    )
}

/// Code of another program.
const OTHER: &str = "fn main() {\n    drop(async {\n        let _ = app::NAME();\n    });\n}\n";

fn workspace() -> Folder {
    let folder = with_attribute("uses", "fn main() {}\n");
    let manifest = fs::read_to_string(folder.0.join("Cargo.toml")).expect("a manifest");
    let app = manifest
        .replace("[workspace]\n", "")
        .replace("name = \"uses\"", "name = \"app\"");
    fs::remove_file(folder.0.join("src/main.rs")).expect("it was written");
    let example =
        "[[example]]\nname = \"needs\"\nrequired-features = [\"rare\"]\n[features]\nrare = []\n";
    folder.write("app/Cargo.toml", &format!("{app}{example}"));
    folder.write(
        "Cargo.toml",
        "[workspace]\nresolver = \"2\"\nmembers = [\"app\", \"side\"]\n",
    );
    folder.write("app/src/lib.rs", &library());
    folder.write("app/src/main.rs", &program(NAMES));
    folder.write(
        "app/src/windows.rs",
        "fn a(b: B) {\n    b.alike();\n    let _ = crate::in_windows();\n}\n",
    );
    folder.write("app/src/bin/other.rs", &OTHER.replace("NAME", "in_program"));
    folder.write(
        "app/examples/needs.rs",
        &OTHER.replace("NAME", "in_example"),
    );
    folder.write(
        "app/tests/it.rs",
        "#[test]\nfn it() {\n    let _ = app::in_test();\n}\n",
    );
    let side = "[package]\nname = \"side\"\nedition = \"2024\"\n[dependencies]\napp = { path = \"../app\" }\n";
    folder.write("side/Cargo.toml", side);
    folder.write("side/src/main.rs", &OTHER.replace("NAME", "in_member"));
    folder
}

#[test]
fn uses_are_found_in_all_of_the_workspace() {
    let folder = workspace();
    let output = folder.fix(&[], &["-p", "app", "--bin", "app"]);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    let read = |path: &str| fs::read_to_string(folder.0.join(path)).expect("a file");
    let changed = ["plain", "alike", "in_program", "in_member"];
    let mut expected = (library(), program(NAMES));
    for name in changed {
        let begin = format!("pub fn {name}(");
        expected.0 = expected
            .0
            .replace(&begin, &format!("#[tokio_offload::offload]\n{begin}"));
        expected.1 = expected
            .1
            .replace(&format!("::{name}();"), &format!("::{name}().await;"));
    }
    assert_eq!(
        (read("app/src/lib.rs"), read("app/src/main.rs")),
        expected,
        "{said}"
    );
    let awaited = |name: &str| OTHER.replace("NAME()", &format!("{name}().await"));
    assert_eq!(
        read("app/src/bin/other.rs"),
        awaited("in_program"),
        "{said}"
    );
    assert_eq!(read("side/src/main.rs"), awaited("in_member"), "{said}");
    for line in [
        "app/tests/it.rs:3: `in_test` is not annotated: this call is in code that is not async",
        "app/src/lib.rs:48: `in_unit` is not annotated: this call is in code that is not async",
        "app/src/windows.rs:3: `in_windows` is not annotated: this may be a use",
        "app/src/lib.rs:40: `in_version` is not annotated: this may be a use",
        "app/examples/needs.rs:3: `in_example` is not annotated: this may be a use",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
}

/// The user sees first what is wrong without the attribute.
#[test]
fn nothing_is_changed_where_the_workspace_does_not_compile() {
    let code = function("load") + &program(&["load"]).replace("app::", "");
    let folder = with_attribute("broken", &code);
    folder.write("tests/broken.rs", "#[test]\nfn it() -> u8 {}\n");
    let output = folder.fix(&[], &[]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    let words = "`cargo check --workspace --all-targets` has to work first: the trait bound `u8: Termination` is not satisfied (tests/broken.rs)";
    assert!(said.contains(words), "{said}");
    let after = fs::read_to_string(folder.0.join("src/main.rs")).expect("the program");
    assert_eq!(after, code);
}

/// The compiler says that without a place.
#[test]
fn nothing_is_changed_where_an_example_has_an_error_without_a_place() {
    let code = function("load") + &program(&["load"]).replace("app::", "");
    let folder = with_attribute("placeless", &code);
    folder.write("examples/bare.rs", "#![no_std]\n#![no_main]\n");
    let output = folder.fix(&[], &[]);
    let said = text(&output.stderr);
    let after = fs::read_to_string(folder.0.join("src/main.rs")).expect("the program");
    assert_eq!(after, code, "{said}");
    assert_eq!(output.status.code(), Some(2), "{said}");
}

/// Both packages have the file, each under its own path.
#[test]
fn a_file_with_two_paths_is_left() {
    let load = function("load");
    let code = program(&["x::load", "rest"]).replace("app::", "");
    let code = format!("mod x;\n{code}{}", function("rest"));
    let folder = with_attribute("first-path", &code);
    let manifest = fs::read_to_string(folder.0.join("Cargo.toml")).expect("a manifest");
    let manifest = manifest.replace("[workspace]\n", "");
    folder.write(
        "Cargo.toml",
        &format!("{manifest}[workspace]\nmembers = [\"second\"]\n"),
    );
    folder.write("src/x.rs", &load);
    let second = "[package]\nname = \"second-path\"\nedition = \"2024\"\n";
    folder.write("second/Cargo.toml", second);
    folder.write(
        "second/src/main.rs",
        "mod x;\nfn main() {\n    x::load();\n}\n",
    );
    std::os::unix::fs::symlink("../../src/x.rs", folder.0.join("second/src/x.rs")).expect("a link");
    let output = folder.fix(&[], &["-p", "first-path"]);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    let read = |path: &str| fs::read_to_string(folder.0.join(path)).expect("a file");
    assert_eq!(read("src/x.rs"), load, "{said}");
    assert!(read("src/main.rs").contains("rest().await"), "{said}");
    let words = "src/x.rs:1: `load` is not annotated: this file has another path as well";
    assert!(said.contains(words), "{said}");
}

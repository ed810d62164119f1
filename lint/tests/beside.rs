//! `--fix` and what the check of the workspace does not compile: examples in comments, packages apart, other paths of a file. And files
//! of every form, which it does.

#![allow(missing_docs, reason = "a test")]

mod kit;

use std::fs;

use kit::{Folder, text, with_attribute};

fn function(name: &str) -> String {
    format!("pub fn {name}() -> bool {{\n    std::fs::exists(\"{name}\").is_ok()\n}}\n")
}

fn annotated(name: &str) -> String {
    function(name).replace("pub fn", "#[tokio_offload::offload]\npub fn")
}

/// An async function with these calls, and `main`.
fn program(calls: &[&str]) -> String {
    let calls: Vec<String> = calls.iter().map(|call| format!("    {call};\n")).collect();
    format!(
        "async fn serve() {{\n{}}}\n\nfn main() {{\n    let call = Box::pin(serve());\n    \
         std::hint::black_box(call as std::pin::Pin<Box<dyn Future<Output = ()>>>);\n}}\n",
        calls.concat()
    )
}

fn fixed(folder: &Folder) -> String {
    let output = folder.fix(&[], &[]);
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

#[test]
fn functions_are_left_for_code_that_is_not_checked() {
    let names = [
        "plain",
        "in_fuzz",
        "in_comment",
        "in_text",
        "linked::linked",
        "in_doctest",
    ];
    let calls = names.map(|name| format!("{name}()"));
    let example = "/// ```\n/// assert!(beside::in_comment());\n/// ```\n";
    let code = [
        "#![doc = include_str!(\"../README.md\")]\nmod linked;\n\n".to_owned(),
        function("plain"),
        function("in_fuzz"),
        format!("{example}{}", function("in_comment")),
        function("in_text"),
        function("in_doctest"),
        "#[cfg(doctest)]\n#[doc = include_str!(\"../docs/guide.txt\")]\nstruct Guide;\n".to_owned(),
        program(&calls.each_ref().map(String::as_str)),
    ]
    .concat();
    let folder = with_attribute("beside", &code);
    folder.write("README.md", "Text.\n\n```rust\nbeside::in_text();\n```\n");
    folder.write("src/linked.rs", &function("linked"));
    folder.write("docs/guide.txt", "```\nbeside::in_doctest();\n```\n");
    let path = |name: &str| folder.0.join(name);
    // The folder may be there from a run that was ended.
    drop(fs::remove_file(path("copy")));
    fs::hard_link(path("src/linked.rs"), path("copy")).expect("a link");
    let apart = "[package]\nname = \"apart\"\n[workspace]\n";
    let uses = "[dependencies.beside]\npath = \"../../.\"\n";
    folder.write("tools/fuzz/Cargo.toml", &format!("{apart}{uses}"));
    folder.write(
        "tools/fuzz/one.rs",
        "fn main() {\n    beside::in_fuzz();\n}\n",
    );
    folder.write("other/Cargo.toml", apart);
    folder.write("other/src/main.rs", "fn main() {\n    plain();\n}\n");
    let said = fixed(&folder);
    let after = fs::read_to_string(path("src/main.rs")).expect("the program");
    let expected = code
        .replace(&function("plain"), &annotated("plain"))
        .replace("    plain();", "    plain().await;");
    assert_eq!(after, expected, "{said}");
    assert_eq!(
        fs::read_to_string(path("copy")).expect("a file"),
        function("linked"),
        "{said}"
    );
    for line in [
        "tools/fuzz/one.rs:2: `in_fuzz` is not annotated: this may be a use",
        "src/main.rs:11: `in_comment` is not annotated: an example in a comment uses it",
        "docs/guide.txt:2: `in_doctest` is not annotated: an example in a comment uses it",
        "README.md:4: `in_text` is not annotated: an example in a comment uses it",
        "src/linked.rs:1: `linked` is not annotated: this file has another path as well",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
}

/// With an order of bytes and lines of two kinds, in another folder, in an expression, and made by a build script.
#[test]
fn files_of_every_form_are_changed_alike() {
    let names = ["here", "deep::deep", "inside", "in_made"];
    let calls = names.map(|name| format!("{name}()"));
    let calls = [&calls[..], &["made().await".to_owned()]].concat();
    let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
    let code = [
        "\u{feff}#[PATH = \"../deep folder/é.rs\"]\nmod deep;\ninclude!(\"inside.rs\");\n"
            .to_owned(),
        "include!(concat!(env!(\"OUT_DIR\"), \"/made.rs\"));\n".to_owned(),
        function("here"),
        function("in_made"),
        program(&calls),
    ]
    .concat()
    .replace("PATH", "path")
    .replace('\n', "\r\n");
    let folder = with_attribute("forms-of-files", &code);
    let manifest = fs::read_to_string(folder.0.join("Cargo.toml")).expect("a manifest");
    folder.write("Cargo.toml", &manifest.replace("2024", "2018"));
    let main = code.replace("dyn Future", "dyn std::future::Future");
    folder.write("src/main.rs", &main);
    folder.write("deep folder/é.rs", &function("deep"));
    folder.write("src/inside.rs", &function("inside"));
    let made = "pub async fn made() -> bool { in_made() }";
    let build = format!(
        "fn main() {{\n    let path = std::env::var(\"OUT_DIR\").unwrap() + \"/made.rs\";\n    \
         std::fs::write(path, \"{made}\").unwrap();\n}}\n"
    );
    folder.write("build.rs", &build);
    let said = fixed(&folder);
    let read = |path: &str| fs::read_to_string(folder.0.join(path)).expect("a file");
    let lines = |text: String| text.replace('\n', "\r\n");
    let expected = main
        .replace(&lines(function("here")), &lines(annotated("here")))
        .replace("    here();", "    here().await;")
        .replace("deep::deep();", "deep::deep().await;")
        .replace("    inside();", "    inside().await;");
    assert_eq!(read("src/main.rs"), expected, "{said}");
    assert_eq!(read("deep folder/é.rs"), annotated("deep"), "{said}");
    assert_eq!(read("src/inside.rs"), annotated("inside"), "{said}");
    // Generated code cannot be changed.
    assert!(said.contains("1 more by hand"), "{said}");
}

//! Which files belong to the examined packages, and which comments in them concern what was examined.

mod kit;

use std::fs;

use kit::{Folder, places, text};

const MAIN: &str = "\
fn main() {
    let call = Box::pin(serve());
    drop(call as std::pin::Pin<Box<dyn Future<Output = usize>>>);
}
";

const DEP: &str = "\
pub fn load(path: &str) -> usize {
    inner(path)
}

fn inner(path: &str) -> usize {
    std::fs::read(path).map_or(0, |bytes| bytes.len())
}
";

/// Copies of other packages and generated code are below the package's folder, and not its own.
#[test]
fn what_has_a_manifest_of_its_own_is_no_part_of_the_package() {
    let build = "\
fn main() {
    let folder = std::path::PathBuf::from(std::env::var(\"OUT_DIR\").unwrap());
    let code = \"pub async fn made() -> usize { std::fs::read(\\\"made\\\").map_or(0, |bytes| bytes.len()) }\";
    std::fs::write(folder.join(\"made.rs\"), code).unwrap();
}
";
    let code = "\
include!(concat!(env!(\"OUT_DIR\"), \"/made.rs\"));
async fn serve() -> usize {
    dep::load(\"x\") +
        made().await
}
";
    let folder = Folder::new(
        "vendored",
        &[
            (
                "Cargo.toml",
                "[package]\nname = \"app\"\nedition = \"2024\"\n[dependencies]\ndep = { path = \"vendor/dep\" }\n[workspace]\nexclude = [\"vendor\"]\n",
            ),
            ("build.rs", build),
            ("src/main.rs", &format!("{code}{MAIN}")),
            (
                "vendor/dep/Cargo.toml",
                "[package]\nname = \"dep\"\nedition = \"2024\"\n",
            ),
            ("vendor/dep/src/lib.rs", DEP),
        ],
    );
    let output = folder.lint(&[], &[]);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(
        places(&output),
        ["src/main.rs:3", "src/main.rs:4"],
        "{said}"
    );
    assert!(
        said.contains("`tokio_offload::run(move || dep::load(..)).await`"),
        "{said}"
    );
    folder.lint(&[], &["--fix"]);
    let dep = fs::read_to_string(folder.0.join("vendor/dep/src/lib.rs")).expect("it is there");
    assert_eq!(dep, DEP);
}

/// A file that is not compiled may be anything.
#[test]
fn code_that_is_not_compiled_is_not_parsed() {
    let deep = format!(
        "fn f() {{ {}1{}; }}\n",
        "(".repeat(20_000),
        ")".repeat(20_000)
    );
    let code =
        "async fn serve() -> usize { std::fs::read(\"x\").map_or(0, |bytes| bytes.len()) }\n";
    let folder = Folder::new(
        "deep",
        &[
            (
                "Cargo.toml",
                "[package]\nname = \"app\"\nedition = \"2024\"\n[workspace]\n",
            ),
            ("src/main.rs", &format!("{code}{MAIN}")),
            ("tests/data/deep.rs", &deep),
        ],
    );
    let output = folder.lint(&[], &[]);
    assert_eq!(
        places(&output),
        ["src/main.rs:1"],
        "{}",
        text(&output.stderr)
    );
}

/// An address has slashes, tests are not compiled, and the example is outside of the package's folder.
#[test]
fn comments_are_seen_wherever_they_are_and_only_those_of_compiled_code_are_idle() {
    let code = "\
async fn serve() -> usize {
    usize::from(std::fs::metadata(\"http://x\").is_ok()) // offload-lint: allow(fs): small
}
";
    let tests = "\
#[cfg(test)]
mod tests {
    async fn naps() {
        std::thread::sleep(std::time::Duration::from_millis(1)); // offload-lint: allow(sleep): a test
    }
}
";
    let manifest = "[package]\nname = \"app\"\nedition = \"2024\"\n[[example]]\nname = \"ex\"\npath = \"../examples/ex.rs\"\n";
    let folder = Folder::new(
        "comments",
        &[
            (
                "Cargo.toml",
                "[workspace]\nresolver = \"3\"\nmembers = [\"app\"]\n",
            ),
            ("app/Cargo.toml", manifest),
            ("app/src/main.rs", &format!("{code}{MAIN}{tests}")),
            ("examples/ex.rs", &format!("{code}{MAIN}")),
        ],
    );
    let output = folder.lint(&[], &["--bins", "--examples", "--deny"]);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{said}");
    folder.write(
        "examples/ex.rs",
        &format!("{}{MAIN}", code.replace("(fs)", "(net)")),
    );
    let output = folder.lint(&[], &["--bins", "--examples", "--deny"]);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(places(&output), ["examples/ex.rs:2"], "{said}");
    assert!(
        said.contains("examples/ex.rs:2: this comment allows nothing"),
        "{said}"
    );
}

#[test]
fn the_manifest_may_be_in_another_folder() {
    let package = |name: &str, more: &str| {
        format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n{more}")
    };
    let code = format!("async fn serve() -> usize {{ {{}} }}\n{MAIN}");
    let blocks = code.replace("{}", "std::fs::read(\"x\").map_or(0, |it| it.len())");
    let waits = code.replace("{}", "std::future::ready(0).await");
    let workspace = "[workspace]\nresolver = \"3\"\nmembers = [\"app\", \"none\"]\n";
    let files = [
        ("one/Cargo.toml", package("one", "[workspace]\n")),
        ("one/src/main.rs", blocks.clone()),
        ("two/Cargo.toml", workspace.to_owned()),
        ("two/app/Cargo.toml", package("app", "")),
        ("two/app/src/main.rs", blocks),
        ("two/none/Cargo.toml", package("none", "")),
        ("two/none/src/main.rs", waits),
    ];
    let files = files.each_ref().map(|(path, text)| (*path, text.as_str()));
    let folder = Folder::new("elsewhere", &files);
    for (manifest, found) in [
        ("one/Cargo.toml", &["src/main.rs:1"][..]),
        ("two/Cargo.toml", &["app/src/main.rs:1"]),
        ("two/none/../app/Cargo.toml", &["app/src/main.rs:1"]),
        ("two/none/Cargo.toml", &[]),
    ] {
        let output = folder.lint(&[], &["--manifest-path", manifest]);
        let said = text(&output.stderr);
        assert!(output.status.success(), "{said}");
        assert_eq!(places(&output), found, "{manifest} {said}");
    }
}

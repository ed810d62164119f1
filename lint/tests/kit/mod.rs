//! What the tests share: a folder with files in which the lint runs, and the fixture.

#![allow(dead_code, reason = "not every test needs all of it")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use offload_limits::output_within;

/// How long the lint may take, including its builds. A choice.
const LONG: Duration = Duration::from_secs(600);

/// A folder that is removed at the end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    /// `files` are paths and their contents.
    pub(crate) fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let folder = Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name));
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        let around = path.parent().expect("it is in the folder");
        fs::create_dir_all(around).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Runs the lint in the folder, with a separate target folder.
    pub(crate) fn lint(&self, flags: &[(&str, &str)], arguments: &[&str]) -> Output {
        let mut lint = Command::new(env!("CARGO_BIN_EXE_cargo-offload-lint"));
        lint.arg("offload-lint")
            .args(arguments)
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", self.0.join("target"))
            .env_remove("RUSTFLAGS")
            .envs(flags.iter().copied());
        output_within(LONG, &mut lint)
    }
}

/// A program of that code, whose `serve` is async and polled.
pub(crate) fn app(name: &str, manifest: &str, code: &str) -> Folder {
    let package = "[package]\nname = \"app\"\nedition = \"2024\"\n[workspace]\n";
    let main = "\
fn main() {
    let call = Box::pin(serve(std::hint::black_box(7)));
    let mut call: std::pin::Pin<Box<dyn Future<Output = ()>>> = std::hint::black_box(call);
    let _ = call.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
}
";
    let files = [
        ("Cargo.toml", format!("{package}{manifest}")),
        ("src/main.rs", format!("{code}{main}")),
    ];
    Folder::new(
        name,
        &files.each_ref().map(|(path, text)| (*path, text.as_str())),
    )
}

/// A program that depends on the attribute, with the versions of this workspace, so that nothing is downloaded.
pub(crate) fn with_attribute(name: &str, code: &str) -> Folder {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let ours = root.join("runtime");
    let ours = ours.display();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nedition = \"2024\"\n[workspace]\n[dependencies]\ntokio-offload = {{ path = \"{ours}\" }}\n"
    );
    let folder = Folder::new(name, &[("Cargo.toml", &manifest), ("src/main.rs", code)]);
    fs::copy(root.join("Cargo.lock"), folder.0.join("Cargo.lock")).expect("it has a lock");
    folder
}

/// Where they are built.
pub(crate) fn with_attribute_target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("with-attribute")
}

impl Folder {
    /// Runs `--fix`. Programs with the attribute share what is built for it: their names have to differ.
    pub(crate) fn fix(&self, flags: &[(&str, &str)], arguments: &[&str]) -> Output {
        let target = with_attribute_target().display().to_string();
        let flags = [flags, &[("CARGO_TARGET_DIR", &target)]].concat();
        self.lint(&flags, &[&["--fix", "--offline"], arguments].concat())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Files that cannot be removed do no harm.
        drop(fs::remove_dir_all(&self.0));
    }
}

/// Runs the lint on the fixture. As part of the workspace, it needs no builds beyond those of `cargo test --workspace`.
pub(crate) fn fixture(environment: &[(&str, &str)], arguments: &[&str]) -> Output {
    // Cargo writes all variants of the program to the same path, so no other test may build before this one has been read.
    static ONE_BY_ONE: Mutex<()> = Mutex::new(());
    let _turn = ONE_BY_ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let mut lint = Command::new(env!("CARGO_BIN_EXE_cargo-offload-lint"));
    lint.args(["offload-lint", "--workspace", "-p", "lint-fixture"])
        .args(arguments)
        .current_dir(root.expect("the lint is a member of a workspace"))
        .envs(environment.iter().copied());
    output_within(LONG, &mut lint)
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The places in the report.
pub(crate) fn places(output: &Output) -> Vec<String> {
    let report = text(&output.stdout);
    let places = report
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--> "));
    places.map(str::to_owned).collect()
}

//! `--fix` from another folder, in a workspace with several members, on functions of all kinds.

#![allow(missing_docs, reason = "a test")]

mod kit;

use std::{fs, path::Path};

use kit::{Folder, text};

const LIBRARY: &str = r#"//! Functions that block.
use std::{fs, path::Path};

#[derive(Clone)]
pub struct Store {
    pub path: String,
}

pub trait Named {
    fn name(&self) -> String;
    fn title(&self) -> String {
        fs::read_to_string(self.name()).unwrap_or_default()
    }
}

impl Named for Store {
    fn name(&self) -> String {
        fs::read_to_string(&self.path).unwrap_or_default()
    }
}

impl Store {
    pub fn load(&self, key: u8) -> usize {
        fs::read(format!("{}{key}", self.path)).map_or(0, |it| it.len())
    }

    pub fn into_text(self) -> String {
        fs::read_to_string(self.path).unwrap_or_default()
    }

    pub fn list<P: AsRef<Path>>(&self, path: P) -> usize {
        fs::read_dir(path).map_or(0, Iterator::count)
    }
}

pub fn size<P: AsRef<Path>>(path: P) -> usize {
    fs::read(path).map_or(0, |it| it.len())
}

pub fn exists(path: &Path) -> bool {
    path.exists()
}
"#;

const PROGRAM: &str = r#"//! Calls them.
use std::path::Path;
use library::{Named, Store};

async fn serve(number: u8) -> usize {
    let store = Store { path: "x".to_owned() };
    let mut all = store.load(number) + store.list("y") + library::size("z");
    if library::exists(Path::new("x")) {
        all += store.name().len() + store.title().len();
    }
    std::future::ready(()).await;
    all + store.into_text().len()
}

fn main() {
    let call = Box::pin(serve(std::hint::black_box(1)));
    drop(call as std::pin::Pin<Box<dyn Future<Output = usize>>>);
}
"#;

/// A workspace in a folder of the folder in which the lint runs.
fn workspace(name: &str) -> Folder {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let ours = format!(
        "tokio-offload = {{ path = \"{}\" }}\n",
        root.join("runtime").display()
    );
    let package = |name: &str, more: &str| {
        format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n[dependencies]\n{more}")
    };
    let folder = Folder::new(
        name,
        &[
            (
                "all/Cargo.toml",
                "[workspace]\nresolver = \"3\"\nmembers = [\"library\", \"app\", \"third\"]\n",
            ),
            ("all/library/Cargo.toml", &package("library", &ours)),
            ("all/library/src/lib.rs", LIBRARY),
            (
                "all/app/Cargo.toml",
                &package(
                    "app",
                    &format!("library = {{ path = \"../library\" }}\n{ours}"),
                ),
            ),
            ("all/app/src/main.rs", PROGRAM),
            ("all/third/Cargo.toml", &package("third", "")),
            ("all/third/src/main.rs", "fn main() {}\n"),
        ],
    );
    fs::copy(root.join("Cargo.lock"), folder.0.join("all/Cargo.lock")).expect("it has a lock");
    folder
}

#[test]
fn members_of_a_workspace_elsewhere_are_changed_together() {
    let folder = workspace("elsewhere_fixed");
    for manifest in ["all/Cargo.toml", "all/third/../app/Cargo.toml"] {
        let is_all = manifest == "all/Cargo.toml";
        folder.write("all/library/src/lib.rs", LIBRARY);
        folder.write("all/app/src/main.rs", PROGRAM);
        let arguments = ["--manifest-path", manifest, "--workspace"];
        let output = folder.fix(&[], &arguments[..if is_all { 3 } else { 2 }]);
        let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
        let read = |path: &str| fs::read_to_string(folder.0.join(path)).expect("a file");
        let (mut library, mut program) = (LIBRARY.to_owned(), PROGRAM.to_owned());
        if is_all {
            for begin in ["    pub fn load(", "pub fn exists("] {
                let space = &begin[..begin.len() - begin.trim_start().len()];
                let attribute = format!("{space}#[tokio_offload::offload]\n{begin}");
                library = library.replace(begin, &attribute);
            }
            program = program
                .replace("store.load(number)", "store.load(number).await")
                .replace("Path::new(\"x\"))", "Path::new(\"x\")).await");
        }
        assert_eq!(read("all/library/src/lib.rs"), library, "{said}");
        assert_eq!(read("all/app/src/main.rs"), program, "{said}");
        assert!(output.status.success(), "{said}");
    }
}

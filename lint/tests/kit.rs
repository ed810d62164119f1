//! What the tests share that build programs of their own: a folder with files, and the lint in it.

#![allow(dead_code, reason = "not every test needs all of it")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A folder that is removed at the end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    /// `files` are paths and what stands in them.
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

    /// Runs the lint there, with a target folder of its own.
    pub(crate) fn lint(&self, flags: &[(&str, &str)], arguments: &[&str]) -> Output {
        self.lint_into(&self.0.join("target"), flags, arguments)
    }

    pub(crate) fn lint_into(
        &self,
        target: &Path,
        flags: &[(&str, &str)],
        arguments: &[&str],
    ) -> Output {
        Command::new(env!("CARGO_BIN_EXE_cargo-offload-lint"))
            .arg("offload-lint")
            .args(arguments)
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", target)
            .env_remove("RUSTFLAGS")
            .envs(flags.iter().copied())
            .output()
            .expect("the lint starts")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind harms nobody.
        drop(fs::remove_dir_all(&self.0));
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The places that the report names.
pub(crate) fn places(output: &Output) -> Vec<String> {
    let report = text(&output.stdout);
    let places = report
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--> "));
    places.map(str::to_owned).collect()
}

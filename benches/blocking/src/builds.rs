//! Builds this program in other ways, runs each build, and shows what its reports name.

use std::{
    env,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use offload_examples::table::Table;

use crate::counts::{COLUMNS, Counts};

/// A way to build the program.
struct Build {
    name: &'static str,
    /// Settings of the profile that packages can have, of all that is on the stacks of the culprits.
    settings: &'static [&'static str],
    /// Settings that only a whole profile has.
    whole: &'static [&'static str],
    /// Flags of every call of the compiler.
    flags: &'static [&'static str],
    /// Flags of the last call of the compiler, which links.
    last: &'static [&'static str],
}

const AS_IT_IS: Build = Build {
    name: "line tables",
    settings: &[],
    whole: &[],
    flags: &[],
    last: &[],
};

const BUILDS: [Build; 13] = [
    AS_IT_IS,
    Build {
        name: "line tables, 16 codegen units",
        settings: &["codegen-units=16"],
        ..AS_IT_IS
    },
    Build {
        name: "line tables, opt-level 0",
        settings: &["opt-level=0"],
        ..AS_IT_IS
    },
    Build {
        name: "line tables, opt-level 1",
        settings: &["opt-level=1"],
        ..AS_IT_IS
    },
    Build {
        name: "line tables, opt-level 2",
        settings: &["opt-level=2"],
        ..AS_IT_IS
    },
    Build {
        name: "line tables, opt-level \"z\"",
        settings: &["opt-level=\"z\""],
        ..AS_IT_IS
    },
    Build {
        name: "no debug information",
        settings: &["debug=0"],
        ..AS_IT_IS
    },
    Build {
        name: "no debug information, 16 codegen units",
        settings: &["debug=0", "codegen-units=16"],
        ..AS_IT_IS
    },
    Build {
        name: "stripped",
        settings: &["debug=0"],
        last: &["-Cstrip=symbols"],
        ..AS_IT_IS
    },
    Build {
        name: "line tables, fat LTO",
        whole: &["lto=\"fat\""],
        ..AS_IT_IS
    },
    Build {
        name: "line tables, thin LTO",
        whole: &["lto=\"thin\""],
        ..AS_IT_IS
    },
    Build {
        name: "line tables in one file beside it",
        whole: &["split-debuginfo=\"packed\""],
        ..AS_IT_IS
    },
    Build {
        name: "line tables, v0 names",
        flags: &["-Csymbol-mangling-version=v0"],
        ..AS_IT_IS
    },
];

/// The packages on the stacks of the culprits. The others, which read the stacks, are built in one way.
const SEEN: [&str; 5] = [
    "tokio",
    "argon2",
    "futures-executor",
    "futures-util",
    "rusqlite",
];

/// One line for each build. What a line says is shown at once on standard error, because the next one takes minutes.
///
/// # Errors
///
/// In words, if a build fails or does not print its counts.
pub(crate) fn table() -> Result<String, String> {
    let mut table = Table::new(["build"].into_iter().chain(COLUMNS));
    for build in &BUILDS {
        let counts = counts(build)?;
        let name = match counts.starved() {
            0 => build.name.to_owned(),
            starved => format!("{} ({starved} got no processor)", build.name),
        };
        _ = writeln!(std::io::stderr(), "{name}: {counts}");
        let numbers = counts.numbers().map(|number| number.to_string());
        table.row([name].into_iter().chain(numbers));
    }
    Ok(table.to_string())
}

fn counts(build: &Build) -> Result<Counts, String> {
    let in_words = |error: std::io::Error| format!("{}: {error}", build.name);
    let folder = folder().map_err(in_words)?;
    let made = cargo(build, &folder).status().map_err(in_words)?;
    if !made.success() {
        return Err(format!("{}: it does not build", build.name));
    }
    let program = folder.join("release/offload-blocking");
    let mut run = Command::new(program);
    let output = run.arg("--count").stderr(Stdio::inherit()).output();
    let output = String::from_utf8(output.map_err(in_words)?.stdout).unwrap_or_default();
    Counts::read(output.trim_end()).ok_or_else(|| format!("{}: {output:?}", build.name))
}

/// Where the builds are: beside this one.
fn folder() -> std::io::Result<PathBuf> {
    let this = env::current_exe()?;
    let profile = this.parent().unwrap_or(&this);
    Ok(profile.parent().unwrap_or(profile).join("builds"))
}

fn cargo(build: &Build, folder: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["rustc", "--quiet", "--release", "--bin", "offload-blocking"]);
    cargo.args([
        "--manifest-path",
        concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
    ]);
    cargo.arg("--target-dir").arg(folder);
    for setting in settings(build) {
        cargo.args(["--config", &setting]);
    }
    // A flag for the compiler in the environment would stand in place of these.
    cargo
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo.arg("--").args(build.last);
    cargo
}

/// What cargo is told of the profile. Later settings of one name count.
fn settings(build: &Build) -> Vec<String> {
    let usual = [
        "opt-level=3",
        "codegen-units=1",
        "debug=\"line-tables-only\"",
    ];
    let key = |setting: &str| setting.split('=').next().map(str::to_owned);
    let changed = |usual: &&str| build.settings.iter().all(|own| key(own) != key(usual));
    let all: Vec<_> = usual
        .into_iter()
        .filter(changed)
        .chain(build.settings.iter().copied())
        .collect();
    let others = ["opt-level=1", "codegen-units=16", "debug=0"];
    let mut said: Vec<String> = Vec::new();
    said.extend(others.map(|setting| format!("profile.release.package.\"*\".{setting}")));
    for setting in all {
        said.push(format!("profile.release.{setting}"));
        said.extend(SEEN.map(|package| format!("profile.release.package.{package}.{setting}")));
    }
    said.extend(
        build
            .whole
            .iter()
            .map(|setting| format!("profile.release.{setting}")),
    );
    if !build.flags.is_empty() {
        said.push(format!("build.rustflags={:?}", build.flags));
    }
    said
}

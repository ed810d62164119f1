//! Builds the programs with other features, and keeps each build.

use std::{
    collections::HashMap,
    env,
    error::Error,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use super::variant::{VARIANTS, Variant};
use crate::scenario::Scenario;

/// The program that measures when a scenario asks for none.
const PROGRAM: &str = "observed";

/// Copies of the programs, one for each set of features: the next build takes the place of the last.
pub(super) struct Builds {
    programs: HashMap<(&'static str, &'static str), PathBuf>,
    // Removed when the process ends normally.
    _dir: TempDir,
}

impl Builds {
    /// Builds what the scenarios need.
    pub(super) fn make(scenarios: &[Scenario]) -> Result<Self, Box<dyn Error>> {
        // Asked before the first build takes the place of this program.
        let built = env::current_exe()?;
        let built = built.parent().ok_or("a program stands in a directory")?;
        let dir = tempfile::tempdir()?;
        let mut programs = HashMap::new();
        for features in VARIANTS.map(|variant| variant.features) {
            for name in scenarios.iter().map(program) {
                if !programs.contains_key(&(features, name)) {
                    let kept = dir.path().join(format!("{name}-{}", programs.len()));
                    build(name, features, built, &kept)?;
                    programs.insert((features, name), kept);
                }
            }
        }
        Ok(Self {
            programs,
            _dir: dir,
        })
    }

    /// The program of that variant that measures that scenario.
    pub(super) fn command(&self, variant: &Variant, scenario: &Scenario) -> Command {
        Command::new(&self.programs[&(variant.features, program(scenario))])
    }
}

fn program(scenario: &Scenario) -> &'static str {
    scenario.program.unwrap_or(PROGRAM)
}

fn build(name: &str, features: &str, built: &Path, kept: &Path) -> Result<(), Box<dyn Error>> {
    eprintln!("building {name} with features `{features}`");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--release", "-p", "offload-benches"])
        .args(["--bin", name, "--features", features])
        .status()?;
    if !status.success() {
        return Err(format!("{name} with features `{features}` does not build").into());
    }
    fs::copy(
        built.join(name).with_extension(env::consts::EXE_EXTENSION),
        kept,
    )?;
    Ok(())
}

//! Asks cargo for the packages, and builds the programs to examine.
//!
//! - `chosen`: which packages are examined. `targets`: the targets that the command line names.
//! - `configuration`, `overrides`: settings of the user's profiles.
//! - `copy`: a copy of the workspace, for `--fix`. `check`: has the compiler check it. `dependents`: packages beside the workspace.
//!
//! May import `options`.

mod check;
mod chosen;
mod configuration;
mod copy;
mod dependents;
mod overrides;
mod targets;

use std::{
    env,
    ffi::OsString,
    io::BufReader,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use cargo_metadata::{Message, MetadataCommand, PackageId};
pub(crate) use check::{Bytes, Checked, CompileError, MARK, Use, check};
use chosen::chosen;
pub(crate) use copy::{Copy, run_as_compiler, without_parents};

use crate::options::Options;

/// The packages to examine, and the rest of the workspace.
#[derive(Debug)]
pub(crate) struct Packages {
    pub(crate) root: PathBuf,
    /// The folders of the examined packages.
    own: Vec<PathBuf>,
    rest: Vec<PathBuf>,
    /// The same with the folders of their targets, which may be elsewhere.
    pub(crate) folders: Vec<PathBuf>,
    pub(crate) other: Vec<PathBuf>,
    /// The folder in which cargo builds.
    pub(crate) target: PathBuf,
    /// The name of the attribute's crate in each examined package that depends on it.
    names: Vec<Option<String>>,
    /// The folders of the members that depend on dashmap.
    pub(crate) with_dashmap: Vec<PathBuf>,
    ids: Vec<PackageId>,
    /// The examined packages in the form that options of cargo need: `name@version`.
    specs: Vec<String>,
    /// How many binaries and examples the workspace has.
    targets: usize,
    /// The options that would name a target of the examined packages, for messages.
    pub(crate) offered: Vec<String>,
}

/// The packages that the command line names, or else those that `cargo build` would take.
pub(crate) fn packages(options: &Options) -> Result<Packages, String> {
    let mut asked = MetadataCommand::new();
    if let Some(manifest) = &options.manifest {
        asked.manifest_path(manifest);
    }
    let settings = options.values("--config");
    let settings = settings.flat_map(|it| ["--config".into(), it.to_string_lossy().into_owned()]);
    let metadata = asked
        .no_deps()
        .other_options(settings.collect::<Vec<String>>())
        .exec();
    let metadata = metadata.map_err(|error| plain(&error.to_string()))?;
    let chosen = chosen(&metadata, options, &folder_of(options))?;
    let (own, other): (Vec<_>, Vec<_>) = metadata
        .packages
        .iter()
        .partition(|package| chosen.contains(&package.id));
    targets::are_there(options, &own)?;
    let spec = |package: &&cargo_metadata::Package| format!("{}@{}", package.name, package.version);
    Ok(Packages {
        specs: own.iter().map(spec).collect(),
        targets: metadata.packages.iter().map(runnable).sum(),
        root: metadata.workspace_root.clone().into_std_path_buf(),
        names: own.iter().copied().map(name_of_ours).collect(),
        with_dashmap: with_dashmap(&metadata.packages),
        own: own.iter().copied().map(folder).collect(),
        rest: other.iter().copied().map(folder).collect(),
        offered: targets::offered(&own),
        folders: own.into_iter().flat_map(folders).collect(),
        other: other.into_iter().flat_map(folders).collect(),
        target: target_of(options)
            .unwrap_or_else(|| metadata.target_directory.clone().into_std_path_buf()),
        ids: chosen,
    })
}

/// The folder for builds that the command line names.
fn target_of(options: &Options) -> Option<PathBuf> {
    let named = options.values("--target-dir").last()?;
    let here = env::current_dir().unwrap_or_default();
    Some(without_parents(&here.join(named)))
}

/// The folder of the manifest that the command line names, or the current one.
fn folder_of(options: &Options) -> PathBuf {
    let here = env::current_dir().unwrap_or_default();
    let manifest = options.manifest.as_ref();
    let named = manifest.and_then(|path| Some(without_parents(here.join(path).parent()?)));
    named.unwrap_or(here)
}

/// The error text of cargo, without the prefix that says which command failed.
fn plain(error: &str) -> String {
    let said = error.strip_prefix("`cargo metadata` exited with an error: error: ");
    said.unwrap_or(error).trim_end().to_owned()
}

fn folder(package: &cargo_metadata::Package) -> PathBuf {
    let manifest = package.manifest_path.as_std_path();
    manifest.parent().map(PathBuf::from).unwrap_or_default()
}

fn with_dashmap(packages: &[cargo_metadata::Package]) -> Vec<PathBuf> {
    let is_dashmap = |it: &cargo_metadata::Dependency| it.name == "dashmap";
    let all = packages.iter();
    all.filter(|package| package.dependencies.iter().any(is_dashmap))
        .flat_map(folders)
        .collect()
}

/// The folder of the package, and those of its targets, which may be elsewhere.
fn folders(package: &cargo_metadata::Package) -> Vec<PathBuf> {
    let own = folder(package);
    let paths = package.targets.iter().map(|it| it.src_path.as_std_path());
    let around = paths.filter_map(|path| Some(path.parent()?.to_owned()));
    around.chain([own]).collect()
}

/// The root of the workspace around the current folder, if there is one.
pub(crate) fn root() -> Option<PathBuf> {
    let metadata = MetadataCommand::new().no_deps().exec().ok()?;
    Some(metadata.workspace_root.into_std_path_buf())
}

/// The name that the package uses for the attribute's crate.
fn name_of_ours(package: &cargo_metadata::Package) -> Option<String> {
    let mut all = package.dependencies.iter();
    let ours = all.find(|it| it.name == "tokio-offload")?;
    let name = ours.rename.as_deref().unwrap_or("tokio_offload");
    Some(name.replace('-', "_"))
}

impl Packages {
    /// The name that the code in `file` uses for the attribute's crate, if its package depends on it.
    pub(crate) fn name_of_ours(&self, file: &Path) -> Option<&str> {
        let packages = self.own.iter().zip(&self.names);
        let around = packages.filter(|(folder, _)| file.starts_with(folder));
        let (_, name) = around.max_by_key(|(folder, _)| folder.as_os_str().len())?;
        name.as_deref()
    }
}

/// How many binaries and examples the package has.
fn runnable(package: &cargo_metadata::Package) -> usize {
    let all = package.targets.iter();
    all.filter(|it| it.is_bin() || it.is_example()).count()
}

/// The programs that were built.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) programs: Vec<PathBuf>,
    /// Whether these are all binaries and examples of the workspace.
    pub(crate) is_all: bool,
}

/// For which packages a program has debug information.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lines {
    /// As in the user's profile. Programs that are built already are not built again.
    OfProfile,
    /// Enough for the examined packages. All others as in the user's profile.
    OfPackages,
}

/// Builds as `cargo build` does, with its progress on stderr, and returns the programs of the packages.
pub(crate) fn build(options: &Options, packages: &Packages, lines: Lines) -> Result<Built, String> {
    let mut command = command("build", options);
    command.arg("--message-format=json-render-diagnostics");
    if lines == Lines::OfPackages {
        command.args(more_lines(options, packages));
    }
    let mut child = command
        .spawn()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    let programs = child.stdout.take().map_or_else(Vec::new, |output| {
        programs(BufReader::new(output), packages)
    });
    match child.wait() {
        Ok(status) if status.success() => Ok(Built {
            is_all: !options.has_tests() && programs.len() == packages.targets,
            programs,
        }),
        Ok(_) => Err("the program does not build".to_owned()),
        Err(error) => Err(format!("cargo got lost: {error}")),
    }
}

fn cargo(word: &str) -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.arg(word);
    command
}

/// Cargo for all targets of all members, with the features and the profile that the options ask for.
fn command_for_all(word: &str, options: &Options) -> Command {
    let mut command = cargo(word);
    command
        .args(["--workspace", "--all-targets"])
        .args(options.without_targets())
        .stdout(Stdio::piped());
    command
}

/// A cargo command with the user's features, profile and target.
fn command(word: &str, options: &Options) -> Command {
    let mut command = cargo(word);
    command
        .args(selected(options))
        .args(&options.build)
        .stdout(Stdio::piped());
    if !options.has_target {
        command.arg("--bins");
    }
    command
}

/// Selected together with the whole workspace, packages have the features that they have in it.
fn selected(options: &Options) -> Vec<&str> {
    if options.is_workspace() {
        return Vec::new();
    }
    let packages = options.packages.iter();
    packages.flat_map(|name| ["-p", name.as_str()]).collect()
}

/// Settings that add debug information to the examined packages: async bodies and lines are read from it. For other packages symbols
/// are enough.
fn more_lines(options: &Options, packages: &Packages) -> Vec<String> {
    let profile = options.profile();
    // Cargo refuses two spellings of one package, so the user's is used if there is one.
    let written = overrides::written(&packages.root, &profile, options.values("--config"));
    let wanted = [
        "debug = \"limited\"",
        "strip = \"none\"",
        "split-debuginfo = \"off\"",
    ];
    let all = packages.specs.iter().flat_map(|spec| {
        let same = written.iter().find(|one| overrides::is_same(one, spec));
        let spec = same.unwrap_or(spec);
        wanted.map(|wanted| format!("--config=profile.{profile}.package.\"{spec}\".{wanted}"))
    });
    all.collect()
}

fn programs(output: impl std::io::BufRead, packages: &Packages) -> Vec<PathBuf> {
    Message::parse_stream(output)
        .filter_map(Result::ok)
        .filter_map(|message| match message {
            Message::CompilerArtifact(artifact) if packages.ids.contains(&artifact.package_id) => {
                artifact.executable.map(Into::into)
            }
            _ => None,
        })
        .collect()
}

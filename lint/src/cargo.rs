//! What cargo knows and does: the packages, and the build of the programs to look at.

use std::{
    env,
    ffi::OsString,
    io::BufReader,
    path::PathBuf,
    process::{Command, Stdio},
};

use cargo_metadata::{Message, Metadata, MetadataCommand, PackageId};

use crate::options::Options;

/// The packages to look at, and what surrounds them.
#[derive(Debug)]
pub(crate) struct Packages {
    pub(crate) root: PathBuf,
    /// The folders of those that are looked at, and of the other members.
    pub(crate) own: Vec<PathBuf>,
    pub(crate) other: Vec<PathBuf>,
    ids: Vec<PackageId>,
}

/// The packages that the command line names, or else those that `cargo build` would take.
pub(crate) fn packages(options: &Options) -> Result<Packages, String> {
    let metadata = MetadataCommand::new()
        .no_deps()
        .exec()
        .map_err(|error| error.to_string())?;
    let chosen = chosen(&metadata, options)?;
    let folder = |package: &cargo_metadata::Package| {
        let manifest = package.manifest_path.as_std_path();
        manifest.parent().map(PathBuf::from).unwrap_or_default()
    };
    let (own, other): (Vec<_>, Vec<_>) = metadata
        .packages
        .iter()
        .partition(|package| chosen.contains(&package.id));
    Ok(Packages {
        root: metadata.workspace_root.clone().into_std_path_buf(),
        own: own.into_iter().map(folder).collect(),
        other: other.into_iter().map(folder).collect(),
        ids: chosen,
    })
}

fn chosen(metadata: &Metadata, options: &Options) -> Result<Vec<PackageId>, String> {
    if options.build.iter().any(|word| word == "--workspace") {
        return Ok(metadata.workspace_members.clone());
    }
    if options.packages.is_empty() {
        return Ok(of_folder(metadata));
    }
    options
        .packages
        .iter()
        .map(|name| {
            let package = metadata
                .packages
                .iter()
                .find(|package| package.name.as_str() == name);
            let package =
                package.ok_or_else(|| format!("no package `{name}` in this workspace"))?;
            Ok(package.id.clone())
        })
        .collect()
}

/// The package of the current folder, or the default members of the workspace.
fn of_folder(metadata: &Metadata) -> Vec<PackageId> {
    let here = env::current_dir().unwrap_or_default();
    let around = metadata
        .packages
        .iter()
        .filter_map(|package| Some((package.manifest_path.as_std_path().parent()?, &package.id)))
        .filter(|(folder, _)| here.starts_with(folder) && *folder != metadata.workspace_root)
        .max_by_key(|(folder, _)| folder.as_os_str().len());
    match around {
        Some((_, id)) => vec![id.clone()],
        None => metadata
            .workspace_default_packages()
            .iter()
            .map(|one| one.id.clone())
            .collect(),
    }
}

/// Builds as `cargo build` does, with its progress on stderr, and returns the programs of the packages.
pub(crate) fn build(options: &Options, packages: &Packages) -> Result<Vec<PathBuf>, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command
        .args(["build", "--message-format=json-render-diagnostics"])
        .args(options.packages.iter().flat_map(|name| ["-p", name]))
        .args(&options.build)
        // Bodies of async code are told by their debug information. For a profile that has it anyway nothing is built anew.
        .env("CARGO_PROFILE_DEV_DEBUG", "full")
        .env("CARGO_PROFILE_TEST_DEBUG", "full")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "full")
        .env("CARGO_PROFILE_RELEASE_STRIP", "none")
        .stdout(Stdio::piped());
    if !options.has_target {
        command.arg("--bins");
    }
    let mut child = command
        .spawn()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    let programs = child.stdout.take().map_or_else(Vec::new, |output| {
        programs(BufReader::new(output), packages)
    });
    match child.wait() {
        Ok(status) if status.success() => Ok(programs),
        Ok(_) => Err("the program does not build".to_owned()),
        Err(error) => Err(format!("cargo got lost: {error}")),
    }
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

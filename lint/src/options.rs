//! The command line.

use std::{ffi::OsString, path::PathBuf};

use lexopt::{Arg, Parser};

use crate::table::HIGHEST;

/// The parsed command line.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Options {
    /// Arguments that are passed to cargo: packages, targets, features.
    pub(crate) packages: Vec<String>,
    pub(crate) build: Vec<OsString>,
    /// The manifest that is asked for in place of that of the current folder.
    pub(crate) manifest: Option<PathBuf>,
    /// Whether the command line names a target. Otherwise the binaries are examined.
    pub(crate) has_target: bool,
    pub(crate) level: u8,
    pub(crate) format: Format,
    pub(crate) deny: bool,
    pub(crate) fix: bool,
}

impl Options {
    /// The profile that cargo builds with.
    pub(crate) fn profile(&self) -> String {
        match self.values("--profile").next() {
            Some(name) => name.to_string_lossy().into_owned(),
            None if self.has("--release") => "release".to_owned(),
            None => "dev".to_owned(),
        }
    }

    /// What cargo is given with this option.
    pub(crate) fn values<'a>(&'a self, flag: &'a str) -> impl Iterator<Item = &'a OsString> {
        let words = self.build.windows(2).filter(move |words| words[0] == flag);
        words.map(|words| &words[1])
    }

    fn has(&self, flag: &str) -> bool {
        self.build.iter().any(|word| word == flag)
    }

    /// The arguments for cargo that name no targets and no packages.
    pub(crate) fn without_targets(&self) -> Vec<&OsString> {
        let mut words = self.build.iter();
        let mut left = Vec::new();
        while let Some(word) = words.next() {
            let name = word.to_str().and_then(|word| word.strip_prefix("--"));
            match name {
                Some("exclude") => drop(words.next()),
                Some(name) if is_in(TARGET, name) => drop(words.next()),
                Some(name) if name == "workspace" || is_in(TARGETS, name) => {}
                _ => left.push(word),
            }
        }
        left
    }

    /// Whether cargo builds the whole workspace. Packages that are named limit only which of it are examined.
    pub(crate) fn is_workspace(&self) -> bool {
        self.has("--workspace")
    }

    /// Whether test programs are examined.
    pub(crate) fn has_tests(&self) -> bool {
        let kinds = ["--test", "--tests", "--bench", "--benches", "--all-targets"];
        kinds.iter().any(|kind| self.has(kind))
    }

    /// Whether only the report is wanted.
    pub(crate) fn is_quiet(&self) -> bool {
        self.has("--quiet")
    }
}

/// Options that name one target, and those that name all of a kind.
const TARGET: &str = "bin example test bench";
const TARGETS: &str = "bins examples tests benches all-targets";

/// Other options of cargo, with a value and without one.
const VALUES: &str = "features profile target target-dir jobs exclude config color";
const FLAGS: &str = "workspace all-features no-default-features release locked offline frozen ignore-rust-version verbose quiet";

fn is_in(words: &str, name: &str) -> bool {
    words.split(' ').any(|word| word == name)
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Format {
    #[default]
    Text,
    Json,
    Sarif,
}

/// What the command line asks to do.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Lint(Options),
    Explain(String),
    Help,
    Version,
}

pub(crate) const HELP: &str = "\
Finds the calls that block an async worker, in the program that cargo builds.

Usage: cargo offload-lint [OPTIONS]

  -p, --package PKG      Look at this package (again for more; default: as `cargo build`)
      --workspace        Look at all packages of the workspace; with -p, at those alone, built as with all
      --bin NAME         Look at this binary (also --bins; default: all binaries)
      --example NAME     Look at this example (also --examples)
      --test NAME        Look at this test (also --tests, --bench NAME, --benches, --all-targets)
      --exclude PKG      Look at all packages of the workspace but this one; needs --workspace
  -F, --features LIST    As for `cargo build`; so are --all-features, --no-default-features, -r, --release,
                         --profile NAME, --target TRIPLE, --target-dir PATH, --manifest-path PATH,
                         --config SETTING, -j, --jobs N, --locked, --offline, --frozen, --color WHEN,
                         --ignore-rust-version, -v, --verbose, -q and --quiet
      --level N          Report up to this level: 1 waits without bound, 2 disk, 3 computes for long,
                         4 may have to wait, and all that only happens at start-up or where a
                         value is dropped, or is perhaps called through a pointer [default: 3]
      --format FORMAT    text, json or sarif [default: text]
      --deny             Exit with 1 if there is a finding, or an allowance that allows nothing
      --fix              Put #[offload] on the functions where that is safe, and .await behind their calls
      --explain ID       Tell what a group of functions is about, and how to do without
  -h, --help             Show this
  -V, --version          Show the version

A comment `// offload-lint: allow` on the line of a call or above it silences it, `allow(ID)` for one group;
`offload-lint.toml` beside the workspace's Cargo.toml allows more at once and adds groups.

Exit codes: 0 done, 1 findings with --deny, 2 it could not be done.";

pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    // Cargo passes the name of the subcommand.
    if arguments
        .first()
        .is_some_and(|first| first == "offload-lint")
    {
        arguments.remove(0);
    }
    let mut parser = Parser::from_args(arguments);
    let mut options = Options {
        level: 3,
        ..Options::default()
    };
    while let Some(argument) = parser.next().map_err(text)? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            Arg::Short('V') | Arg::Long("version") => return Ok(Command::Version),
            Arg::Long("explain") => return Ok(Command::Explain(string(&mut parser)?)),
            Arg::Long("level") => options.level = level(&string(&mut parser)?)?,
            Arg::Long("format") => options.format = format(&string(&mut parser)?)?,
            Arg::Long("deny") => options.deny = true,
            Arg::Long("fix") => options.fix = true,
            Arg::Short('p') | Arg::Long("package") => options.packages.push(string(&mut parser)?),
            other => for_cargo(&other.into_owned()?, &mut parser, &mut options)?,
        }
    }
    Ok(Command::Lint(options))
}

/// The long name of an option, and a copy, because a borrow of the parser would prevent further parsing.
trait Owned {
    fn into_owned(self) -> Result<String, String>;
}

impl Owned for Arg<'_> {
    fn into_owned(self) -> Result<String, String> {
        match self {
            Arg::Long("all") => Ok("workspace".to_owned()),
            Arg::Long(name) => Ok(name.to_owned()),
            Arg::Short('r') => Ok("release".to_owned()),
            Arg::Short('F') => Ok("features".to_owned()),
            Arg::Short('j') => Ok("jobs".to_owned()),
            Arg::Short('v') => Ok("verbose".to_owned()),
            Arg::Short('q') => Ok("quiet".to_owned()),
            other => Err(text(other.unexpected())),
        }
    }
}

fn for_cargo(name: &str, parser: &mut Parser, options: &mut Options) -> Result<(), String> {
    let flag = OsString::from(format!("--{name}"));
    options.has_target |= is_in(TARGET, name) || is_in(TARGETS, name);
    match name {
        "manifest-path" => {
            let path = parser.value().map_err(text)?;
            options.manifest = Some(path.clone().into());
            options.build.extend([flag, path]);
        }
        _ if is_in(TARGET, name) || is_in(VALUES, name) => {
            options.build.extend([flag, parser.value().map_err(text)?]);
        }
        _ if is_in(TARGETS, name) || is_in(FLAGS, name) => options.build.push(flag),
        "lib" => {
            return Err(
                "a library is seen through a program that calls it: name one with --bin, --example or --test"
                    .to_owned(),
            );
        }
        _ => return Err(format!("unknown option `--{name}`: `--help` lists them")),
    }
    Ok(())
}

fn string(parser: &mut Parser) -> Result<String, String> {
    parser
        .value()
        .and_then(lexopt::ValueExt::string)
        .map_err(text)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "this is what `map_err` wants"
)]
fn text(error: lexopt::Error) -> String {
    error.to_string()
}

fn level(value: &str) -> Result<u8, String> {
    let level = value
        .parse()
        .ok()
        .filter(|level| (1..=HIGHEST).contains(level));
    level.ok_or_else(|| format!("`{value}` is no level: write one from 1 to {HIGHEST}"))
}

fn format(value: &str) -> Result<Format, String> {
    match value {
        "text" => Ok(Format::Text),
        "json" => Ok(Format::Json),
        "sarif" => Ok(Format::Sarif),
        _ => Err(format!("`{value}` is no format: write text, json or sarif")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, Format, Options, parse};

    fn words(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(Into::into))
    }

    fn options(line: &str) -> Options {
        match words(line) {
            Ok(Command::Lint(options)) => options,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn cargo_hands_on_its_word() {
        let with = options("offload-lint -p a --bin b --level 2 --format sarif --deny");
        let without = options("-p a --bin b --level 2 --format sarif --deny");
        assert_eq!(with, without);
        assert_eq!((with.level, with.format), (2, Format::Sarif));
        assert!(with.has_target && with.deny);
        assert_eq!(with.build, ["--bin", "b"]);
    }

    #[test]
    fn options_of_cargo_have_their_short_names() {
        let short = options("-r -F a,b -j 2 -qv --all --manifest-path app/Cargo.toml");
        let long = "--release --features a,b --jobs 2 --quiet --verbose --workspace --manifest-path app/Cargo.toml";
        assert_eq!(short, options(long));
        assert_eq!(short.profile(), "release");
        assert_eq!(short.manifest, Some("app/Cargo.toml".into()));
    }

    #[test]
    fn options_that_choose_targets_or_packages_are_known() {
        let chosen = "--bench a --all-targets --workspace --exclude b";
        let left = "--quiet --config c.d=1 --target-dir e --color never";
        let options = options(&format!("{chosen} {left}"));
        assert!(options.has_target && options.has_tests() && options.is_quiet());
        assert!(options.values("--exclude").eq(["b"]));
        let left: Vec<&str> = left.split(' ').collect();
        assert_eq!(options.without_targets(), left);
    }

    #[test]
    fn mistakes_are_named() {
        let wrong = |line| words(line).expect_err("a mistake");
        assert!(wrong("--level 9").contains("from 1 to 4"));
        assert!(wrong("--format xml").contains("text, json or sarif"));
        assert!(wrong("--colour").contains("--colour"));
        assert!(wrong("--lib").contains("name one with --bin"));
        assert!(wrong("-x").contains("-x"));
    }
}

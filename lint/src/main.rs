#![doc = include_str!("../README.md")]

mod allow;
mod cargo;
mod fix;
mod function;
mod options;
mod program;
mod report;
mod search;
mod signature;
mod source;
mod table;

use std::{
    cell::RefCell,
    collections::HashSet,
    env,
    io::{self, Write as _},
    path::Path,
    process::ExitCode,
    time::Instant,
};

use allow::{Examined, Scope, Settings};
use cargo::{Lines, Packages};
use fix::Fixed;
use options::{Command, Options};
use program::{Graph, Questions, Unreadable};
use report::Report;
use search::Finding;
use source::{Folders, Sources};
use table::{HIGHEST, Table};

fn main() -> ExitCode {
    if let Some(code) = cargo::run_as_compiler() {
        return code;
    }
    match options::parse(env::args_os().skip(1)).and_then(run) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> Result<ExitCode, String> {
    match command {
        Command::Help => say(&format!("{}\n", options::HELP))?,
        Command::Version => say(concat!(
            "cargo-offload-lint ",
            env!("CARGO_PKG_VERSION"),
            "\n"
        ))?,
        Command::Explain(id) => say(&format!("{}\n", explain(&id)?))?,
        Command::Lint(options) => return lint(&options),
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes to the standard output. A closed pipe is no error: `head`, for example, stops reading when it has enough lines.
fn say(text: &str) -> Result<(), String> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("cannot write the report: {error}"))
        }
        _ => Ok(()),
    }
}

fn explain(id: &str) -> Result<String, String> {
    let own = cargo::root().map(|root| Settings::read(&root));
    let table = Table::with(own.transpose()?.unwrap_or_default().group)?;
    let ids = || {
        table
            .groups
            .iter()
            .map(|group| group.id.as_str())
            .collect::<Vec<_>>()
    };
    let group = table.group(id);
    let group = group.ok_or_else(|| format!("no group `{id}`: there are {}", ids().join(", ")))?;
    Ok(report::explain(group))
}

fn lint(options: &Options) -> Result<ExitCode, String> {
    let packages = cargo::packages(options)?;
    let settings = Settings::read(&packages.root)?;
    let table = Table::with(settings.group.clone())?;
    let folders = Folders::new(&packages.folders, &packages.other, &packages.target);
    let mut sources = Sources::new(folders);
    let (found, examined) = build_and_examine(options, &packages, &table, &mut sources)?;
    let scope = Scope {
        settings: &settings,
        root: &packages.root,
        examined: &examined,
    };
    let (mut findings, unused) = allow::split_allowed(merged(found), &scope, &mut sources);
    let found = findings.len();
    findings.retain(|finding| finding.level <= options.level);
    tell_hidden(found - findings.len(), options.level);
    if options.fix {
        let left = apply_fix(&findings, &mut sources, &packages, options)?;
        let left = say_left(left, unused.len())?;
        return Ok(ExitCode::from(u8::from(options.deny && left)));
    }
    let report = Report {
        root: &packages.root,
        table: &table,
        findings: &findings,
        unused: &unused,
    };
    say(&report.render(options.format, &mut sources))?;
    let is_clean = findings.is_empty() && unused.is_empty();
    Ok(ExitCode::from(u8::from(options.deny && !is_clean)))
}

/// A first program may do all its work while it starts, at a level that is not shown: then "no call was found" alone would mislead.
fn tell_hidden(count: usize, level: u8) {
    let places = if count == 1 { "place" } else { "places" };
    if count > 0 {
        eprintln!(
            "   Not shown: {count} {places} above level {level}; `--level {HIGHEST}` shows all"
        );
    }
}

/// Builds and examines the programs. If the user's own build lacks debug information, a build with it is made.
fn build_and_examine(
    options: &Options,
    packages: &Packages,
    table: &Table,
    sources: &mut Sources,
) -> Result<(Vec<Finding>, Examined), String> {
    let mut lines = Lines::OfProfile;
    loop {
        let built = cargo::build(options, packages, lines)?;
        if built.programs.is_empty() {
            return Err(no_program(packages));
        }
        match examine_all(options, &built, table, sources) {
            Err(Unreadable::Lacks(..)) if lines == Lines::OfProfile => {
                lines = Lines::OfPackages;
                if !options.is_quiet() {
                    eprintln!(
                        "    Building the packages that are looked at again, with the debug information that their profile leaves out"
                    );
                }
            }
            found => return found.map_err(|error| error.to_string()),
        }
    }
}

/// Why no program was built.
fn no_program(packages: &Packages) -> String {
    let there = match &packages.offered[..] {
        [] => "there are none yet".to_owned(),
        all => format!("there are {}", all.join(", ")),
    };
    format!(
        "nothing to look at: a library is seen through a program that calls it, so name one with --bin, --example or --test; {there}"
    )
}

fn examine_all(
    options: &Options,
    built: &cargo::Built,
    table: &Table,
    sources: &mut Sources,
) -> Result<(Vec<Finding>, Examined), Unreadable> {
    let mut found = Vec::new();
    let mut called_from_sync = HashSet::new();
    let mut examined = Examined {
        files: HashSet::new(),
        functions: HashSet::new(),
        is_all: built.is_all,
    };
    for program in &built.programs {
        let (findings, graph) = look_at(options, program, table, sources)?;
        found.extend(findings);
        examined.files.extend(graph.files);
        examined.functions.extend(graph.begins);
        called_from_sync.extend(graph.called_from_sync);
    }
    search::tell_callers(&mut found, &called_from_sync);
    Ok((found, examined))
}

fn look_at(
    options: &Options,
    path: &Path,
    table: &Table,
    sources: &mut Sources,
) -> Result<(Vec<Finding>, Graph), Unreadable> {
    let start = Instant::now();
    let shared = RefCell::new(&mut *sources);
    let questions = Questions {
        is_own: &|file| shared.borrow().is_own(file),
        ends: &|name, is_own| search::ends(table, name, is_own),
        calls_method: &|line, name| shared.borrow_mut().calls_method(line, name),
        takes_context: &|line, name| shared.borrow_mut().takes_context(line, name),
    };
    let graph = program::read(path, &questions)?;
    let findings = search::findings(&graph, table, sources);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if !options.is_quiet() {
        eprintln!(
            "        Read {name}: {} functions, {} bodies of async code, in {:.1} s",
            graph.functions,
            graph.bodies(),
            start.elapsed().as_secs_f32()
        );
    }
    if graph.is_std_elsewhere {
        eprintln!(
            "warning: {name} has the standard library in another file, so most calls of it are not seen; leave out `-C prefer-dynamic`"
        );
    }
    Ok((findings, graph))
}

/// The same place in several programs is reported once.
fn merged(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| {
        (&a.site, &a.id, a.level, a.chain.len()).cmp(&(&b.site, &b.id, b.level, b.chain.len()))
    });
    findings.dedup_by(|a, b| a.site == b.site && a.id == b.id);
    findings
}

/// Changes the files, and returns how many findings are left.
fn apply_fix(
    findings: &[Finding],
    sources: &mut Sources,
    packages: &Packages,
    options: &Options,
) -> Result<usize, String> {
    let fixed = fix::apply(findings, sources, packages, options)?;
    for line in fixed.lines(|line| allow::place(line, &packages.root)) {
        say(&format!("{line}\n"))?;
    }
    let done = findings.iter().filter(|one| is_fixed(one, &fixed));
    Ok(findings.len() - done.count())
}

/// Whether anything is left to do.
fn say_left(findings: usize, unused: usize) -> Result<bool, String> {
    if findings > 0 {
        say(&format!(
            "{findings} more by hand: run without --fix to see how.\n"
        ))?;
    }
    if unused > 0 {
        let end = if unused == 1 { "" } else { "s" };
        say(&format!(
            "{unused} allowance{end} of nothing: run without --fix to see where.\n"
        ))?;
    }
    Ok(findings > 0 || unused > 0)
}

fn is_fixed(finding: &Finding, fixed: &Fixed) -> bool {
    matches!(&finding.remedy, search::Remedy::Annotate { line, .. } if fixed.places.contains(line))
}

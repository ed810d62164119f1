//! Command line values that more than one program takes.

use std::{
    env,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    process::{self, ExitCode},
    time::Duration,
};

use lexopt::{
    Arg::{Long, Short, Value},
    ValueExt as _,
};

use crate::say::{complain, end_unread, say};

/// The command line `[--seconds N] [DIR]`.
#[derive(Debug)]
pub struct DirForTime {
    /// This repository if none was given.
    pub dir: PathBuf,
    /// How long each part of the program takes at least.
    pub lasting: Duration,
}

impl DirForTime {
    /// Reads the command line, where each part takes `seconds` if it says nothing else; `None` if all that was asked for is help,
    /// which is then given.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and `usage`.
    pub fn parse(usage: &str, seconds: f64) -> Result<Option<Self>, String> {
        Self::parse_and_file(usage, seconds, None)
    }

    /// The same for a program with one option more, `(name, file)`, which takes a path and puts it into `file`.
    ///
    /// # Errors
    ///
    /// What is wrong with the command line, and `usage`.
    pub fn parse_and_file(
        usage: &str,
        mut seconds: f64,
        mut file: Option<(&str, &mut Option<PathBuf>)>,
    ) -> Result<Option<Self>, String> {
        let wrong = |error: lexopt::Error| format!("{error}\n{usage}");
        let mut arguments = lexopt::Parser::from_env();
        let mut dir = None;
        while let Some(argument) = arguments.next().map_err(wrong)? {
            match argument {
                Long("seconds") => {
                    let value = arguments.value().map_err(wrong)?;
                    seconds = value
                        .parse_with(|text| number(text, &(0.05..=3600.0)))
                        .map_err(wrong)?;
                }
                Short('h') | Long("help") => {
                    say(usage);
                    return Ok(None);
                }
                Long(name) if file.as_ref().is_some_and(|(option, _)| *option == name) => {
                    let value = arguments.value().map_err(wrong)?;
                    if let Some((_, file)) = &mut file {
                        **file = Some(PathBuf::from(value));
                    }
                }
                Value(value) if dir.is_none() => dir = Some(PathBuf::from(value)),
                other => return Err(wrong(other.unexpected())),
            }
        }
        Ok(Some(Self {
            dir: dir.unwrap_or_else(this_repository),
            lasting: Duration::from_secs_f64(seconds),
        }))
    }
}

/// Reads the command line of a program that takes flags and nothing else, and gives them without their dashes.
///
/// # Errors
///
/// The code to exit with: zero after help, which has been printed, and two for what is not among `known`, which has been refused on
/// standard error with the `usage`.
pub fn flags(program: &str, usage: &str, known: &[&str]) -> Result<Vec<String>, ExitCode> {
    flags_or_code(program, usage, known).map_err(ExitCode::from)
}

/// Ends a program that takes no arguments if it was given any: after help, if that was asked for, else with what is wrong. Later it ends
/// also when nobody reads what it prints.
pub fn none() {
    end_unread();
    let program = env::args_os().next().map(PathBuf::from);
    let program = program.as_deref().and_then(Path::file_stem);
    let program = program.unwrap_or_default().to_string_lossy();
    let usage = format!(
        "Shows what the comment at the top of its file says, and takes no arguments.\n\n\
         usage: {program}"
    );
    if let Err(code) = flags_or_code(&program, &usage, &[]) {
        process::exit(code.into());
    }
}

/// The flags, or the code to exit with.
fn flags_or_code(program: &str, usage: &str, known: &[&str]) -> Result<Vec<String>, u8> {
    let mut given = Vec::new();
    let mut arguments = lexopt::Parser::from_env();
    let mut read = || -> Result<bool, lexopt::Error> {
        while let Some(argument) = arguments.next()? {
            match argument {
                Short('h') | Long("help") => return Ok(false),
                Long(name) if known.contains(&name) => given.push(name.to_owned()),
                other => return Err(other.unexpected()),
            }
        }
        Ok(true)
    };
    match read() {
        Ok(true) => Ok(given),
        Ok(false) => {
            say(usage);
            Err(0)
        }
        Err(error) => {
            complain(program, format_args!("{error}\n{usage}"));
            Err(2)
        }
    }
}

/// Reads a number that must lie in a range.
///
/// # Errors
///
/// The expected value, in words that can follow the one that was found.
///
/// ```
/// use offload_examples::arguments::number;
///
/// assert_eq!(number("0.5", &(0.1..=60.0)), Ok(0.5));
/// assert_eq!(number("-1", &(0.1..=60.0)).unwrap_err(), "expected a number from 0.1 to 60");
/// ```
pub fn number(text: &str, range: &RangeInclusive<f64>) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => Err(format!(
            "expected a number from {} to {}",
            range.start(),
            range.end()
        )),
    }
}

/// The path of this repository when the program was built: a directory to read that is always there.
#[must_use]
pub fn this_repository() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}

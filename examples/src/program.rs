//! A program of this repository, run as a newcomer runs it: for the tests.

use std::{
    env,
    ffi::OsStr,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// How long a program may take: many times what it takes where the processors have other work as well.
const LIMIT: Duration = Duration::from_secs(600);

/// What a program left behind.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code, unless it was killed.
    pub code: Option<i32>,
    /// Its output on stdout.
    pub out: String,
    /// Its output on stderr.
    pub err: String,
}

impl Ended {
    /// Whether the program refused its command line: it says its name and why on stderr, and nothing else.
    #[must_use]
    pub fn refused(&self, name: &str) -> bool {
        self.code == Some(2) && self.out.is_empty() && self.err.starts_with(&format!("{name}: "))
    }

    /// Checks that no line of its tables is wider than a terminal, but one that says a path.
    ///
    /// # Panics
    ///
    /// If one is.
    pub fn is_neat(&self) {
        let wide = |line: &&str| line.chars().count() > 100 && !line.contains(" under ");
        assert_eq!(self.out.lines().find(wide), None, "{self:?}");
    }
}

/// Two paths in `dir` that are no directories, for programs that take one: to nothing, and to a file with this in it.
///
/// # Panics
///
/// If the file cannot be written, or if a path is no text.
#[must_use]
pub fn no_directories(dir: &Path, content: &str) -> [String; 2] {
    let paths = [dir.join("missing"), dir.join("file")];
    fs::write(&paths[1], content).expect("the file can be written");
    paths.map(|path| path.to_str().expect("the path is text").to_owned())
}

/// Runs a program to its end.
///
/// # Panics
///
/// If there is no such program, if it prints what is no text, or if it takes longer than ten minutes: then it is killed.
pub fn run(
    program: impl AsRef<OsStr>,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> Ended {
    let program = program.as_ref();
    let mut command = Command::new(program);
    let output = output(command.args(arguments).stderr(Stdio::piped()));
    let output = output.unwrap_or_else(|error| panic!("{}: {error}", program.to_string_lossy()));
    let text = |bytes| String::from_utf8(bytes).expect("programs print text");
    Ended {
        code: output.status.code(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// Runs a program in terminals of 40 and of 20 columns, and checks that no line is wider: what wraps is hard to read, and what is
/// cut is wrong.
///
/// # Panics
///
/// If one is, or if the program fails. Nothing is checked where there is no `script`, which has terminals.
pub fn fits_terminals(program: impl AsRef<OsStr>, arguments: &[&str]) {
    for columns in [40, 20] {
        let command = format!(
            "stty cols {columns} rows 10; exec \"{}\" {}",
            program.as_ref().to_string_lossy(),
            arguments.join(" ")
        );
        let mut script = Command::new("script");
        let Ok(output) = output(script.args(["-qec", &command, "/dev/null"])) else {
            println!("left out: no terminal can be had here");
            return;
        };
        let shown = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{shown}");
        // A line that shows progress comes again and again in one place.
        let lines = shown
            .split(['\r', '\n'])
            .map(|line| line.trim_start_matches("\u{1b}[K"));
        let wide = lines.filter(|line| line.chars().count() > columns);
        assert_eq!(wide.collect::<Vec<_>>(), [""; 0], "{shown}");
    }
}

/// Checks that a program says in its help what it shows, refuses what it does not know with its usage, and exits with 2 also where it
/// cannot write why.
///
/// # Panics
///
/// If it does not within ten minutes, or if there is no such program.
pub fn explains_itself(program: impl AsRef<OsStr>) {
    let program = program.as_ref();
    let name = Path::new(program).file_stem().unwrap_or_default();
    let usage = format!("usage: {}", name.to_string_lossy());
    for help in ["-h", "--help"] {
        let help = run(program, [help]);
        assert_eq!((help.code, &help.err[..]), (Some(0), ""), "{help:?}");
        let (shows, how) = help.out.split_once("\n\n").unwrap_or_default();
        // One sentence, of any number of lines.
        let ends: Vec<_> = shows.match_indices(['.', '!', '?']).collect();
        assert_eq!(ends, [(shows.len().saturating_sub(1), ".")], "{help:?}");
        assert!(how.starts_with(&usage), "{help:?}");
        let wide = help.out.lines().find(|line| line.chars().count() > 120);
        assert_eq!(wide, None, "{help:?}");
    }
    let refused = run(program, ["--no-such", "option"]);
    assert!(refused.refused(&name.to_string_lossy()), "{refused:?}");
    assert!(refused.err.contains(&usage), "{refused:?}");
    // What is written there is refused; Linux has it.
    let Ok(full) = File::options().write(true).open("/dev/full") else {
        return;
    };
    let mut command = Command::new(program);
    command.args(["--no-such", "option"]).stderr(full);
    let output = output(&mut command).expect("it can be run");
    assert_eq!(output.status.code(), Some(2), "{command:?}: {output:?}");
}

/// Checks that a program ends well and without a word when nobody reads what it prints, as behind `head`.
///
/// # Panics
///
/// If it does not within ten minutes, or if there is no such program.
pub fn ends_unread(program: impl AsRef<OsStr>) {
    let mut reader = Command::new("true");
    let Ok(mut reader) = reader.stdin(Stdio::piped()).spawn() else {
        println!("left out: no `true`, which reads nothing");
        return;
    };
    let unread = reader.stdin.take().expect("it has a pipe");
    // With it goes the other end of the pipe.
    reader.wait().expect("it ends");
    let mut command = Command::new(program.as_ref());
    let output = finish(command.stdout(unread).stderr(Stdio::piped()));
    let output = output.expect("it can be run");
    assert_eq!(output.status.code(), Some(0), "{command:?}: {output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("failed printing"), "{command:?}: {said}");
}

/// What `command` prints until it ends. A program that hangs is killed, and the test that ran it fails.
fn output(command: &mut Command) -> io::Result<Output> {
    finish(command.stdout(Stdio::piped()))
}

fn finish(command: &mut Command) -> io::Result<Output> {
    let child = command.stdin(Stdio::null()).spawn()?;
    let id = child.id();
    let (done, result) = mpsc::channel();
    thread::spawn(move || done.send(child.wait_with_output()));
    result.recv_timeout(LIMIT).unwrap_or_else(|_| {
        // Not reaped while the thread waits for it or for its output, so the number is its own.
        let _ = Command::new("kill").args(["-9", &id.to_string()]).status();
        // Unless somebody else has its output as well.
        let said = result.recv_timeout(Duration::from_secs(10));
        panic!("{command:?} hangs: {said:?}")
    })
}

/// Where an example of the package is whose test this is: `cargo test` builds it beside the directory of the test.
///
/// # Panics
///
/// If it was not built, as happens when only the test was asked for.
#[must_use]
pub fn example(name: &str) -> PathBuf {
    let test = env::current_exe().expect("a test knows its own program");
    let build = test.ancestors().nth(2).unwrap_or(Path::new(""));
    let program = build
        .join("examples")
        .join(name)
        .with_extension(env::consts::EXE_EXTENSION);
    assert!(
        program.is_file(),
        "{} is missing: `cargo build --examples` builds it",
        program.display()
    );
    program
}

/// Runs the examples of a package and looks for what they must print; those of which nothing is expected are only known.
///
/// # Panics
///
/// If one of them is not in the list, has more than 60 lines, fails, does not print what it must, does not end well unread, or does not
/// say what it is run with.
pub fn shows(package: &Path, expected: &[(&str, &[&str])]) {
    let mut files: Vec<_> = fs::read_dir(package.join("examples"))
        .expect("the package has examples")
        .map(|entry| entry.expect("its entries can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    files.sort();
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let known = expected.iter().find(|(example, _)| *example == name);
        let (_, texts) = known.unwrap_or_else(|| panic!("{name}: nobody says what it prints"));
        if !texts.is_empty() {
            let lines = fs::read_to_string(&file).map_or(0, |text| text.lines().count());
            assert!(
                lines <= 60,
                "{name}: {lines} lines are too many to copy from"
            );
            show(&name, texts);
        }
    }
}

fn show(name: &str, texts: &[&str]) {
    explains_itself(example(name));
    ends_unread(example(name));
    let output = run(example(name), [""; 0]);
    assert_eq!(output.code, Some(0), "{name}: {output:?}");
    for text in texts {
        assert!(output.out.contains(text), "{name}: {text:?} in {output:?}");
    }
}

//! `dashboard` restores its terminal in every way of ending.

#![cfg(target_os = "linux")]

use std::{
    fs,
    io::{Read as _, Write as _},
    process::{Child, Command, Stdio},
};

use offload_limits::{ended, limit_all, succeeds};
use tempfile::TempDir;

/// A terminal in which a shell says how it is, starts the program, and says how the program has ended and how it is now.
struct Terminal {
    script: Child,
    said: String,
    _files: TempDir,
}

impl Terminal {
    /// Returns `None` if no terminal is available.
    fn with_dashboard() -> Option<Self> {
        limit_all();
        let files = TempDir::new().unwrap();
        fs::write(files.path().join("one"), "one").unwrap();
        let program = env!("CARGO_BIN_EXE_dashboard");
        let start = format!(
            "echo pid $$ here; exec {program} {}",
            files.path().display()
        );
        let shell = format!(
            "stty cols 80 rows 24; stty -g; sh -c '{start}'; echo code $? here; stty -g; echo over"
        );
        let script = Command::new("script")
            .args(["-qec", &shell, "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(script) = script else {
            println!("left out: no terminal can be had here");
            return None;
        };
        let mut terminal = Self {
            script,
            said: String::new(),
            _files: files,
        };
        terminal.reads_until(SHOWS);
        Some(terminal)
    }

    fn reads_until(&mut self, what: &str) {
        let out = self.script.stdout.as_mut().unwrap();
        let mut bytes = [0; 4096];
        while !self.said.contains(what) {
            let count = out.read(&mut bytes).unwrap();
            assert_ne!(count, 0, "{what:?} in {:?}", self.said);
            self.said += &String::from_utf8_lossy(&bytes[..count]);
        }
    }

    fn presses(&mut self, keys: &str) {
        let keyboard = self.script.stdin.as_mut().unwrap();
        keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// The text between these words.
    fn word(&self, before: &str, after: &str) -> &str {
        let (_, rest) = self.said.split_once(before).unwrap();
        rest.split(after).next().unwrap()
    }

    /// The program has ended with this code, and the terminal is as before.
    fn ends_with(mut self, code: &str) {
        self.reads_until("over\r\n");
        assert_eq!(self.word("code ", " here"), code, "{}", self.said);
        for sign in [HIDES, CURSOR] {
            assert!(self.said.contains(sign), "{sign:?} in {:?}", self.said);
        }
        let before = self.said.split("\r\n").next().unwrap();
        assert_eq!(
            before,
            self.word(" here\r\n", "\r\nover")
                .split("\r\n")
                .last()
                .unwrap()
        );
        drop(self.script.stdin.take());
        ended(&mut self.script);
    }
}

/// How a program hides the cursor as it draws, gives its screen back, and shows the cursor.
const SHOWS: &str = "\u{1b}[?25l";
const HIDES: &str = "\u{1b}[?1049l";
const CURSOR: &str = "\u{1b}[?25h";

#[test]
fn keys_leave_it_as_it_was() {
    for (key, code) in [("q", "0"), ("\u{3}", "130")] {
        let Some(mut terminal) = Terminal::with_dashboard() else {
            return;
        };
        terminal.presses(key);
        terminal.ends_with(code);
    }
}

#[test]
fn signals_leave_it_as_it_was() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let Some(terminal) = Terminal::with_dashboard() else {
            return;
        };
        let pid = terminal.word("pid ", " here").to_owned();
        succeeds(Command::new("kill").args([signal, &pid]));
        terminal.ends_with("130");
    }
}

//! The width of the terminal, and texts that fit into it. Where the output is no terminal, every text stays as it is.

use std::sync::OnceLock;

/// The columns of the terminal that stdout is; nothing if it is none, or if nobody says how wide it is.
pub fn columns() -> Option<usize> {
    static COLUMNS: OnceLock<Option<usize>> = OnceLock::new();
    *COLUMNS.get_or_init(ask)
}

/// Asks `stty`, which is there wherever such terminals are: a crate for it would be built before the first example.
#[cfg(unix)]
fn ask() -> Option<usize> {
    use std::{
        io::IsTerminal as _,
        os::fd::AsFd as _,
        process::{Command, Stdio},
    };

    let out = std::io::stdout();
    if !out.is_terminal() {
        return None;
    }
    let mut stty = Command::new("stty");
    stty.arg("size").stderr(Stdio::null());
    stty.stdin(out.as_fd().try_clone_to_owned().ok()?);
    // offload-lint: allow(process): once, before the first line.
    let size = stty.output().ok()?;
    let size = String::from_utf8(size.stdout).ok()?;
    let columns = size.split_whitespace().nth(1)?.parse().ok()?;
    (columns > 0).then_some(columns)
}

#[cfg(not(unix))]
fn ask() -> Option<usize> {
    None
}

/// Breaks every line that is wider than `columns`: sentences between words, rows of a picture into fewer blocks.
///
/// ```
/// use offload_examples::terminal::fit;
///
/// assert_eq!(fit("Half of them\ncame late.", 12), "Half of them\ncame late.");
/// assert_eq!(fit("Half of them\ncame late.", 10), "Half of\nthem came\nlate.");
/// assert_eq!(fit("  row │▁▁▂▂▁▁▅▁│", 12), "  row\n  │▁▁▂▂▁▁▅▁│");
/// ```
#[must_use]
pub fn fit(text: &str, columns: usize) -> String {
    let lines: Vec<_> = text.split('\n').collect();
    let mut fitted = Vec::new();
    // Sentences are filled anew as a whole: broken one by one, every other line would be a word.
    for lines in lines.chunk_by(|one, next| is_prose(one) && is_prose(next)) {
        if lines.iter().all(|line| width(line) <= columns) {
            fitted.extend(lines.iter().map(ToString::to_string));
        } else if is_prose(lines[0]) {
            fold(&lines.join(" "), columns, "", &mut fitted);
        } else {
            fit_row(lines[0], columns, &mut fitted);
        }
    }
    fitted.join("\n")
}

fn is_prose(line: &str) -> bool {
    !line.is_empty() && !line.starts_with(' ')
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// A row of a picture, `label │blocks│`, or of several columns between such bars, or anything else that is set in.
fn fit_row(line: &str, columns: usize, fitted: &mut Vec<String>) {
    let parts: Vec<_> = line.split('│').collect();
    match parts[..] {
        [label, blocks, ""] => {
            let label = if width(label) + 10 > columns {
                fold(label.trim_end(), columns, SET_IN, fitted);
                "  "
            } else {
                label
            };
            let room = columns.saturating_sub(width(label) + 2).max(1);
            fitted.push(format!("{label}│{}│", fewer(blocks, room)));
        }
        _ => {
            for part in parts {
                fold(part.trim_end(), columns, SET_IN, fitted);
            }
        }
    }
}

/// Where a line goes on that is set in itself.
const SET_IN: &str = "    ";

/// As many blocks as there is room for, each the highest of those in its place.
fn fewer(blocks: &str, room: usize) -> String {
    let blocks: Vec<_> = blocks.chars().collect();
    let each = blocks.len().div_ceil(room).max(1);
    let highest = blocks.chunks(each).filter_map(|part| part.iter().max());
    highest.collect()
}

/// Breaks a line where there are two spaces, else where there is one, else in the middle of a word that is wider than everything.
fn fold(line: &str, columns: usize, set_in: &str, fitted: &mut Vec<String>) {
    let mut rest = line.to_owned();
    while width(&rest) > columns {
        let end = rest
            .char_indices()
            .nth(columns)
            .map_or(rest.len(), |(at, _)| at);
        let begin = rest.len() - rest.trim_start().len();
        // A break behind the first half only: a column at the very left is no place for one.
        let wide = rest[..end]
            .rfind("  ")
            .filter(|at| *at > begin.max(end / 2));
        let space = if rest[end..].starts_with(' ') {
            Some(end)
        } else {
            rest[..end].rfind(' ').filter(|at| *at > begin)
        };
        let at = wide.or(space).unwrap_or(end);
        fitted.push(rest[..at].trim_end().to_owned());
        rest = format!("{set_in}{}", rest[at..].trim_start());
    }
    fitted.push(rest);
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn no_line_is_wider_and_no_word_is_cut() {
        let text = "\
A service with 2 async workers. Clients ask for one thing after the other: 4 /hash, 4 /thumbnail
(a JPEG picture of 12 KiB); for 2.5s each way.

  ▁ to 3 ms  ▂ to 10 ms  ▃ to 30 ms  ▄ to 100 ms  ▅ to 300 ms  ▆ to 1 s  ▇ to 3 s  █ more
  Pool::stats()   │  cpu: run wait   done refused │ disk: run wait   done refused
  offloaded handlers  │▁▁▁▁▁▁▁▁▁▁▅▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁│
";
        for columns in 16..=90 {
            let fitted = fit(text, columns);
            let wide = fitted.lines().find(|line| line.chars().count() > columns);
            assert_eq!(wide, None, "{fitted}");
            assert!(fitted.contains("▅"), "{fitted}");
            let words = |text: &str| {
                let words = text
                    .split_whitespace()
                    .filter(|word| !word.contains('│') && !word.contains("▁▁"));
                words.map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(words(&fitted), words(text), "{fitted}");
        }
        assert_eq!(fit(text, 120), text);
    }

    #[test]
    fn a_word_wider_than_everything_is_broken() {
        assert_eq!(fit("at /a/long/path", 8), "at\n/a/long/\npath");
        assert_eq!(fit("  ab/cdefg/h x", 8), "  ab/cde\n    fg/h\n    x");
    }
}

//! Calls whose value is thrown away without a look. With the attribute such a call is a future that never runs, and the compiler does
//! not say so.

use crate::program::Line;

/// The lines of `file` where a function of that name is called so.
pub(super) fn discards(name: &str, file: &std::path::Path, lines: &[String]) -> Vec<Line> {
    let is_one = |index: &usize| is_discarded(name, lines, *index);
    let found = (0..lines.len()).filter(is_one);
    found
        .map(|index| Line {
            file: file.to_owned(),
            line: u32::try_from(index + 1).unwrap_or(u32::MAX),
        })
        .collect()
}

fn is_discarded(name: &str, lines: &[String], index: usize) -> bool {
    let Some((before, after)) = around_call(name, code(&lines[index])) else {
        return false;
    };
    let above: Vec<&str> = lines[..index].iter().map(|line| code(line)).collect();
    let ends = |line: &&str| line.ends_with([';', '{', '}']);
    let first = above.iter().rposition(ends).map_or(0, |at| at + 1);
    let start = format!("{} {before}", above[first..].join(" "));
    let below = lines[index + 1..].iter().map(|line| code(line));
    let next = below.into_iter().find(|line| !line.is_empty());
    let is_last = after.contains('}') || next.is_some_and(|line| line.starts_with('}'));
    let rest = after.split('}').next().unwrap_or_default();
    let is_value = is_last && !rest.contains([';', '?']) && !rest.contains(").");
    throws_away(&start) || (is_value && is_in_async_block(&above, before))
}

/// The line without its comment. The slashes of an address begin none.
fn code(line: &str) -> &str {
    let mut slashes = line.match_indices("//").map(|(at, _)| at);
    let comment = slashes.find(|at| !line[..*at].ends_with(':'));
    line[..comment.unwrap_or(line.len())].trim()
}

/// What is before and after the name where the function is called. The line that defines it is none.
fn around_call<'a>(name: &str, line: &'a str) -> Option<(&'a str, &'a str)> {
    let calls = line.match_indices(name).filter_map(|(at, _)| {
        let (before, rest) = line.split_at(at);
        let after = rest[name.len()..].strip_prefix('(')?;
        let is_part = before.ends_with(|sign: char| sign.is_alphanumeric() || sign == '_');
        (!is_part && !before.ends_with("fn ")).then_some((before, after))
    });
    calls.last()
}

/// A name that begins with `_` is never asked for.
fn throws_away(start: &str) -> bool {
    let words = ["let _", "drop(", "forget("];
    let assigned = start.split("_ =").collect::<Vec<_>>();
    let assigns = assigned.windows(2).any(|pair| {
        let is_name = pair[0].ends_with(|sign: char| sign.is_alphanumeric() || sign == '_');
        !is_name && !pair[1].starts_with(['>', '='])
    });
    assigns || words.iter().any(|word| start.contains(word))
}

/// Whether the innermost block around the end of that text is an async one, whose value nobody may look at.
fn is_in_async_block(above: &[&str], before: &str) -> bool {
    let mut closed = 0_usize;
    for line in std::iter::once(&before).chain(above.iter().rev()) {
        for (at, sign) in line.char_indices().rev() {
            match sign {
                '}' => closed += 1,
                '{' if closed > 0 => closed -= 1,
                '{' => {
                    let head = line[..at].trim_end();
                    return head.ends_with("async") || head.ends_with("async move");
                }
                _ => {}
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::discards;

    fn lines(text: &str) -> Vec<u32> {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let found = discards("load", Path::new("a.rs"), &lines);
        found.iter().map(|line| line.line).collect()
    }

    #[test]
    fn values_that_nobody_looks_at_are_seen() {
        for text in [
            "let _ = load(1);",
            "let _kept = self.load(1);",
            "_ = load(1);",
            "drop(load(1));",
            "std::mem::forget(load(1));",
            "a => { let _ = load(1); }",
            "tokio::spawn(async { load(1) });",
            "tokio::join!(async move { load(1) }, other());",
        ] {
            assert_eq!(lines(text), [1], "{text}");
        }
        assert_eq!(lines("a();\nlet _ =\n    load(1);"), [3]);
        assert_eq!(lines("a();\ndrop(\n    // why\n    load(1),\n);"), [4]);
        assert_eq!(
            lines("spawn(async move {\n    a({});\n    load(1)\n});"),
            [3]
        );
    }

    #[test]
    fn others_are_left_to_the_compiler() {
        for text in [
            "load(1);",
            "let size = load(1);",
            "match a { _ => load(1) }",
            "unload(1); let _ = reload(2);",
            "fn load(_: u8) {",
            "// let _ = load(1);",
            "let is_empty = name_ == load(1);",
            "let name_ = load(1);",
            "async { load(1)?; }",
            "async { load(1).len() }",
        ] {
            assert_eq!(lines(text), [0; 0], "{text}");
        }
        assert_eq!(lines("let _ = a();\nload(1);"), [0; 0]);
        for block in [
            "async {\n    load(1);\n}",
            "async {\n    load(1)\n    .len()\n}",
            "async fn f() -> u8 {\n    load(1)\n}",
        ] {
            assert_eq!(
                lines(&format!("let _ = spawn(\n{block});")),
                [0; 0],
                "{block}"
            );
        }
    }
}

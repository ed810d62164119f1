//! The report that people read.

use std::fmt::Write as _;

use super::contents::Report;
use crate::{
    allow::place,
    search::{Finding, Step},
    source::Sources,
};

pub(super) fn render(report: &Report<'_>, sources: &mut Sources) -> String {
    let mut text = String::new();
    for finding in report.findings {
        one(&mut text, report, finding, sources);
    }
    for unused in report.unused {
        // Writing to a string cannot fail.
        let _ = write!(text, "warning: {unused}\n\n");
    }
    text.push_str(&summary(report));
    text
}

fn one(text: &mut String, report: &Report<'_>, finding: &Finding, sources: &mut Sources) {
    let start = if finding.at_start {
        ", only when the program starts"
    } else {
        ""
    };
    let line = finding.site.line;
    let width = line.to_string().len();
    let lines = &sources.file(&finding.site.file).lines;
    // Code from a macro may have line zero, which the file does not have.
    let index = (line as usize).checked_sub(1);
    let source = index.and_then(|index| lines.get(index));
    let source = source.map_or("", String::as_str);
    let gap = " ".repeat(width);
    let marks: String = "^".repeat(source.trim().chars().count());
    let indent = " ".repeat(source.chars().count() - source.trim_start().chars().count());
    let group = report.table.group(&finding.id);
    let reason = group.map_or("", |group| &group.reason);
    let _ = write!(
        text,
        "warning: `{blocks}` blocks an async worker{start} [{id}, level {level}]\n\
         {gap}--> {place}\n\
         {gap} |\n\
         {line} | {source}\n\
         {gap} | {indent}{marks}\n\
         {gap} = async: {root}\n\
         {chain}\
         {pointer}\
         {gap} = note: {reason}\n\
         {gap} = help: {help}\n\n",
        blocks = finding.blocks,
        id = finding.id,
        level = finding.level,
        place = place(&finding.site, report.root),
        root = step(&finding.root, report),
        chain = chain(finding, report, &gap),
        pointer = pointer(finding, report, &gap),
        help = report.help(finding),
    );
}

/// The calls between async code and the blocking function, if any.
fn chain(finding: &Finding, report: &Report<'_>, gap: &str) -> String {
    if finding.chain.len() < 2 {
        return String::new();
    }
    let steps: Vec<String> = finding.chain.iter().map(|one| step(one, report)).collect();
    format!("{gap} = calls: {}\n", shortened(steps).join(" -> "))
}

/// How many calls are shown: of a longer chain the first and the last ones. A choice: code that the compiler generates for `serde` makes
/// chains of forty.
const FIRST: usize = 8;
const LAST: usize = 6;

fn shortened(mut steps: Vec<String>) -> Vec<String> {
    let left = steps.len().saturating_sub(FIRST + LAST);
    // One or two would not be shorter.
    if left > 2 {
        let more = format!("({left} more, which `--format json` has)");
        steps.splice(FIRST..FIRST + left, [more]);
    }
    steps
}

/// The pointer through which the call is made, if any.
fn pointer(finding: &Finding, report: &Report<'_>, gap: &str) -> String {
    let Some(pointer) = &finding.pointer else {
        return String::new();
    };
    let name = pointer.function.replace("::{closure}", "");
    let line = pointer.taken.as_ref();
    let at = line.map_or_else(String::new, |line| {
        format!(", whose address is taken at {}", place(line, report.root))
    });
    let called = if pointer.is_called {
        "some call through a pointer is one of"
    } else {
        "some call through a pointer may be one of"
    };
    format!("{gap} = note: {called} `{name}`{at}\n")
}

fn step(step: &Step, report: &Report<'_>) -> String {
    let name = step.name.replace("::{closure}", "");
    match &step.line {
        Some(line) => format!("`{name}` ({})", place(line, report.root)),
        None => format!("`{name}`"),
    }
}

fn summary(report: &Report<'_>) -> String {
    match report.findings.len() {
        0 => "No call was found that blocks an async worker.\n".to_owned(),
        1 => "1 place blocks an async worker.\n".to_owned(),
        count => format!("{count} places block an async worker.\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn long_chains_have_their_ends() {
        let steps = |count: usize| (0..count).map(|step| step.to_string()).collect::<Vec<_>>();
        for count in [0, 2, 14, 16] {
            assert_eq!(shortened(steps(count)), steps(count));
        }
        let short = shortened(steps(40));
        let more = "(26 more, which `--format json` has)".to_owned();
        let expected = [&steps(40)[..8], &[more], &steps(40)[34..]].concat();
        assert_eq!(short, expected);
    }
}

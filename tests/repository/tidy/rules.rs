//! The rules for single files, and what each of them must not let pass.

use std::path::Path;

use crate::{
    dead_code::allows_no_dead_code,
    doctests::names_no_root_of_an_example,
    layers::{imports_run_downwards, says_what_it_may_import},
    lengths::{comments_fit, functions_are_short},
    links::links_lead_somewhere,
    manifests::gives_reasons,
    random::draws_from_the_seed,
};

/// A check of one file: its path from the root, its text, and where to put what is wrong.
pub(crate) type Rule = fn(&str, &str, &mut Vec<String>);

pub(crate) const RULES: [Rule; 19] = [
    opens_with_what_it_owns,
    is_short,
    functions_are_short,
    comments_fit,
    comments_are_sentences,
    names_no_machine,
    has_no_executor_in_macros,
    keeps_features_in_their_place,
    imports_run_downwards,
    says_what_it_may_import,
    has_no_path_attributes,
    allows_no_dead_code,
    draws_from_the_seed,
    keeps_the_engine_below,
    gives_reasons,
    names_no_root_of_an_example,
    links_lead_somewhere,
    is_a_page,
    speaks_in_one_voice,
];

fn opens_with_what_it_owns(path: &str, text: &str, wrong: &mut Vec<String>) {
    let opens = text.starts_with("//! ") || text.starts_with("#![doc = include_str!");
    if is_rust(path) && !opens {
        wrong.push(format!(
            "{path}: does not open with a `//!` line that says what it owns"
        ));
    }
}

fn is_short(path: &str, text: &str, wrong: &mut Vec<String>) {
    let lines = text.lines().count();
    if is_rust(path) && lines > 300 {
        wrong.push(format!("{path}: {lines} lines, 300 are the limit"));
    }
}

/// A block of comments ends like a sentence, is no banner and promises nothing for later.
fn comments_are_sentences(path: &str, text: &str, wrong: &mut Vec<String>) {
    if !is_rust(path) {
        return;
    }
    let mut lines = text.lines().enumerate().peekable();
    while let Some((index, line)) = lines.next() {
        let Some(comment) = comment(line) else {
            continue;
        };
        let at = format!("{path}:{}", index + 1);
        let banner = comment.len() > 3 && comment.chars().all(|sign| "-=*#~/ ".contains(sign));
        if banner
            || ["TODO", "FIXME", "XXX"]
                .iter()
                .any(|word| comment.contains(word))
        {
            wrong.push(format!("{at}: a banner, or something left for later"));
        }
        let last = lines
            .peek()
            .is_none_or(|(_, next)| self::comment(next).is_none());
        let plain = !line.trim_start().starts_with("///") && !line.trim_start().starts_with("//!");
        if last && plain && !comment.ends_with(['.', ':', '?', '`', ')']) {
            wrong.push(format!("{at}: a comment that does not end like a sentence"));
        }
    }
}

/// The text of a line that is nothing but a comment.
fn comment(line: &str) -> Option<&str> {
    let comment = line.trim().strip_prefix("//")?;
    Some(comment.trim_start_matches(['/', '!']).trim())
}

fn names_no_machine(path: &str, text: &str, wrong: &mut Vec<String>) {
    let places = [
        concat!("/", "root/"),
        concat!("/", "work/"),
        concat!("/", "home/"),
    ];
    for place in places {
        if text.contains(place) {
            wrong.push(format!("{path}: names a place on one machine, {place}"));
        }
    }
}

/// The macro knows syntax; which executors there are is the business of the runtime alone. `Owner` is the field of a handle,
/// and the attribute of a runtime must be shown to those who have forgotten it. Messages show code that users may write.
fn has_no_executor_in_macros(path: &str, text: &str, wrong: &mut Vec<String>) {
    let executors = [
        "rayon",
        "Pool",
        "Inline",
        "Lane",
        "Handle",
        "spawn_blocking",
        "tokio",
    ];
    if !path.starts_with("macros/src/") || path.starts_with("macros/src/diagnostics/") {
        return;
    }
    let text = text
        .replace("#[tokio::main]", "")
        .replace("#[tokio::test]", "");
    let inside = |sign: char| sign.is_alphanumeric() || sign == '_' || sign == '-';
    for word in text.split(|sign| !inside(sign)) {
        if executors.contains(&word) {
            wrong.push(format!("{path}: names the executor `{word}`"));
        }
    }
}

fn keeps_features_in_their_place(path: &str, text: &str, wrong: &mut Vec<String>) {
    let source = path.starts_with("macros/src/") || path.starts_with("runtime/src/");
    let places = ["/lib.rs", "/mod.rs"];
    let allowed = places.iter().any(|place| path.ends_with(place));
    for line in text.lines() {
        let derive = line.starts_with("#[cfg_attr(feature = \"serde\", derive(");
        if source && !allowed && !derive && line.contains("cfg") && line.contains("feature =") {
            wrong.push(format!(
                "{path}: a feature outside of `lib.rs` and `mod.rs`: {line}"
            ));
        }
    }
}

/// The file tree is the module tree; only the model checker compiles files a second time.
pub(crate) fn has_no_path_attributes(path: &str, text: &str, wrong: &mut Vec<String>) {
    let elsewhere = is_rust(path) && !path.starts_with("tests/loom/");
    if elsewhere && text.contains(concat!("#[", "path")) {
        wrong.push(format!("{path}: a module that is not where its name says"));
    }
}

/// The facade depends on the engine for worker processes, and not the other way round. Messages may say what users write.
fn keeps_the_engine_below(path: &str, text: &str, wrong: &mut Vec<String>) {
    if !path.starts_with("remote/") {
        return;
    }
    for line in text.lines().map(str::trim_start) {
        let uses = [
            "use tokio_offload::",
            "extern crate tokio_offload;",
            "tokio-offload =",
        ];
        if uses.iter().any(|start| line.starts_with(start)) || line.contains("\"tokio-offload/") {
            wrong.push(format!("{path}: names the facade: {line}"));
        }
    }
}

fn is_a_page(path: &str, text: &str, wrong: &mut Vec<String>) {
    for (page, limit) in [("ARCHITECTURE.md", 180), ("CONTRIBUTING.md", 50)] {
        let lines = text.lines().count();
        if path == page && lines > limit {
            wrong.push(format!("{path}: {lines} lines, {limit} are the limit"));
        }
    }
}

/// Every message of ours: one line that says what is wrong, one that says what to write.
fn speaks_in_one_voice(path: &str, text: &str, wrong: &mut Vec<String>) {
    if !path.starts_with("tests/ui/ours/") || !has_extension(path, "stderr") {
        return;
    }
    let mut lines = text.lines().peekable();
    let mut errors = 0;
    while let Some(line) = lines.next() {
        if line.contains("originates in")
            || line.starts_with("error[")
            || line.starts_with("warning")
        {
            wrong.push(format!("{path}: the compiler speaks: {line}"));
        }
        let Some(message) = line.strip_prefix("error: ") else {
            continue;
        };
        errors += 1;
        if message.starts_with(char::is_uppercase) || message.ends_with('.') || message.len() > 100
        {
            wrong.push(format!(
                "{path}: not a short clause in lower case: {message}"
            ));
        }
        let help = lines
            .peek()
            .and_then(|next| next.trim_start().strip_prefix("help: "));
        if !help.is_some_and(|help| help.contains('`') && !help.ends_with('.') && help.len() <= 100)
        {
            wrong.push(format!(
                "{path}: no short line of help with code follows: {message}"
            ));
        }
    }
    let helps = text
        .lines()
        .filter(|line| line.trim_start().starts_with("help: "))
        .count();
    if errors == 0 || helps != errors {
        wrong.push(format!("{path}: {errors} errors and {helps} lines of help"));
    }
}

fn is_rust(path: &str) -> bool {
    has_extension(path, "rs")
}

pub(crate) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|found| found == extension)
}

#[test]
fn every_rule_sees_what_breaks_it() {
    let path = "macros/src/x.rs";
    let ours = "tests/ui/ours/x.stderr";
    let feature = concat!("#[cfg(", "feature = \"x\")]");
    let machine = concat!("//! See /", "root/x.");
    let broken: [(Rule, &str, &str); 20] = [
        (opens_with_what_it_owns, path, "use std::fs;\n"),
        (is_short, path, &"\n".repeat(301)),
        (comments_are_sentences, path, "// not a sentence\n"),
        (comments_are_sentences, path, "// TODO: more.\n"),
        (comments_are_sentences, path, "// --------\n"),
        (names_no_machine, path, machine),
        (has_no_executor_in_macros, path, "let x = Pool::new();\n"),
        (has_no_executor_in_macros, path, "quote!(::tokio::spawn)\n"),
        (keeps_features_in_their_place, path, feature),
        (
            keeps_the_engine_below,
            "remote/src/x.rs",
            "    use tokio_offload::Error;\n",
        ),
        (
            keeps_the_engine_below,
            "remote/Cargo.toml",
            "tokio-offload = { workspace = true }\n",
        ),
        (is_a_page, "ARCHITECTURE.md", &"\n".repeat(181)),
        (
            speaks_in_one_voice,
            ours,
            "error: Wrong\n       help: `x`\n",
        ),
        (
            speaks_in_one_voice,
            ours,
            "error: wrong.\n       help: `x`\n",
        ),
        (speaks_in_one_voice, ours, "error: wrong\n --> x.rs\n"),
        (
            speaks_in_one_voice,
            ours,
            "error: wrong\n       help: write x\n",
        ),
        (
            speaks_in_one_voice,
            ours,
            "error: wrong\n       help: write `x`.\n",
        ),
        (
            speaks_in_one_voice,
            ours,
            "error: wrong\n       help: `x`\n       help: `y`\n",
        ),
        (
            speaks_in_one_voice,
            ours,
            "error[E0277]: wrong\n       help: `x`\n",
        ),
        (
            speaks_in_one_voice,
            ours,
            "  = note: this error originates in the attribute macro\n",
        ),
    ];
    for (rule, path, text) in broken {
        let mut wrong = Vec::new();
        rule(path, text, &mut wrong);
        assert!(!wrong.is_empty(), "a rule lets pass in {path}:\n{text}");
    }
}

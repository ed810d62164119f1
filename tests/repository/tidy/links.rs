//! Links of the pages and of the docs lead somewhere: to files, to headings, and to items of the docs.

use std::fs;

use crate::{root, rules::has_extension};

/// The folders with which a path in a page begins if it is one of this repository.
const FOLDERS: [&str; 11] = [
    "runtime/",
    "remote/",
    "macros/",
    "cluster/",
    "lint/",
    "watch/",
    "tests/",
    "docs/",
    "examples/",
    "demos/",
    "benches/",
];

/// The docs of the library, where README has links to them.
const DOCS: &str = "https://docs.rs/tokio-offload/latest/tokio_offload/";

pub(crate) fn links_lead_somewhere(path: &str, text: &str, wrong: &mut Vec<String>) {
    let is_page = has_extension(path, "md");
    // The page of a crate may be a link to README, whose links begin at the root.
    let is_link = fs::symlink_metadata(root().join(path)).is_ok_and(|file| file.is_symlink());
    if is_link || !(is_page || has_extension(path, "rs")) {
        return;
    }
    for (index, line) in prose(text, is_page) {
        let broken = targets(line).filter(|target| !is_right(path, text, target));
        let paths = code(line).filter(|_| is_page);
        let missing = paths.filter(|code| is_path(code) && !is_there(code));
        for target in broken.chain(missing) {
            wrong.push(format!("{path}:{}: nothing is at {target}", index + 1));
        }
    }
}

/// The lines of a page, or of the docs in a source, without examples. Each with its number from zero.
fn prose(text: &str, is_page: bool) -> impl Iterator<Item = (usize, &str)> {
    let mut is_example = false;
    text.lines().enumerate().filter(move |(_, line)| {
        let line = line.trim_start();
        let docs = line.starts_with("///") || line.starts_with("//!");
        let is_fence = line.trim_start_matches(['/', '!', ' ']).starts_with("```");
        is_example ^= is_fence && (is_page || docs);
        !is_example && !is_fence && (is_page || docs)
    })
}

/// Where the links of a line lead, written as `[text](target)` or `[text]: target`.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    let inline = line.split("](").skip(1);
    let inline = inline.filter_map(|rest| rest.split_once(')').map(|(target, _)| target));
    let is_reference = line.starts_with('[');
    let reference = line.split_once("]: ").filter(|_| is_reference);
    inline.chain(reference.map(|(_, target)| target))
}

/// What stands between backticks.
fn code(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

fn is_path(code: &str) -> bool {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "/._-".contains(sign);
    FOLDERS.iter().any(|folder| code.starts_with(folder)) && code.chars().all(plain)
}

/// Pages about the runtime leave out its folder, and those about tests the ends of names.
fn is_there(path: &str) -> bool {
    let places = [
        path.to_owned(),
        format!("runtime/src/{path}"),
        format!("{path}.rs"),
    ];
    places.iter().any(|path| root().join(path).exists())
}

fn is_right(path: &str, text: &str, target: &str) -> bool {
    if let Some(item) = target.strip_prefix(DOCS) {
        return is_item(item);
    }
    let (place, heading) = target.split_once('#').unwrap_or((target, ""));
    if target.starts_with("http") || target.starts_with("data:") {
        return true;
    }
    let (own_crate, _) = path.split_once('/').unwrap_or_default();
    let page = if let Some((_, page)) = place.rsplit_once("guide::") {
        format!("{own_crate}/guide/{page}.md")
    } else if place.ends_with("crate::offload") {
        "runtime/offload.md".to_owned()
    } else if place.contains("::") || !place.contains(['.', '/']) {
        // An item, which rustdoc checks, or a heading of this page.
        let is_heading_here = place.is_empty() && has_extension(path, "md");
        return !is_heading_here || has_heading(text, heading);
    } else {
        let (folder, _) = path.rsplit_once('/').unwrap_or_default();
        let file = root().join(folder).join(place);
        let is_page = has_extension(place, "md") && !heading.is_empty();
        let has_it = |page: String| has_heading(&page, heading);
        return file.exists() && (!is_page || fs::read_to_string(file).is_ok_and(has_it));
    };
    let page = fs::read_to_string(root().join(page)).unwrap_or_default();
    heading.is_empty() || has_heading(&page, heading)
}

/// Whether the docs have a page, such as `struct.Pool.html#method.new`: what is public is in the listing.
fn is_item(page: &str) -> bool {
    // The library exports items of the watch as well.
    let listing: String = ["tokio_offload", "tokio_offload_watch"]
        .iter()
        .map(|name| root().join(format!("tests/repository/public_api/{name}.txt")))
        .filter_map(|path| fs::read_to_string(path).ok())
        .collect();
    let (item, method) = page.split_once('#').unwrap_or((page, ""));
    let (kind, name) = item.split_once('.').unwrap_or_default();
    let name = name.strip_suffix(".html").unwrap_or_default();
    let is_item = ["pub ", "pub const ", "pub async "]
        .iter()
        .any(|start| begins_line(&listing, &format!("{start}{kind} {name}")));
    let method = method.strip_prefix("method.").unwrap_or_default();
    let is_method = |line: &str| {
        let rest = line.split_once(&format!(" fn {method}")).map(|it| it.1);
        rest.is_some_and(|rest| rest.starts_with(['(', '<']))
    };
    is_item && (method.is_empty() || listing.lines().any(is_method))
}

fn begins_line(text: &str, start: &str) -> bool {
    text.lines().any(|line| {
        let rest = line.trim_start().strip_prefix(start);
        rest.is_some_and(|rest| {
            !rest.starts_with(|sign: char| sign.is_alphanumeric() || sign == '_')
        })
    })
}

/// Whether a page has a heading for which rustdoc makes that anchor.
fn has_heading(page: &str, anchor: &str) -> bool {
    let headings = prose(page, true).filter_map(|(_, line)| line.strip_prefix('#'));
    headings
        .map(|heading| heading.trim_start_matches('#').trim())
        .any(|heading| anchor_of(heading) == anchor)
}

fn anchor_of(heading: &str) -> String {
    let signs = heading.chars().filter_map(|sign| match sign {
        ' ' => Some('-'),
        '-' | '_' => Some(sign),
        _ => sign.is_alphanumeric().then(|| sign.to_ascii_lowercase()),
    });
    signs.collect()
}

#[test]
fn links_that_lead_nowhere_are_seen() {
    let check = |path: &str, text: &str| {
        let mut wrong = Vec::new();
        links_lead_somewhere(path, text, &mut wrong);
        wrong
    };
    let right = "# A `b = C`\n[x](docs/benchmarks.md), `docs/benchmarks.md`, [y](#a-b--c)\n\n[`Pool::new`]: https://docs.rs/tokio-offload/\
                 latest/tokio_offload/struct.Pool.html#method.new\n```\n[x](nowhere.md)\n```\n";
    assert_eq!(check("x.md", right), [""; 0]);
    let broken = [
        ("x.md", "[x](docs/nowhere.md)"),
        ("x.md", "see `docs/nowhere.md`"),
        ("x.md", "[x](#nowhere)"),
        ("x.md", "[`a`]: nowhere.md"),
        (
            "x.md",
            "[`a`]: https://docs.rs/tokio-offload/latest/tokio_offload/struct.Nowhere.html",
        ),
        (
            "x.md",
            "[`a`]: https://docs.rs/tokio-offload/latest/tokio_offload/struct.Pool.html#method.nowhere",
        ),
        ("runtime/guide/x.md", "[x](crate::guide::errors#nowhere)"),
        ("runtime/src/x.rs", "/// [x](macro@crate::offload#nowhere)"),
    ];
    for (path, text) in broken {
        assert_eq!(check(path, text).len(), 1, "{text}");
    }
}

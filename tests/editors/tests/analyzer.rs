//! What an editor shows and does at the attribute. Skipped, with a message, if there is no `rust-analyzer`.

use std::{collections::BTreeSet, path::Path};

use offload_editors::Editor;
use serde_json::{Value, json};

const PROJECT: &str = include_str!("../project/lib.rs");

/// One test with one server, because loading takes long.
#[test]
fn an_editor_knows_offloaded_functions() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("opened");
    let mut editor = match Editor::open(&folder, PROJECT) {
        Ok(editor) => editor,
        Err(missing) => {
            println!("editors: SKIPPED: {missing}");
            return;
        }
    };
    names_of_options_complete_wherever_one_can_be_typed(&mut editor);
    hover_explains_the_attribute_and_its_options(&mut editor);
    hover_shows_what_a_call_returns_and_nothing_else(&mut editor);
    each_name_leads_to_one_place(&mut editor);
    every_use_of_a_name_is_found(&mut editor);
    renaming_reaches_every_use(&mut editor);
    if editor.knows_std() {
        types_and_parameters_are_shown_as_without_the_attribute(&mut editor);
        nothing_but_what_is_half_typed_is_an_error(&mut editor);
    } else {
        println!("editors: SKIPPED: types and errors, for which it needs the source of std");
    }
}

const OPTIONS: [&str; 7] = [
    "pool",
    "remote",
    "blocking",
    "asynchronous",
    "owner",
    "catch",
    "skip",
];

fn names_of_options_complete_wherever_one_can_be_typed(editor: &mut Editor) {
    for (place, offset) in [
        ("(bloc)", 5),
        (", ow = 1", 4),
        ("offload()]\npub fn nothing", 8),
        ("LANES, )", 7),
        ("(ski)", 4),
        ("pool = self.own)", 2),
    ] {
        let found = editor.at("textDocument/completion", place, offset, &json!({}));
        let items = found.get("items").unwrap_or(&found).as_array().unwrap();
        let labels: Vec<_> = items.iter().filter_map(|it| it["label"].as_str()).collect();
        for option in OPTIONS {
            assert!(labels.contains(&option), "{option} at {place}: {labels:?}");
        }
    }
}

fn hover_explains_the_attribute_and_its_options(editor: &mut Editor) {
    let attribute = hover(editor, "offload(pool = LANES)]\npub fn digest", 0);
    for option in OPTIONS {
        assert!(attribute.contains(&format!("`{option}")), "{attribute}");
    }
    let option = hover(editor, "pool = LANES)]\npub fn digest", 0);
    assert!(option.contains("where the body runs"), "{option}");
}

fn hover_shows_what_a_call_returns_and_nothing_else(editor: &mut Editor) {
    for (place, offset, signature) in [
        (
            "digest(text: &str)",
            0,
            "pub fn digest(text: &str) -> ::tokio_offload::Offload<u64>",
        ),
        (
            "digest(\"x\")",
            0,
            "pub fn digest(text: &str) -> ::tokio_offload::Offload<u64>",
        ),
        (
            "files.size",
            6,
            "pub fn size(&self, file: &str) -> ::tokio_offload::Offload<io::Result<u64>>",
        ),
        (
            "handle = Handle::new",
            17,
            "pub fn new() -> ::tokio_offload::Offload<Self>",
        ),
        (
            "draw(page",
            0,
            "-> ::tokio_offload::Offload<Result<usize, Error>>",
        ),
        ("self.dir.join(file)", 0, "self: &Files"),
        ("text.chars().count();\n    counted", 0, "text: &str"),
    ] {
        let shown = hover(editor, place, offset);
        assert!(shown.contains(signature), "{place}: {shown}");
        let inner = ["__", "---\n\n```"];
        assert!(
            !inner.iter().any(|text| shown.contains(text)),
            "{place}: {shown}"
        );
    }
}

fn each_name_leads_to_one_place(editor: &mut Editor) {
    for (place, offset, line) in [
        ("digest(\"x\")", 0, "pub fn digest"),
        ("pool = LANES)]\npub fn digest", 7, "static LANES"),
        ("remote = DRAWERS", 9, "static DRAWERS"),
        ("pool = self.own", 12, "own: Arc<Pool>"),
        ("files.size", 6, "pub fn size"),
        ("sum_now(&[1]", 0, "blocking = sum_now"),
        ("later(\"x\")", 0, "asynchronous = later"),
        ("owner = Handle", 8, "owner = Handle"),
        ("BlockingStore for", 0, "blocking = BlockingStore"),
        ("Store::look_up", 7, "look_up(&self, key: &str) -> u64;"),
    ] {
        let found = editor.at("textDocument/definition", place, offset, &json!({}));
        let [target] = found.as_array().unwrap().as_slice() else {
            panic!("{place} leads to {found}");
        };
        let uri = target.get("targetUri").or(target.get("uri"));
        let range = target.get("targetSelectionRange").or(target.get("range"));
        let uri = uri.and_then(Value::as_str).unwrap_or_default();
        assert!(uri.ends_with("/opened/src/lib.rs"), "{place}: {found}");
        let start = range.map(|range| &range["start"]["line"]);
        assert_eq!(start, Some(&json!(editor.line(line))), "{place}");
    }
}

fn every_use_of_a_name_is_found(editor: &mut Editor) {
    let more = json!({ "context": { "includeDeclaration": true } });
    let found = editor.at("textDocument/references", "digest(text", 0, &more);
    let ranges = found.as_array().unwrap();
    let lines = lines(ranges.iter().map(|found| &found["range"]));
    assert_eq!(lines, at(editor, &["pub fn digest", "digest(\"x\")"]));
}

fn renaming_reaches_every_use(editor: &mut Editor) {
    for (place, expected) in [
        (
            "look_up(&self, key: &str) -> u64;",
            [
                "-> u64;",
                "look_up(&self, key: &str) -> u64 {",
                "Store::look_up",
            ]
            .as_slice(),
        ),
        ("size(&self", &["pub fn size", "files.size"]),
        (
            "dir: Arc<Path>",
            &[
                "dir: Arc<Path>",
                "self.dir.join(file)",
                "&self.dir",
                "self.dir.components",
                "self.dir = ",
                "self.dir.join(key)",
            ],
        ),
        ("sum_now(&[1]", &["blocking = sum_now", "sum_now(&[1]"]),
        ("add(&mut self", &["pub fn add", "handle.add"]),
    ] {
        let more = json!({ "newName": "renamed" });
        let edits = editor.at("textDocument/rename", place, 0, &more);
        let edits = edits["documentChanges"][0]["edits"].as_array().unwrap();
        let lines = lines(edits.iter().map(|edit| &edit["range"]));
        assert_eq!(lines, at(editor, expected), "{place}");
    }
}

fn types_and_parameters_are_shown_as_without_the_attribute(editor: &mut Editor) {
    let hints = editor.file("textDocument/inlayHint");
    let hints: Vec<_> = hints
        .as_array()
        .unwrap()
        .iter()
        .map(|hint| (editor.before(&hint["position"]), label(&hint["label"])))
        .collect();
    for (before, shown) in [
        ("    let letters", ": usize"),
        ("    let counted", ": usize"),
        ("        let found", ": PathBuf"),
        ("    let first", ": u64"),
        ("    let handle", ": Handle"),
        ("    let fifth", ": usize"),
        ("    let first = digest(\"x\").await + as_it_is(", "text:"),
        ("    let first = digest(", "text:"),
        ("    let fourth = handle.add(", "amount:"),
    ] {
        let is_it = |hint: &(&str, String)| hint.0 == before && hint.1 == shown;
        assert!(hints.iter().any(is_it), "{shown} after {before}: {hints:?}");
    }
}

fn nothing_but_what_is_half_typed_is_an_error(editor: &mut Editor) {
    let found = editor.file("textDocument/diagnostic");
    let found = found["items"].as_array().unwrap();
    // They come in any order.
    let words: BTreeSet<_> = found
        .iter()
        .map(|error| editor.before(&error["range"]["end"]))
        .collect();
    let half_typed = [
        "#[offload(bloc",
        "#[offload(pool = LANES, ow",
        "    #[offload(ski",
    ];
    assert_eq!(
        (words, found.len()),
        (BTreeSet::from(half_typed), half_typed.len()),
        "{found:?}"
    );
}

fn hover(editor: &mut Editor, place: &str, offset: usize) -> String {
    let shown = editor.at("textDocument/hover", place, offset, &json!({}));
    shown["contents"]["value"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// A text, or a list of parts.
fn label(label: &Value) -> String {
    let parts = label.as_array().into_iter().flatten();
    let parts = parts.filter_map(|part| part["value"].as_str()).collect();
    label.as_str().map_or(parts, str::to_owned)
}

fn lines<'a>(ranges: impl Iterator<Item = &'a Value>) -> Vec<u64> {
    let mut lines: Vec<_> = ranges
        .filter_map(|range| range["start"]["line"].as_u64())
        .collect();
    lines.sort_unstable();
    lines
}

fn at(editor: &Editor, texts: &[&str]) -> Vec<u64> {
    texts.iter().map(|text| editor.line(text) as u64).collect()
}

//! What an editor shows and does at the attribute. Skipped, with a message, if there is no `rust-analyzer`.

use std::path::Path;

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
    names_of_options_complete(&mut editor);
    hover_shows_options_and_types(&mut editor);
    names_lead_to_what_was_written(&mut editor);
    renaming_a_method_of_a_trait_reaches_all_of_it(&mut editor);
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

fn names_of_options_complete(editor: &mut Editor) {
    for (place, offset) in [("(bloc)", 5), (", ow = 1", 4)] {
        let found = editor.at("textDocument/completion", place, offset, &json!({}));
        let items = found.get("items").unwrap_or(&found).as_array().unwrap();
        let labels: Vec<_> = items.iter().filter_map(|it| it["label"].as_str()).collect();
        for option in OPTIONS {
            assert!(labels.contains(&option), "{option} at {place}: {labels:?}");
        }
    }
}

fn hover_shows_options_and_types(editor: &mut Editor) {
    let attribute = hover(editor, "offload(pool = LANES)]", 0);
    for option in OPTIONS {
        assert!(attribute.contains(&format!("`{option}")), "{attribute}");
    }
    let call = hover(editor, "digest(\"x\")", 0);
    let short = "pub fn digest(text: &str) -> ::tokio_offload::Offload<u64>";
    assert!(call.contains(short), "{call}");
    assert!(hover(editor, "text.len()", 0).contains("text: &str"));
}

fn names_lead_to_what_was_written(editor: &mut Editor) {
    for (place, offset, line) in [
        ("digest(\"x\")", 0, "pub fn digest"),
        ("pool = LANES)]", 7, "static LANES"),
        ("BlockingStore for", 0, "offload(blocking"),
    ] {
        let found = editor.at("textDocument/definition", place, offset, &json!({}));
        let line = editor.line(line);
        let here = |target: &Value| {
            let uri = target.get("targetUri").or(target.get("uri"));
            let range = target.get("targetSelectionRange").or(target.get("range"));
            uri.and_then(Value::as_str)
                .is_some_and(|uri| uri.ends_with("/opened/src/lib.rs"))
                && range.is_some_and(|range| range["start"]["line"] == line)
        };
        let targets = found.as_array().unwrap();
        assert!(targets.iter().any(here), "{place}: {found}");
    }
}

fn renaming_a_method_of_a_trait_reaches_all_of_it(editor: &mut Editor) {
    let more = json!({ "newName": "fetch" });
    let place = "look_up(&self, key: &str) -> u64;";
    let edits = editor.at("textDocument/rename", place, 0, &more);
    let edits = edits["documentChanges"][0]["edits"].as_array().unwrap();
    let mut lines: Vec<_> = edits
        .iter()
        .filter_map(|edit| edit["range"]["start"]["line"].as_u64())
        .collect();
    lines.sort_unstable();
    let expected = [
        "-> u64;",
        "look_up(&self, key: &str) -> u64 {",
        "Store::look_up",
    ];
    assert_eq!(lines, expected.map(|text| editor.line(text) as u64));
}

fn hover(editor: &mut Editor, place: &str, offset: usize) -> String {
    let shown = editor.at("textDocument/hover", place, offset, &json!({}));
    shown["contents"]["value"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

//! The public surface of each crate, as a file that shows in review when it changes. `BLESS=1` rewrites it.
//!
//! It is read from the sources: what `lib.rs` exports, with the signatures of its methods, the traits it implements and the
//! features it needs. No documentation and no bodies.

mod auto_traits;
mod engine;
mod examples;
mod items;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};

use items::{attributes, is_hidden, is_shown, public, rank};
use syn::{Attribute, Item, UseTree, Visibility};

/// The crates whose items users name: the folder of each, and its listing.
const CRATES: [(&str, &str); 3] = [
    ("runtime", "tokio_offload.txt"),
    ("watch", "tokio_offload_watch.txt"),
    ("cluster", "tokio_offload_cluster.txt"),
];

#[test]
fn the_public_surface_is_as_written_down() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("repository/public_api");
    let mut wrong = Vec::new();
    for (name, listing) in CRATES {
        let golden = folder.join(listing);
        let surface = surface(&sources(name));
        if env::var_os("BLESS").is_some() {
            fs::write(&golden, surface).unwrap();
            continue;
        }
        let written = fs::read_to_string(&golden).unwrap_or_default();
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
        let (before, now) = (lines(&written), lines(&surface));
        let (gone, new) = (&before - &now, &now - &before);
        if written != surface {
            wrong.push(format!("{name}: gone: {gone:#?}\nnew: {new:#?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "the public surface has changed; `BLESS=1` accepts it\n{}",
        wrong.join("\n")
    );
}

/// The sources of a crate.
fn sources(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.join(name).join("src")
}

/// A name that `lib.rs` exports, with what must be there for it.
type Exports = BTreeMap<String, Vec<Attribute>>;

/// Everything public, one item after the other, sorted by name.
fn surface(folder: &Path) -> String {
    let lib = parse(&folder.join("lib.rs"));
    let (exports, foreign) = exports(&lib);
    let mut found: BTreeMap<String, Vec<Item>> = BTreeMap::new();
    for file in files(folder) {
        for item in parse(&file).items {
            if let Some((name, item)) = public(item, &exports) {
                found.entry(name).or_default().push(item);
            }
        }
    }
    for name in exports.keys() {
        assert!(
            found.contains_key(name),
            "`{name}` is exported and not found"
        );
    }
    let mut items = foreign;
    for (name, mut group) in found {
        // The definition first, then methods, then traits by their text.
        group.sort_by_cached_key(|item| (rank(item), print(vec![item.clone()])));
        // A function that each system has in its own way is one to users.
        group.dedup();
        let needs = &exports[&name];
        for item in &mut group {
            attributes(item).splice(0..0, needs.iter().cloned());
        }
        items.append(&mut group);
    }
    print(items)
}

fn print(items: Vec<Item>) -> String {
    prettyplease::unparse(&syn::File {
        shebang: None,
        attrs: Vec::new(),
        items,
    })
}

/// The names that come from this crate, and the `pub use` lines of other crates' items.
fn exports(lib: &syn::File) -> (Exports, Vec<Item>) {
    let (mut ours, mut foreign) = (Exports::new(), Vec::new());
    for item in &lib.items {
        let Item::Use(line) = item else { continue };
        if !matches!(line.vis, Visibility::Public(_)) || is_hidden(&line.attrs) {
            continue;
        }
        let mut line = line.clone();
        line.attrs.retain(is_shown);
        match &line.tree {
            UseTree::Path(path) if path.ident.to_string().starts_with("tokio_offload") => {
                foreign.push(Item::Use(line));
            }
            tree => {
                let mut names = Vec::new();
                leaves(tree, &mut names);
                ours.extend(names.into_iter().map(|name| (name, line.attrs.clone())));
            }
        }
    }
    (ours, foreign)
}

fn leaves(tree: &UseTree, names: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => leaves(&path.tree, names),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, names)),
        UseTree::Name(name) => names.push(name.ident.to_string()),
        UseTree::Rename(_) | UseTree::Glob(_) => {
            panic!("names of ours are exported one by one, and as they are")
        }
    }
}

fn parse(file: &Path) -> syn::File {
    let text = fs::read_to_string(file).unwrap();
    syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Every source but those that nobody outside may name, and the stand-ins.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "__private" {
            found.append(&mut files(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") && !name.ends_with("mock.rs") {
            found.push(path);
        }
    }
    found
}

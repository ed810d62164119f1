//! The engine for worker processes is public for the facade only: no user can name what is its own.

use syn::{Item, UseTree};

use crate::{
    exports, files,
    items::{methods, public, self_name},
    parse, print, sources,
};

/// The engine changes without notice: no signature and no conversion of a public type may mention what is its own.
#[test]
fn nothing_of_the_engine_is_public() {
    let folder = sources("runtime");
    let (exports, foreign) = exports(&parse(&folder.join("lib.rs")));
    let foreign = print(foreign);
    assert!(!foreign.contains("tokio_offload_remote"), "{foreign}");
    for file in files(&folder) {
        let items = parse(&file).items;
        let engine: Vec<_> = items.iter().flat_map(of_the_engine).collect();
        for item in items {
            let shown = match item {
                Item::Impl(item)
                    if self_name(&item.self_ty).is_some_and(|name| exports.contains_key(&name)) =>
                {
                    methods(item).map(Item::Impl)
                }
                item => public(item, &exports).map(|(_, item)| item),
            };
            let text = shown.map(|item| print(vec![item])).unwrap_or_default();
            let mut words = text.split(|sign: char| !sign.is_alphanumeric() && sign != '_');
            let found = words.find(|word| engine.iter().any(|name| name == word));
            assert!(found.is_none(), "{}: {found:?} in\n{text}", file.display());
        }
    }
}

/// The names by which an item of `use` brings what is the engine's.
fn of_the_engine(item: &Item) -> Vec<String> {
    let Item::Use(line) = item else {
        return Vec::new();
    };
    match &line.tree {
        UseTree::Path(path) if path.ident == "tokio_offload_remote" => brought(&path.tree),
        UseTree::Rename(name) if name.ident == "tokio_offload_remote" => {
            vec![name.rename.to_string()]
        }
        _ => Vec::new(),
    }
}

fn brought(tree: &UseTree) -> Vec<String> {
    match tree {
        UseTree::Path(path) => brought(&path.tree),
        UseTree::Group(group) => group.items.iter().flat_map(brought).collect(),
        UseTree::Name(name) => vec![name.ident.to_string()],
        UseTree::Rename(name) => vec![name.rename.to_string()],
        UseTree::Glob(_) => panic!("names of the engine are imported one by one"),
    }
}

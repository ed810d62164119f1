//! What the docs of every public item have: an example; and those of a function also what dropping means where something is awaited, and
//! which errors and panics there are.

use std::path::Path;

use quote::ToTokens as _;
use syn::{
    Attribute, Block, Expr, ExprLit, Ident, ImplItem, Item, Lit, Meta, ReturnType, Signature,
    TraitItem, Type, TypeParamBound, Visibility,
};

use crate::{CRATES, exports, files, items::self_name, parse, sources};

#[test]
fn public_functions_say_what_they_do_with_examples_errors_panics_and_cancel_safety() {
    let mut wrong = Vec::new();
    for (name, _) in CRATES {
        for function in functions(&sources(name)) {
            if !function.docs.contains("```") {
                wrong.push(format!("{name}: `{}` has no example", function.name));
            }
            if function.is_awaited && !function.docs.contains("# Cancel safety") {
                wrong.push(format!(
                    "{name}: `{}` does not say what dropping it means",
                    function.name
                ));
            }
            if function.is_fallible && !function.docs.contains("# Errors") {
                wrong.push(format!(
                    "{name}: `{}` does not say which errors there are",
                    function.name
                ));
            }
            if function.panics && !function.docs.contains("# Panics") {
                wrong.push(format!(
                    "{name}: `{}` does not say when it panics",
                    function.name
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn public_types_have_examples() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (name, _) in CRATES {
        let folder = sources(name);
        let (exports, _) = exports(&parse(&folder.join("lib.rs")));
        let items = files(&folder)
            .into_iter()
            .flat_map(|file| parse(&file).items);
        for (item, attrs) in items
            .filter_map(named)
            .filter(|(item, _)| exports.contains_key(&item.to_string()))
        {
            seen += 1;
            if !docs(&attrs).contains("```") {
                wrong.push(format!("{name}: `{item}` has no example"));
            }
        }
    }
    assert!(seen > 40, "{seen} types were found");
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// The name of a public type or trait, and its attributes.
fn named(item: Item) -> Option<(Ident, Vec<Attribute>)> {
    let (vis, ident, attrs) = match item {
        Item::Struct(item) => (item.vis, item.ident, item.attrs),
        Item::Enum(item) => (item.vis, item.ident, item.attrs),
        Item::Trait(item) => (item.vis, item.ident, item.attrs),
        Item::Type(item) => (item.vis, item.ident, item.attrs),
        _ => return None,
    };
    is_public(&vis).then_some((ident, attrs))
}

struct Documented {
    name: String,
    docs: String,
    is_awaited: bool,
    is_fallible: bool,
    /// With `#[track_caller]`, which is there to show who is at fault, or with an assertion.
    panics: bool,
}

/// The functions and methods that are exported by name.
fn functions(folder: &Path) -> Vec<Documented> {
    let (exports, _) = exports(&parse(&folder.join("lib.rs")));
    assert!(!exports.is_empty(), "{} exports nothing", folder.display());
    let items = files(folder)
        .into_iter()
        .flat_map(|file| parse(&file).items);
    let known = |name: &String| exports.contains_key(name);
    let mut found = Vec::new();
    for item in items {
        match item {
            Item::Fn(item) if is_public(&item.vis) && known(&item.sig.ident.to_string()) => {
                found.push(documented("", &item.sig, &item.attrs, Some(&item.block)));
            }
            Item::Impl(item) if item.trait_.is_none() => {
                let Some(name) = self_name(&item.self_ty).filter(known) else {
                    continue;
                };
                found.extend(item.items.iter().filter_map(|item| match item {
                    ImplItem::Fn(method) if is_public(&method.vis) => Some(documented(
                        &name,
                        &method.sig,
                        &method.attrs,
                        Some(&method.block),
                    )),
                    _ => None,
                }));
            }
            Item::Trait(item) if is_public(&item.vis) && known(&item.ident.to_string()) => {
                let name = item.ident.to_string();
                // An example of the trait shows all of its methods.
                let shown = docs(&item.attrs);
                found.extend(item.items.iter().filter_map(|item| match item {
                    TraitItem::Fn(method) => {
                        let body = method.default.as_ref();
                        let mut method = documented(&name, &method.sig, &method.attrs, body);
                        method.docs.push_str(&shown);
                        Some(method)
                    }
                    _ => None,
                }));
            }
            _ => {}
        }
    }
    found.retain(|function| !function.docs.contains("(hidden)"));
    found
}

fn documented(
    owner: &str,
    sig: &Signature,
    attrs: &[Attribute],
    body: Option<&Block>,
) -> Documented {
    let body = body.map(|block| block.to_token_stream().to_string());
    Documented {
        name: format!("{owner}::{}", sig.ident),
        docs: docs(attrs),
        is_awaited: sig.asyncness.is_some() || gives_future(&sig.output),
        is_fallible: gives_result(&sig.output),
        panics: body.is_some_and(|body| body.contains("assert !") || body.contains("panic !"))
            || attrs
                .iter()
                .any(|attr| attr.path().is_ident("track_caller")),
    }
}

/// Whether a `Result` is returned, or comes out of a future that is.
fn gives_result(output: &ReturnType) -> bool {
    let text = output.to_token_stream().to_string();
    let comes = [
        "-> Result <",
        "-> io :: Result <",
        "Offload < Result <",
        "Output = Result <",
    ];
    comes.iter().any(|what| text.contains(what))
}

fn gives_future(output: &ReturnType) -> bool {
    let ReturnType::Type(_, ty) = output else {
        return false;
    };
    let Type::ImplTrait(what) = &**ty else {
        return false;
    };
    what.bounds.iter().any(|bound| match bound {
        TypeParamBound::Trait(bound) => {
            let last = bound.path.segments.last();
            last.is_some_and(|last| last.ident == "Future")
        }
        _ => false,
    })
}

/// The text of the docs; `(hidden)` for what is hidden.
fn docs(attrs: &[Attribute]) -> String {
    let texts = attrs.iter().filter(|attr| attr.path().is_ident("doc"));
    let lines = texts.map(|attr| match &attr.meta {
        Meta::NameValue(pair) => match &pair.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(line),
                ..
            }) => line.value() + "\n",
            // A file: it is there because it is long.
            _ => "```\n".to_owned(),
        },
        Meta::List(list) => format!("({})", list.tokens),
        Meta::Path(_) => String::new(),
    });
    lines.collect()
}

const fn is_public(vis: &Visibility) -> bool {
    matches!(vis, Visibility::Public(_))
}

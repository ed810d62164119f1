//! One public item as users see it: without bodies, private fields and docs.

use syn::{
    Attribute, GenericArgument, ImplItem, Item, ItemImpl, PathArguments, Type, Visibility,
    parse_quote,
};

use crate::Exports;

/// An item of an exported name, without what nobody outside sees.
pub(crate) fn public(item: Item, exports: &Exports) -> Option<(String, Item)> {
    let known = |name: String| exports.contains_key(&name).then_some(name);
    let is_public = |vis: &Visibility| matches!(vis, Visibility::Public(_));
    let (name, mut item) = match item {
        Item::Struct(mut item) if is_public(&item.vis) => {
            for field in &mut item.fields {
                field.attrs.retain(is_shown);
            }
            if !item.fields.iter().any(|field| is_public(&field.vis)) {
                item.fields = syn::Fields::Unit;
                item.semi_token = Some(parse_quote!(;));
            }
            (known(item.ident.to_string())?, Item::Struct(item))
        }
        Item::Enum(mut item) if is_public(&item.vis) => {
            for variant in &mut item.variants {
                variant.attrs.retain(is_shown);
                for field in &mut variant.fields {
                    field.attrs.retain(is_shown);
                }
            }
            (known(item.ident.to_string())?, Item::Enum(item))
        }
        Item::Trait(mut item) if is_public(&item.vis) => {
            item.items.retain(
                |item| !matches!(item, syn::TraitItem::Fn(method) if is_hidden(&method.attrs)),
            );
            for item in &mut item.items {
                without_body(item);
            }
            (known(item.ident.to_string())?, Item::Trait(item))
        }
        Item::Fn(mut item) if is_public(&item.vis) => {
            item.block = parse_quote!({});
            (known(item.sig.ident.to_string())?, Item::Fn(item))
        }
        Item::Type(item) if is_public(&item.vis) => {
            (known(item.ident.to_string())?, Item::Type(item))
        }
        Item::Impl(item) => {
            let name = known(self_name(&item.self_ty)?)?;
            if !is_seen_outside(&item, exports) {
                return None;
            }
            (name, Item::Impl(methods(item)?))
        }
        _ => return None,
    };
    attributes(&mut item).retain(is_shown);
    Some((name, item))
}

/// Whether users can name the trait, and what it converts from.
fn is_seen_outside(item: &ItemImpl, exports: &Exports) -> bool {
    let Some((_, path, _)) = &item.trait_ else {
        return true;
    };
    let Some(last) = path.segments.last() else {
        return false;
    };
    let of_others = [
        "Clone",
        "Debug",
        "Default",
        "Deserialize",
        "Display",
        "Drop",
        "Error",
        "From",
        "FusedStream",
        "Future",
        "Serialize",
        "Stream",
        "Unpin",
    ];
    let name = last.ident.to_string();
    let known = of_others.contains(&&*name) || exports.contains_key(&name);
    let PathArguments::AngleBracketed(of) = &last.arguments else {
        return known;
    };
    let types = of.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => self_name(ty),
        _ => None,
    });
    known && types.into_iter().all(|name| exports.contains_key(&name))
}

pub(crate) fn self_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

/// The public methods, or of a trait nothing but that it is implemented. None if nothing is left.
pub(crate) fn methods(mut item: ItemImpl) -> Option<ItemImpl> {
    if item.trait_.is_some() {
        item.items.retain(|item| matches!(item, ImplItem::Type(_)));
        return Some(item);
    }
    item.items.retain(|item| match item {
        ImplItem::Fn(method) => {
            matches!(method.vis, Visibility::Public(_)) && !is_hidden(&method.attrs)
        }
        ImplItem::Const(constant) => matches!(constant.vis, Visibility::Public(_)),
        _ => false,
    });
    for item in &mut item.items {
        if let ImplItem::Fn(method) = item {
            method.attrs.retain(is_shown);
            method.block = parse_quote!({});
        }
    }
    (!item.items.is_empty()).then_some(item)
}

fn without_body(item: &mut syn::TraitItem) {
    match item {
        syn::TraitItem::Fn(method) => {
            method.attrs.retain(is_shown);
            if method.default.is_some() {
                method.default = Some(parse_quote!({}));
            }
        }
        syn::TraitItem::Type(item) => item.attrs.retain(is_shown),
        _ => {}
    }
}

pub(crate) fn is_hidden(attrs: &[Attribute]) -> bool {
    let hidden: Attribute = parse_quote!(#[doc(hidden)]);
    attrs.contains(&hidden)
}

/// What a user has to know: not docs and not lints.
pub(crate) fn is_shown(attribute: &Attribute) -> bool {
    let shown = ["derive", "non_exhaustive", "must_use", "cfg", "cfg_attr"];
    shown.iter().any(|name| attribute.path().is_ident(name))
}

pub(crate) fn attributes(item: &mut Item) -> &mut Vec<Attribute> {
    match item {
        Item::Struct(item) => &mut item.attrs,
        Item::Enum(item) => &mut item.attrs,
        Item::Trait(item) => &mut item.attrs,
        Item::Fn(item) => &mut item.attrs,
        Item::Type(item) => &mut item.attrs,
        Item::Impl(item) => &mut item.attrs,
        _ => unreachable!("`public` gives no other"),
    }
}

pub(crate) fn rank(item: &Item) -> u8 {
    match item {
        Item::Impl(item) => 1 + u8::from(item.trait_.is_some()),
        _ => 0,
    }
}

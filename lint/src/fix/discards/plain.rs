//! What of a file has to be known before its calls.

use std::collections::HashSet;

use proc_macro2::TokenTree;
use syn::{Ident, visit::Visit};

/// Functions and structures, without parameters and with.
#[derive(Default)]
pub(super) struct Plain {
    pub(super) without: HashSet<Ident>,
    pub(super) with: HashSet<Ident>,
    /// Whether an attribute keeps the compiler from warnings of futures.
    pub(super) is_quiet: bool,
}

impl Plain {
    fn add(&mut self, name: &Ident, is_plain: bool) {
        let names = if is_plain {
            &mut self.without
        } else {
            &mut self.with
        };
        names.insert(name.clone());
    }
}

impl<'ast> Visit<'ast> for Plain {
    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        let mut open = Open::new(true);
        node.sig
            .inputs
            .iter()
            .for_each(|one| open.visit_fn_arg(one));
        self.add(
            &node.sig.ident,
            node.sig.generics.params.is_empty() && !open.found,
        );
        syn::visit::visit_item_fn(self, node);
    }

    fn visit_item_struct(&mut self, node: &'ast syn::ItemStruct) {
        let mut open = Open::new(true);
        open.visit_fields(&node.fields);
        self.add(&node.ident, node.generics.params.is_empty() && !open.found);
        syn::visit::visit_item_struct(self, node);
    }

    fn visit_attribute(&mut self, node: &'ast syn::Attribute) {
        let Ok(list) = node.meta.require_list() else {
            return;
        };
        let all = ["unused", "unused_must_use", "warnings"];
        let mut tokens = list.tokens.clone().into_iter();
        let is_one = |token: TokenTree| matches!(token, TokenTree::Ident(word) if all.iter().any(|one| word == one));
        let is_quiet = list.path.is_ident("allow") || list.path.is_ident("expect");
        self.is_quiet |= is_quiet && tokens.any(is_one);
    }
}

/// Finds types that leave something open, which a future may be.
pub(super) struct Open {
    /// Whether a value of the type may have become it by coercion.
    coerces: bool,
    pub(super) found: bool,
}

impl Open {
    pub(super) fn new(coerces: bool) -> Self {
        Self {
            coerces,
            found: false,
        }
    }
}

impl<'ast> Visit<'ast> for Open {
    fn visit_type_impl_trait(&mut self, _: &'ast syn::TypeImplTrait) {
        self.found = true;
    }

    fn visit_type_infer(&mut self, _: &'ast syn::TypeInfer) {
        self.found = true;
    }

    fn visit_type_trait_object(&mut self, _: &'ast syn::TypeTraitObject) {
        self.found |= self.coerces;
    }
}

//! Functions as they are written: their signature, their lines, and whether they have the attribute.

use syn::{punctuated::Punctuated, spanned::Spanned as _};

/// A function as it is written.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) first_line: usize,
    pub(crate) last_line: usize,
    pub(crate) signature: syn::Signature,
    /// Whether it is free or in an `impl` block without a trait.
    pub(crate) is_own_to_change: bool,
    /// Whether it, or its block, has the attribute already.
    pub(crate) attribute: Attribute,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Attribute {
    Absent,
    /// Inside a `cfg_attr`, whose condition only the compiler knows.
    OnCondition,
    Present,
}

impl Function {
    /// Whether the compiled function `compiled` is the one that the attribute generated. The blocking version has another name.
    pub(crate) fn is_offloaded(&self, compiled: &str) -> bool {
        match self.attribute {
            Attribute::Absent => false,
            Attribute::OnCondition => {
                let last = compiled.rsplit("::").next().unwrap_or_default();
                self.signature.ident != last
            }
            Attribute::Present => true,
        }
    }
}

/// Whether one of them is `#[offload]`, by whatever path.
pub(crate) fn offload(attributes: &[syn::Attribute]) -> Attribute {
    let all = attributes.iter().map(|attribute| {
        if names_offload(attribute.path()) {
            return Attribute::Present;
        }
        let parser = Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated;
        let conditional = attribute.path().is_ident("cfg_attr");
        let written = conditional.then(|| attribute.parse_args_with(parser).ok());
        let mut written = written.flatten().into_iter().flatten().skip(1);
        if written.any(|meta| names_offload(meta.path())) {
            Attribute::OnCondition
        } else {
            Attribute::Absent
        }
    });
    all.max().unwrap_or(Attribute::Absent)
}

fn names_offload(path: &syn::Path) -> bool {
    let last = path.segments.last();
    last.is_some_and(|segment| segment.ident == "offload")
}

/// The line of `vis`, or of the signature if there is no visibility.
pub(crate) fn first_line(vis: &syn::Visibility, signature: &syn::Signature) -> usize {
    match vis {
        syn::Visibility::Inherited => signature.span().start().line,
        written => written.span().start().line,
    }
}

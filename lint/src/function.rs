//! Functions as they are written: their signature, their lines, and whether they have the attribute.

use proc_macro2::LineColumn;
use syn::{punctuated::Punctuated, spanned::Spanned as _, visit::Visit};

/// A function as it is written.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) first_line: usize,
    /// How many characters of that line stand before it.
    pub(crate) column: usize,
    pub(crate) last_line: usize,
    /// The start of its attributes, or of itself if it has none.
    pub(crate) top: LineColumn,
    pub(crate) end: LineColumn,
    pub(crate) signature: syn::Signature,
    /// Whether it is a free function, or in an `impl` block without a trait and without generic parameters. The attribute on a method does
    /// not see the parameters of the block.
    pub(crate) is_free_or_inherent: bool,
    /// Whether other code may call it by a symbol, or it is deprecated: then only the user can tell who calls it.
    pub(crate) has_unknown_callers: bool,
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
    /// A function that the attribute cannot be put on. The parser says where it can.
    pub(crate) fn new(
        attributes: &[syn::Attribute],
        start: LineColumn,
        signature: &syn::Signature,
        block: &syn::Block,
    ) -> Self {
        let above = attributes.iter().map(|one| one.span().start());
        let end = block.span().end();
        Self {
            first_line: start.line,
            column: start.column,
            last_line: end.line,
            top: above.chain([start]).min().unwrap_or(start),
            end,
            signature: signature.clone(),
            is_free_or_inherent: false,
            has_unknown_callers: attributes.iter().any(has_unknown_callers),
            attribute: offload(attributes),
        }
    }

    /// Where it begins, after its attributes.
    pub(crate) fn start(&self) -> LineColumn {
        LineColumn {
            line: self.first_line,
            column: self.column,
        }
    }

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

/// Whether the attribute means that only the user can tell who calls the function. `#[unsafe(..)]` is around one that exports a symbol.
fn has_unknown_callers(attribute: &syn::Attribute) -> bool {
    let first = attribute.path().segments.first();
    let names = ["deprecated", "export_name", "no_mangle", "unsafe"];
    first.is_some_and(|first| names.iter().any(|name| first.ident == name))
}

/// Whether one of the attributes is `#[offload]`, by whatever path.
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

/// The start of the visibility, or of the signature if there is no visibility.
pub(crate) fn start(vis: &syn::Visibility, signature: &syn::Signature) -> LineColumn {
    match vis {
        syn::Visibility::Inherited => signature.span().start(),
        written => written.span().start(),
    }
}

/// Whether the type has a visible borrow. A lifetime that is left out cannot be seen.
pub(crate) fn borrows(kind: &syn::Type) -> bool {
    let mut found = Borrows(false);
    found.visit_type(kind);
    found.0
}

/// Finds a borrow.
struct Borrows(bool);

impl<'ast> Visit<'ast> for Borrows {
    fn visit_type_reference(&mut self, node: &'ast syn::TypeReference) {
        let is_static = node
            .lifetime
            .as_ref()
            .is_some_and(|name| name.ident == "static");
        self.0 |= !is_static;
    }

    /// A `Cow` without a lifetime borrows from one of the arguments.
    fn visit_path_segment(&mut self, node: &'ast syn::PathSegment) {
        let has_lifetime = |arguments: &syn::AngleBracketedGenericArguments| {
            let mut all = arguments.args.iter();
            all.any(|one| matches!(one, syn::GenericArgument::Lifetime(_)))
        };
        let is_named =
            matches!(&node.arguments, syn::PathArguments::AngleBracketed(all) if has_lifetime(all));
        self.0 |= node.ident == "Cow" && !is_named;
        syn::visit::visit_path_segment(self, node);
    }

    fn visit_lifetime(&mut self, node: &'ast syn::Lifetime) {
        self.0 |= node.ident != "static";
    }
}

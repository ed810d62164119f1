//! The loops and functions of a source file.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{spanned::Spanned, visit::Visit};

use crate::function::{Function, borrows, offload, start};

/// The loops and functions of a file. A file that cannot be parsed has none.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    /// The first and last line of each loop.
    pub(super) loops: Vec<(usize, usize)>,
    pub(super) functions: Vec<Function>,
}

impl Parsed {
    pub(super) fn of(text: &str) -> Self {
        let mut parsed = Self::default();
        if let Ok(file) = syn::parse_file(text) {
            parsed.visit_file(&file);
        }
        parsed
    }

    /// Adds the loops in the arguments of a macro: the braces after `for`, `while` or `loop`.
    fn add_loops_of(&mut self, tokens: TokenStream) {
        let mut begins = false;
        for token in tokens {
            match token {
                TokenTree::Ident(word) => {
                    begins |= ["loop", "while", "for"].iter().any(|one| word == one);
                }
                TokenTree::Group(group) => {
                    if begins && group.delimiter() == Delimiter::Brace {
                        self.add_loop(&group);
                        begins = false;
                    }
                    self.add_loops_of(group.stream());
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, function: Function, is_free_or_inherent: bool) {
        self.functions.push(Function {
            is_free_or_inherent,
            ..function
        });
    }

    fn add_loop(&mut self, body: &impl Spanned) {
        let span = body.span();
        self.loops.push((span.start().line, span.end().line));
    }
}

impl<'ast> Visit<'ast> for Parsed {
    fn visit_expr_loop(&mut self, node: &'ast syn::ExprLoop) {
        self.add_loop(&node.body);
        syn::visit::visit_expr_loop(self, node);
    }

    fn visit_expr_while(&mut self, node: &'ast syn::ExprWhile) {
        self.add_loop(node);
        syn::visit::visit_expr_while(self, node);
    }

    fn visit_expr_for_loop(&mut self, node: &'ast syn::ExprForLoop) {
        self.add_loop(&node.body);
        syn::visit::visit_expr_for_loop(self, node);
    }

    fn visit_macro(&mut self, node: &'ast syn::Macro) {
        self.add_loops_of(node.tokens.clone());
        syn::visit::visit_macro(self, node);
    }

    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        let start = start(&node.vis, &node.sig);
        self.add(
            Function::new(&node.attrs, start, &node.sig, &node.block),
            true,
        );
        syn::visit::visit_item_fn(self, node);
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        if let Some(block) = &node.default {
            let start = node.sig.span().start();
            self.add(Function::new(&node.attrs, start, &node.sig, block), false);
        }
        syn::visit::visit_trait_item_fn(self, node);
    }

    fn visit_item_impl(&mut self, node: &'ast syn::ItemImpl) {
        let is_plain =
            node.trait_.is_none() && node.generics.params.is_empty() && !borrows(&node.self_ty);
        for item in &node.items {
            if let syn::ImplItem::Fn(method) = item {
                let start = start(&method.vis, &method.sig);
                let mut function = Function::new(&method.attrs, start, &method.sig, &method.block);
                function.attribute = function.attribute.max(offload(&node.attrs));
                self.add(function, is_plain);
            }
        }
        syn::visit::visit_item_impl(self, node);
    }
}

#[cfg(test)]
mod tests {
    use super::Parsed;

    #[test]
    fn loops_are_seen_in_the_tokens_of_macros() {
        let text = "\
fn main() {
    select! {
        () = async {
            loop {
                a();
            }
        } => {
            b();
        }
        () = async { for n in 0..3 { c(n) } } => while d() {
            e();
        }
    }
}
";
        assert_eq!(Parsed::of(text).loops, [(4, 6), (10, 10), (10, 12)]);
    }
}

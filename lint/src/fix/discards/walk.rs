//! Goes through a file.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Block, Expr, Lit, ReturnType, Signature, Stmt, Token, parse::Parser as _,
    punctuated::Punctuated, spanned::Spanned as _, visit::Visit,
};

use super::{
    calls::{Calls, place},
    value::{Look, Origin, called, origins},
};

/// Macros of the standard library whose arguments a future cannot be.
const STANDARD: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "format",
    "format_args",
    "panic",
    "print",
    "println",
    "todo",
    "unimplemented",
    "unreachable",
    "write",
    "writeln",
];

impl Calls<'_> {
    fn function(&mut self, signature: &Signature, block: &Block) {
        self.body(&signature.output, true, |it| {
            if it.is_declared {
                it.look_last(block, Look::Inside);
            }
            it.visit_signature(signature);
            it.visit_block(block);
        });
    }

    fn closure(&mut self, closure: &syn::ExprClosure) {
        let is_written = !matches!(closure.output, ReturnType::Default);
        self.body(&closure.output, is_written, |it| {
            if it.is_declared {
                it.look(&closure.body, Look::Inside);
            }
            syn::visit::visit_expr_closure(it, closure);
        });
    }

    /// The compiler warns of a future that a statement throws away.
    fn thrown_away(&mut self, statement: &Expr) {
        let mut found = Vec::new();
        origins(statement, Look::Outside, &mut found);
        for one in found {
            if let Origin::Call(name) = one {
                self.named.insert(place(name));
            }
        }
    }

    fn call(&mut self, of: &syn::ExprCall) {
        let Some(name) = called(&of.func) else {
            return self.visit_expr(&of.func);
        };
        if *name == self.wanted.name {
            self.found.push(place(name));
        }
    }

    /// Functions that are given away by their names may be called anywhere.
    fn mention(&mut self, path: &syn::Path, is_of_type: bool) {
        let last = path.segments.last().map(|segment| &segment.ident);
        let Some(name) = last.filter(|name| **name == self.wanted.name) else {
            return;
        };
        if path.segments.len() > 1 || is_of_type {
            self.found.push(place(name));
        } else if !self.wanted.is_method {
            self.mentions.push(place(name));
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(word) if word == self.wanted.name => self.found.push(place(&word)),
                TokenTree::Group(group) => self.tokens(group.stream()),
                _ => {}
            }
        }
    }

    fn argument(&mut self, mut one: &Expr) {
        if let Expr::Assign(named) = one {
            one = &named.right;
        }
        self.look(one, Look::Outside);
        if let Expr::Lit(syn::ExprLit {
            lit: Lit::Str(text),
            ..
        }) = one
        {
            let words = text.value();
            let inside = words.split('{').skip(1);
            let names = inside.filter_map(|rest| rest.split([':', '}']).next());
            self.used
                .extend(names.map(|name| (name.to_owned(), text.span().start())));
        }
        self.visit_expr(one);
    }
}

impl<'ast> Visit<'ast> for Calls<'_> {
    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        self.function(&node.sig, &node.block);
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.function(&node.sig, &node.block);
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        if let Some(block) = &node.default {
            self.function(&node.sig, block);
        }
    }

    fn visit_block(&mut self, node: &'ast Block) {
        for (index, statement) in node.stmts.iter().enumerate() {
            match statement {
                Stmt::Local(local) => self.local(local, node),
                Stmt::Expr(it, Some(_)) if !self.is_quiet => self.thrown_away(it),
                Stmt::Expr(it, None) if index + 1 < node.stmts.len() => {
                    self.look(it, Look::Outside);
                }
                _ => {}
            }
        }
        syn::visit::visit_block(self, node);
    }

    fn visit_local(&mut self, node: &'ast syn::Local) {
        let before = self.bound.len();
        self.visit_pat(&node.pat);
        // What is assigned has the old meaning.
        for (_, at) in &mut self.bound[before..] {
            *at = node.span().end();
        }
        if let Some(init) = &node.init {
            syn::visit::visit_local_init(self, init);
        }
    }

    fn visit_pat_ident(&mut self, node: &'ast syn::PatIdent) {
        self.bound
            .push((node.ident.to_string(), place(&node.ident)));
        syn::visit::visit_pat_ident(self, node);
    }

    fn visit_expr(&mut self, node: &'ast Expr) {
        self.operands(node);
        self.blocks(node);
        self.given(node);
        match node {
            Expr::Closure(it) => self.closure(it),
            Expr::Async(_) => self.body(&ReturnType::Default, false, |it| {
                syn::visit::visit_expr(it, node);
            }),
            Expr::Call(it) => {
                self.call(it);
                it.args.iter().for_each(|one| self.visit_expr(one));
            }
            _ => syn::visit::visit_expr(self, node),
        }
    }

    fn visit_expr_method_call(&mut self, node: &'ast syn::ExprMethodCall) {
        if self.wanted.is_method && node.method == self.wanted.name {
            self.found.push(place(&node.method));
        }
        syn::visit::visit_expr_method_call(self, node);
    }

    fn visit_expr_path(&mut self, node: &'ast syn::ExprPath) {
        self.mention(&node.path, node.qself.is_some());
    }

    fn visit_use_rename(&mut self, node: &'ast syn::UseRename) {
        if !self.wanted.is_method && node.ident == self.wanted.name {
            self.found.push(place(&node.ident));
        }
    }

    fn visit_macro(&mut self, node: &'ast syn::Macro) {
        let name = node.path.get_ident();
        let is_standard = name.is_some_and(|name| STANDARD.iter().any(|one| name == one));
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated;
        match arguments.parse2(node.tokens.clone()) {
            Ok(all) if is_standard => all.iter().for_each(|one| self.argument(one)),
            _ => self.tokens(node.tokens.clone()),
        }
    }
}

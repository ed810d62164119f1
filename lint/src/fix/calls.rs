//! The calls in a file, and which of them can be awaited where they stand.

use std::ops::Range;

use proc_macro2::Span;
use syn::{Block, Expr, Ident, Token, punctuated::Punctuated, spanned::Spanned as _, visit::Visit};

use super::{guards::after, text::code};

/// Deep expressions need much of it. A choice.
const STACK: usize = 256 << 20;

/// A call.
#[derive(Debug)]
pub(super) struct Call {
    /// What is called: a path, or the name of a method.
    pub(super) name: Range<usize>,
    /// Behind its arguments.
    pub(super) end: usize,
    /// Whether it is in async code.
    pub(super) is_async: bool,
    /// Whether a guard of a lock is there all the while.
    pub(super) is_guarded: bool,
}

/// What a file has. One that cannot be parsed has nothing.
#[derive(Debug, Default)]
pub(super) struct Calls {
    pub(super) all: Vec<Call>,
    /// Where names are imported.
    pub(super) imports: Vec<Range<usize>>,
}

pub(super) fn calls(text: &str) -> Calls {
    std::thread::scope(|scope| {
        let parsing = std::thread::Builder::new().stack_size(STACK);
        let thread = parsing.spawn_scoped(scope, || {
            let (base, code) = code(text);
            let mut calls = Visitor {
                base,
                is_async: false,
                guards: Vec::new(),
                found: Calls::default(),
            };
            if let Ok(file) = syn::parse_file(code) {
                calls.visit_file(&file);
            }
            calls.found
        });
        thread.ok()?.join().ok()
    })
    .unwrap_or_default()
}

struct Visitor {
    base: usize,
    is_async: bool,
    /// The guards of locks, with their names.
    guards: Vec<Option<Ident>>,
    found: Calls,
}

impl Visitor {
    fn bytes(&self, of: Span) -> Range<usize> {
        let bytes = of.byte_range();
        bytes.start + self.base..bytes.end + self.base
    }

    fn within(&mut self, is_async: bool, visit: impl FnOnce(&mut Self)) {
        let around = std::mem::replace(&mut self.is_async, is_async);
        let guards = std::mem::take(&mut self.guards);
        visit(self);
        self.is_async = around;
        self.guards = guards;
    }

    fn add(&mut self, name: Range<usize>, close: Span) {
        let end = self.bytes(close).end;
        self.found.all.push(Call {
            name,
            end,
            is_async: self.is_async,
            is_guarded: !self.guards.is_empty(),
        });
    }
}

impl<'ast> Visit<'ast> for Visitor {
    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        self.within(node.sig.asyncness.is_some(), |it| {
            syn::visit::visit_item_fn(it, node);
        });
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.within(node.sig.asyncness.is_some(), |it| {
            syn::visit::visit_impl_item_fn(it, node);
        });
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        self.within(node.sig.asyncness.is_some(), |it| {
            syn::visit::visit_trait_item_fn(it, node);
        });
    }

    fn visit_item(&mut self, node: &'ast syn::Item) {
        self.within(false, |it| syn::visit::visit_item(it, node));
    }

    fn visit_block(&mut self, node: &'ast Block) {
        let around = self.guards.clone();
        for statement in &node.stmts {
            self.visit_stmt(statement);
            after(statement, &mut self.guards);
        }
        self.guards = around;
    }

    fn visit_item_use(&mut self, node: &'ast syn::ItemUse) {
        let bytes = self.bytes(node.span());
        self.found.imports.push(bytes);
    }

    fn visit_expr_closure(&mut self, node: &'ast syn::ExprClosure) {
        self.within(node.asyncness.is_some(), |it| {
            syn::visit::visit_expr_closure(it, node);
        });
    }

    fn visit_expr_async(&mut self, node: &'ast syn::ExprAsync) {
        self.within(true, |it| syn::visit::visit_expr_async(it, node));
    }

    fn visit_expr_const(&mut self, node: &'ast syn::ExprConst) {
        self.within(false, |it| syn::visit::visit_expr_const(it, node));
    }

    fn visit_expr_call(&mut self, node: &'ast syn::ExprCall) {
        let mut function = &*node.func;
        while let Expr::Paren(inner) = function {
            function = &inner.expr;
        }
        if let Expr::Path(path) = function {
            let parts = &path.path.segments;
            let last = parts.last().map(|last| self.bytes(last.ident.span()));
            let first = parts.first().map(|first| self.bytes(first.ident.span()));
            if let (Some(first), Some(last)) = (first, last) {
                self.add(first.start..last.end, node.paren_token.span.close());
            }
        }
        syn::visit::visit_expr_call(self, node);
    }

    fn visit_expr_method_call(&mut self, node: &'ast syn::ExprMethodCall) {
        let name = self.bytes(node.method.span());
        self.add(name, node.paren_token.span.close());
        syn::visit::visit_expr_method_call(self, node);
    }

    /// Many macros take expressions, or statements.
    fn visit_macro(&mut self, node: &'ast syn::Macro) {
        let expressions = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(all) = node.parse_body_with(expressions) {
            for one in &all {
                self.visit_expr(one);
            }
        } else if let Ok(all) = node.parse_body_with(Block::parse_within) {
            for one in &all {
                self.visit_stmt(one);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::calls;

    /// The calls of `f` that can be awaited, and the others.
    fn both(code: &str) -> (usize, usize) {
        let text = format!("\u{feff}{code}");
        let all = calls(&text);
        let all = all
            .all
            .iter()
            .filter(|it| text[it.name.clone()].ends_with('f'));
        let all: Vec<_> = all
            .inspect(|it| assert_eq!(&text[it.end - 1..it.end], ")"))
            .collect();
        let can = all.iter().filter(|it| it.is_async).count();
        (can, all.len() - can)
    }

    #[test]
    fn calls_can_be_awaited_in_async_code() {
        for code in [
            "async fn a() { x.f(1)?.b(); }",
            "async fn a() { println!(\"{}\", f()); }",
            "fn a() { async { (f)() }; }",
            "fn a() { b(async || c::f()); }",
            "impl A { async fn a() { Self::f(); } }",
            "trait A { async fn a() { <A as B>::f(); } }",
            "fn a() { join!(b, async { f() }) }",
            "async fn a() { each! { let b = 1; f(); } }",
        ] {
            assert_eq!(both(code), (1, 0), "{code}");
        }
    }

    /// How many calls of `f` have a guard around them.
    fn guarded(code: &str) -> usize {
        let all = calls(code).all;
        let all = all.iter().filter(|it| code[it.name.clone()].ends_with('f'));
        all.filter(|it| it.is_guarded).count()
    }

    #[test]
    fn guards_around_calls_are_seen() {
        for code in [
            "async fn a() { let b = c.lock().unwrap(); f(); }",
            "async fn a() { let mut b = c.lock().expect(\"no panic\"); { x.f(); } }",
            "async fn a() { let b = c.borrow_mut(); if d { f() } }",
            "async fn a() { let b = self.c.borrow(); drop(d); f(); }",
            "async fn a() { let b = c.read()?; let d = f(); }",
            "async fn a() { let Ok(b) = c.write() else { return }; f(); }",
            "async fn a() { async { let b = c.lock(); f() } }",
            "async fn a() { let b = c.lock().unwrap_or_else(d); if e { drop(b); } f(); }",
        ] {
            assert_eq!(guarded(code), 1, "{code}");
        }
        for code in [
            "async fn a() { f(); let b = c.lock().unwrap(); }",
            "async fn a() { { let b = c.lock().unwrap(); } f(); }",
            "async fn a() { let b = c.lock().unwrap(); drop(b); f(); }",
            "async fn a() { let b = c.lock().await; f(); }",
            "async fn a() { let b = *c.lock().unwrap(); f(); }",
            "async fn a() { let b = c.lock().unwrap().d(); f(); }",
            "async fn a() { let b = c.read(&mut d).unwrap(); f(); }",
            "async fn a() { let _ = c.lock(); f(); }",
            "async fn a() { let b = c.lock(); d(async { f() }); }",
        ] {
            assert_eq!(guarded(code), 0, "{code}");
        }
    }

    #[test]
    fn calls_cannot_be_awaited_in_other_code() {
        for code in [
            "fn a() { f(); }",
            "async fn a() { || f(); }",
            "async fn a() { fn b() { f(); } }",
            "async fn a() { const A: u8 = f(); }",
            "async fn a() { const { f() }; }",
            "async fn a() { struct A; impl A { fn b() { f(); } } }",
        ] {
            assert_eq!(both(code), (0, 1), "{code}");
        }
    }
}

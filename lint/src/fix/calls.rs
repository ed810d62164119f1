//! The calls in a file, and which of them can be awaited where they stand.

use std::ops::Range;

use proc_macro2::Span;
use syn::{
    BinOp, Block, Expr, Stmt, Token, punctuated::Punctuated, spanned::Spanned as _, visit::Visit,
};

use super::{
    guards::{Guards, has_let, is_lock},
    text::code,
};

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
    /// Whether a guard is there all the while.
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
                guards: Guards::default(),
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
    guards: Guards,
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

    /// Visits what drops its values without a variable at its end.
    fn whole(&mut self, visit: impl FnOnce(&mut Self)) {
        let around = self.guards.unnamed;
        visit(self);
        self.guards.unnamed = around;
    }

    /// One with a `let` keeps its values for the block.
    fn visit_condition(&mut self, condition: &Expr) {
        if has_let(condition) {
            self.visit_expr(condition);
        } else {
            self.whole(|it| it.visit_expr(condition));
        }
    }

    fn add(&mut self, name: Range<usize>, close: Span) {
        let end = self.bytes(close).end;
        self.found.all.push(Call {
            name,
            end,
            is_async: self.is_async,
            is_guarded: self.guards.is_any(),
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
        let (mut unnamed, last) = (around.unnamed, node.stmts.len().saturating_sub(1));
        for (at, statement) in node.stmts.iter().enumerate() {
            self.visit_stmt(statement);
            self.guards.after(statement);
            if at == last && matches!(statement, Stmt::Expr(_, None)) {
                // Before edition 2024, the values of the last expression outlive the block.
                unnamed = self.guards.unnamed;
            }
            self.guards.unnamed = unnamed;
        }
        self.guards = around;
        self.guards.unnamed = unnamed;
    }

    fn visit_expr_if(&mut self, node: &'ast syn::ExprIf) {
        self.visit_condition(&node.cond);
        self.visit_block(&node.then_branch);
        if let Some((_, other)) = &node.else_branch {
            self.visit_expr(other);
        }
    }

    fn visit_expr_while(&mut self, node: &'ast syn::ExprWhile) {
        self.whole(|it| {
            it.visit_condition(&node.cond);
            it.visit_block(&node.body);
        });
    }

    fn visit_arm(&mut self, node: &'ast syn::Arm) {
        self.whole(|it| syn::visit::visit_arm(it, node));
    }

    fn visit_pat_guard(&mut self, node: &'ast syn::PatGuard) {
        self.visit_condition(&node.guard);
    }

    fn visit_expr_binary(&mut self, node: &'ast syn::ExprBinary) {
        self.visit_expr(&node.left);
        // The second operand of `&&` drops its values itself, but for a `let`.
        if matches!(node.op, BinOp::And(_) | BinOp::Or(_)) {
            self.visit_condition(&node.right);
        } else {
            self.visit_expr(&node.right);
        }
    }

    fn visit_expr_assign(&mut self, node: &'ast syn::ExprAssign) {
        // In this order they are computed.
        self.visit_expr(&node.right);
        self.visit_expr(&node.left);
    }

    fn visit_expr_await(&mut self, node: &'ast syn::ExprAwait) {
        self.visit_expr(&node.base);
        if matches!(&*node.base, Expr::MethodCall(call) if is_lock(call)) {
            self.guards.unnamed -= 1;
        }
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
        // The arguments are computed first.
        syn::visit::visit_expr_call(self, node);
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
    }

    fn visit_expr_method_call(&mut self, node: &'ast syn::ExprMethodCall) {
        syn::visit::visit_expr_method_call(self, node);
        let name = self.bytes(node.method.span());
        self.add(name, node.paren_token.span.close());
        self.guards.unnamed += usize::from(is_lock(node));
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

//! Visits the code of a file to find its calls.

use std::ops::Range;

use proc_macro2::Span;
use syn::{
    BinOp, Block, Expr, Stmt, Token, punctuated::Punctuated, spanned::Spanned as _, visit::Visit,
};

use super::{
    guards::Guards,
    locks::{Locks, has_let},
};

/// A call.
#[derive(Debug)]
pub(super) struct Call {
    /// What is called: a path, or the name of a method.
    pub(super) name: Range<usize>,
    /// The offset after its arguments.
    pub(super) end: usize,
    /// Whether it is in async code.
    pub(super) is_async: bool,
    /// Whether a guard is held during the call.
    pub(super) is_guarded: bool,
}

/// The calls and imports of a file. A file that cannot be parsed has none.
#[derive(Debug, Default)]
pub(super) struct Calls {
    pub(super) all: Vec<Call>,
    /// The offsets of imported names.
    pub(super) imports: Vec<Range<usize>>,
}

/// Finds the calls of a file whose code begins at the offset `base`.
pub(super) fn walk(file: &syn::File, base: usize, locks: Locks) -> Calls {
    let mut calls = Visitor {
        base,
        locks,
        is_async: false,
        guards: Guards::default(),
        found: Calls::default(),
    };
    calls.visit_file(file);
    calls.found
}

struct Visitor {
    base: usize,
    locks: Locks,
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

    /// Visits an expression at whose end its temporary values are dropped.
    fn whole(&mut self, visit: impl FnOnce(&mut Self)) {
        let around = self.guards.unnamed;
        self.scope(visit);
        self.guards.unnamed = around;
    }

    /// Visits a scope: its variables end with it.
    fn scope(&mut self, visit: impl FnOnce(&mut Self)) {
        let around = self.guards.clone();
        visit(self);
        self.guards.leave(around);
    }

    /// The temporary values of a condition with a `let` live until the block ends.
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
            self.guards.after(statement, self.locks);
            if at == last && matches!(statement, Stmt::Expr(_, None)) {
                // Before edition 2024, temporary values of the last expression outlive the block.
                unnamed = self.guards.unnamed;
            }
            self.guards.unnamed = unnamed;
        }
        self.guards.leave(around);
        self.guards.unnamed = unnamed;
    }

    fn visit_local(&mut self, node: &'ast syn::Local) {
        if let Some(value) = &node.init {
            self.scope(|it| syn::visit::visit_local_init(it, value));
        }
        self.visit_pat(&node.pat);
    }

    fn visit_pat_ident(&mut self, node: &'ast syn::PatIdent) {
        self.guards.declare(&node.ident);
        syn::visit::visit_pat_ident(self, node);
    }

    fn visit_expr_if(&mut self, node: &'ast syn::ExprIf) {
        self.scope(|it| {
            it.visit_condition(&node.cond);
            it.visit_block(&node.then_branch);
        });
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

    fn visit_expr_for_loop(&mut self, node: &'ast syn::ExprForLoop) {
        self.scope(|it| {
            it.visit_expr(&node.expr);
            it.visit_pat(&node.pat);
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
        // The second operand of `&&` drops its temporary values itself, unless it is a `let`.
        if matches!(node.op, BinOp::And(_) | BinOp::Or(_)) {
            self.visit_condition(&node.right);
        } else {
            self.visit_expr(&node.right);
        }
    }

    fn visit_expr_assign(&mut self, node: &'ast syn::ExprAssign) {
        // The right side is evaluated first.
        self.visit_expr(&node.right);
        self.visit_expr(&node.left);
        self.guards.assigned(node, self.locks);
    }

    fn visit_expr_await(&mut self, node: &'ast syn::ExprAwait) {
        self.visit_expr(&node.base);
        let is_lock = match &*node.base {
            Expr::MethodCall(call) => self.locks.is_lock(call),
            Expr::Call(call) => self.locks.is_lock_by_path(call),
            _ => false,
        };
        if is_lock {
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
        // The arguments are evaluated before the call.
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
        self.guards.unnamed += usize::from(self.locks.is_lock_by_path(node));
    }

    fn visit_expr_method_call(&mut self, node: &'ast syn::ExprMethodCall) {
        syn::visit::visit_expr_method_call(self, node);
        let name = self.bytes(node.method.span());
        self.add(name, node.paren_token.span.close());
        self.guards.unnamed += usize::from(self.locks.is_lock(node));
    }

    /// Many macros take expressions or statements, so their tokens are parsed as such.
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

//! Where a future cannot be what the code takes.

use syn::{Block, Expr, Ident, Local, Pat, ReturnType, spanned::Spanned as _, visit::Visit as _};

use super::{
    calls::{Calls, Kept, place},
    plain::Open,
    value::{Look, Origin, called, checks, is_of_futures, origins},
};

impl Calls<'_> {
    /// The body of something that returns `output`. Whether that is written down matters for its value.
    pub(super) fn body(
        &mut self,
        output: &ReturnType,
        is_written: bool,
        body: impl FnOnce(&mut Self),
    ) {
        let mut open = Open::new(false);
        open.visit_return_type(output);
        let around = std::mem::replace(&mut self.is_declared, is_written && !open.found);
        body(self);
        self.is_declared = around;
    }

    pub(super) fn local(&mut self, local: &Local, block: &Block) {
        let Some(init) = &local.init else {
            return;
        };
        let mut open = Open::new(false);
        open.visit_pat(&local.pat);
        match &local.pat {
            Pat::Type(_) if !open.found => self.look(&init.expr, Look::Inside),
            pattern if checks(pattern) => self.look(&init.expr, Look::Outside),
            Pat::Ident(variable) => {
                let mut found = Vec::new();
                origins(&init.expr, Look::Outside, &mut found);
                let calls = found.into_iter().filter_map(|one| match one {
                    Origin::Call(name) => Some(place(name)),
                    Origin::Variable(_) => None,
                });
                self.kept.extend(calls.map(|call| Kept {
                    call,
                    variable: variable.ident.to_string(),
                    from: local.span().end(),
                    to: block.span().end(),
                }));
            }
            _ => {}
        }
    }

    /// Operands are of certain types.
    pub(super) fn operands(&mut self, of: &Expr) {
        let mut look = |at: &Expr| self.look(at, Look::Outside);
        match of {
            Expr::MethodCall(it) if !is_of_futures(&it.method) => look(&it.receiver),
            Expr::Try(it) => look(&it.expr),
            Expr::Unary(it) => look(&it.expr),
            Expr::Cast(it) => look(&it.expr),
            Expr::Field(it) => look(&it.base),
            Expr::Let(it) if checks(&it.pat) => look(&it.expr),
            Expr::Match(it) if it.arms.iter().any(|arm| checks(&arm.pat)) => look(&it.expr),
            Expr::Assign(it) if is_place(&it.left) => look(&it.right),
            Expr::Index(it) => {
                look(&it.expr);
                look(&it.index);
            }
            Expr::Binary(it) => {
                look(&it.left);
                look(&it.right);
            }
            _ => {}
        }
    }

    /// Some blocks are `()`.
    pub(super) fn blocks(&mut self, of: &Expr) {
        match of {
            Expr::If(it) => {
                self.look(&it.cond, Look::Outside);
                if it.else_branch.is_none() {
                    self.look_last(&it.then_branch, Look::Outside);
                }
            }
            Expr::While(it) => {
                self.look(&it.cond, Look::Outside);
                self.look_last(&it.body, Look::Outside);
            }
            Expr::ForLoop(it) => {
                self.look(&it.expr, Look::Outside);
                self.look_last(&it.body, Look::Outside);
            }
            Expr::Loop(it) => self.look_last(&it.body, Look::Outside),
            _ => {}
        }
    }

    /// What is given to something else is of the type that is declared there.
    pub(super) fn given(&mut self, of: &Expr) {
        match of {
            Expr::Call(it) if self.is_plain(&it.func) => {
                it.args.iter().for_each(|one| self.look(one, Look::Inside));
            }
            Expr::Struct(it)
                if it
                    .path
                    .get_ident()
                    .is_some_and(|name| self.plain.contains(name)) =>
            {
                let values = it.fields.iter().map(|field| &field.expr);
                values.for_each(|one| self.look(one, Look::Inside));
            }
            Expr::Return(it) if self.is_declared => {
                it.expr.iter().for_each(|one| self.look(one, Look::Inside));
            }
            _ => {}
        }
    }

    fn is_plain(&self, function: &Expr) -> bool {
        let is_short = matches!(function, Expr::Path(it) if it.path.get_ident().is_some());
        let named = |name: &Ident| self.plain.contains(name);
        is_short && called(function).is_some_and(named)
    }
}

/// Whether it has a type before something is assigned to it.
fn is_place(left: &Expr) -> bool {
    matches!(left, Expr::Field(_) | Expr::Index(_) | Expr::Unary(_))
}

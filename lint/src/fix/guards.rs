//! Variables that are guards of locks. Across an `.await`, they keep others out for as long as the call takes.

use syn::{Expr, ExprMethodCall, Ident, Pat, Stmt};

/// Methods that return guards. What those of async locks return is awaited.
const LOCKS: &[&str] = &["lock", "read", "write", "borrow", "borrow_mut"];

/// Methods that take a guard out of a result.
const OUT: &[&str] = &["unwrap", "expect", "unwrap_or_else"];

/// Adds a guard that the statement makes, with its name if it has one, and removes one that it drops.
pub(super) fn after(statement: &Stmt, guards: &mut Vec<Option<Ident>>) {
    match statement {
        Stmt::Local(local) => {
            let value = local.init.as_ref();
            let name = match &local.pat {
                Pat::Wild(_) => return,
                Pat::Ident(name) => Some(name.ident.clone()),
                _ => None,
            };
            if value.is_some_and(|value| is_guard(&value.expr)) {
                guards.push(name);
            }
        }
        Stmt::Expr(Expr::Call(call), _) if path(&call.func).is_some_and(is_drop) => {
            let dropped = call.args.first().and_then(path);
            let dropped = dropped.and_then(syn::Path::get_ident);
            guards.retain(|guard| guard.is_none() || guard.as_ref() != dropped);
        }
        _ => {}
    }
}

fn path(value: &Expr) -> Option<&syn::Path> {
    match value {
        Expr::Path(value) => Some(&value.path),
        _ => None,
    }
}

fn is_drop(path: &syn::Path) -> bool {
    path.segments
        .last()
        .is_some_and(|last| last.ident == "drop")
}

/// Whether such a method is the last that is called.
fn is_guard(value: &Expr) -> bool {
    let is = |call: &ExprMethodCall, names: &[&str]| names.iter().any(|name| call.method == name);
    match value {
        Expr::Try(inner) => is_guard(&inner.expr),
        Expr::MethodCall(call) if is(call, OUT) => is_guard(&call.receiver),
        Expr::MethodCall(call) => is(call, LOCKS) && call.args.is_empty(),
        _ => false,
    }
}

//! Values that are guards of locks, cells or spans. Across an `.await`, they keep others out for as long as the call takes.

use syn::{Block, Expr, ExprMethodCall, Ident, Pat, Stmt};

/// Methods that return guards. What those of async locks return is awaited.
const LOCKS: &[&str] = &[
    "lock",
    "lock_arc",
    "read",
    "read_arc",
    "read_recursive",
    "write",
    "write_arc",
    "upgradable_read",
    "borrow",
    "borrow_mut",
    "try_lock",
    "try_read",
    "try_write",
    "try_borrow",
    "try_borrow_mut",
    "enter",
    "entered",
];

/// Methods that take a guard out of a result, or change what else is in it.
const OUT: &[&str] = &[
    "unwrap",
    "expect",
    "unwrap_or_else",
    "ok",
    "ok_or",
    "ok_or_else",
    "map_err",
    "context",
    "with_context",
    "into_inner",
];

/// The guards that exist at one place of the code.
#[derive(Clone, Debug, Default)]
pub(super) struct Guards {
    /// Variables, with their names if they have one.
    named: Vec<Option<Ident>>,
    /// Values without a variable, which are there until their statement ends.
    pub(super) unnamed: usize,
}

impl Guards {
    pub(super) fn is_any(&self) -> bool {
        self.unnamed > 0 || !self.named.is_empty()
    }

    /// Adds a guard that the statement keeps, and removes one that it drops.
    pub(super) fn after(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Local(local) => {
                let value = local.init.as_ref();
                let name = match plain(&local.pat) {
                    Pat::Wild(_) => return,
                    Pat::Ident(name) => Some(name.ident.clone()),
                    _ => None,
                };
                if value.is_some_and(|value| keeps(&value.expr)) {
                    self.named.push(name);
                }
            }
            Stmt::Expr(Expr::Call(call), _) if path(&call.func).is_some_and(is_drop) => {
                let dropped = call.args.first().and_then(path);
                let dropped = dropped.and_then(syn::Path::get_ident);
                self.named
                    .retain(|guard| guard.is_none() || guard.as_ref() != dropped);
            }
            _ => {}
        }
    }
}

/// The pattern without its type.
fn plain(pattern: &Pat) -> &Pat {
    match pattern {
        Pat::Type(typed) => plain(&typed.pat),
        other => other,
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

/// Whether the call returns a guard.
pub(super) fn is_lock(call: &ExprMethodCall) -> bool {
    LOCKS.iter().any(|name| call.method == name) && call.args.is_empty()
}

/// Whether the condition has a `let`, whose value is there as long as the block.
pub(super) fn has_let(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Binary(both) => has_let(&both.left) || has_let(&both.right),
        Expr::Paren(inner) => has_let(&inner.expr),
        _ => false,
    }
}

/// Whether a variable of that value is a guard, or has one in it.
fn keeps(value: &Expr) -> bool {
    match value {
        Expr::Try(inner) => keeps(&inner.expr),
        Expr::Paren(inner) => keeps(&inner.expr),
        Expr::Reference(inner) => keeps(behind(&inner.expr)),
        Expr::MethodCall(call) if OUT.iter().any(|name| call.method == name) => {
            keeps(&call.receiver)
        }
        Expr::MethodCall(call) => is_lock(call),
        Expr::Call(call) => !path(&call.func).is_some_and(is_drop) && call.args.iter().any(keeps),
        Expr::Tuple(all) => all.elems.iter().any(keeps),
        Expr::Array(all) => all.elems.iter().any(keeps),
        Expr::Struct(all) => all.fields.iter().any(|field| keeps(&field.expr)),
        Expr::Block(inner) => last_keeps(&inner.block),
        Expr::Unsafe(inner) => last_keeps(&inner.block),
        Expr::If(all) => {
            let other = all.else_branch.as_ref();
            last_keeps(&all.then_branch)
                || other.is_some_and(|(_, other)| keeps(other))
                || (is_of_guard(&all.cond) && last(&all.then_branch).is_some_and(is_bound))
        }
        Expr::Match(all) => {
            let is_of_guard = keeps(&all.expr);
            let mut bodies = all.arms.iter().map(|arm| &*arm.body);
            bodies.any(|body| keeps(body) || (is_of_guard && is_bound(body)))
        }
        _ => false,
    }
}

/// What a borrow of a part of a value keeps.
fn behind(place: &Expr) -> &Expr {
    match place {
        Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => behind(&inner.expr),
        Expr::Field(inner) => behind(&inner.base),
        Expr::Index(inner) => behind(&inner.expr),
        Expr::Paren(inner) => behind(&inner.expr),
        other => other,
    }
}

fn last(block: &Block) -> Option<&Expr> {
    match block.stmts.last() {
        Some(Stmt::Expr(value, None)) => Some(value),
        _ => None,
    }
}

fn last_keeps(block: &Block) -> bool {
    last(block).is_some_and(keeps)
}

/// Whether the pattern of the condition may bind a guard.
fn is_of_guard(condition: &Expr) -> bool {
    match condition {
        Expr::Let(it) => keeps(&it.expr),
        Expr::Binary(both) => is_of_guard(&both.left) || is_of_guard(&both.right),
        _ => false,
    }
}

/// Whether a branch may return what its pattern has bound.
fn is_bound(body: &Expr) -> bool {
    match body {
        Expr::Path(_) => true,
        Expr::MethodCall(call) => call.method == "into_inner",
        Expr::Block(inner) => last(&inner.block).is_some_and(is_bound),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::calls::calls;

    /// How many calls of `f` have a guard around them.
    fn guarded(code: &str) -> usize {
        let all = calls(code).all;
        let all = all.iter().filter(|it| code[it.name.clone()].ends_with('f'));
        all.filter(|it| it.is_guarded).count()
    }

    fn each_is_guarded(bodies: &[&str]) {
        for body in bodies {
            let code = format!("async fn a() {{ {body} }}");
            assert_eq!(guarded(&code), 1, "{code}");
        }
    }

    #[test]
    fn guards_around_calls_are_seen() {
        each_is_guarded(&[
            "let b = c.lock().unwrap(); f();",
            "let mut b = c.lock().expect(\"no panic\"); { x.f(); }",
            "let b = c.borrow_mut(); if d { f() }",
            "let b = self.c.borrow(); drop(d); f();",
            "let b = c.read()?; let d = f();",
            "let Ok(b) = c.write() else { return }; f();",
            "async { let b = c.lock(); f() }",
            "let b = c.lock().unwrap_or_else(d); if e { drop(b); } f();",
            "let b: Guard<u8> = c.lock().unwrap(); f();",
            "let Ok(b) = c.try_lock() else { return }; f();",
            "let b = span.enter(); f();",
            "let b = &*c.lock().unwrap(); f();",
            "let b = &mut c.lock().unwrap().d[1]; f();",
            "let (b, d) = (c.lock().unwrap(), 1); f();",
            "let b = Some(c.lock().unwrap()); f();",
            "let b = Guard::map(c.lock(), |d| &mut d.e); f();",
            "let b = match c.lock() { Ok(b) => b, Err(b) => b.into_inner() }; f();",
            "let b = if let Ok(b) = c.lock() { b } else { return }; f();",
            "let b = { c.lock().unwrap() }; f();",
        ]);
    }

    #[test]
    fn guards_that_have_no_variable_are_seen() {
        each_is_guarded(&[
            "match c.lock().unwrap() { b => f() }",
            "match c.lock().unwrap().get(1) { Some(b) => { f(); } None => {} }",
            "if let Ok(b) = c.lock() { f(); }",
            "if let Some(b) = c.lock().unwrap().pop() && d { f(); }",
            "if let Some(b) = c.borrow().get(1) { d() } else { f(); }",
            "while let Some(b) = c.lock().unwrap().pop() { f(); }",
            "for b in c.lock().unwrap().iter() { f(); }",
            "f(c.lock().unwrap().len());",
            "f(&c.borrow());",
            "c.lock().unwrap().push(f());",
            "c.lock().unwrap().f();",
            "let b = *c.lock().unwrap() + f();",
            "println!(\"{} {}\", c.lock().unwrap(), f());",
            "let b = { c.lock().unwrap().len() } + f();",
            "let b = c.lock().unwrap().is_empty() && f();",
        ]);
    }

    #[test]
    fn guards_that_are_gone_are_told_from_them() {
        for body in [
            "f(); let b = c.lock().unwrap();",
            "{ let b = c.lock().unwrap(); } f();",
            "let b = c.lock().unwrap(); drop(b); f();",
            "let b: Guard = c.lock().unwrap(); drop(b); f();",
            "let b = c.lock().await; f();",
            "let b = *c.lock().unwrap(); f();",
            "let b = &d(c.lock().unwrap().e); f();",
            "let b = c.lock().unwrap().d(); f();",
            "let b = c.read(&mut d).unwrap(); f();",
            "let _ = c.lock(); f();",
            "drop(c.lock().unwrap()); f();",
            "let b = c.lock(); d(async { f() });",
            "if c.lock().unwrap().is_empty() { f(); }",
            "while !c.lock().unwrap().is_empty() { f(); }",
            "if d && *c.lock().unwrap() { f(); }",
            "match d { b if *c.lock().unwrap() => f(), _ => {} }",
            "match d { 1 => c.lock().unwrap().clear(), _ => f() }",
            "*c.lock().unwrap() = f();",
            "d(f(), c.lock().unwrap().len());",
            "(e && c.lock().unwrap().is_empty()) || f();",
            "c.lock().await.push(f());",
            "match f() { b => c.lock().unwrap().push(b) }",
            "let b = match c.lock() { Ok(b) => b.len(), Err(_) => 0 }; f();",
        ] {
            let code = format!("async fn a() {{ {body} }}");
            assert_eq!(guarded(&code), 0, "{code}");
        }
    }
}

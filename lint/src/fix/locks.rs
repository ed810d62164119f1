//! Which values are guards of locks, cells, spans or maps.

use syn::{Block, Expr, ExprCall, ExprMethodCall, Ident, Stmt, Type};

/// Methods that return guards. Those of async locks return a future of one, which is awaited.
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
    "try_lock_arc",
    "try_read_arc",
    "try_write_arc",
    "try_upgradable_read",
    "blocking_lock",
    "blocking_read",
    "blocking_write",
    "enter",
    "entered",
];

/// Methods that take a guard out of a result, or change only the error in it.
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

/// Methods of maps whose values are locked, with their number of arguments.
const MAPS: &[(&str, usize)] = &[
    ("get", 1),
    ("get_mut", 1),
    ("entry", 1),
    ("iter", 0),
    ("iter_mut", 0),
    ("try_get", 1),
    ("try_get_mut", 1),
    ("try_entry", 1),
];

/// Methods that take a guard out of what the methods of `MAPS` return.
const OUT_OF_MAPS: &[&str] = &[
    "or_insert",
    "or_insert_with",
    "or_try_insert_with",
    "or_default",
    "and_modify",
    "insert_entry",
    "downgrade",
    "next",
];

/// Parts of the names of types that have such methods.
const TYPES: &[&str] = &["Mutex", "Lock", "Cell", "Span", "Dash"];

/// How guards are told from other values in one file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Locks {
    /// Whether its package uses such maps. Their methods have names that many types have.
    pub(super) has_maps: bool,
}

impl Locks {
    /// Whether the call returns a guard.
    pub(super) fn is_lock(self, call: &ExprMethodCall) -> bool {
        self.fits(&call.method, call.args.len())
    }

    /// Whether the call, such as `Mutex::lock(&all)`, returns a guard.
    pub(super) fn is_lock_by_path(self, call: &ExprCall) -> bool {
        let Expr::Path(function) = &*call.func else {
            return false;
        };
        let before = function.path.segments.iter().rev().nth(1);
        let before = match function.qself.as_ref().map(|it| &*it.ty) {
            Some(Type::Path(own)) => own.path.segments.last(),
            _ => before,
        };
        let (Some(type_), Some(method)) = (before, function.path.segments.last()) else {
            return false;
        };
        let type_ = type_.ident.to_string();
        let is_known = TYPES.iter().any(|part| type_.contains(part));
        let arguments = call.args.len().checked_sub(1);
        is_known && arguments.is_some_and(|count| self.fits(&method.ident, count))
    }

    fn fits(self, name: &Ident, arguments: usize) -> bool {
        let is_one = |one: &str| name == one;
        match arguments {
            0 if LOCKS.iter().any(|one| is_one(one)) => true,
            1 if is_timed(&name.to_string()) => true,
            _ => {
                let mut maps = MAPS.iter();
                self.has_maps && maps.any(|(one, count)| is_one(one) && *count == arguments)
            }
        }
    }

    fn is_out(self, name: &Ident) -> bool {
        let is_one = |one: &str| name == one;
        OUT.iter().any(|one| is_one(one))
            || (self.has_maps && OUT_OF_MAPS.iter().any(|one| is_one(one)))
    }

    /// Whether a variable of that value is a guard, or has one in it.
    pub(super) fn keeps(self, value: &Expr) -> bool {
        match value {
            Expr::Try(inner) => self.keeps(&inner.expr),
            Expr::Paren(inner) => self.keeps(&inner.expr),
            Expr::Reference(inner) => self.keeps(behind(&inner.expr)),
            Expr::MethodCall(call) if self.is_out(&call.method) => self.keeps(&call.receiver),
            Expr::MethodCall(call) => self.is_lock(call),
            Expr::Call(call) if self.is_lock_by_path(call) => true,
            Expr::Call(call) => {
                !path(&call.func).is_some_and(is_drop) && call.args.iter().any(|it| self.keeps(it))
            }
            Expr::Tuple(all) => all.elems.iter().any(|it| self.keeps(it)),
            Expr::Array(all) => all.elems.iter().any(|it| self.keeps(it)),
            Expr::Struct(all) => all.fields.iter().any(|field| self.keeps(&field.expr)),
            Expr::Block(inner) => self.last_keeps(&inner.block),
            Expr::Unsafe(inner) => self.last_keeps(&inner.block),
            Expr::If(all) => {
                let other = all.else_branch.as_ref();
                self.last_keeps(&all.then_branch)
                    || other.is_some_and(|(_, other)| self.keeps(other))
                    || (self.is_of_guard(&all.cond) && last(&all.then_branch).is_some_and(is_bound))
            }
            Expr::Match(all) => {
                let is_of_guard = self.keeps(&all.expr);
                let mut bodies = all.arms.iter().map(|arm| &*arm.body);
                bodies.any(|body| self.keeps(body) || (is_of_guard && is_bound(body)))
            }
            _ => false,
        }
    }

    fn last_keeps(self, block: &Block) -> bool {
        last(block).is_some_and(|it| self.keeps(it))
    }

    /// Whether the pattern of the condition may bind a guard.
    fn is_of_guard(self, condition: &Expr) -> bool {
        match condition {
            Expr::Let(it) => self.keeps(&it.expr),
            Expr::Binary(both) => self.is_of_guard(&both.left) || self.is_of_guard(&both.right),
            _ => false,
        }
    }
}

/// Whether the name has a suffix of a time limit, as `try_lock_for` has.
fn is_timed(name: &str) -> bool {
    let is_lock = ["lock", "read", "write"]
        .iter()
        .any(|one| name.contains(one));
    name.starts_with("try_") && is_lock && (name.ends_with("_for") || name.ends_with("_until"))
}

pub(super) fn path(value: &Expr) -> Option<&syn::Path> {
    match value {
        Expr::Path(value) => Some(&value.path),
        _ => None,
    }
}

pub(super) fn is_drop(path: &syn::Path) -> bool {
    path.segments
        .last()
        .is_some_and(|last| last.ident == "drop")
}

/// Whether the condition has a `let`, whose value lives until the block ends.
pub(super) fn has_let(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Binary(both) => has_let(&both.left) || has_let(&both.right),
        Expr::Paren(inner) => has_let(&inner.expr),
        _ => false,
    }
}

/// The value that a borrow of a part of it keeps alive.
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

/// Whether a branch may return what its pattern has bound.
fn is_bound(body: &Expr) -> bool {
    match body {
        Expr::Path(_) => true,
        Expr::MethodCall(call) => call.method == "into_inner",
        Expr::Block(inner) => last(&inner.block).is_some_and(is_bound),
        _ => false,
    }
}

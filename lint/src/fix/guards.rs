//! Which guards of locks are held at a place in the code. A guard held across an `.await` keeps the lock for as long as the call takes.

use syn::{Expr, ExprAssign, Ident, Pat, Stmt};

use super::locks::{Locks, is_drop, path};

/// The guards that are held at one place in the code.
#[derive(Clone, Debug, Default)]
pub(super) struct Guards {
    /// The variables, from the outermost on.
    variables: Vec<Variable>,
    /// Guards without a variable, which are held until their statement ends.
    pub(super) unnamed: usize,
}

#[derive(Clone, Debug)]
struct Variable {
    /// `None` if it is not known which variable has the guard, or if it is not a local one.
    name: Option<Ident>,
    is_guard: bool,
}

impl Guards {
    pub(super) fn is_any(&self) -> bool {
        self.unnamed > 0 || self.variables.iter().any(|it| it.is_guard)
    }

    /// Adds a variable, which shadows earlier ones of the same name.
    pub(super) fn declare(&mut self, name: &Ident) {
        self.variables.push(Variable {
            name: Some(name.clone()),
            is_guard: false,
        });
    }

    /// Adds a guard that the statement binds, and removes one that it drops. The variables of its pattern have been declared already.
    pub(super) fn after(&mut self, statement: &Stmt, locks: Locks) {
        match statement {
            Stmt::Local(local) => {
                let value = local.init.as_ref();
                if value.is_some_and(|value| locks.keeps(&value.expr)) {
                    match plain(&local.pat) {
                        Pat::Wild(_) => {}
                        Pat::Ident(name) => self.set(Some(&name.ident), true),
                        _ => self.set(None, true),
                    }
                }
            }
            Stmt::Expr(Expr::Call(call), _) if path(&call.func).is_some_and(is_drop) => {
                let dropped = call.args.first().and_then(path);
                if let Some(name) = dropped.and_then(syn::Path::get_ident) {
                    self.set(Some(name), false);
                }
            }
            _ => {}
        }
    }

    /// Adds a guard that the assignment stores.
    pub(super) fn assigned(&mut self, node: &ExprAssign, locks: Locks) {
        let is_kept = !matches!(&*node.left, Expr::Infer(_));
        if is_kept && locks.keeps(&node.right) {
            let name = path(&node.left).and_then(syn::Path::get_ident);
            self.set(name, true);
        }
    }

    /// Changes the innermost variable of that name, because it shadows the others.
    fn set(&mut self, name: Option<&Ident>, is_guard: bool) {
        let mut all = self.variables.iter_mut().rev();
        let known = name.and_then(|name| all.find(|it| it.name.as_ref() == Some(name)));
        match known {
            Some(variable) => variable.is_guard = is_guard,
            None if is_guard => self.variables.push(Variable {
                name: None,
                is_guard,
            }),
            None => {}
        }
    }

    /// Leaves a block that may not have run. `before` are the guards before it: a variable that may have got a guard in it counts as one.
    pub(super) fn leave(&mut self, before: Self) {
        let inside = std::mem::replace(&mut self.variables, before.variables);
        for (variable, inside) in self.variables.iter_mut().zip(inside) {
            variable.is_guard |= inside.is_guard;
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

#[cfg(test)]
mod tests {
    use super::super::{calls::calls, locks::Locks};

    /// How many calls of `f` have a guard around them.
    fn guarded(code: &str, has_maps: bool) -> usize {
        let all = calls(code, Locks { has_maps }).all;
        let all = all.iter().filter(|it| code[it.name.clone()].ends_with('f'));
        all.filter(|it| it.is_guarded).count()
    }

    fn each_is_guarded(bodies: &[&str]) {
        for body in bodies {
            let code = format!("async fn a() {{ {body} }}");
            assert_eq!(guarded(&code, false), 1, "{code}");
        }
    }

    #[test]
    fn guards_around_calls_are_seen() {
        each_is_guarded(&[
            "let b = c.lock().unwrap(); f();",
            "let mut b = c.lock().expect(\"no panic\"); { x.f(); }",
            "let b = c.borrow_mut(); if d { f() }",
            "let Some(b) = c.try_lock_for(d) else { return }; f();",
            "if let Some(b) = c.try_read_until(d) { f(); }",
            "let b = c.blocking_lock(); f();",
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
            "let b = c.lock(); let b = d.lock(); drop(b); f();",
            "let b = c.lock(); let b = 1; drop(b); f();",
            "let b = c.lock(); match d { Some(b) => { drop(b); f(); } None => {} }",
            "let b = c.lock(); for b in d { drop(b); f(); }",
            "let b; b = c.lock().unwrap(); f();",
            "let b; if d { b = c.lock().unwrap(); } f();",
            "let b; match d { _ => b = c.lock().unwrap() } f();",
            "e.b = c.lock().unwrap(); f();",
            "let b = RefCell::borrow_mut(&c); f();",
            "let b = Mutex::lock(&c).unwrap(); f();",
            "let b = <parking_lot::RwLock<u8>>::read(c); f();",
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
            "f(Mutex::lock(&c).unwrap().len());",
            "c.lock().unwrap().push(f());",
            "c.lock().unwrap().f();",
            "let b = *c.lock().unwrap() + f();",
            "println!(\"{} {}\", c.lock().unwrap(), f());",
            "let b = { c.lock().unwrap().len() } + f();",
            "let b = c.lock().unwrap().is_empty() && f();",
        ]);
    }

    #[test]
    fn guards_of_maps_are_seen_where_there_are_such_maps() {
        for body in [
            "let b = c.get(&d).unwrap(); f();",
            "let Some(mut b) = c.get_mut(&d) else { return }; f();",
            "if let Some(b) = c.try_get(&d).try_unwrap() { f(); }",
            "let b = c.entry(d).or_insert_with(e); f();",
            "c.entry(d).or_insert(f());",
            "for b in c.iter() { f(); }",
            "for mut b in c.iter_mut().filter(d) { f(); }",
            "let b = c.iter().next(); f();",
            "let b = DashMap::get(&c, &d); f();",
        ] {
            let code = format!("async fn a() {{ {body} }}");
            assert_eq!(
                [guarded(&code, false), guarded(&code, true)],
                [0, 1],
                "{code}"
            );
        }
        for body in [
            "let b = c.get(&d).map(|b| b.e); f();",
            "let b = c.get(&d).await?; f();",
            "c.insert(d, f());",
            "c.remove(&d); f();",
            "let b = c.get(&d); drop(b); f();",
        ] {
            let code = format!("async fn a() {{ {body} }}");
            assert_eq!(guarded(&code, true), 0, "{code}");
        }
    }

    #[test]
    fn guards_that_are_gone_are_told_from_them() {
        for body in [
            "f(); let b = c.lock().unwrap();",
            "{ let b = c.lock().unwrap(); } f();",
            "let b = c.lock().unwrap(); drop(b); f();",
            "let b: Guard = c.lock().unwrap(); drop(b); f();",
            "let b = c.lock().await; f();",
            "let b = Mutex::lock(&c).await; f();",
            "let b = c.lock(); if let Some(b) = d {} drop(b); f();",
            "let b = std::fs::read(d); let c = File::read(&d); f();",
            "_ = c.lock(); f();",
            "let b; { b = d(); } f();",
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
            assert_eq!(guarded(&code, false), 0, "{code}");
        }
    }
}

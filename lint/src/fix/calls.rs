//! The calls in a file, and which of them can be awaited where they stand.

use super::{
    locks::Locks,
    text::code,
    walk::{Calls, walk},
};

/// The stack of the thread that parses: deeply nested expressions recurse. A choice: with less, deeper generated code would overflow it.
const STACK: usize = 256 << 20;

pub(super) fn calls(text: &str, locks: Locks) -> Calls {
    std::thread::scope(|scope| {
        let parsing = std::thread::Builder::new().stack_size(STACK);
        let thread = parsing.spawn_scoped(scope, || {
            let (base, code) = code(text);
            let file = syn::parse_file(code).ok()?;
            Some(walk(&file, base, locks))
        });
        thread.ok()?.join().ok()?
    })
    .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Locks, calls};

    /// The calls of `f` that can be awaited, and the others.
    fn both(code: &str) -> (usize, usize) {
        let text = format!("\u{feff}{code}");
        let all = calls(&text, Locks::default());
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

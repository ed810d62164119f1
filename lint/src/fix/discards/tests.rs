//! Forms of calls, each in a function that is async.

use super::{Wanted, discards, is_quiet};

fn lines(text: &str) -> Vec<u32> {
    let wanted = |is_method| Wanted {
        name: "load".to_owned(),
        is_method,
    };
    let body = format!("async fn all() -> u8 {{ {text} }}");
    let mut found = discards(&wanted(false), &body, false);
    found.extend(discards(&wanted(true), &body, false));
    found.sort_unstable();
    found.dedup();
    found
}

#[test]
fn values_that_nobody_looks_at_are_seen() {
    for text in [
        "let _ = load(1); 0",
        "let _kept = self.load(1); 0",
        "_ = load(1); 0",
        "drop(load(1)); 0",
        "std::mem::forget(load(1)); 0",
        "match a { a => { let _ = load(1); } }",
        "tokio::spawn(async { load(1) });",
        "tokio::spawn(async { load(1) }); load(2);",
        "tokio::join!(async move { load(1) }, other());",
        "spawn(async { match a { 0 => load(1), _ => load(1) } });",
        "spawn(async { if a { load(1) } else { load(1) } });",
        "spawn(async { unsafe { load(1) } });",
        "spawn(async { return load(1); });",
        "spawn(async { let r = load(1); r });",
        "spawn(async { Ok(load(1)) });",
        "let _ = match a { 0 => load(1), _ => load(1) };",
        "let _ = { println!(); load(1) };",
        "let kept = load(1); drop(kept);",
        "let kept = load(1); let kept = 2; kept + 1",
        "let kept = load(1); { let kept = 2; kept + 1 }",
        "let (a, _) = (1, load(1));",
        "let a: Option<_> = Some(load(1));",
        "match load(1) { _ => 1 }",
        "if let a = load(1) {}",
        "list.push(load(1));",
        "all.map(|one| load(one));",
        "all.for_each(|one| drop(one.load()));",
        "list.map(load);",
        "list.map(Self::load);",
        "list.map(<Self>::load);",
        "let _ = load(1).map_err(|error| error);",
        "generic(load(1)); fn generic<T>(_: T) {}",
        "any(&load(1)); fn any(_: &dyn Any) {}",
        "use self::load as store;",
        "other!(load(1));",
    ] {
        assert_eq!(lines(text), [1], "{text}");
    }
    assert_eq!(lines("a();\nlet _ =\n    load(1);"), [3]);
    assert_eq!(lines("a();\ndrop(\n    // why\n    load(1),\n);"), [4]);
    assert_eq!(
        lines("spawn(async move { load(\n    2,\n    1,\n ) });"),
        [1]
    );
    assert_eq!(
        lines("spawn(async move {\n    a({});\n    load(1)\n});"),
        [3]
    );
}

#[test]
fn others_are_left_to_the_compiler() {
    for text in [
        "load(1); 0",
        "load(1)",
        "let size = load(1); size + 1",
        "let load = load(1); other(load); println!(\"{load:?}\");",
        "let size = load(1); let size = size + 1;",
        "let size: u8 = load(1); 0",
        "let size: Option<u8> = Some(load(1)); 0",
        "let Some(size) = load(1) else { return 0 }; size",
        "match a { _ => load(1) }",
        "unload(1); let _ = reload(2); 0",
        "fn load(_: u8) {}",
        "// let _ = load(1);\n",
        "let is_empty = name_ == load(1);",
        "async { load(1)?; };",
        "async { load(1).len() };",
        "load(1).map_err(|error| error)?;",
        "if load(1) { load(2) } 0",
        "for one in load(1) { load(one) } 0",
        "match load(1) { Ok(one) => one, _ => 0 }",
        "println!(\"{}\", load(1));",
        "assert_eq!(load(1), 2, \"{}\", a = load(1));",
        "plain(load(1)); fn plain(_: u8) {}",
        "Plain { a: load(1) }; struct Plain { a: u8 }",
        "self.total = load(1);",
        "all.map(|one| -> u8 { load(one) });",
        "return Some(load(1));",
    ] {
        assert_eq!(lines(text), [0; 0], "{text}");
    }
}

#[test]
fn where_the_compiler_says_nothing_statements_count() {
    assert_eq!(lines("#[allow(unused_must_use)] { load(1); }"), [1]);
    let wanted = Wanted {
        name: "load".to_owned(),
        is_method: false,
    };
    let text = "fn all() {\n    load(1);\n}";
    assert_eq!(discards(&wanted, text, true), [2]);
    assert_eq!(discards(&wanted, &format!("{text} }}"), false), [2]);
}

#[test]
fn what_is_said_for_a_whole_crate_counts() {
    for line in [
        "#![allow(unused)]",
        "#![allow(unused_imports, unused_must_use)]",
        "unused_must_use = \"allow\"",
        "unused = { level = \"allow\", priority = -1 }",
        "unused.level = \"allow\"",
    ] {
        assert!(is_quiet(line), "{line}");
    }
    for line in [
        "#![allow(unused_variables)]",
        "#![warn(unused)]",
        "unused_must_use = \"deny\"",
        "unused_imports = \"allow\"",
    ] {
        assert!(!is_quiet(line), "{line}");
    }
}

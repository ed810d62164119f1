//! `--fix` where the value of a call is used in a way that takes a future as well: each body runs as often as before.

mod kit;

use std::{fmt::Write as _, fs, process::Command, time::Duration};

use kit::{Folder, text, with_attribute};
use offload_limits::output_within;

/// Uses of a function `w` in an async body that can be awaited.
const AWAITED: &[&str] = &[
    "w();",
    "let _ = w();",
    "let _kept = w();",
    "_ = w();",
    "drop(w());",
    "dbg!(w());",
    "println!(\"{:?}\", w());",
    "let shown: &dyn std::fmt::Debug = &w(); drop(shown);",
    "std::mem::forget(w());",
    "match w() { _ => {} }",
    "match w() { kept => drop(kept) }",
    "let (_a, _b) = (w(), 1);",
    "drop(vec![w()]);",
    "drop(Some(w()));",
    "let _ = async { w() }.await;",
    "drop(Box::new(w()));",
    "let call = async || w(); drop(call().await);",
    "let _ = { { w() } };",
    "{{ let _ = w(); }}",
    "let _ = (w)();",
    "let _ = self::w();",
    "let _ = crate::w();",
    "let _ = [w(), w()];",
    "drop(format!(\"{:?}\", w()));",
    "assert!(w() || true);",
    "#[allow(unused_must_use)] { w(); }",
    "#[allow(unused)] w();",
    "w().detach();",
    "w().start();",
    "std::convert::identity(w());",
    "let give = |value| value; drop(give(w()));",
    "loop { w(); break; }",
    "for _ in 0..1 { w(); }",
    "return drop(w());",
    "let _ = &w();",
    "let _ = (w(),).0;",
    "unsafe { w(); }",
    "let Any { .. } = Any(w());",
    "once!(w());",
    "twice!({ let _ = w(); });",
    "given(async { w() }).await;",
    "given(async { let _ = w(); }).await;",
    "given(async move { if true { w() } else { w() } }).await;",
    "use self::w as alias; alias();",
    "drop(std::convert::identity(drop(w())));",
    "drop(Err::<u8, _>(w()).ok());",
    "drop({ w(); w() });",
    "let _ = w\n// A comment.\n();",
    "let _ = Store.m();",
    "let _ = Store::m(&Store);",
    "drop(<Store>::m(&Store));",
    "let cell = std::cell::RefCell::new(1); let held = cell.borrow_mut(); drop(held); w();",
    "let lock = Mutex::new(1); if *lock.lock().unwrap() == 1 { w(); }",
    "let lock = Mutex::new(true); *lock.lock().unwrap() = w();",
];

/// Uses that cannot.
const LEFT: &[&str] = &[
    "drop([1].map(|_| w()));",
    "let call: fn() -> bool = w; call();",
    "w(); drop(std::thread::spawn(w).join());",
    "called!();",
    "arm!(1 => w());",
    "w(); fn inside() { let _ = w(); } inside();",
    "w(); const CALL: fn() -> bool = w; CALL();",
    "w(); #[cfg(windows)] let _ = w();",
    "sent(async { let kept = std::rc::Rc::new(1); w(); drop(kept); }).await;",
    "w(); if_cfg! { if #[cfg(windows)] { w(); } };",
    "w(); dropped! { w(); };",
    "let lock = Mutex::new(1); let held = lock.lock().unwrap(); if *held == 1 { w(); }",
    "let cell = std::cell::RefCell::new(1); let held = cell.borrow_mut(); w();",
    "let lock = Mutex::new(1_u8); match lock.lock().unwrap().checked_add(1) { Some(_) => { w(); } None => {} }",
    "let lock = Mutex::new(1); if let Ok(mut held) = lock.try_lock() { *held = u8::from(w()); }",
    "let lock = Mutex::new(vec![1]); lock.lock().unwrap().push(u8::from(w()));",
    "let lock = Mutex::new(1); let held = lock.lock().unwrap(); let held = *held; drop(held); w();",
    "let lock = Mutex::new(1); let held; held = Mutex::lock(&lock).unwrap(); w(); drop(held);",
];

const SHARED: &str = r#"//! A program that uses values in many ways.

#![allow(warnings)]

use std::sync::Mutex;

static RAN: Mutex<Vec<usize>> = Mutex::new(Vec::new());

fn ran(number: usize) {
    RAN.lock().expect("nobody panics").push(number);
}

struct Any<T>(T);

/// Its methods are called as those of the future are.
trait Same: Sized {
    fn detach(self) {}
    fn start(self) {}
}

impl<T> Same for T {}

async fn given<T>(call: impl Future<Output = T>) -> T {
    call.await
}

async fn sent<T>(call: impl Future<Output = T> + Send) -> T {
    call.await
}

macro_rules! once {
    ($value:expr) => { drop($value) };
}

macro_rules! twice {
    ($value:block) => {{ $value; $value }};
}

macro_rules! arm {
    ($from:pat => $value:expr) => { $value };
}

macro_rules! dropped {
    ($($any:tt)*) => {};
}

macro_rules! if_cfg {
    (if #[cfg($on:meta)] $then:block) => { #[cfg($on)] $then };
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(all());
    let mut ran = RAN.lock().expect("nobody panics").clone();
    ran.sort();
    println!("RAN {ran:?}");
}
"#;

/// The name of the function of that number.
fn name(number: usize) -> String {
    format!("w{number}")
}

fn used(number: usize, how: &str) -> String {
    let how = how.replace("Store", &format!("Store{number}"));
    let how = how.replace("called!", &format!("called{number}!"));
    let words = how.split_inclusive(|sign: char| !sign.is_alphanumeric() && sign != '_');
    let words = words.map(|word| match word.strip_prefix('w') {
        Some(rest) if !rest.starts_with(char::is_alphanumeric) => format!("{}{rest}", name(number)),
        _ => word.to_owned(),
    });
    words.collect()
}

fn program(uses: &[&str]) -> String {
    let mut code = SHARED.to_owned();
    let mut calls = String::new();
    for (number, how) in uses.iter().enumerate() {
        let name = name(number);
        let body = format!("{{\n    ran({number});\n    std::fs::exists(\"{name}\").is_ok()\n}}\n");
        if how.contains("Store") {
            let store = format!("#[derive(Clone)]\nstruct Store{number};\nimpl Store{number} {{\n");
            writeln!(code, "{store}fn m(&self) -> bool {body}}}").expect("text");
        } else {
            write!(code, "fn {name}() -> bool {body}").expect("text");
        }
        if how.contains("called!") {
            let rules =
                format!("macro_rules! called{number} {{ () => {{ let _ = {name}(); }} }}\n");
            code.push_str(&rules);
        }
        let how = used(number, how);
        writeln!(code, "async fn u{number}() {{\n    {how}\n}}").expect("text");
        writeln!(calls, "    u{number}().await;").expect("text");
    }
    format!("{code}async fn all() {{\n{calls}}}\n")
}

/// With tokio, in the version of this workspace.
fn folder(package: &str, code: &str) -> Folder {
    let folder = with_attribute(package, code);
    let manifest = fs::read_to_string(folder.0.join("Cargo.toml")).expect("a manifest");
    let tokio = "tokio = { version = \"1\", features = [\"rt\"] }\n";
    folder.write("Cargo.toml", &format!("{manifest}{tokio}"));
    folder
}

fn ran(folder: &Folder) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["run", "--offline", "--quiet"])
        .current_dir(&folder.0)
        .env("CARGO_TARGET_DIR", kit::with_attribute_target());
    let output = output_within(Duration::from_secs(600), &mut cargo);
    let said = text(&output.stdout);
    let ran = said.lines().find(|line| line.starts_with("RAN"));
    ran.unwrap_or_else(|| panic!("{said}{}", text(&output.stderr)))
        .to_owned()
}

#[test]
fn each_call_that_can_be_awaited_is_and_the_others_are_left() {
    let all = [AWAITED, LEFT].concat();
    let code = program(&all);
    let folder = folder("swallowed", &code);
    let before = ran(&folder);
    let output = folder.fix(&[], &["--level", "4"]);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    let changed = fs::read_to_string(folder.0.join("src/main.rs")).expect("the program");
    for (number, how) in all.iter().enumerate() {
        let named = if how.contains("Store") {
            "m(&self)".to_owned()
        } else {
            format!("{}() ", name(number))
        };
        let owner = format!("impl Store{number} {{\n");
        let part = if how.contains("Store") {
            changed.split_once(&owner).map(|it| it.1)
        } else {
            Some(&*changed)
        };
        let part = part
            .expect("its owner")
            .split_once(&format!("fn {named}"))
            .expect("the function")
            .0;
        let is_annotated = part.ends_with("#[tokio_offload::offload]\n");
        assert_eq!(is_annotated, number < AWAITED.len(), "{how}\n{said}");
    }
    assert_eq!(ran(&folder), before, "{said}");
}

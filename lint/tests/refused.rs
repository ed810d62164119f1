//! `--fix` where only the compiler knows what the attribute takes. The real attribute is used.

#![allow(missing_docs, reason = "a test")]

mod kit;

use std::fs;

use kit::{text, with_attribute};

const CODE: &str = r#"//! A program whose types tell only the compiler what they are.

use std::{cell::RefCell, fs};

/// May not be used by two threads at once.
struct Connection(RefCell<u8>);

struct Store;

#[derive(Clone)]
struct Shop;

fn of_a_reference(to: &Connection) -> usize {
    fs::read("reference").map_or(0, |bytes| bytes.len() + usize::from(*to.0.borrow()))
}

type Shared = std::rc::Rc<u8>;

fn of_an_alias(of: Shared) -> bool {
    *of == 1 && fs::exists("alias").is_ok()
}

impl Store {
    /// It cannot be cloned.
    fn method(&self) -> bool {
        fs::exists("method").is_ok()
    }
}

impl Shop {
    #[inline]
    fn method_of_many(&self, path: &str) -> bool {
        fs::exists(path).is_ok()
    }
}

mod hidden {
    pub(super) fn plain(path: &str, number: u8) -> bool {
        number == 1 && std::fs::exists(path).is_ok()
    }
}

async fn serve() -> bool {
    let to = Connection(RefCell::new(1));
    of_a_reference(&to) == 1
        && of_an_alias(Shared::new(1))
        && Store.method()
        && Shop.method_of_many("many")
        && hidden::plain("plain", 1)
}

fn main() {
    let call = Box::pin(serve());
    std::hint::black_box(call as std::pin::Pin<Box<dyn Future<Output = bool>>>);
}
"#;

#[test]
fn what_the_compiler_does_not_take_is_left() {
    let folder = with_attribute("refused-by-the-compiler", CODE);
    let output = folder.fix(&[], &[]);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    let attribute = "#[tokio_offload::offload]\n";
    let expected = CODE
        .replace(
            "    fn method_of",
            &format!("    {attribute}    fn method_of"),
        )
        .replace("    pub(super)", &format!("    {attribute}    pub(super)"))
        .replace("method_of_many(\"many\")", "method_of_many(\"many\").await")
        .replace("plain(\"plain\", 1)", "plain(\"plain\", 1).await");
    let changed = fs::read_to_string(folder.0.join("src/main.rs")).expect("the program");
    assert_eq!(changed, expected, "{said}");
    for line in [13, 19, 25] {
        let words = format!("src/main.rs:{line}: not annotated, since it would not compile: ");
        assert!(said.contains(&words), "{said}");
    }
    assert!(said.contains("3 more by hand"), "{said}");
}

#[test]
fn nothing_is_changed_for_a_package_without_the_attribute() {
    let code = CODE;
    let folder = with_attribute("without-the-attribute", code);
    folder.write(
        "Cargo.toml",
        "[package]\nname = \"without-the-attribute\"\nedition = \"2024\"\n[workspace]\n",
    );
    let output = folder.fix(&[], &[]);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    let changed = fs::read_to_string(folder.0.join("src/main.rs")).expect("the program");
    assert_eq!(changed, code, "{said}");
    assert!(
        said.contains(
            "src/main.rs:13: not annotated: the attribute needs `cargo add tokio-offload`"
        ),
        "{said}"
    );
}

/// To find what a function itself uses, its body is there twice.
const ONCE: &str = "\
struct Outer;

trait Named {
    fn load_all(&self) {}
}

fn load(path: &str) -> bool {
    impl Named for Outer {}
    Outer.load_all();
    std::fs::exists(path).is_ok()
}

fn other(path: &str) -> bool {
    std::fs::exists(path).is_ok()
}

async fn serve() {
    load(\"load\");
    other(\"other\");
}

fn main() {
    let call = Box::pin(serve());
    std::hint::black_box(call as std::pin::Pin<Box<dyn Future<Output = ()>>>);
}
";

#[test]
fn a_function_whose_body_may_be_there_only_once_is_left() {
    let folder = with_attribute("once", ONCE);
    let output = folder.fix(&[], &[]);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    let changed = fs::read_to_string(folder.0.join("src/main.rs")).expect("the program");
    let expected = ONCE
        .replace("fn other", "#[tokio_offload::offload]\nfn other")
        .replace("other(\"other\")", "other(\"other\").await");
    assert_eq!(changed, expected, "{said}");
    let words = "src/main.rs:7: `load` is not annotated: its body may not be there twice";
    assert!(said.contains(words), "{said}");
}

/// Such as one that keeps what was compiled: it knows other compilers only.
#[test]
fn a_wrapper_of_the_users_does_not_get_the_copy() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = with_attribute("wrapped", ONCE);
    let wrapper = "#!/bin/sh\ncase \"$1\" in *offload-lint*) exit 1 ;; esac\nexec \"$@\"\n";
    folder.write("wrapper", wrapper);
    let path = folder.0.join("wrapper");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    let output = folder.fix(&[("RUSTC_WRAPPER", &path.display().to_string())], &[]);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert!(said.contains("src/main.rs:13: annotated"), "{said}");
}

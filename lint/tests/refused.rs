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

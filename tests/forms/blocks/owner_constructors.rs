//! Constructors of a handle: whatever returns the value, or a `Result` or an `Option` of it.

use std::{fs, io, path::Path, rc::Rc};

use tokio_offload::{Error, offload};

use crate::{call, elsewhere};

#[derive(Debug)]
struct Db {
    text: Rc<str>,
}

type Fallible<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[offload(owner = DbHandle)]
impl Db {
    pub fn open(path: &Path) -> io::Result<Self> {
        elsewhere();
        let text = fs::read_to_string(path)?.into();
        Ok(Self { text })
    }

    pub fn parse(text: String) -> Result<Db, String> {
        elsewhere();
        if text.is_empty() {
            return Err("empty".into());
        }
        Ok(Db { text: text.into() })
    }

    pub fn some(text: Option<&str>) -> Option<Self> {
        elsewhere();
        Some(Self { text: text?.into() })
    }

    pub fn empty() -> Db {
        elsewhere();
        Self { text: "".into() }
    }

    pub fn aliased(text: impl AsRef<str>) -> Fallible<Self> {
        elsewhere();
        Ok(Self {
            text: text.as_ref().into(),
        })
    }

    pub fn panicking() -> Self {
        elsewhere();
        panic!("not built")
    }

    pub fn generic<T: ToString>(
        value: T,
        #[allow(unused_variables, reason = "it is not used")] unused: u8,
    ) -> std::option::Option<Db> {
        elsewhere();
        Some(Self {
            text: value.to_string().into(),
        })
    }

    pub fn text(&self) -> String {
        elsewhere();
        self.text.to_string()
    }

    pub fn append(&mut self, others: &[String]) -> usize {
        elsewhere();
        self.text = (self.text.to_string() + &others.concat()).into();
        self.text.len()
    }
}

#[test]
fn every_constructor_returns_a_handle() {
    let manifest = call(DbHandle::open(Path::new("Cargo.toml"))).expect("it is there");
    assert!(call(manifest.text()).starts_with("[package]"));
    assert_eq!(call(call(DbHandle::empty()).text()), "");
    let parsed = call(DbHandle::parse("x".into())).expect("it is not empty");
    assert_eq!(call(parsed.append(&["y".into()])), 2);
    assert_eq!(call(parsed.text()), "xy");
    let aliased = call(DbHandle::aliased("y")).expect("it never fails");
    assert_eq!(call(aliased.text()), "y");
    let generic = call(DbHandle::generic(7, 0)).expect("it never fails");
    assert_eq!(call(generic.text()), "7");
}

#[test]
fn errors_and_panics_of_a_constructor_reach_the_caller() {
    let missing = call(DbHandle::open(Path::new("missing")));
    assert_eq!(missing.unwrap_err().kind(), io::ErrorKind::NotFound);
    assert_eq!(call(DbHandle::parse(String::new())).unwrap_err(), "empty");
    assert!(call(DbHandle::some(None)).is_none());
    assert!(call(DbHandle::some(Some("z"))).is_some());
    assert!(matches!(
        call(DbHandle::panicking().outcome()),
        Err(Error::Panicked(_))
    ));
}

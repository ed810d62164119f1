//! `crate = PATH`: the library under another name, and re-exported.

use std::path::Path;

use crate::{call, elsewhere};

#[renamed::offload(crate = ::renamed)]
fn renamed(text: &str) -> usize {
    elsewhere();
    text.len()
}

#[crate::reexport::deep::offload(crate = crate::reexport::deep)]
fn reexported(text: &str, path: impl AsRef<Path>) -> usize {
    elsewhere();
    text.len() + path.as_ref().as_os_str().len()
}

#[renamed::offload(crate = crate)]
fn at_the_root(text: &str, maybe: Option<&str>) -> usize {
    elsewhere();
    text.len() + maybe.map_or(0, str::len)
}

#[derive(Clone)]
struct Host(u8);

impl Host {
    #[renamed::offload(crate = crate::reexport::deep, blocking = get_now)]
    fn get(&self) -> u8 {
        elsewhere();
        self.0
    }

    #[renamed::offload(crate = ::renamed, pool = renamed::Pool::new("x").threads(1).into_arc())]
    fn never(self) -> ! {
        elsewhere();
        panic!("as it must")
    }
}

trait IntoArc: Sized {
    fn into_arc(self) -> std::sync::Arc<Self>;
}

impl IntoArc for renamed::Pool {
    fn into_arc(self) -> std::sync::Arc<Self> {
        std::sync::Arc::new(self)
    }
}

#[test]
fn the_crate_option_finds_a_renamed_or_reexported_library() {
    assert_eq!(call(renamed("a")), 1);
    assert_eq!(call(reexported("a", "b")), 2);
    assert_eq!(call(at_the_root("a", Some("b"))), 2);
    assert_eq!(call(Host(1).get()), 1);
    assert_eq!(Host(2).get_now(), 2);
    assert!(call(Host(1).never().outcome()).is_err());
}

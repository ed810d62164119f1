//! Arguments that a `cfg` keeps or removes.

use std::path::Path;

use tokio_offload::offload;

use crate::{call, elsewhere};

#[offload]
fn kept(#[cfg(not(target_os = "none"))] a: u8, b: u8) -> u8 {
    elsewhere();
    a + b
}

#[offload]
fn removed(a: u8, #[cfg(target_os = "none")] b: Unknown, c: u8) -> u8 {
    elsewhere();
    a + c
}

#[offload]
fn chosen(
    #[cfg(not(target_os = "none"))] value: u8,
    #[cfg(target_os = "none")] value: String,
    #[cfg(target_os = "none")] last: u8,
) -> u8 {
    elsewhere();
    value
}

#[offload]
fn twice(
    #[cfg(not(target_os = "none"))]
    #[cfg(not(target_os = "none"))]
    value: &str,
    #[cfg(not(target_os = "none"))]
    #[cfg(target_os = "none")]
    no: &str,
) -> usize {
    elsewhere();
    value.len()
}

#[offload]
fn only_removed(#[cfg(target_os = "none")] a: u8) -> u8 {
    elsewhere();
    1
}

#[test]
fn a_cfg_removes_or_keeps_an_argument() {
    assert_eq!(call(kept(1, 2)), 3);
    assert_eq!(call(removed(1, 2)), 3);
    assert_eq!(call(chosen(1)), 1);
    assert_eq!(call(twice("ab")), 2);
    assert_eq!(call(only_removed()), 1);
}

#[offload]
fn borrowed(
    #[cfg(not(target_os = "none"))] path: &Path,
    #[cfg(not(target_os = "none"))] name: Option<&str>,
    n: &[u8],
) -> usize {
    elsewhere();
    path.as_os_str().len() + name.map_or(0, str::len) + n.len()
}

#[offload]
fn patterns(
    #[cfg(not(target_os = "none"))] (a, mut b): (u8, u8),
    #[cfg(not(target_os = "none"))] _: String,
    #[cfg(target_os = "none")] _: String,
    #[cfg(not(target_os = "none"))] ref c: String,
    #[cfg(not(target_os = "none"))] mut d: Vec<u8>,
) -> usize {
    elsewhere();
    b += a;
    d.push(b);
    usize::from(d[0]) + c.len()
}

#[offload]
fn opaque(
    #[cfg(not(target_os = "none"))] path: impl AsRef<Path>,
    #[cfg(not(target_os = "none"))] add: impl FnOnce(usize) -> usize,
    #[cfg(target_os = "none")] gone: impl Clone,
) -> usize {
    elsewhere();
    add(path.as_ref().as_os_str().len())
}

#[offload]
fn unused(
    #[cfg(not(target_os = "none"))] _kept: String,
    #[cfg(target_os = "none")] _gone: String,
) -> u8 {
    elsewhere();
    5
}

#[offload]
fn by_attributes(
    #[allow(unused_variables)] a: u8,
    #[cfg_attr(all(), allow(unused_variables))] b: &str,
    #[expect(unused_variables, reason = "the form is the subject")] c: u8,
    #[cfg(not(target_os = "none"))]
    #[allow(unused_mut)]
    mut d: u8,
) -> u8 {
    elsewhere();
    d
}

#[test]
fn a_cfg_may_stand_on_borrowed_pattern_and_opaque_arguments() {
    assert_eq!(call(borrowed(Path::new("/a"), Some("b"), &[1])), 4);
    assert_eq!(
        call(patterns((1, 2), String::new(), String::from("x"), vec![])),
        4
    );
    assert_eq!(call(opaque("abc", |n| n * 2)), 6);
    assert_eq!(call(unused(String::new())), 5);
    assert_eq!(call(by_attributes(1, "", 2, 3)), 3);
}

#[derive(Clone)]
struct Config {
    base: u8,
}

impl Config {
    #[offload]
    fn method(
        &self,
        #[cfg(not(target_os = "none"))] by: u8,
        #[cfg(target_os = "none")] by: u16,
    ) -> u8 {
        elsewhere();
        self.base + by
    }

    #[offload]
    fn taken(mut self, #[cfg(not(target_os = "none"))] by: &str) -> Self {
        elsewhere();
        self.base += u8::try_from(by.len()).unwrap_or(0);
        self
    }

    #[cfg(target_os = "none")]
    #[offload]
    fn gone(&self) -> Unknown {}

    #[offload]
    #[cfg(target_os = "none")]
    fn gone_below(&self) -> Unknown {}

    #[offload]
    #[cfg(not(target_os = "none"))]
    fn here(&self) -> u8 {
        elsewhere();
        #[cfg(target_os = "none")]
        return Unknown;
        #[cfg(not(target_os = "none"))]
        return self.base;
    }
}

#[cfg_attr(all(), offload)]
fn by_cfg_attr(n: u8) -> u8 {
    elsewhere();
    n
}

#[cfg_attr(any(), offload)]
fn not_by_cfg_attr(n: u8) -> u8 {
    n
}

#[test]
fn a_cfg_may_stand_on_methods_and_around_the_attribute() {
    assert_eq!(call(Config { base: 1 }.method(1)), 2);
    assert_eq!(call(Config { base: 1 }.taken("ab")).base, 3);
    assert_eq!(call(Config { base: 1 }.here()), 1);
    assert_eq!(call(by_cfg_attr(1)), 1);
    assert_eq!(not_by_cfg_attr(1), 1);
}

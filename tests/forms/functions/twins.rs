//! `blocking = NAME` on functions: the twin is the function as written.

use std::{
    borrow::Cow,
    fmt::Debug,
    path::{Path, PathBuf},
};

use tokio_offload::offload;

use crate::{call, elsewhere};

#[offload(blocking = plain_now)]
fn plain(n: u8) -> u8 {
    elsewhere();
    n + 1
}

#[offload(blocking = borrowed_now)]
fn borrowed<'a>(text: &'a str, path: &Path, name: Option<&'a str>, cow: Cow<'_, str>) -> PathBuf {
    elsewhere();
    let all: [&'a str; 2] = [text, name.unwrap_or_default()];
    path.join(all.concat() + &cow)
}

#[offload(blocking = generic_now)]
fn generic<T: Debug + Clone, const N: usize>(value: &T, mut many: [T; N]) -> String
where
    T: PartialEq,
{
    elsewhere();
    many[0] = value.clone();
    format!("{many:?}")
}

#[offload(blocking = opaque_now)]
fn opaque(items: impl IntoIterator<Item = u8>, path: impl AsRef<Path>) -> impl Iterator<Item = u8> {
    elsewhere();
    let more = path.as_ref().components().count();
    items
        .into_iter()
        .chain(u8::try_from(more))
        .collect::<Vec<_>>()
        .into_iter()
}

#[offload(blocking = opaque_of_borrow_now)]
fn opaque_of_borrow(text: &str) -> impl Iterator<Item = char> {
    elsewhere();
    text.chars().collect::<Vec<_>>().into_iter()
}

#[offload(blocking = patterns_now)]
fn patterns((mut a, _): (u8, u8), ref text: String, _: Vec<u8>, _unused: u8, &n: &u8) -> usize {
    elsewhere();
    a += n;
    usize::from(a) + text.len()
}

#[offload(blocking = as_ref_now)]
fn as_ref<P: AsRef<Path> + ?Sized, Q: AsRef<str> + Copy>(path: &P, name: Q) -> PathBuf {
    elsewhere();
    path.as_ref().join(name.as_ref())
}

#[offload(blocking = cfg_now)]
fn cfg(
    #[cfg(not(target_os = "none"))] a: &str,
    #[cfg(target_os = "none")] b: u8,
    #[cfg(not(target_os = "none"))] c: usize,
) -> usize {
    elsewhere();
    a.len() + c
}

#[offload(blocking = never_now)]
fn never() -> ! {
    elsewhere();
    panic!("as it must")
}

#[offload(blocking = nothing_now)]
fn nothing() {
    elsewhere();
}

#[offload(blocking = early_now)]
fn early(text: &str) -> Result<u8, std::num::ParseIntError> {
    elsewhere();
    if text.is_empty() {
        return Ok(0);
    }
    let n: u8 = text.parse()?;
    Ok(n)
}

#[offload(blocking = inner_now)]
fn inner(unused: u8) -> u8 {
    #![allow(unused_variables, reason = "the form is the subject")]
    //! Says something.
    fn helper() -> u8 {
        elsewhere();
        4
    }
    const MORE: u8 = 1;
    helper() + MORE
}

#[offload(blocking = factorial_now)]
fn factorial(n: u64) -> u64 {
    elsewhere();
    if n == 0 { 1 } else { n * factorial_now(n - 1) }
}

#[test]
fn the_blocking_version_of_a_function_returns_the_same() {
    assert_eq!((call(plain(1)), plain_now(1)), (2, 2));
    let expected = Path::new("/ad");
    assert_eq!(
        call(borrowed("a", Path::new("/"), None, "d".into())),
        expected
    );
    assert_eq!(
        borrowed_now("a", Path::new("/"), None, "d".into()),
        expected
    );
    assert_eq!(call(generic(&1, [0, 2])), "[1, 2]");
    assert_eq!(generic_now(&1, [0, 2]), "[1, 2]");
    assert_eq!(call(opaque([1], "/a")).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(opaque_now([1], "/a").collect::<Vec<_>>(), [1, 2]);
    assert_eq!(call(opaque_of_borrow(&String::from("ab"))).count(), 2);
    assert_eq!(opaque_of_borrow_now("ab").count(), 2);
    assert_eq!(call(patterns((1, 2), String::from("a"), vec![], 0, &1)), 3);
    assert_eq!(patterns_now((1, 2), String::from("a"), vec![], 0, &1), 3);
    assert_eq!(call(as_ref("/", "a")), Path::new("/a"));
    assert_eq!(as_ref_now("/", "a"), Path::new("/a"));
    assert_eq!((call(cfg("a", 1)), cfg_now("a", 1)), (2, 2));
    assert!(call(never().outcome()).is_err());
    assert!(std::panic::catch_unwind(|| never_now()).is_err());
    call(nothing());
    nothing_now();
    assert_eq!((call(early("")), early_now("7")), (Ok(0), Ok(7)));
    assert_eq!((call(inner(0)), inner_now(0)), (5, 5));
    assert_eq!((call(factorial(5)), factorial_now(5)), (120, 120));
}

mod visible {
    use crate::elsewhere;

    #[tokio_offload::offload(blocking = to_super_now)]
    pub(super) fn to_super(n: u8) -> u8 {
        elsewhere();
        n
    }

    #[tokio_offload::offload(blocking = to_crate_now)]
    pub(crate) fn to_crate(n: u8) -> u8 {
        elsewhere();
        n
    }

    #[tokio_offload::offload(blocking = r#try)]
    #[inline]
    #[must_use = "said why"]
    pub(in crate::functions::twins) fn to_path(n: u8) -> u8 {
        elsewhere();
        n
    }
}

#[test]
fn the_blocking_version_has_the_same_visibility() {
    assert_eq!(call(visible::to_super(1)), 1);
    assert_eq!(visible::to_super_now(1), 1);
    assert_eq!(call(visible::to_crate(1)), 1);
    assert_eq!(visible::to_crate_now(1), 1);
    assert_eq!(call(visible::to_path(1)), 1);
    assert_eq!(visible::r#try(1), 1);
}

#[offload(blocking = traced_now)]
#[track_caller]
fn traced() -> u32 {
    elsewhere();
    std::panic::Location::caller().line()
}

#[expect(deprecated, reason = "the form is the subject")]
#[test]
fn the_blocking_version_keeps_attributes_and_track_caller() {
    #[offload(blocking = old_now)]
    #[deprecated = "there is a newer one"]
    #[expect(unused_variables, reason = "the form is the subject")]
    fn old(n: u8) -> u8 {
        elsewhere();
        1
    }
    assert_eq!((call(old(2)), old_now(2)), (1, 1));
    let line = line!() + 1;
    assert_eq!(traced_now(), line);
    assert!(call(traced()) > 0);
}

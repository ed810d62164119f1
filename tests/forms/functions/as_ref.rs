//! Arguments by `AsRef`: whatever the caller passes, also a borrow, is copied by what it refers to.

use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

use tokio_offload::offload;

use crate::{call, elsewhere};

#[offload]
fn by_impl(path: impl AsRef<Path>) -> PathBuf {
    elsewhere();
    path.as_ref().join("e")
}

#[offload]
fn by_parameter<P: AsRef<Path>>(path: P) -> PathBuf {
    elsewhere();
    path.as_ref().join("e")
}

#[offload]
fn by_where<P>(path: P) -> PathBuf
where
    P: AsRef<Path>,
{
    elsewhere();
    path.as_ref().to_path_buf()
}

#[offload]
fn two<P: AsRef<Path>, Q: AsRef<Path>>(from: P, to: Q) -> bool {
    elsewhere();
    from.as_ref() == to.as_ref()
}

#[test]
fn as_ref_path_accepts_every_kind_of_path() {
    let owned = PathBuf::from("/d");
    let text = String::from("/d");
    let end = Path::new("/d/e");
    assert_eq!(call(by_impl("/d")), end);
    assert_eq!(call(by_impl(owned.as_path())), end);
    assert_eq!(call(by_impl(owned.clone())), end);
    assert_eq!(call(by_impl(&text)), end);
    assert_eq!(call(by_impl(&owned)), end);
    assert_eq!(call(by_impl(OsStr::new("/d"))), end);
    assert_eq!(call(by_impl(owned.components())), end);
    assert_eq!(call(by_parameter(&text)), end);
    assert_eq!(call(by_parameter(text.clone())), end);
    assert_eq!(call(by_parameter::<&str>("/d")), end);
    assert_eq!(call(by_where(&text)), owned);
    assert!(call(two(&text, &owned)));
}

#[offload]
fn passed_on(path: impl AsRef<Path>) -> io::Result<String> {
    elsewhere();
    fs::read_to_string(path)
}

#[offload]
fn passed_by_reference(path: impl AsRef<Path>) -> bool {
    elsewhere();
    fs::metadata(&path).is_ok() || fs::metadata(path).is_ok()
}

#[offload]
fn shadowed(path: impl AsRef<Path>) -> usize {
    elsewhere();
    let path = path.as_ref();
    path.components().count()
}

#[offload]
fn captured_by_closure(name: impl AsRef<str>, all: Vec<String>) -> usize {
    elsewhere();
    all.iter()
        .filter(|other| other.as_str() == name.as_ref())
        .count()
}

#[test]
fn a_body_can_pass_shadow_and_capture_an_as_ref_argument() {
    assert!(call(passed_on(file!())).is_err() || cfg!(unix));
    assert!(!call(passed_by_reference("/no/such/file")));
    assert_eq!(call(shadowed("/a/b")), 3);
    let all = vec![String::from("a"), String::from("b")];
    assert_eq!(call(captured_by_closure(&String::from("b"), all)), 1);
}

#[offload]
fn bytes<T: AsRef<[u8]>>(data: T) -> usize {
    elsewhere();
    data.as_ref().len()
}

#[offload]
fn text(text: impl AsRef<str>) -> String {
    elsewhere();
    text.as_ref().to_uppercase()
}

#[offload]
fn of_struct(text: impl AsRef<[String]>) -> String {
    elsewhere();
    text.as_ref().concat()
}

#[offload]
fn of_generic<U: Clone + Sync>(all: impl AsRef<[U]>) -> usize {
    elsewhere();
    all.as_ref().len()
}

#[offload]
fn with_send(path: impl AsRef<Path> + Send) -> usize {
    elsewhere();
    path.as_ref().as_os_str().len()
}

#[offload]
fn with_more_bounds<P: AsRef<Path> + Send + Sync + 'static>(path: P) -> usize {
    elsewhere();
    path.as_ref().as_os_str().len()
}

#[offload]
fn mut_binding(mut path: impl AsRef<Path>) -> usize {
    elsewhere();
    let taken = &mut path;
    taken.as_ref().as_os_str().len()
}

#[test]
fn as_ref_of_bytes_text_and_own_types_is_copied() {
    let text_ = String::from("ab");
    assert_eq!(call(bytes(&text_)), 2);
    assert_eq!(call(bytes([1, 2, 3])), 3);
    assert_eq!(call(bytes(&[1_u8][..])), 1);
    assert_eq!(call(text(&text_)), "AB");
    assert_eq!(call(of_struct(vec![text_.clone(), text_.clone()])), "abab");
    assert_eq!(call(of_generic::<u8>(&vec![1, 2])), 2);
    assert_eq!(call(with_send("abc")), 3);
    assert_eq!(call(with_more_bounds("abc")), 3);
    assert_eq!(call(mut_binding(&text_)), 2);
}

#[offload]
fn by_reference<P: AsRef<Path> + ?Sized>(path: &P) -> PathBuf {
    elsewhere();
    path.as_ref().to_owned()
}

#[offload]
fn impl_by_reference(path: &impl AsRef<Path>) -> PathBuf {
    elsewhere();
    path.as_ref().to_owned()
}

#[offload]
fn where_by_reference<P>(path: &P) -> PathBuf
where
    P: ?Sized + AsRef<Path>,
{
    elsewhere();
    path.as_ref().to_owned()
}

#[offload]
fn copied(path: impl AsRef<Path> + Copy) -> (usize, usize) {
    elsewhere();
    let again = path;
    (
        path.as_ref().as_os_str().len(),
        again.as_ref().as_os_str().len(),
    )
}

#[offload]
fn cloned<T: AsRef<[u8]> + Clone>(data: T) -> usize {
    elsewhere();
    let other = data.clone();
    other.as_ref().len() + data.as_ref().len()
}

#[test]
fn a_reference_to_an_as_ref_argument_is_copied_too() {
    let path = String::from("/p");
    assert_eq!(call(by_reference(&path)), Path::new("/p"));
    assert_eq!(call(by_reference("/p")), Path::new("/p"));
    assert_eq!(call(impl_by_reference(&path)), Path::new("/p"));
    assert_eq!(call(where_by_reference(Path::new("/p"))), Path::new("/p"));
    assert_eq!(call(copied(&path)), (2, 2));
    assert_eq!(call(cloned(&path)), 4);
}

#[offload]
fn named_in_body<T: AsRef<[u8]>>(data: T) -> usize {
    elsewhere();
    data.as_ref().len() + size_of::<T>()
}

#[offload]
fn returned<P: AsRef<Path>>(path: P) -> P {
    elsewhere();
    assert!(path.as_ref().is_absolute());
    path
}

#[offload]
fn with_display<P: AsRef<str> + std::fmt::Display>(name: P) -> String {
    elsewhere();
    format!("{name}{}", name.as_ref())
}

#[offload]
fn in_list<P: AsRef<Path>>(all: Vec<P>) -> usize {
    elsewhere();
    all.iter()
        .filter(|path| path.as_ref().is_absolute())
        .count()
}

#[offload]
fn in_slice<P: AsRef<Path> + Clone>(all: &[P]) -> usize {
    elsewhere();
    all.iter()
        .filter(|path| path.as_ref().is_absolute())
        .count()
}

#[test]
fn an_as_ref_argument_that_the_signature_or_body_names_is_sent_itself() {
    assert_eq!(call(named_in_body([1_u8, 2])), 4);
    assert_eq!(call(returned("/p")), "/p");
    assert_eq!(call(with_display("p")), "pp");
    assert_eq!(call(in_list(vec!["/", "a"])), 1);
    assert_eq!(call(in_slice(&[String::from("/"), String::from("a")])), 1);
}

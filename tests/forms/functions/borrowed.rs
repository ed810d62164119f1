//! Arguments behind `&`: owned when the function is called, lent to the body.

use std::{
    collections::HashMap,
    ffi::{CStr, CString, OsStr, OsString},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use tokio_offload::offload;

use crate::{call, elsewhere};

#[offload]
fn text(text: &str) -> usize {
    elsewhere();
    text.len()
}

#[offload]
fn path(path: &Path) -> PathBuf {
    elsewhere();
    path.join("end")
}

#[offload]
fn bytes(bytes: &[u8]) -> u8 {
    elsewhere();
    bytes.iter().sum()
}

#[offload]
fn strings(all: &[String]) -> String {
    elsewhere();
    all.concat()
}

#[offload]
fn os(name: &OsStr) -> OsString {
    elsewhere();
    name.to_os_string()
}

#[offload]
fn c(name: &CStr) -> usize {
    elsewhere();
    name.to_bytes().len()
}

#[offload]
fn array(four: &[u8; 4]) -> u32 {
    elsewhere();
    u32::from_be_bytes(*four)
}

#[offload]
fn array_of<const N: usize>(all: &[u8; N]) -> usize {
    elsewhere();
    all.len() + N
}

#[test]
fn borrowed_slices_text_and_arrays_are_owned_by_the_call() {
    // The future is `'static` although the values are local.
    let local = String::from("four");
    let future = text(&local);
    drop(local);
    assert_eq!(call(future), 4);
    assert_eq!(call(path(Path::new("/a"))), Path::new("/a/end"));
    assert_eq!(call(path(&PathBuf::from("/a"))), Path::new("/a/end"));
    assert_eq!(call(bytes(&[1, 2, 3])), 6);
    assert_eq!(call(bytes(&vec![1, 2])), 3);
    assert_eq!(call(strings(&[String::from("a"), String::from("b")])), "ab");
    assert_eq!(call(os(OsStr::new("n"))), "n");
    assert_eq!(call(c(&CString::new("abc").unwrap())), 3);
    assert_eq!(call(c(c"abcd")), 4);
    assert_eq!(call(array(&[0, 0, 1, 0])), 256);
    assert_eq!(call(array_of(&[0; 3])), 6);
}

#[derive(Clone)]
struct Record {
    name: String,
    size: u64,
}

#[offload]
fn record(record: &Record) -> String {
    elsewhere();
    format!("{} {}", record.name, record.size)
}

#[offload]
fn records(all: &[Record]) -> u64 {
    elsewhere();
    all.iter().map(|record| record.size).sum()
}

#[offload]
fn vector(all: &Vec<u8>) -> usize {
    elsewhere();
    all.len()
}

#[offload]
fn string(text: &String) -> usize {
    elsewhere();
    text.len()
}

#[offload]
fn map(map: &HashMap<String, Vec<u8>>, key: &str) -> usize {
    elsewhere();
    map[key].len()
}

#[offload]
fn number(n: &u32) -> u32 {
    elsewhere();
    *n
}

#[offload]
fn pair(pair: &(u8, String)) -> usize {
    elsewhere();
    usize::from(pair.0) + pair.1.len()
}

#[offload]
fn unit(unit: &()) -> bool {
    elsewhere();
    matches!(unit, ())
}

#[test]
fn borrowed_clone_types_are_cloned_into_the_call() {
    let one = Record {
        name: String::from("x"),
        size: 3,
    };
    assert_eq!(call(record(&one)), "x 3");
    assert_eq!(call(records(&[one.clone(), one])), 6);
    assert_eq!(call(vector(&vec![1, 2])), 2);
    assert_eq!(call(string(&String::from("abc"))), 3);
    let all = HashMap::from([(String::from("k"), vec![1, 2])]);
    assert_eq!(call(map(&all, "k")), 2);
    assert_eq!(call(number(&9)), 9);
    assert_eq!(call(pair(&(1, String::from("ab")))), 3);
    assert!(call(unit(&())));
}

#[offload]
fn shared(value: &Arc<Record>) -> usize {
    elsewhere();
    Arc::strong_count(value)
}

#[offload]
fn shared_text(text: &Arc<str>) -> usize {
    elsewhere();
    text.len()
}

#[offload]
fn boxed(value: &Box<[u8]>) -> usize {
    elsewhere();
    value.len()
}

/// Of a type of the user's own the name says nothing.
mod grid {
    #[derive(Clone)]
    pub(super) struct Cell<T>(pub(super) T);
}

#[offload]
fn cell_of_ones_own(value: &[grid::Cell<u32>]) -> u32 {
    elsewhere();
    value.iter().map(|cell| cell.0).sum()
}

#[offload]
fn shared_cell(value: &Arc<OnceLock<u32>>) -> u32 {
    elsewhere();
    *value.get_or_init(|| 4)
}

#[offload]
fn function(f: &fn(u32) -> u32) -> u32 {
    elsewhere();
    f(1)
}

#[offload]
fn optional(value: &Option<String>) -> usize {
    elsewhere();
    value.as_ref().map_or(0, String::len)
}

#[offload]
fn result(value: &Result<u8, String>) -> bool {
    elsewhere();
    value.is_ok()
}

#[test]
fn borrowed_pointers_and_cells_are_cloned_into_the_call() {
    let record = Arc::new(Record {
        name: String::new(),
        size: 0,
    });
    assert_eq!(call(shared(&record)), 2);
    assert_eq!(call(shared_text(&Arc::from("abc"))), 3);
    assert_eq!(call(boxed(&Box::from([1, 2]))), 2);
    assert_eq!(call(cell_of_ones_own(&[grid::Cell(1), grid::Cell(2)])), 3);
    let kept = Arc::new(OnceLock::new());
    assert_eq!(call(shared_cell(&kept)), 4);
    assert_eq!(kept.get(), Some(&4));
    assert_eq!(call(function(&((|n| n + 1) as fn(u32) -> u32))), 2);
    assert_eq!(call(optional(&Some(String::from("ab")))), 2);
    assert_eq!(call(optional(&None)), 0);
    assert!(call(result(&Ok(1))));
}

#[offload]
fn several(a: &str, b: &Path, mut c: Vec<String>, d: &[u8], e: u8, f: &Record) -> Vec<String> {
    elsewhere();
    c.push(format!("{a}{}{}{e}{}", b.display(), d.len(), f.name));
    c
}

#[offload]
fn shadowing(text: &str) -> String {
    elsewhere();
    let text = text.trim();
    let text = text.to_uppercase();
    text
}

#[offload]
fn moving(mut rest: &[u8]) -> Vec<u8> {
    elsewhere();
    let mut out = Vec::new();
    while let [first, tail @ ..] = rest {
        out.insert(0, *first);
        rest = tail;
    }
    out
}

#[offload]
fn longest<'a>(mut best: &'a str, other: &'a str) -> String {
    elsewhere();
    if other.len() > best.len() {
        best = other;
    }
    best.to_owned()
}

#[test]
fn several_borrowed_arguments_are_lent_to_the_body() {
    let record = Record {
        name: String::from("r"),
        size: 0,
    };
    let all = call(several("a", Path::new("b"), vec![], &[1], 2, &record));
    assert_eq!(all, ["ab12r"]);
    assert_eq!(call(shadowing(" a ")), "A");
    assert_eq!(call(moving(&[1, 2, 3])), [3, 2, 1]);
    assert_eq!(call(longest("a", "bb")), "bb");
}

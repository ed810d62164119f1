//! Borrowed arguments: written from the borrow, lent to the body.

use std::{
    borrow::Cow,
    ffi::{CStr, OsStr, OsString},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use tokio_offload::offload;

use crate::{Failed, WORKERS, elsewhere};

/// Not `Clone`: nothing copies it.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    name: String,
}

#[offload(remote = WORKERS)]
fn by_reference(
    text: &str,
    path: &Path,
    bytes: &[u8],
    os: &OsStr,
    c: &CStr,
    record: &Record,
    records: &[Record],
    array: &[u16; 2],
    nested: &Vec<String>,
) -> Result<String, Failed> {
    elsewhere();
    let Record { name } = record;
    let (path, os) = (path.display(), os.to_string_lossy());
    let all = records.iter().map(|record| record.name.as_str());
    let all: String = all.chain(nested.iter().map(String::as_str)).collect();
    Ok(format!(
        "{text} {path} {bytes:?} {os} {c:?} {name} {all} {array:?}"
    ))
}

#[tokio::test]
async fn references() {
    let call = {
        let (text, path, bytes) = (String::from("a"), PathBuf::from("/b"), vec![1, 2]);
        let record = |name: &str| Record { name: name.into() };
        by_reference(
            &text,
            &path,
            &bytes,
            OsStr::new("c"),
            c"d",
            &record("e"),
            &[record("f"), record("g")],
            &[3, 4],
            &vec!["h".into()],
        )
    };
    // The call outlives what it was made from.
    assert_eq!(call.await.unwrap(), "a /b [1, 2] c \"d\" e fgh [3, 4]");
}

#[offload(remote = WORKERS)]
fn inside(
    text: Option<&str>,
    bytes: std::option::Option<&[u8]>,
    record: Option<&Record>,
    cow: Cow<'_, str>,
    all: Cow<'_, [u8]>,
) -> Result<String, Failed> {
    elsewhere();
    assert!(matches!(cow, Cow::Borrowed(_)));
    let name = record.map(|record| record.name.as_str());
    Ok(format!("{text:?} {bytes:?} {name:?} {cow} {all:?}"))
}

#[tokio::test]
async fn references_inside() {
    let record = Record { name: "n".into() };
    let all = inside(
        Some("t"),
        Some(&[1]),
        Some(&record),
        "c".into(),
        vec![2].into(),
    );
    assert_eq!(
        all.await.unwrap(),
        "Some(\"t\") Some([1]) Some(\"n\") c [2]"
    );
    let none = inside(None, None, None, String::new().into(), (&[][..]).into());
    assert_eq!(none.await.unwrap(), "None None None  []");
}

#[offload(remote = WORKERS)]
fn by_any_name<P: AsRef<Path>, Q>(
    path: P,
    to: &Q,
    bytes: impl AsRef<[u8]> + Copy,
    text: &impl AsRef<str>,
) -> Result<PathBuf, Failed>
where
    Q: AsRef<OsStr> + ?Sized,
{
    elsewhere();
    let again = bytes;
    assert_eq!(bytes.as_ref(), again.as_ref());
    Ok(path.as_ref().join(to.as_ref()).join(text.as_ref()))
}

#[tokio::test]
async fn references_by_any_name() {
    let to = OsString::from("b");
    let path = by_any_name("/a", &to, [1, 2], &String::from("c")).await;
    assert_eq!(path.unwrap(), Path::new("/a/b/c"));
}

#[offload(remote = WORKERS)]
fn bytes_of(path: &Path, os: Option<&OsStr>) -> Result<Vec<u8>, Failed> {
    elsewhere();
    Ok([
        path.as_os_str().as_bytes(),
        os.unwrap_or_default().as_bytes(),
    ]
    .concat())
}

#[tokio::test]
async fn paths_need_not_be_text() {
    let odd = OsStr::from_bytes(&[b'/', 0xff, 0xfe]);
    let bytes = bytes_of(Path::new(odd), Some(odd)).await.unwrap();
    assert_eq!(bytes, [b'/', 0xff, 0xfe, b'/', 0xff, 0xfe]);
}

#[offload(remote = WORKERS)]
fn with_lifetimes<'a, 'b: 'a>(one: &'a str, two: &'b str) -> Result<String, Failed> {
    elsewhere();
    let longest: &'a str = if one.len() > two.len() { one } else { two };
    Ok(longest.to_owned())
}

#[tokio::test]
async fn lifetimes() {
    assert_eq!(with_lifetimes("a", "bc").await.unwrap(), "bc");
}

#[offload(remote = WORKERS)]
fn reversed(bytes: &[u8]) -> Result<Vec<u8>, Failed> {
    elsewhere();
    Ok(bytes.iter().rev().copied().collect())
}

#[tokio::test]
async fn bytes_of_any_number() {
    for length in [0_usize, 1, 127, 128, 16_384, 3_000_000] {
        let bytes: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
        let mut back = reversed(&bytes).await.unwrap();
        back.reverse();
        assert!(back == bytes, "{length} bytes came back as others");
    }
}

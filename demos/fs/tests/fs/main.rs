//! Compares the functions of `offload_fs` with `tokio::fs`: same tree, same results, same errors.

use std::{
    ffi::OsString,
    fmt::Debug,
    fs::{FileType, Metadata, Permissions},
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use offload_fs as fs;
use tempfile::TempDir;
use tree::{listing, paths, tree};

mod tree;

/// The comparable part of a result: the value, or the kind and the text of the error.
fn told<T: Debug>(result: io::Result<T>) -> Result<T, (io::ErrorKind, String)> {
    result.map_err(|error| (error.kind(), error.to_string()))
}

/// Calls both functions with every path, and compares.
macro_rules! compare {
    ($dir:expr, $path:ident => $ours:expr, $tokios:expr) => {
        for $path in paths($dir) {
            let (ours, tokios) = (told($ours.await), told($tokios.await));
            assert_eq!(ours, tokios, "{} of {:?}", stringify!($ours), $path);
        }
    };
}

#[tokio::test]
async fn reading_functions_agree() {
    let dir = tree();
    let here = dir.path();
    compare!(here, path => fs::read(&path), tokio::fs::read(&path));
    compare!(here, path => fs::read_to_string(&path), tokio::fs::read_to_string(&path));
    compare!(here, path => fs::canonicalize(&path), tokio::fs::canonicalize(&path));
    compare!(here, path => fs::read_link(&path), tokio::fs::read_link(&path));
    compare!(here, path => fs::try_exists(&path), tokio::fs::try_exists(&path));
    compare!(here, path => known(fs::metadata(&path)), known(tokio::fs::metadata(&path)));
    compare!(here, path => known(fs::symlink_metadata(&path)), known(tokio::fs::symlink_metadata(&path)));
    compare!(here, path => names(&path), tokio_names(&path));
}

/// Where the way to read changes, with one that says it is empty, and text that is none.
#[tokio::test]
async fn whole_files_agree_at_every_size() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("file");
    for size in [0, 1, 4096, 65_535, 65_536, 65_537, 1 << 20] {
        std::fs::write(&path, vec![b'x'; size]).unwrap();
        let (ours, tokios) = (fs::read(&path).await, tokio::fs::read(&path).await);
        assert_eq!(ours.unwrap(), tokios.unwrap());
        assert_eq!(fs::read_to_string(&path).await.unwrap().len(), size);
    }
    std::fs::write(&path, [b'x', 0xff]).unwrap();
    let (ours, tokios) = (
        fs::read_to_string(&path).await,
        tokio::fs::read_to_string(&path).await,
    );
    assert_eq!(told(ours), told(tokios));
    if cfg!(target_os = "linux") {
        let path = "/proc/self/mountinfo";
        let (ours, tokios) = (fs::read(path).await, tokio::fs::read(path).await);
        assert_eq!(ours.unwrap(), tokios.unwrap());
    }
}

/// The parts of `Metadata` that can be compared.
type Known = (FileType, u64, Permissions, SystemTime);

async fn known(metadata: impl Future<Output = io::Result<Metadata>>) -> io::Result<Known> {
    let metadata = metadata.await?;
    let kind = metadata.file_type();
    Ok((
        kind,
        metadata.len(),
        metadata.permissions(),
        metadata.modified()?,
    ))
}

type Names = Vec<(OsString, FileType)>;

async fn names(path: &Path) -> io::Result<Names> {
    let mut names = Vec::new();
    let mut entries = fs::read_dir(path).await?;
    while let Some(entry) = entries.next_entry().await? {
        names.push((entry.file_name(), entry.file_type().await?));
    }
    names.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(names)
}

async fn tokio_names(path: &Path) -> io::Result<Names> {
    let mut names = Vec::new();
    let mut entries = tokio::fs::read_dir(path).await?;
    while let Some(entry) = entries.next_entry().await? {
        names.push((entry.file_name(), entry.file_type().await?));
    }
    names.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(names)
}

/// Does the same to every path of two equal trees, and compares the results and what is left.
macro_rules! compare_changes {
    ($path:ident => $ours:expr, $tokios:expr) => {
        let count = paths(tree().path()).len();
        for index in 0..count {
            let (one, other) = (tree(), tree());
            let ours = {
                let $path = at(&one, index);
                told($ours.await)
            };
            let tokios = {
                let $path = at(&other, index);
                told($tokios.await)
            };
            let path = at(&one, index);
            assert_eq!(ours, tokios, "{} of {path:?}", stringify!($ours));
            assert_eq!(
                listing(one.path()),
                listing(other.path()),
                "after {} of {path:?}",
                stringify!($ours)
            );
        }
    };
}

fn at(dir: &TempDir, index: usize) -> PathBuf {
    paths(dir.path()).swap_remove(index)
}

#[tokio::test]
async fn removing_functions_agree() {
    compare_changes!(path => fs::remove_file(&path), tokio::fs::remove_file(&path));
    compare_changes!(path => fs::remove_dir(&path), tokio::fs::remove_dir(&path));
    compare_changes!(path => fs::remove_dir_all(&path), tokio::fs::remove_dir_all(&path));
}

#[tokio::test]
async fn making_functions_agree() {
    compare_changes!(path => fs::create_dir(&path), tokio::fs::create_dir(&path));
    compare_changes!(path => fs::create_dir_all(&path), tokio::fs::create_dir_all(&path));
    compare_changes!(path => fs::create_dir_all(below(&path)), tokio::fs::create_dir_all(below(&path)));
    compare_changes!(path => fs::write(&path, "new"), tokio::fs::write(&path, "new"));
    compare_changes!(path => fs::write_vec(&path, vec![0; 100_000]), tokio::fs::write(&path, vec![0; 100_000]));
}

/// Two names below; below the empty path would be here.
fn below(path: &Path) -> PathBuf {
    if path.as_os_str().is_empty() {
        return PathBuf::new();
    }
    path.join("a/b")
}

#[tokio::test]
async fn functions_of_two_paths_agree() {
    let beside = |path: &Path| path.with_file_name("beside");
    let file = |path: &Path| path.with_file_name("file");
    compare_changes!(path => fs::copy(&path, beside(&path)), tokio::fs::copy(&path, beside(&path)));
    compare_changes!(path => fs::copy(file(&path), &path), tokio::fs::copy(file(&path), &path));
    compare_changes!(path => fs::rename(&path, beside(&path)), tokio::fs::rename(&path, beside(&path)));
    compare_changes!(path => fs::rename(file(&path), &path), tokio::fs::rename(file(&path), &path));
    compare_changes!(path => fs::hard_link(&path, beside(&path)), tokio::fs::hard_link(&path, beside(&path)));
    compare_changes!(path => fs::hard_link(file(&path), &path), tokio::fs::hard_link(file(&path), &path));
}

#[tokio::test]
async fn permissions_agree() {
    let closed = {
        let dir = tree();
        let mut permissions = std::fs::metadata(dir.path().join("file"))
            .unwrap()
            .permissions();
        permissions.set_readonly(true);
        permissions
    };
    let again = || -> Permissions { closed.clone() };
    compare_changes!(path => fs::set_permissions(&path, again()), tokio::fs::set_permissions(&path, again()));
}

#[tokio::test]
async fn every_kind_of_argument_is_taken() {
    let dir = tree();
    let path = dir.path().join("file");
    let text = path.to_str().unwrap().to_owned();
    assert_eq!(fs::read(&path).await.unwrap(), b"content");
    assert_eq!(fs::read(path.as_path()).await.unwrap(), b"content");
    assert_eq!(fs::read(path.as_os_str()).await.unwrap(), b"content");
    assert_eq!(fs::read(text.as_str()).await.unwrap(), b"content");
    assert_eq!(fs::read(path.clone()).await.unwrap(), b"content");
    fs::write(&text, [1_u8, 2]).await.unwrap();
    let words = String::from("text");
    fs::write(text.clone(), words).await.unwrap();
    let task = tokio::spawn(fs::read_to_string(&text));
    assert_eq!(task.await.unwrap().unwrap(), "text");
}

//! A crate in which only the other name of the library resolves.

#![allow(missing_docs, reason = "a test")]

use std::path::{Path, PathBuf};
use std::thread;

use driver::runtime::Builder;
use offloading::Pool;

static POOL: Pool = Pool::new("offloaded").threads(1);

#[offloading::offload(crate = ::offloading)]
fn function(path: &Path, names: &[String], more: impl AsRef<str>) -> PathBuf {
    assert_ne!(
        thread::current().name(),
        Some("functions_run_where_only_the_renamed_crate_resolves")
    );
    path.join(names.concat()).join(more.as_ref())
}

#[offloading::offload(crate = ::offloading, pool = POOL, blocking = opaque_blocking)]
fn opaque(
    #[cfg(not(target_os = "none"))] name: Option<&str>,
) -> Result<impl Iterator<Item = char>, String> {
    let name = name.ok_or("none")?;
    Ok(name.chars().collect::<Vec<_>>().into_iter())
}

#[test]
fn functions_run_where_only_the_renamed_crate_resolves() {
    let runtime = Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let path = function(Path::new("/"), &["a".into()], String::from("b")).await;
        assert_eq!(path, Path::new("/a/b"));
        assert_eq!(opaque(Some("ab")).await.unwrap().count(), 2);
    });
    assert_eq!(opaque_blocking(None).err().as_deref(), Some("none"));
}

//! Arguments that a `cfg` decides on cannot be parameters of the call: the closure captures them.

#[offload]
fn open(path: &Path, #[cfg(unix)] mut mode: u32, #[cfg(windows)] share: &str) -> io::Result<File> {
    File::open(path)
}

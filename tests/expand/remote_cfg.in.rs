//! Worker processes: an argument that may be missing makes two calls of the body, of which one remains.

#[offload(remote = RENDER)]
unsafe fn open(path: &Path, #[cfg(unix)] mode: u32, #[cfg_attr(windows, cfg(feature = "c"))] share: u8) -> Result<u64, Error> {
    count(path)
}

//! What stands already, and the asynchronous version that is added beside it: of a function, a block and a trait.

#[offload(asynchronous = head_async)]
#[cfg_attr(not(windows), unsafe(no_mangle))]
#[cfg_attr(windows, cfg_attr(feature = "c", unsafe(export_name = "Checksum")))]
pub fn head(path: &Path) -> io::Result<u64> {
    Ok(metadata(path)?.len())
}

#[offload(asynchronous = _async)]
impl Store {
    /// Reads one record.
    pub fn load(&self, key: &str) -> io::Result<Vec<u8>> {
        read(self.dir.join(key))
    }

    #[offload(asynchronous = number, pool = CPU)]
    pub fn count(&self) -> usize {
        self.keys.len()
    }
}

#[offload(asynchronous = AsyncLookup)]
/// Finds things.
pub trait Lookup {
    fn find(&self, word: &str) -> Option<usize>;
}

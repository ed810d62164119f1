//! The blocking version under a name of its own: called where its path is known, else written out twice.

impl Store {
    #[offload(blocking = largest_blocking)]
    #[expect(clippy::todo)]
    pub fn largest<T: Ord>(&self, items: Vec<T>, path: impl AsRef<Path>, (a, b): (u8, u8)) -> T {
        todo!()
    }
}

#[offload(blocking = head_blocking)]
pub fn head(path: &Path) -> io::Result<u64> {
    Ok(metadata(path)?.len())
}

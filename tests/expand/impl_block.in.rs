//! Every method of a block as if it had its own attribute: the options of the block, where the method says nothing else.

#[offload(pool = DISK, blocking = _blocking)]
impl<T: Record> Store<T> {
    pub const LIMIT: usize = 64;

    /// Reads one record.
    pub fn load(&self, key: &str) -> io::Result<T> {
        T::read(&self.dir.join(key))
    }

    #[offload(pool = self.pool, blocking = count_now)]
    pub fn count(&self) -> usize {
        self.keys.len()
    }
}

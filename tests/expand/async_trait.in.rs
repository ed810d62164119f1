//! A block below which another macro boxes futures: each function is an `async fn` that awaits its call.

#[offload(pool = DISK)]
#[async_trait]
impl<T: Record> Store<T> for Files<T> {
    const LIMIT: usize = 64;

    /// Reads one record.
    fn load(&self, key: &str) -> io::Result<T> {
        T::read(&self.dir.join(key))
    }

    async fn both(&self, a: &str, b: &str) -> io::Result<(T, T)> {
        Ok((self.load(a).await?, self.load(b).await?))
    }
}

//! A trait in two versions, and the asynchronous one for an `Arc` of whatever implements the blocking one.

#[offload(blocking = BlockingStore)]
/// Where records are kept.
pub trait Store<K>: Lock + Send
where
    K: Ord,
{
    /// What is kept.
    type Item: Clone;
    const LIMIT: usize = 64;

    /// Finds a record.
    fn get(&self, key: K) -> Option<Self::Item>;

    fn find<Q: Query>(&self, query: Q, path: &Path) -> io::Result<Vec<Self::Item>> {
        query.run(self.open(path)?)
    }
}

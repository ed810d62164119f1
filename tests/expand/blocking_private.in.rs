//! The blocking version of a method that may implement a trait, where it would be missing.

impl Store {
    #[offload(blocking = load_now)]
    fn load<T: Record, const N: usize>(&self, key: &str) -> io::Result<[T; N]> {
        T::read(&self.dir.join(key))
    }
}

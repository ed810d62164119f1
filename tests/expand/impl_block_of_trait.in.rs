//! A block that implements a trait: what travels is asked of the whole block, since no method may ask for more than its trait.

#[offload]
impl<T: Record> Load for Store<T> {
    type Error = io::Error;

    fn load(&self, key: u32) -> Result<String, Self::Error> {
        read_to_string(self.path(key))
    }
}

//! A method of a trait that declares `async fn`: nothing is special about it.

impl Load for Store {
    type Error = io::Error;

    #[offload]
    fn load(&self, key: u32) -> Result<String, Self::Error> {
        read_to_string(self.path(key))
    }
}

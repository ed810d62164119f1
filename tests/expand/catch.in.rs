//! Failures of the call as errors of the function.

#[offload(catch)]
fn parse(text: &str) -> io::Result<u32> {
    text.parse().map_err(io::Error::other)
}

#[offload(catch)]
impl Store {
    fn load(&self, key: u32) -> Result<Vec<u8>, Failed> {
        self.read(key)
    }

    fn len(&self) -> usize {
        self.count
    }
}

//! A method by reference: the call owns a clone of the value.

impl Store {
    #[offload]
    pub fn size(&self, name: &str) -> io::Result<u64> {
        println!("{self:?} {name}");
        Ok(metadata(self.dir.join(name))?.len())
    }
}

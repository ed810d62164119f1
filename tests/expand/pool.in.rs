//! Places to run: what can be borrowed is borrowed, what is made by a call is moved.

#[offload(pool = IMAGES)]
fn resize(image: Image) -> Image {
    image.halved()
}

impl Store {
    #[offload(pool = self.pool.clone(), crate = crate::reexported)]
    fn size(&self) -> usize {
        self.files.len()
    }
}

//! The generics of the block are those of the handle. What a method takes or gives must travel; the value need not.

#[offload(owner = Handle)]
impl<T: Codec, const N: usize> Port<T, N>
where
    T::Frame: Clone,
{
    pub fn send(&mut self, frame: T::Frame) -> Result<(), T> {
        self.codec.write(frame)
    }

    pub fn reset(&mut self) {
        self.codec.reset();
    }
}

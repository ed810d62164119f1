//! `Sink`: where a value is written to, within its limits.

use std::cell::RefCell;

use postcard::ser_flavors::Flavor;

use crate::wire::limits::Limits;

/// Appends to the caller's buffer, which the caller keeps if a value cannot be encoded.
pub(crate) struct Sink<'a>(&'a mut Vec<u8>, &'a RefCell<Limits>);

impl<'a> Sink<'a> {
    pub(crate) fn new(output: &'a mut Vec<u8>, limits: &'a RefCell<Limits>) -> Self {
        Self(output, limits)
    }

    /// Appends how many parts the structs and tuples of the value have.
    pub(crate) fn finish(mut self) -> postcard::Result<()> {
        let check = self.1.borrow().groups.check();
        check.map_or(Ok(()), |check| self.try_extend(&check))
    }

    /// Checks that there is room, and counts the bytes.
    fn take(&self, bytes: usize) -> postcard::Result<()> {
        let taken = self.1.borrow_mut().write(bytes);
        taken.map_err(|_| postcard::Error::SerializeBufferFull)
    }
}

impl Flavor for Sink<'_> {
    type Output = ();

    fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
        self.take(data.len())?;
        self.0.extend_from_slice(data);
        Ok(())
    }

    fn try_push(&mut self, data: u8) -> postcard::Result<()> {
        self.take(1)?;
        self.0.push(data);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

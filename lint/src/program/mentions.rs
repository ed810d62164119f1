//! What the machine code of one function says of other functions.

use super::elf::Image;

/// What the code of one function mentions.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Mentions {
    /// Where a call stands, and where it goes.
    pub(crate) calls: Vec<(u64, u64)>,
    /// Where the address of a function is taken without being called here, and that address.
    pub(crate) taken: Vec<(u64, u64)>,
    /// The same for data that may hold addresses of functions.
    pub(crate) data: Vec<(u64, u64)>,
    /// Where a call goes through a pointer that comes from elsewhere.
    pub(crate) through: Vec<u64>,
}

impl Mentions {
    /// `address` was taken by the instruction `at`, for later.
    pub(super) fn take(&mut self, image: &Image<'_>, at: u64, address: u64) {
        if image.starting_at(address).is_some() {
            self.taken.push((at, address));
        } else if image.is_data(address) {
            self.data.push((at, address));
        }
    }
}

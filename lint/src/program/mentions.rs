//! The references to other functions in the machine code of one function.

use super::elf::Image;

/// The references in the code of one function.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Mentions {
    /// The address and the target of each call.
    pub(crate) calls: Vec<(u64, u64)>,
    /// Where the address of a function is taken and not called, with that address.
    pub(crate) taken: Vec<(u64, u64)>,
    /// The same for the addresses of data that may hold addresses of functions.
    pub(crate) data: Vec<(u64, u64)>,
    /// The addresses of calls through a pointer that the function was given.
    pub(crate) through: Vec<u64>,
    /// The addresses of calls of a method of a `dyn` type, with the distance of the method in the table of methods. Some are other
    /// calls through a pointer in a value.
    pub(crate) methods: Vec<(u64, u64)>,
}

impl Mentions {
    /// Records that the instruction `at` took `address` for later use.
    pub(super) fn take(&mut self, image: &Image<'_>, at: u64, address: u64) {
        if image.starting_at(address).is_some() {
            self.taken.push((at, address));
        } else if image.is_data(address) {
            self.data.push((at, address));
        }
    }
}

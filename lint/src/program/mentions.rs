//! What the machine code of one function says of other functions.

/// What the code of one function mentions.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Mentions {
    /// Where a call stands, and where it goes.
    pub(crate) calls: Vec<(u64, u64)>,
    /// Functions whose address is taken without being called here.
    pub(crate) taken: Vec<u64>,
}

//! The watch in one process with faults and innocents.

mod it {
    pub(crate) mod support;

    mod culprits;
    mod denied;
    mod innocents;
    mod numbers;
    mod runtimes;
    mod twice;
}

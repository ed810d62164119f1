//! The watch in one process, with code that blocks and code that does not.

mod blocked {
    pub(crate) mod support;

    mod allowed;
    mod culprits;
    mod denied;
    mod innocents;
    mod numbers;
    mod runtimes;
    mod twice;
}

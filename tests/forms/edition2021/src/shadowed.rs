//! A module where names mean something else, and one without the prelude.

/// Shadows the prelude and crates.
pub mod names {
    #![allow(dead_code, reason = "the names are the subject")]

    use ::offloading::offload;

    use crate::elsewhere;

    struct Result;
    struct Option;
    struct Box;
    struct Some;
    struct Ok;
    trait Send {}
    trait Sized {}
    trait FnOnce {}
    trait TryFrom {}
    mod core {}
    mod std {}
    mod alloc {}

    /// A function.
    #[offload]
    pub fn function<T>(text: &str, value: T) -> (usize, T) {
        elsewhere();
        (text.len(), value)
    }
}

/// Has no prelude.
pub mod bare {
    #![no_implicit_prelude]

    use ::offloading::offload;
    use ::std::clone::Clone;
    use ::std::option::Option;

    use crate::elsewhere;

    /// A function.
    #[offload]
    pub fn function<T: Clone>(
        text: Option<&str>,
        value: &T,
        #[cfg(not(target_os = "none"))] n: usize,
    ) -> (usize, T) {
        elsewhere();
        (text.map_or(n, str::len), Clone::clone(value))
    }
}

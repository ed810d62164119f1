//! Modules in which names of the prelude and of crates mean something else.

use crate::call;

mod types {
    #![allow(dead_code, reason = "the names are the subject")]

    use tokio_offload::offload;

    use crate::elsewhere;

    pub(super) enum Result {
        Ok,
        Err,
    }
    pub(super) struct Some(pub(super) u8);
    pub(super) struct None;
    pub(super) struct Ok(u8);
    pub(super) struct Err(u8);
    pub(super) struct Box;
    #[derive(std::clone::Clone)]
    pub(super) struct String(pub(super) u8);
    pub(super) struct Vec;
    pub(super) struct Arc;
    pub(super) struct Pin;
    pub(super) struct Future;
    pub(super) struct Site;
    pub(super) struct Offload;
    pub(super) trait Send {}
    pub(super) trait Sync {}
    pub(super) trait Clone {}
    pub(super) trait FnOnce {}
    pub(super) trait Fn {}
    pub(super) trait Drop {}
    pub(super) trait Sized {}
    pub(super) trait Into {}
    pub(super) trait From {}
    pub(super) trait ToOwned {}
    pub(super) trait Borrow {}
    pub(super) trait AsRef2 {}

    #[offload]
    pub(super) fn result(n: u8) -> Result {
        elsewhere();
        if n == 0 { Result::Ok } else { Result::Err }
    }

    #[offload]
    pub(super) fn strings(one: String, two: &String, text: &str) -> Some {
        elsewhere();
        Some(one.0 + two.0 + u8::try_from(text.len()).unwrap_or(0))
    }

    #[offload]
    pub(super) fn generic<T>(value: T) -> (T, None, Vec) {
        elsewhere();
        (value, None, Vec)
    }

    #[offload]
    pub(super) fn opaque(value: impl std::fmt::Display) -> impl std::fmt::Display {
        elsewhere();
        value
    }

    #[offload(blocking = twin_now)]
    pub(super) fn twin(value: &[u8]) -> Box {
        elsewhere();
        let _ = value;
        Box
    }

    impl String {
        #[offload]
        pub(super) fn method(&self, _: Vec) -> u8 {
            elsewhere();
            self.0
        }

        #[offload(blocking = method_twin_now)]
        pub(super) fn method_twin(&self, _: Vec) -> u8 {
            elsewhere();
            self.0
        }
    }

    pub(super) fn twins(text: String) -> u8 {
        let _ = twin_now(&[]);
        text.method_twin_now(Vec)
    }
}

#[test]
fn types_of_the_prelude_may_be_shadowed() {
    use types::String;
    assert!(matches!(call(types::result(0)), types::Result::Ok));
    assert_eq!(call(types::strings(String(1), &String(2), "a")).0, 4);
    assert_eq!(call(types::generic(3)).0, 3);
    assert_eq!(call(types::opaque(3)).to_string(), "3");
    let types::Box = call(types::twin(&[1]));
    assert_eq!(call(String(3).method(types::Vec)), 3);
    assert_eq!(call(String(3).method_twin(types::Vec)), 3);
    assert_eq!(types::twins(String(4)), 4);
}

mod crates {
    #![allow(dead_code, unused_imports, reason = "the names are the subject")]

    use ::tokio_offload::offload;

    use crate::elsewhere;

    mod core {}
    mod std {
        pub(super) mod marker {
            pub(in super::super) struct Send;
        }
    }
    mod alloc {}
    mod tokio {}
    mod tokio_offload {
        pub(super) mod __private {}
    }

    #[offload]
    pub(super) fn function<T: Ord>(text: &str, opt: Option<&[u8]>, value: T) -> (usize, T) {
        elsewhere();
        let _ = std::marker::Send;
        (text.len() + opt.map_or(0, <[u8]>::len), value)
    }

    #[derive(Clone)]
    pub(super) struct Host(pub(super) u8);

    impl Host {
        #[offload]
        pub(super) fn method(&self, path: impl AsRef<str>) -> impl Fn() -> u8 {
            elsewhere();
            let n = self.0 + u8::try_from(path.as_ref().len()).unwrap_or(0);
            move || n
        }
    }
}

#[test]
fn names_of_crates_may_be_shadowed() {
    assert_eq!(call(crates::function("a", Some(&[1]), 'x')), (2, 'x'));
    assert_eq!(call(crates::Host(1).method("a"))(), 2);
}

mod macros {
    #![allow(
        unused_macros,
        unused_macro_rules,
        reason = "the names are the subject"
    )]

    use tokio_offload::offload;

    use crate::elsewhere;

    macro_rules! module_path {
        () => {
            compile_error!("not this one")
        };
    }
    macro_rules! file {
        () => {
            compile_error!("not this one")
        };
    }
    macro_rules! line {
        () => {
            compile_error!("not this one")
        };
    }

    #[offload]
    pub(super) fn function(n: u8) -> u8 {
        elsewhere();
        n
    }
}

#[test]
fn names_of_macros_may_be_shadowed() {
    assert_eq!(call(macros::function(1)), 1);
}

mod primitives {
    #![allow(non_camel_case_types, dead_code, reason = "the names are the subject")]

    use tokio_offload::offload;

    use crate::elsewhere;

    #[derive(Clone)]
    pub(super) struct u8(pub(super) ::core::primitive::u8);
    struct u32;
    struct usize;
    struct bool;

    #[offload]
    pub(super) fn function(own: u8, lent: &u8, text: &str) -> ::core::primitive::u8 {
        elsewhere();
        let _ = text;
        own.0 + lent.0
    }
}

#[test]
fn names_of_primitive_types_may_be_shadowed() {
    use primitives::u8 as Shadow;
    assert_eq!(call(primitives::function(Shadow(1), &Shadow(2), "")), 3);
}

mod results {
    use tokio_offload::offload;

    use crate::elsewhere;

    pub(super) type Result<T> = std::result::Result<T, std::fmt::Error>;

    #[offload]
    pub(super) fn function(good: bool) -> Result<u8> {
        elsewhere();
        if good { Ok(1) } else { Err(std::fmt::Error) }
    }
}

#[test]
fn result_may_be_an_alias_of_another_arity() {
    assert_eq!(call(results::function(true)), Ok(1));
    assert!(call(results::function(false)).is_err());
}

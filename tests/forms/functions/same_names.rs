//! Traits and types of a program's own that are called like those of std, written with their module: they mean what they say.

use crate::{call, elsewhere};

mod own {
    pub(super) trait AsRef<T> {
        fn as_ref(&self) -> T;
    }

    pub(super) trait Into<T> {
        fn into(self) -> T;
        fn twice(&self) -> T;
    }

    pub(super) trait ToString {
        fn to_string(&self) -> u32;
    }

    impl AsRef<u8> for u8 {
        fn as_ref(&self) -> u8 {
            self + 1
        }
    }

    impl Into<u64> for u8 {
        fn into(self) -> u64 {
            u64::from(self) + 2
        }

        fn twice(&self) -> u64 {
            u64::from(*self) * 2
        }
    }

    impl ToString for u8 {
        fn to_string(&self) -> u32 {
            u32::from(*self) + 3
        }
    }

    pub(super) struct Cow<T>(pub(super) T);
}

mod offloaded {
    use tokio_offload::offload;

    use super::{elsewhere, own};

    #[offload]
    pub(super) fn refers(value: impl own::AsRef<u8>) -> u8 {
        elsewhere();
        value.as_ref()
    }

    #[offload]
    pub(super) fn becomes<T: own::Into<u64>>(value: T) -> u64 {
        elsewhere();
        value.twice() + value.into()
    }

    #[offload(blocking = shows_now)]
    pub(super) fn shows<T>(value: T) -> u32
    where
        T: own::ToString,
    {
        elsewhere();
        value.to_string()
    }

    #[offload]
    pub(super) fn holds(value: own::Cow<u8>) -> u8 {
        elsewhere();
        value.0
    }

    #[derive(Clone)]
    pub(super) struct Store;

    #[offload]
    impl Store {
        pub(super) fn shows(&self, value: impl own::ToString) -> u32 {
            elsewhere();
            value.to_string()
        }

        /// Those of std with their module are those of std.
        pub(super) fn joins(
            &self,
            text: impl std::string::ToString,
            more: impl std::convert::AsRef<str>,
            last: std::borrow::Cow<'_, str>,
            path: impl std::convert::Into<std::path::PathBuf>,
        ) -> String {
            elsewhere();
            let path = path.into();
            text.to_string() + more.as_ref() + &last + &path.display().to_string()
        }
    }
}

#[test]
fn own_types_named_like_those_of_std_keep_their_meaning() {
    use offloaded::Store;
    assert_eq!(call(offloaded::refers(1)), 2);
    assert_eq!(call(offloaded::becomes(1)), 5);
    assert_eq!(call(offloaded::shows(1)), 4);
    assert_eq!(offloaded::shows_now(1), 4);
    assert_eq!(call(offloaded::holds(own::Cow(7))), 7);
    assert_eq!(call(Store.shows(1)), 4);
    let (one, two) = (String::from("b"), String::from("c"));
    assert_eq!(
        call(Store.joins(1, &one, two.as_str().into(), one.as_str())),
        "1bcb"
    );
}

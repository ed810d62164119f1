//! Traits and a type of the program's own, with names that the attribute knows from std.

mod own {
    pub trait Into<T> {
        fn make(&self) -> T;
    }

    pub trait ToString {
        fn make(&self) -> u8;
    }

    pub trait AsRef<T: ?Sized> {
        fn make(&self) -> Option<&T>;
    }

    pub struct Cow<T>(pub T);
}

mod found {
    use super::own::{AsRef, Cow, Into, ToString};
    use tokio_offload::offload;

    #[offload]
    pub fn into(value: impl Into<u8>) {
        drop(value);
    }

    #[offload]
    pub fn to_string<T: ToString>(value: T) {
        drop(value);
    }

    #[offload]
    pub fn as_ref(value: impl AsRef<str>) {
        drop(value);
    }

    #[offload]
    pub fn cow(value: Cow<String>) {
        drop(value);
    }
}

mod named {
    use super::own;
    use tokio_offload::offload;

    #[offload]
    pub fn into(value: impl own::Into<u8>) -> u8 {
        value.make()
    }

    #[offload]
    pub fn to_string<T: own::ToString>(value: T) -> u8 {
        value.make()
    }

    #[offload]
    pub fn as_ref(value: impl own::AsRef<str>) -> usize {
        value.make().map_or(0, str::len)
    }

    #[offload]
    pub fn cow(value: own::Cow<String>) -> String {
        value.0
    }
}

fn main() {}

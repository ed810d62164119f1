//! A module without the prelude.

mod bare {
    #![no_implicit_prelude]

    use ::std::{
        borrow::Cow,
        clone::Clone,
        convert::{AsRef, Into},
        fmt::Display,
        iter::Iterator,
        ops::Fn,
        option::Option::{self, Some},
        path::Path,
        result::Result::{self, Ok},
        string::{String, ToString},
        sync::Arc,
        vec::Vec,
    };
    use ::tokio_offload::offload;

    use crate::elsewhere;

    #[offload]
    pub(super) fn owned(n: u8, list: Vec<u8>) -> usize {
        elsewhere();
        list.len() * 10 + n as usize
    }

    #[offload]
    pub(super) fn borrowed(text: &str, path: Option<&Path>, cow: Cow<'_, str>) -> usize {
        elsewhere();
        text.len() + path.map_or(0, |path| path.as_os_str().len()) + cow.len()
    }

    #[offload]
    pub(super) fn generic<T: Clone, const N: usize>(
        value: &T,
        path: impl AsRef<Path>,
    ) -> (T, usize) {
        elsewhere();
        (Clone::clone(value), path.as_ref().as_os_str().len() + N)
    }

    #[offload]
    pub(super) fn converted<S: AsRef<str>>(
        text: &impl AsRef<str>,
        name: impl Into<String>,
        n: impl ToString,
        more: S,
    ) -> usize {
        elsewhere();
        let name: String = name.into();
        text.as_ref().len() + name.len() + n.to_string().len() + more.as_ref().len()
    }

    #[offload]
    pub(super) fn opaque(show: impl Display) -> Result<impl Fn() -> usize, String> {
        elsewhere();
        let text = ::std::format!("{show}");
        Ok(move || text.len())
    }

    #[offload]
    pub(super) fn patterns(
        (a, _): (u8, u8),
        ref b: String,
        #[cfg(not(target_os = "none"))] c: &[u8],
    ) -> usize {
        elsewhere();
        a as usize + b.len() + c.len()
    }

    #[offload]
    pub(super) fn never() -> ! {
        elsewhere();
        ::std::panic!("as it must")
    }

    #[derive(Clone)]
    pub(super) struct Host(pub(super) String);

    impl Host {
        #[offload(blocking = by_reference_now)]
        pub(super) fn by_reference(&self, more: &str) -> String {
            elsewhere();
            ::std::format!("{}{more}", self.0)
        }

        #[offload]
        pub(super) fn by_arc(self: Arc<Self>) -> Option<char> {
            elsewhere();
            Some(self.0.chars().next()?)
        }

        #[offload(blocking = by_value_now)]
        pub(super) fn by_value(self) -> String {
            elsewhere();
            self.0
        }
    }

    pub(super) trait Load {
        async fn load(&self) -> usize;
    }

    impl Load for Host {
        #[offload]
        fn load(&self) -> usize {
            elsewhere();
            self.0.len()
        }
    }
}

/// Traits that are not in scope. The methods of a bound are.
mod unimported {
    #![no_implicit_prelude]

    use ::tokio_offload::offload;

    use crate::elsewhere;

    #[offload]
    pub(super) fn bounded<S>(path: impl ::std::convert::AsRef<::std::path::Path>, text: &S) -> usize
    where
        S: ::core::convert::AsRef<str>,
    {
        elsewhere();
        path.as_ref().as_os_str().len() + text.as_ref().len()
    }

    #[offload]
    pub(super) fn converted<N: ::std::convert::Into<u64>>(
        n: N,
        text: impl ::std::string::ToString,
    ) -> (u64, ::std::string::String) {
        elsewhere();
        (n.into(), text.to_string())
    }
}

use std::{path::Path, sync::Arc};

use crate::call;

#[test]
fn every_form_compiles_without_the_prelude() {
    use bare::Load;
    assert_eq!(call(bare::owned(1, vec![1])), 11);
    assert_eq!(
        call(bare::borrowed("a", Some(Path::new("b")), "c".into())),
        3
    );
    assert_eq!(call(bare::generic::<_, 2>(&'x', "p")), ('x', 3));
    let local = String::from("d");
    assert_eq!(call(bare::converted(&local, &local, 10, &*local)), 5);
    assert_eq!(call(unimported::bounded("ab", &local)), 3);
    assert_eq!(
        call(unimported::converted(7_u32, 'c')),
        (7, String::from("c"))
    );
    assert_eq!(call(bare::opaque(100)).unwrap()(), 3);
    assert_eq!(call(bare::patterns((1, 1), String::from("a"), &[1])), 3);
    assert!(call(bare::never().outcome()).is_err());
    let host = bare::Host(String::from("h"));
    assert_eq!(call(host.by_reference("m")), "hm");
    assert_eq!(call(host.load()), 1);
    assert_eq!(call(Arc::new(host.clone()).by_arc()), Some('h'));
    assert_eq!(call(host.clone().by_value()), "h");
    assert_eq!(host.by_reference_now("m") + &host.by_value_now(), "hmh");
}

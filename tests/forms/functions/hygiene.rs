//! Arguments, fields and items that are called like the names in the expansion.

use tokio_offload::offload;

use crate::{call, elsewhere};

#[offload]
fn site_and_on(site: u8, on: &str, body: u8, pool: u8) -> usize {
    elsewhere();
    usize::from(site + body + pool) + on.len()
}

#[offload]
fn parameters(a: u8, b: &str, c: &[u8], r: u8) -> usize {
    elsewhere();
    usize::from(a + r) + b.len() + c.len()
}

#[offload]
fn support(own: &str, lend: &str, stay: u8, call: u8, call1: u8, call2: u8, on: u8) -> usize {
    elsewhere();
    own.len() + lend.len() + usize::from(stay + call + call1 + call2 + on)
}

#[offload]
fn own_names(__own: &str, __arg0: u8, __arg1: &str, __on: u8, __private: u8) -> usize {
    elsewhere();
    __own.len() + __arg1.len() + usize::from(__arg0 + __on + __private)
}

#[offload]
fn own_names_and_patterns((__arg1, _): (u8, u8), (__arg0, _): (u8, u8), __arg2: &u8) -> u8 {
    elsewhere();
    __arg0 * 10 + __arg1 + __arg2
}

#[offload]
fn own_names_captured(
    #[cfg(not(target_os = "none"))] __on: &str,
    #[cfg(not(target_os = "none"))] __own: u8,
    (__arg0, b): (u8, u8),
) -> usize {
    elsewhere();
    __on.len() + usize::from(__own + __arg0 + b)
}

#[expect(non_snake_case, reason = "the form is the subject")]
#[offload]
fn capitals(SITE: u8, P: &str, Site: u8, On: u8, Offload: u8, Default: u8) -> usize {
    elsewhere();
    usize::from(SITE + Site + On + Offload + Default) + P.len()
}

#[offload]
fn crates(tokio_offload: u8, core: &str, std: u8, tokio: u8, alloc: u8) -> usize {
    elsewhere();
    usize::from(tokio_offload + std + tokio + alloc) + core.len()
}

#[test]
fn arguments_may_be_named_like_generated_names() {
    assert_eq!(call(site_and_on(1, "a", 1, 1)), 4);
    assert_eq!(call(parameters(1, "a", &[1], 1)), 4);
    assert_eq!(call(support("a", "a", 1, 1, 1, 1, 1)), 7);
    assert_eq!(call(own_names("a", 1, "a", 1, 1)), 5);
    assert_eq!(call(own_names_and_patterns((1, 0), (2, 0), &3)), 24);
    assert_eq!(call(own_names_captured("a", 1, (1, 1))), 4);
    assert_eq!(call(capitals(1, "p", 1, 1, 1, 1)), 6);
    assert_eq!(call(crates(1, "c", 1, 1, 1)), 5);
}

#[derive(Clone)]
struct Host {
    site: u8,
}

impl Host {
    #[offload]
    fn own(&self, __own: u8, __self: u8) -> u8 {
        elsewhere();
        self.site + __own * 10 + __self * 50
    }

    #[offload]
    fn lend(self, __self: &str, __own: &str) -> usize {
        elsewhere();
        usize::from(self.site) + __self.len() + __own.len()
    }

    #[offload]
    fn call1(&self, on: &str) -> usize {
        elsewhere();
        let __self = on.len();
        let __own = usize::from(self.site);
        __self + __own
    }

    #[offload]
    fn stay(&self, this: &Self, me: u8, me2: Option<&Self>) -> u8 {
        elsewhere();
        self.site + this.site + me + me2.map_or(0, |other| other.site)
    }

    #[offload(pool = __on)]
    fn to_owned(&self, __on: std::sync::Arc<tokio_offload::Pool>) -> u8 {
        elsewhere();
        drop(__on);
        self.site
    }
}

#[test]
fn methods_and_fields_may_be_named_like_generated_names() {
    let host = Host { site: 1 };
    assert_eq!(call(host.own(2, 3)), 171);
    assert_eq!(call(host.clone().lend("a", "b")), 3);
    assert_eq!(call(host.call1("ab")), 3);
    assert_eq!(call(host.stay(&host, 1, Some(&host))), 4);
    let pool = std::sync::Arc::new(tokio_offload::Pool::new("p").threads(1));
    assert_eq!(call(host.to_owned(pool)), 1);
}

mod items {
    #![allow(
        non_upper_case_globals,
        non_camel_case_types,
        dead_code,
        reason = "the names are the subject"
    )]

    use tokio_offload::offload;

    use crate::elsewhere;

    static SITE: u8 = 1;
    const P: u8 = 2;
    static __SITE: u8 = 3;
    struct Site;
    struct On;
    struct Offload;
    struct call1;
    mod __private {}
    mod tokio_offload_ {}
    fn own() -> u8 {
        4
    }
    fn stay(n: u8) -> u8 {
        n
    }
    fn call2() -> u8 {
        5
    }

    trait Lend {
        fn own(&self) -> u8;
        fn lend(&self) -> u8;
        fn place(&self) -> u8;
        fn own_self(&self) -> u8;
        fn to_owned(&self) -> u8;
        fn borrow(&self) -> u8;
    }

    impl<T: ?Sized> Lend for T {
        fn own(&self) -> u8 {
            0
        }
        fn lend(&self) -> u8 {
            0
        }
        fn place(&self) -> u8 {
            0
        }
        fn own_self(&self) -> u8 {
            0
        }
        fn to_owned(&self) -> u8 {
            0
        }
        fn borrow(&self) -> u8 {
            6
        }
    }

    #[offload]
    pub(super) fn named(n: u8, text: &str) -> u8 {
        elsewhere();
        let (_, _, _, _) = (Site, On, Offload, call1);
        SITE + P + __SITE + own() + stay(n) + call2() + Lend::borrow(text)
    }
}

macro_rules! with_macro_names {
    ($name:ident, $arg:ident) => {
        #[offload]
        fn $name($arg: u8, text: &str) -> usize {
            elsewhere();
            let arg = text.len();
            arg * 10 + usize::from($arg)
        }
    };
}

with_macro_names!(one_name_twice, arg);

#[test]
fn items_in_scope_may_be_named_like_generated_names() {
    assert_eq!(call(items::named(1, "")), 22);
    // The argument and the variable are told apart by where they were written.
    assert_eq!(call(one_name_twice(1, "ab")), 21);
}

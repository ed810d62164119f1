//! Items inside bodies, annotated functions inside functions, blocks and modules, and who may see them.

use tokio_offload::{block_on, offload};

use crate::{call, elsewhere};

#[derive(Clone)]
struct Host {
    n: u32,
}

impl Host {
    const BY: u32 = 10;

    #[offload]
    fn nested_items(&self) -> u32 {
        use std::cmp::max;

        const MORE: u32 = 1;

        #[derive(Clone, Copy)]
        struct Inner(u32);

        impl Inner {
            fn get(self) -> u32 {
                self.0
            }

            fn get_by_reference(&self) -> u32 {
                self.get()
            }
        }

        trait Doubled {
            fn doubled(&self) -> u32;

            fn twice(&self) -> u32 {
                self.doubled() * 2
            }
        }

        impl Doubled for Inner {
            fn doubled(&self) -> u32 {
                self.0 * 2
            }
        }

        fn plain(n: u32) -> u32 {
            n + MORE
        }

        elsewhere();
        let inner = Inner(self.n);
        max(plain(inner.get()), inner.get_by_reference() + inner.twice()) + Self::BY
    }

    #[offload]
    fn const_arguments(&self) -> u32 {
        struct Sized<const N: u32>(u32);

        impl Sized<{ 1 + 1 }> {
            fn get(&self) -> u32 {
                self.0 * 2
            }
        }

        elsewhere();
        Sized::<{ 1 + 1 }>(self.n).get()
    }

    #[offload]
    fn nested_enum_and_closure(&self, text: &str) -> String {
        enum Kind {
            Few,
            Many(String),
        }
        elsewhere();
        let kind = || {
            if self.n < 5 {
                return Kind::Few;
            }
            Kind::Many(format!("{text}{}", self.n))
        };
        match kind() {
            Kind::Few => String::from("few"),
            Kind::Many(text) => text,
        }
    }

    #[offload]
    fn nested_macro(&self) -> u32 {
        macro_rules! by {
            ($times:expr) => {
                self.n * $times
            };
        }
        elsewhere();
        by!(2) + by!(Self::BY)
    }

    #[offload]
    fn nested_function_takes_self(&self) -> u32 {
        fn inner(this: &Host) -> u32 {
            this.n
        }
        elsewhere();
        inner(self) + inner(&self.clone())
    }

    #[offload]
    fn nested_offload(&self) -> u32 {
        #[offload]
        fn inner(n: u32) -> u32 {
            elsewhere();
            n + 1
        }
        struct Guest(u32);
        impl Guest {
            #[offload]
            fn taken(self) -> u32 {
                elsewhere();
                self.0
            }
        }
        elsewhere();
        block_on(inner(self.n)).unwrap() + block_on(Guest(self.n).taken()).unwrap()
    }
}

#[test]
fn self_in_a_nested_item_is_left_alone() {
    let host = Host { n: 3 };
    assert_eq!(call(host.nested_items()), 25);
    assert_eq!(call(host.const_arguments()), 6);
    assert_eq!(call(host.nested_enum_and_closure("x")), "few");
    assert_eq!(call(Host { n: 7 }.nested_enum_and_closure("x")), "x7");
    assert_eq!(call(host.nested_macro()), 36);
    assert_eq!(call(host.nested_function_takes_self()), 6);
    assert_eq!(call(host.nested_offload()), 7);
}

#[test]
fn functions_may_be_annotated_inside_functions_and_closures() {
    #[offload]
    fn local(n: u8) -> u8 {
        elsewhere();
        n + 1
    }
    {
        #[offload]
        fn deeper(text: &str) -> usize {
            elsewhere();
            text.len()
        }
        assert_eq!(call(deeper("abc")), 3);
    }
    let from_closure = |n| {
        #[offload]
        fn deepest(n: u8) -> u8 {
            elsewhere();
            n
        }
        call(deepest(n))
    };
    assert_eq!(call(local(from_closure(1))), 2);
}

struct Late(u8);

const _: () = {
    impl Late {
        #[offload]
        fn in_const(self) -> u8 {
            elsewhere();
            self.0
        }
    }
};

mod outer {
    pub(crate) mod inner {
        use tokio_offload::offload;

        use crate::elsewhere;

        #[offload]
        pub(super) fn in_super(n: u8) -> u8 {
            elsewhere();
            super::private(self::helper(n))
        }

        #[offload]
        pub(in crate::functions::items_in_bodies) fn in_path(n: u8) -> u8 {
            elsewhere();
            n
        }

        #[offload]
        pub(crate) fn in_crate(n: u8) -> u8 {
            elsewhere();
            n
        }

        #[offload]
        pub(self) fn in_self(n: u8) -> u8 {
            elsewhere();
            n
        }

        fn helper(n: u8) -> u8 {
            n + 1
        }

        pub(super) fn call_self(n: u8) -> u8 {
            crate::call(in_self(n))
        }
    }

    fn private(n: u8) -> u8 {
        n + 1
    }

    pub(crate) fn through(n: u8) -> u8 {
        crate::call(inner::in_super(n)) + inner::call_self(0)
    }
}

#[test]
fn restricted_visibilities_are_kept() {
    assert_eq!(call(Late(1).in_const()), 1);
    assert_eq!(outer::through(1), 3);
    assert_eq!(call(outer::inner::in_path(1)), 1);
    assert_eq!(call(outer::inner::in_crate(1)), 1);
}

//! Functions that `macro_rules!` makes, from fragments of every kind.

use std::sync::{Arc, LazyLock};

use tokio_offload::{Pool, offload};

use crate::{call, elsewhere};

static POOL: Pool = Pool::new("made").threads(1);
/// Evaluated by each call.
static SHARED: LazyLock<Arc<Pool>> = LazyLock::new(|| Arc::new(Pool::new("call").threads(1)));

macro_rules! by_block {
    ($(#[$meta:meta])* $vis:vis $name:ident($($arg:ident: $ty:ty),*) -> $ret:ty $body:block) => {
        $(#[$meta])*
        #[offload]
        $vis fn $name($($arg: $ty),*) -> $ret $body
    };
}

by_block! {
    /// Documented.
    #[inline]
    pub(crate) with_block(a: u8, b: &str, c: Option<&str>, d: &'static str) -> usize {
        elsewhere();
        usize::from(a) + b.len() + c.map_or(0, str::len) + d.len()
    }
}

by_block! {
    nothing_to_see() -> Result<u8, std::num::ParseIntError> {
        elsewhere();
        let n: u8 = "1".parse()?;
        Ok(n)
    }
}

macro_rules! by_type {
    ($name:ident, $ty:ty) => {
        #[offload]
        fn $name(value: &$ty, own: $ty, list: &[$ty], maybe: Option<&$ty>) -> $ty {
            elsewhere();
            own + *value + list[0] + *maybe.unwrap()
        }
    };
}

by_type!(of_u8, u8);
by_type!(of_f64, f64);

macro_rules! by_borrowed_type {
    ($name:ident, $ty:ty) => {
        #[offload]
        fn $name(value: $ty, maybe: Option<$ty>) -> usize {
            elsewhere();
            value.len() + maybe.map_or(0, |value| value.len())
        }
    };
}

by_borrowed_type!(of_str, &str);
by_borrowed_type!(of_slice, &[u8]);
by_borrowed_type!(of_string, String);

macro_rules! by_item {
    ($($item:item)*) => { $(#[offload] $item)* };
}

by_item! {
    fn whole(n: u8) -> u8 {
        elsewhere();
        n
    }

    #[allow(unused_mut)]
    fn whole_too(mut text: &str) -> String {
        elsewhere();
        text.to_owned()
    }
}

#[test]
fn types_and_values_can_be_fragments() {
    assert_eq!(call(with_block(1, "a", Some("b"), "c")), 4);
    assert_eq!(call(nothing_to_see()), Ok(1));
    assert_eq!(call(of_u8(&1, 2, &[3], Some(&4))), 10);
    assert!((call(of_f64(&1.0, 2.0, &[3.0], Some(&4.0))) - 10.0).abs() < 0.1);
    assert_eq!(call(of_str("a", Some("b"))), 2);
    assert_eq!(call(of_slice(&[1], None)), 1);
    assert_eq!(call(of_string(String::from("a"), None)), 1);
    assert_eq!(call(whole(1)), 1);
    assert_eq!(call(whole_too("a")), "a");
}

macro_rules! by_pattern {
    ($name:ident, $pat:pat, $ty:ty, $result:expr) => {
        #[offload]
        fn $name($pat: $ty) -> u8 {
            elsewhere();
            $result
        }
    };
}

by_pattern!(of_tuple, (a, b), (u8, u8), a + b);
by_pattern!(of_name, n, u8, n);
by_pattern!(of_mut, mut n, u8, {
    n += 1;
    n
});
by_pattern!(of_nothing, _, String, 4);
by_pattern!(of_reference, &n, &u8, n);

macro_rules! by_generics {
    ($name:ident<$lt:lifetime, $t:ident: $bound:path, $n:ident = $value:literal>) => {
        #[offload]
        fn $name<$lt, $t: $bound, const $n: usize>(text: &$lt str, value: $t) -> ($t, usize) {
            elsewhere();
            let text: &$lt str = text;
            (value, text.len() + $n + $value)
        }
    };
}

by_generics!(of_generics<'x, T: Clone, N = 5>);

macro_rules! by_options {
    ($name:ident, $twin:ident, $pool:expr, $path:path) => {
        #[offload(pool = $pool, blocking = $twin, crate = $path)]
        fn $name(n: u8) -> u8 {
            elsewhere();
            n
        }
    };
}

by_options!(of_options, of_options_now, POOL, ::tokio_offload);
by_options!(of_call, of_call_now, Arc::clone(&SHARED), ::tokio_offload);

#[test]
fn patterns_generics_and_options_can_be_fragments() {
    assert_eq!(call(of_tuple((1, 2))), 3);
    assert_eq!(call(of_name(1)), 1);
    assert_eq!(call(of_mut(1)), 2);
    assert_eq!(call(of_nothing(String::new())), 4);
    assert_eq!(call(of_reference(&1)), 1);
    assert_eq!(call(of_generics::<_, 1>("a", 'x')), ('x', 7));
    assert_eq!(call(of_options(1)), 1);
    assert_eq!(call(of_call(1)), 1);
    assert_eq!(of_options_now(1) + of_call_now(1), 2);
}

macro_rules! methods {
    ($ty:ident { $($name:ident(&$this:ident $(, $arg:ident: $of:ty)*) $body:block)* }) => {
        impl $ty {
            $(#[offload] fn $name(&$this $(, $arg: $of)*) -> String $body)*
        }
    };
}

#[derive(Clone, Debug)]
struct Host(u8);

methods! {
    Host {
        get(&self) {
            elsewhere();
            self.0.to_string()
        }
        shown(&self, more: &str) {
            elsewhere();
            let text = || format!("{self:?}{more}");
            text()
        }
    }
}

macro_rules! by_expression {
    ($name:ident, $this:ident, $result:expr, $text:literal) => {
        impl Host {
            #[offload]
            fn $name($this, n: u8) -> String {
                elsewhere();
                let value = $result;
                format!($text, value, n)
            }
        }
    };
}

by_expression!(by_value, self, self.0 + 1, "{} {}");

macro_rules! nested {
    ($outer:ident) => {
        mod $outer {
            macro_rules! inner {
                ($of:ty) => {
                    #[tokio_offload::offload]
                    pub(super) fn inner(value: $of) -> Option<$of> {
                        crate::elsewhere();
                        Some(value)
                    }
                };
            }
            inner!(Vec<u8>);
        }
    };
}

nested!(outer);

macro_rules! with_own_crate {
    ($name:ident) => {
        #[$crate::functions::made_by_macros::offload(crate = $crate::reexport::deep)]
        fn $name(text: &str) -> usize {
            $crate::elsewhere();
            text.len()
        }
    };
}

with_own_crate!(by_own_crate);

#[test]
fn methods_and_nested_functions_can_be_made_by_macros() {
    assert_eq!(call(Host(1).get()), "1");
    assert_eq!(call(Host(1).shown("m")), "Host(1)m");
    assert_eq!(call(Host(1).by_value(3)), "2 3");
    assert_eq!(call(outer::inner(vec![1])), Some(vec![1]));
    assert_eq!(call(by_own_crate("ab")), 2);
}

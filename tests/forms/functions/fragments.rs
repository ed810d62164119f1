//! Fragments of a `macro_rules!` in bodies: each stays the one value, type or pattern that it was.

#![deny(unused_parens, unused_must_use)]

use std::sync::Arc;

use tokio_offload::offload;

use crate::{call, elsewhere};

/// Two values for one: as it is without the attribute, and with it.
macro_rules! by_value {
    ($($name:ident / $plain:ident: $n:ident, $e:expr => |$value:ident| $body:expr;)*) => { $(
        fn $plain($n: i32) -> i32 {
            let $value = $n;
            let all = $body + $e * 10 - $e;
            all
        }

        #[offload]
        fn $name($n: i32) -> i32 {
            elsewhere();
            let $value = $n;
            let all = $body + $e * 10 - $e;
            all
        }
    )* };
}

by_value! {
    sum / plain_sum: n, n + 1 => |v| v - 2;
    cast / plain_cast: n, n as u8 as i32 => |v| v << 1;
    negative / plain_negative: n, -n => |v| if v > 1 { v } else { 0 } + 1;
    choice / plain_choice: n, if n > 1 { 1 } else { 2 } => |v| v;
    block / plain_block: n, { n } + { n } => |v| match v { 2 => 3, _ => 4 };
}

#[test]
fn an_expression_fragment_keeps_its_precedence() {
    assert_eq!(call(sum(2)), plain_sum(2));
    assert_eq!(call(cast(2)), plain_cast(2));
    assert_eq!(call(negative(2)), plain_negative(2));
    assert_eq!(call(choice(2)), plain_choice(2));
    assert_eq!(call(block(2)), plain_block(2));
}

macro_rules! by_place {
    ($n:ident, $sum:expr, $range:expr, $closure:expr, $made:expr, $minus:literal, $many:pat, $of:ty) => {
        #[offload]
        fn places($n: i32) -> (Vec<i32>, String) {
            elsewhere();
            let mut all = vec![$sum; 2];
            for value in $range {
                all.push(value * $sum);
            }
            all.extend($range.rev().map($closure));
            all.push($closure($sum));
            if $made == $made && $made.0 > 1 {
                all.push($minus.pow(2));
            }
            all.push(match $n {
                $minus..=1 => 1,
                $many if $sum > 1 => 2,
                _ => 3,
            });
            if let Some($many) = Some::<$of>($n) {
                all.push($n as $of - 1);
            }
            let &$many = &$n else { unreachable!() };
            assert!($sum > 0, "text");
            (all, stringify!($sum).to_owned() + &format!("{}", $sum * 2))
        }
    };
}

#[derive(PartialEq)]
struct Made(i32);

by_place!(n, n + 1, 0..2, |n| n + 1, Made { 0: 2 }, -2_i32, 2 | 3, i32);

#[test]
fn a_fragment_keeps_its_precedence_in_every_position() {
    let (all, text) = call(places(2));
    assert_eq!(all, [3, 3, 0, 3, 2, 1, 4, 4, 2, 1]);
    assert_eq!(text, "n + 16");
}

macro_rules! by_item {
    ($n:ident, $e:expr) => {
        #[offload(asynchronous = written_async)]
        fn written($n: u32) -> u32 {
            elsewhere();
            $e * 10
        }

        #[derive(Clone)]
        struct Store;

        #[offload(blocking = _now)]
        impl Store {
            #[offload(skip)]
            fn skipped(&self, $n: u32) -> u32 {
                $e * 10
            }

            fn load(&self, $n: u32) -> u32 {
                elsewhere();
                $e * 10
            }
        }

        struct Owned;

        #[offload(owner = OwnedHandle)]
        impl Owned {
            pub(crate) fn new() -> Self {
                Self
            }

            pub(crate) fn load(&mut self, $n: u32) -> u32 {
                elsewhere();
                $e * 10
            }
        }

        #[offload(blocking = BlockingLoad)]
        trait Load {
            fn load(&self, $n: u32) -> u32 {
                elsewhere();
                $e * 10
            }
        }
    };
}

by_item!(n, n + 1);

impl BlockingLoad for u8 {}

#[test]
fn a_fragment_keeps_its_precedence_in_blocking_versions() {
    assert_eq!([written(2), Store.skipped(2), Store.load_now(2)], [30; 3]);
    assert_eq!(call(written_async(2)), 30);
    assert_eq!(call(Store.load(2)), 30);
    assert_eq!(call(async { OwnedHandle::new().await.load(2).await }), 30);
    assert_eq!(call(Load::load(&Arc::new(1_u8), 2)), 30);
}

macro_rules! by_type {
    ($caught:ty, $opened:ty, $this:ty) => {
        #[offload(catch)]
        impl Store {
            fn fails(&self) -> $caught {
                elsewhere();
                panic!("as it must")
            }
        }

        struct Opened(u8);

        #[offload(owner = OpenedHandle)]
        impl Opened {
            pub(crate) fn open(n: u8) -> $opened {
                elsewhere();
                Ok(Self(n))
            }

            pub(crate) fn get(&self) -> u8 {
                self.0
            }
        }

        #[offload(blocking = BlockingShare)]
        trait Share {
            fn share(self: Arc<$this>) -> u8;
        }
    };
}

by_type!(std::io::Result<u8>, std::io::Result<Opened>, Self);

impl BlockingShare for u8 {
    fn share(self: Arc<Self>) -> u8 {
        elsewhere();
        *self
    }
}

#[test]
fn a_type_fragment_keeps_its_meaning() {
    assert!(call(Store.fails()).is_err());
    assert_eq!(
        call(async { OpenedHandle::open(3).await.unwrap().get().await }),
        3
    );
    assert_eq!(call(Share::share(Arc::new(2_u8))), 2);
}

struct Flag {
    is_set: bool,
}

impl Flag {
    const fn is_clear(&self) -> bool {
        !self.is_set
    }
}

macro_rules! by_condition {
    ($($name:ident: $e:expr, $arm:expr;)*) => { $(
        #[offload]
        fn $name() -> u8 {
            elsewhere();
            if $e {
                return 1;
            }
            let mut count = 0;
            while $e {
                count += 1;
            }
            match $e {
                true => count,
                false => $arm,
            }
        }
    )* };
}

by_condition! {
    field: Flag { is_set: false }.is_set, 'a: loop { break 'a 1 } + 1;
    no_field: !Flag { is_set: true }.is_set, const { 1 } + 1;
    no_method: !Flag { is_set: false }.is_clear(), match 1 { n => n } + 1;
    behind_reference: *&Flag { is_set: false }.is_set, { 1 } + 1;
}

#[test]
fn a_fragment_with_braces_is_a_condition() {
    assert_eq!(call(field()), 2);
    assert_eq!(call(no_field()), 2);
    assert_eq!(call(no_method()), 2);
    assert_eq!(call(behind_reference()), 2);
}

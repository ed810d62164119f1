//! Fragments of a `macro_rules!` that are a block or begin with one.

#![forbid(unused_braces)]

use tokio_offload::offload;

use crate::{call, elsewhere};

macro_rules! by_braces {
    ($end:block, $last:expr, $called:expr, $indexed:expr) => {
        #[offload]
        fn ranges() -> (u8, u8, u8) {
            elsewhere();
            let (mut below, mut up_to) = (0, 0);
            for n in 0..$end {
                below += n;
            }
            for n in 0..=$last {
                up_to += n;
            }
            match 1..$end {
                range => (below, up_to, range.end),
            }
        }

        #[offload]
        fn begins_with_block(n: u8) -> u8 {
            elsewhere();
            $called;
            match n {
                0 if n < 1 => $called,
                _ => $indexed,
            }
        }

        #[offload]
        fn ends_with_block() -> u8 {
            elsewhere();
            $called
        }
    };
}

const fn same(n: u8) -> u8 {
    n
}

by_braces!(
    { 3 },
    { 3 },
    { same }(2),
    if true { [3, 4] } else { [5, 6] }[1]
);

macro_rules! by_braces_in_braces {
    ($f:block) => {
        by_braces_in_braces! { of $f(5) }
    };
    (of $called:expr) => {
        #[offload]
        fn begins_with_fragment() -> u8 {
            elsewhere();
            $called
        }
    };
}

by_braces_in_braces!({ same });

#[test]
fn a_fragment_that_begins_with_a_block_stays_one_value() {
    assert_eq!(call(ranges()), (3, 6, 3));
    assert_eq!(call(begins_with_block(0)), 2);
    assert_eq!(call(begins_with_block(1)), 4);
    assert_eq!(call(ends_with_block()), 2);
    assert_eq!(call(begins_with_fragment()), 5);
}

/// Where the braces are needed by the grammar of the macro alone, the compiler calls those of plain functions needed.
macro_rules! by_needless_braces {
    ($end:block, $self:ident) => {
        #[offload]
        fn ends_with_fragment(n: u8) -> u8 {
            elsewhere();
            let _ = n;
            $end
        }

        #[offload]
        fn binds_fragment() -> u8 {
            elsewhere();
            let n = $end;
            let inside = || {
                let _ = n;
                $end
            };
            n + inside()
        }

        #[offload(blocking = also_blocking)]
        fn in_twin() -> u8 {
            elsewhere();
            drop(String::new());
            $end
        }

        #[offload(asynchronous = also_asynchronous)]
        fn as_written() -> u8 {
            elsewhere();
            drop(String::new());
            $end
        }

        #[derive(Clone)]
        struct Host;

        #[offload]
        impl Host {
            fn method(&$self) -> u8 {
                elsewhere();
                let _ = $self;
                $end
            }
        }
    };
}

by_needless_braces!({ 3 }, self);

#[test]
fn the_braces_of_a_fragment_are_not_reported() {
    assert_eq!(call(ends_with_fragment(1)), 3);
    assert_eq!(call(binds_fragment()), 6);
    assert_eq!(call(in_twin()), 3);
    assert_eq!(also_blocking(), 3);
    assert_eq!(as_written(), 3);
    assert_eq!(call(also_asynchronous()), 3);
    assert_eq!(call(Host.method()), 3);
}

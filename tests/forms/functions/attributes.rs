//! Other attributes, above and below `#[offload]`, and what becomes of them.

use tokio_offload::{offload, offload as off_the_worker};

use crate::{call, elsewhere};

/// Above.
#[offload]
/// Below.
#[inline]
/** In between. */
#[doc = "And "]
#[doc = concat!("built", ".")]
fn documented(/* not a doc */ n: u8) -> u8 {
    elsewhere();
    n
}

#[allow(unused_variables, reason = "the form is the subject")]
#[offload]
#[allow(unused_mut, reason = "the form is the subject")]
fn allowed(mut n: u8) -> u8 {
    elsewhere();
    1
}

#[offload]
#[cold]
#[inline(never)]
#[track_caller]
fn hints() -> u8 {
    elsewhere();
    2
}

#[cfg_attr(all(), must_use = "why not", inline)]
#[cfg_attr(any(), unknown_attribute)]
#[offload]
#[cfg_attr(all(), allow(unused_variables))]
#[cfg(not(target_os = "none"))]
fn conditional(n: u8) -> u8 {
    elsewhere();
    3
}

#[off_the_worker]
fn renamed_attribute() -> u8 {
    elsewhere();
    4
}

#[must_use]
#[offload]
fn must_use() -> u8 {
    elsewhere();
    5
}

#[offload]
#[must_use]
fn must_use_below() -> Result<u8, String> {
    elsewhere();
    Ok(6)
}

#[rustfmt::skip]
#[offload]
#[rustfmt::skip]
#[clippy::cognitive_complexity = "100"]
fn of_tools( ) -> u8 { elsewhere(); 7 }

#[test]
fn other_attributes_stay_on_functions() {
    assert_eq!(call(documented(1)), 1);
    assert_eq!(call(allowed(2)), 1);
    assert_eq!(call(hints()), 2);
    assert_eq!(call(conditional(1)), 3);
    assert_eq!(call(renamed_attribute()), 4);
    assert_eq!(call(must_use()), 5);
    assert_eq!(call(must_use_below()), Ok(6));
    assert_eq!(call(of_tools()), 7);
}

#[derive(Clone)]
struct Host(u8);

impl Host {
    /// Says what it does.
    #[offload]
    #[inline]
    #[must_use]
    #[doc(alias = "other")]
    fn documented(&self) -> u8 {
        elsewhere();
        self.0
    }

    #[doc(hidden)]
    #[allow(clippy::self_named_constructors, reason = "the form is the subject")]
    #[offload]
    fn hidden(self) -> Self {
        elsewhere();
        self
    }

    #[deprecated(since = "0.1.0", note = "there is a newer one")]
    #[offload(blocking = old_now)]
    fn old(&self) -> u8 {
        elsewhere();
        self.0
    }
}

#[test]
#[expect(deprecated, reason = "the form is the subject")]
fn other_attributes_stay_on_methods() {
    assert_eq!(call(Host(1).documented()), 1);
    assert_eq!(call(Host(1).hidden()).0, 1);
    assert_eq!(call(Host(1).old()), 1);
    assert_eq!(Host(1).old_now(), 1);
}

#![doc = include_str!("../README.md")]
#![doc(test(attr(deny(warnings))))]

mod allow;
mod attribute;
mod blocked;
mod episodes;
mod recent;
mod watch;
mod watcher;

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[path = "linux/mod.rs"]
mod look;
#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
#[path = "elsewhere.rs"]
mod look;

#[cfg(feature = "tracing")]
mod event;

#[cfg(feature = "tracing")]
pub use event::warn_blocked_after;

#[doc(hidden)]
pub use self::attribute::{Denied, Watched, deny_blocking, watch_main};
pub use self::{
    allow::allow_blocking,
    blocked::{Blocked, How},
    look::init,
    recent::{BlockingFunction, Seen, seen},
    watch::on_blocked,
};

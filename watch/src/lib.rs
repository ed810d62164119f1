#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc(test(attr(deny(warnings))))]

mod allow;
mod attribute;
mod blocked;
mod examined;
mod lateness;
mod origin;
mod places;
mod recent;
mod watch;
mod watcher;
mod worker_times;

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
mod elsewhere;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod linux;

#[cfg(feature = "tracing")]
mod event;

#[cfg(feature = "tracing")]
pub use event::warn_blocked_after;

#[doc(hidden)]
pub use self::attribute::{Denied, Watched, deny_blocking, watch_main};
#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
use self::elsewhere as look;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
use self::linux as look;
pub use self::{
    allow::allow_blocking,
    blocked::{Blocked, How},
    look::init,
    recent::{BlockingFunction, Seen, seen},
    watch::on_blocked,
};

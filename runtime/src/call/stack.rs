//! How much stack this thread has left, found without `unsafe`.
//!
//! For a thread that this crate starts, the size is given and the address is measured at its start. For other threads, Linux is asked.
//! On other systems the bounds are unknown.

use std::{cell::Cell, ptr, sync::OnceLock};

/// How much stack the frames before our first one may have used, in bytes. Not measured: a generous estimate.
const BELOW: usize = 16 * 1024;

/// The stack size that the standard library chooses for a thread, unless `RUST_MIN_STACK` says another.
const DEFAULT_SIZE: usize = 2 * 1024 * 1024;

/// Where a stack ends, and how large it is.
#[derive(Clone, Copy)]
struct Extent {
    lowest: usize,
    size: usize,
}

/// The known bounds of this thread's stack.
#[derive(Clone, Copy)]
enum KnownStack {
    /// The system is asked once per thread, since that is slow.
    NotQueried,
    Unknown,
    Known(Extent),
}

/// The free part of a stack and its size, in bytes.
#[derive(Clone, Copy)]
pub(crate) struct Room {
    pub(crate) left: usize,
    pub(crate) size: usize,
}

thread_local! {
    static BOUNDS: Cell<KnownStack> = const { Cell::new(KnownStack::NotQueried) };
}

/// This thread is about to run its first body. Its stack has `size` bytes, or the default size.
pub(crate) fn set_size(size: Option<usize>) {
    let size = size.unwrap_or_else(default_size);
    let lowest = address().saturating_sub(size.saturating_sub(BELOW));
    BOUNDS.set(KnownStack::Known(Extent { lowest, size }));
}

/// The free part of this thread's stack, if it is known.
pub(crate) fn room() -> Option<Room> {
    if matches!(BOUNDS.get(), KnownStack::NotQueried) {
        BOUNDS.set(query(address()).map_or(KnownStack::Unknown, KnownStack::Known));
    }
    let KnownStack::Known(Extent { lowest, size }) = BOUNDS.get() else {
        return None;
    };
    let left = address().saturating_sub(lowest);
    Some(Room { left, size })
}

/// The current end of the used stack. Stacks grow downwards.
pub(crate) fn address() -> usize {
    let here = 0_u8;
    ptr::from_ref(&here).addr()
}

fn default_size() -> usize {
    static SIZE: OnceLock<usize> = OnceLock::new();
    *SIZE.get_or_init(|| {
        let said = std::env::var("RUST_MIN_STACK");
        said.ok()
            .and_then(|size| size.parse().ok())
            .unwrap_or(DEFAULT_SIZE)
    })
}

#[cfg(not(target_os = "linux"))]
const fn query(_: usize) -> Option<Extent> {
    None
}

/// The bounds of the memory mapping that contains `here`. The mapping of the main thread grows on demand, up to a limit.
#[cfg(target_os = "linux")]
fn query(here: usize) -> Option<Extent> {
    // File names in it need not be UTF-8.
    let maps = std::fs::read("/proc/self/maps").ok()?;
    let maps = String::from_utf8_lossy(&maps);
    let (line, from, to) = maps.lines().find_map(|line| {
        let (from, to) = line.split_once(' ')?.0.split_once('-')?;
        let from = usize::from_str_radix(from, 16).ok()?;
        let to = usize::from_str_radix(to, 16).ok()?;
        (from..to).contains(&here).then_some((line, from, to))
    })?;
    let size = if line.ends_with("[stack]") {
        main_thread_limit()?
    } else {
        to - from
    };
    Some(Extent {
        lowest: to.saturating_sub(size),
        size,
    })
}

/// The limit of the main thread's stack, in bytes.
#[cfg(target_os = "linux")]
fn main_thread_limit() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max stack size"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[test]
fn what_is_left_shrinks_as_the_stack_grows() {
    #[inline(never)]
    fn below(levels: usize) -> usize {
        let taken = std::hint::black_box([1_u8; 10_000]);
        let left = room().map_or(0, |room| room.left);
        if levels == 0 {
            return left + usize::from(taken[5]) - 1;
        }
        below(levels - 1) + usize::from(taken[7]) - 1
    }
    let thread = std::thread::Builder::new().stack_size(1 << 20);
    let asked = thread.spawn(|| (room(), below(20))).unwrap();
    let (first, last) = asked.join().unwrap();
    assert_eq!(first.is_some(), cfg!(target_os = "linux"));
    if let Some(first) = first {
        assert!(first.left <= first.size);
        assert!(last + 200_000 <= first.left, "{last} of {}", first.left);
    }
    let thread = std::thread::Builder::new().stack_size(1 << 20);
    let told = thread.spawn(|| {
        set_size(Some(1 << 20));
        (room(), below(20))
    });
    let (first, last) = told.unwrap().join().unwrap();
    let first = first.unwrap();
    assert_eq!(first.size, 1 << 20);
    assert!((1 << 19..1 << 20).contains(&first.left), "{}", first.left);
    assert!(last + 200_000 <= first.left);
}

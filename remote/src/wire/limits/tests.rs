//! Each limit, alone.

use super::{ALLOCATION, DEPTH, EMPTY, GROWTH, Limits, MEMORY};

#[test]
fn each_limit_is_exact_and_named() {
    let mut limits = Limits::of(0);
    for _ in 0..DEPTH {
        limits.enter().unwrap();
    }
    limits.leave();
    limits.enter().unwrap();
    limits.enter().unwrap_err();
    assert!(limits.reason().unwrap().contains("128 levels"));

    let mut limits = Limits::of(3);
    let begun = limits.progress();
    for _ in 0..EMPTY + 3 * GROWTH {
        limits.element(begun).unwrap();
    }
    limits.element(begun).unwrap_err();
    limits.count_read();
    limits.element(begun).unwrap();
    assert!(limits.reason().unwrap().contains("more than 65536"));

    let mut limits = Limits::of(10);
    limits.memory(MEMORY).unwrap();
    limits.memory(10 * GROWTH).unwrap();
    limits.memory(1).unwrap_err();
    assert!(limits.reason().unwrap().contains("bytes of memory"));
}

#[test]
fn what_does_not_fit_into_its_slot_is_counted_once() {
    let mut limits = Limits::of(0);
    let outside = limits.set_slot(8);
    let slot = limits.make(8).unwrap();
    assert_eq!((slot, limits.memory), (8, MEMORY));
    let boxed = limits.make(56).unwrap();
    let part = limits.make(56).unwrap();
    assert_eq!((boxed, part), (8, 56));
    assert_eq!(limits.memory, MEMORY - 56 - ALLOCATION);
    limits.restore_slot(boxed);
    limits.make(9).unwrap();
    assert_eq!(limits.memory, MEMORY - 65 - 2 * ALLOCATION);
    limits.restore_slot(outside);
    limits.make(MEMORY).unwrap_err();
}

#[test]
fn the_stack_is_a_limit_wherever_the_value_is_read() {
    #[inline(never)]
    fn enter(limits: &mut Limits, kilobytes: usize) -> bool {
        let frame = std::hint::black_box([1_u8; 1024]);
        if kilobytes == 0 {
            return limits.enter().is_ok();
        }
        enter(limits, kilobytes - 1) && std::hint::black_box(frame)[7] == 1
    }
    fn on_large_stack<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> T {
        let thread = std::thread::Builder::new().stack_size(64 << 20);
        thread.spawn(act).unwrap().join().unwrap()
    }
    let mut limits = on_large_stack(|| {
        let mut limits = Limits::of(0);
        assert!(enter(&mut limits, 0) && enter(&mut limits, 64));
        limits
    });
    // A type may go on on another stack, which has an end too.
    let limits = on_large_stack(move || {
        assert!(enter(&mut limits, 0) && !enter(&mut limits, 1024));
        limits
    });
    assert!(limits.reason().unwrap().contains("1048576 bytes of stack"));
}

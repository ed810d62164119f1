//! Calls the functions of the library, by a `tokio` that the library does not know.

#![allow(missing_docs, reason = "a test")]

use std::future::Future;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use driver::runtime::Builder;
use offload_edition2021::{
    bodies, captures, functions, methods, remote, renamed, shadowed, unsafety, BODIES,
};

static TURN: Mutex<()> = Mutex::new(());

/// Awaits a call whose body says `elsewhere()`.
fn call<R>(future: impl Future<Output = R> + Send + 'static) -> R {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let before = BODIES.load(Ordering::SeqCst);
    let value = silent(future);
    assert!(
        BODIES.load(Ordering::SeqCst) > before,
        "the body did not run"
    );
    value
}

/// Awaits a call whose body, shared with a twin, does not say where it is.
fn silent<R>(future: impl Future<Output = R> + Send + 'static) -> R {
    let mut builder = Builder::new_current_thread();
    let runtime = builder.thread_name("offloaded").build();
    runtime.expect("a runtime can be built").block_on(future)
}

#[test]
fn functions_run_in_edition_2021() {
    let path = Path::new("/");
    assert_eq!(
        call(functions::borrowed("a", path, None, "b".into(), &3)),
        6
    );
    let name = String::from("n");
    assert_eq!(call(functions::as_ref("/", &name)), Path::new("/n"));
    assert_eq!(
        call(functions::patterns((1, 1), name.clone(), vec![], &1, 0)),
        4
    );
    assert_eq!(call(functions::conditional(&name, 2)), 3);
    assert_eq!(call(functions::generic(&1, [2, 3])), "123");
    assert_eq!(call(functions::opaque(&name)).unwrap().count(), 1);
    assert_eq!(call(functions::fails("4")).unwrap(), 4);
    assert!(call(functions::fails("")).is_err());
    assert!(call(functions::never().outcome()).is_err());
    assert_eq!(
        (
            silent(functions::twin(&[1], 1)),
            functions::twin_blocking(&[1], 1)
        ),
        (3, 3)
    );
    assert_eq!(call(functions::gen(1, "d", 1, 1)), 4);
}

#[test]
fn temporaries_of_a_tail_expression_live_as_edition_2021_says() {
    let list = Arc::new(Mutex::new(vec![1]));
    assert_eq!(call(bodies::tail(list.clone())), 1);
    assert_eq!(call(bodies::tail_of_conditional(list.clone())), 1);
    assert_eq!(
        call(bodies::tail_of_borrow(&list, &Arc::new(Mutex::new(1)))),
        3
    );
    let many = bodies::tail_past_twelve(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, list.clone());
    assert_eq!(call(many), 1);
    let pair = (Mutex::new(vec![]), 1);
    assert_eq!(call(bodies::tail_of_pattern(pair, Mutex::new(1))), 2);
    assert_eq!(call(bodies::tail_of_mutable(&[1, 2])), Some(1));
    assert_eq!(call(bodies::tail_of_lent(Some("ab"), "")), Some('a'));
    assert_eq!(silent(bodies::tail_of_twin(Mutex::default())), 0);
    assert_eq!(bodies::tail_of_twin_blocking(Mutex::default()), 0);
    assert_eq!(call(Arc::new(bodies::Locked::default()).tail()), 0);
    assert_eq!(silent(bodies::Locked::default().tail_by_value()), 0);
    assert_eq!(bodies::Locked::default().tail_by_value_blocking(), 0);
    assert_eq!(call(bodies::Text("ab").tail_of_lent()), Some('a'));
    assert_eq!(call(bodies::tail_of_macro(Some("ab"))), Some('a'));
    assert_eq!(call(bodies::Text("ab").tail_of_macro()), Some('a'));
    assert_eq!(call(bodies::Text("ab").tail_of_method()), 2);
    assert_eq!(call(bodies::tail_of_method("ab", None)), 2);
    assert_eq!(call(bodies::scrutinee(list)), 1);
}

#[test]
fn locals_are_dropped_before_temporaries_of_a_tail_expression() {
    let (number, held) = (Arc::default(), Arc::new(AtomicBool::new(false)));
    assert_eq!(call(bodies::tail_after_locals(&number, &held)), 0);
    assert!(held.swap(false, Ordering::SeqCst), "the lock of the tail");
    let conditional = bodies::tail_of_conditional_after_locals(number, &held);
    assert_eq!(call(conditional), 0);
    assert!(held.load(Ordering::SeqCst), "that of one that is captured");
    let looked = bodies::Looked::default();
    assert_eq!(call(looked.tail_after_locals()), 0);
    assert!(looked.held.load(Ordering::SeqCst), "that of `self`");
}

#[test]
fn bodies_capture_whole_arguments_in_edition_2021() {
    let ptr = captures::SendPtr(&2);
    assert_eq!(call(ptr.by_value()), 2);
    assert_eq!(call(ptr.by_reference()), 2);
    assert_eq!((silent(ptr.twin("")), ptr.twin_blocking("")), (2, 2));
    assert_eq!(call(ptr.captured(ptr)), 4);
    assert_eq!(call(captures::field(ptr)), 2);
    assert_eq!(call(captures::pattern(ptr)), 2);
    assert_eq!(call(captures::conditional_pattern(ptr, (ptr, 0))), 4);
    assert_eq!(call(captures::borrowed(&ptr, &[ptr], Some(&ptr))), 6);
    assert!(!call(captures::untouched(ptr, ptr, ptr)).0.is_null());
    assert_eq!(call(captures::in_closure(ptr, Arc::new(1))), 3);
}

#[test]
fn unsafe_functions_stay_unsafe_and_run() {
    use unsafety::Read;
    static BYTE: u8 = 5;
    let address = std::ptr::addr_of!(BYTE) as usize;
    // SAFETY: the address is one of a byte that lives for ever.
    unsafe {
        assert_eq!(call(unsafety::read(address)), 5);
        assert_eq!(call(unsafety::with_block(address, "a")), 6);
        assert_eq!(silent(unsafety::cast::<u8>(address, (1, 0))), (5, 1));
        assert_eq!(unsafety::cast_blocking::<i8>(address, (1, 0)), (5, 1));
        assert_eq!(call(unsafety::opaque("ab")).count(), 2);
        let host = unsafety::Host(1);
        assert_eq!(call(host.by_reference(address)), 6);
        assert_eq!(call(host.read(address)), 6);
        let host = Arc::new(host);
        assert_eq!(silent(host.clone().by_arc(address)), 6);
        assert_eq!(host.by_arc_blocking(address), 6);
    }
}

#[test]
fn methods_run_in_edition_2021() {
    use methods::Object;
    let host = methods::Host(2);
    assert_eq!(call(host.shown("m")), "Host(2)m");
    assert_eq!(call(host.clone().grown(1)).0, 3);
    assert_eq!(call(Arc::new(host.clone()).shared()), 2);
    assert_eq!(call(Box::new(host.clone()).boxed()).count(), 2);
    assert_eq!(silent(host.each(&[1])).count(), 2);
    assert_eq!(host.each_blocking(&[1]).count(), 2);
    let object: Box<dyn Object> = Box::new(host);
    assert_eq!(call(object.get("k")), 3);
}

#[test]
fn the_library_can_be_renamed_and_names_be_shadowed() {
    assert_eq!(call(renamed::function("a", "b")), 2);
    let host = renamed::Host(1);
    assert_eq!((silent(host.get()), host.get_blocking()), (1, 1));
    assert!(call(host.never().outcome()).is_err());
    assert_eq!(call(shadowed::names::function("a", 'x')), (1, 'x'));
    assert_eq!(call(shadowed::bare::function(None, &'x', 7)), (7, 'x'));
}

#[test]
fn remote_functions_run_in_edition_2021() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let text = remote::borrowed(Path::new("/"), &[1], None, "t".into(), "m").await;
        assert_eq!(text.unwrap(), "/ [1]  t m");
        assert_eq!(remote::of_own_module(1).await.unwrap(), 1);
        assert_eq!(remote::of_own_error(2).await.unwrap(), 2);
        let here = remote::process_now().unwrap();
        assert_ne!(remote::process().await.unwrap(), here);
        // SAFETY: there is a byte at this place.
        let byte = unsafe { remote::trusting(&[1, 2], 1) };
        assert_eq!(byte.await.unwrap(), 2);
    });
}

//! R13, C4: a stream that is dropped stops what is made for it, at once or after the item at hand.

use std::sync::mpsc;

use offload_tests::{Bomb, Drops, current_thread, drive, gate, in_time, one_slot};
use tokio_offload::{Pool, is_cancelled, on_cancel};

use super::kit::{Gated, counted, next, next_at_rest, open, peek, peek_between};

/// R13: dropped while it rests: the iterator and the items made go with it, and nothing starts any more.
#[test]
fn no_items_are_made_after_the_stream_is_dropped_between_batches() {
    in_time(|| {
        for ahead in [1, 2, 5] {
            let pool = Pool::new("rest").threads(1);
            let drops = Drops::default();
            let (numbers, made) = counted(usize::MAX);
            let in_items = drops.clone();
            let items = numbers.map(move |number| (number, in_items.probe()));
            let mut stream = open(&pool, items).stream(ahead);
            let (first, probe) = next_at_rest(&mut stream, &pool).unwrap();
            let count = made.count();
            drop(stream);
            drive(pool.close());
            assert_eq!((first, made.count()), (0, count));
            drop(probe);
            assert_eq!(drops.count(), count);
        }
    });
}

/// R13, C4: dropped while an item is made: the drop returns at once, that item is the last one, and all goes.
#[test]
fn the_current_item_is_the_last_when_the_stream_is_dropped() {
    in_time(|| {
        let pool = Pool::new("work").threads(1);
        let drops = Drops::default();
        let (gate, key) = gate();
        let (items, made) = Gated::new(2, gate, drops.probe());
        let mut stream = open(&pool, items).stream(1000);
        // The function runs after this poll, so that its items are asked for by the next one.
        assert!(peek_between(&mut stream, &pool).is_pending());
        let _ = peek(&mut stream);
        key.await_body();
        drop(stream);
        assert_eq!(drops.count(), 0);
        key.open();
        assert_eq!(made.iter().last(), Some(3));
        drive(pool.idle());
        assert_eq!(drops.count(), 1);
    });
}

/// P3: whatever is dropped with a stream, nobody hears of its panics; of two at once the second would end the program.
#[test]
fn panics_in_dropping_items_are_swallowed() {
    in_time(|| {
        let pool = Pool::new("bombs").threads(1);
        let mut stream = open(&pool, std::iter::repeat_with(|| Bomb)).stream(3);
        std::mem::forget(next_at_rest(&mut stream, &pool));
        drive(pool.idle());
        drop(stream);
        assert_eq!(drive(pool.run(|| 1)), 1);
    });
}

/// C7, C10: the iterator sees that nobody wants its items, in the item at hand.
#[test]
fn the_iterator_sees_is_cancelled_after_a_drop() {
    in_time(|| {
        let pool = Pool::new("hears").threads(1);
        let (tell, told) = mpsc::channel();
        let ((waits, key), (held, holder)) = (gate(), gate());
        let items = std::iter::from_fn(move || {
            let (go, gone) = mpsc::channel();
            on_cancel(move || go.send(()).unwrap()).unwrap();
            let before = is_cancelled();
            waits.pass();
            gone.recv().unwrap();
            tell.send((before, is_cancelled())).unwrap();
            Some(())
        });
        // The function waits for the only thread, so that its items are asked for by the second look and not by the first.
        pool.run(move || held.pass()).detach();
        let mut stream = open(&pool, items).stream(1);
        assert!(peek(&mut stream).is_pending());
        holder.open();
        drive(pool.idle());
        assert!(peek(&mut stream).is_pending());
        key.await_body();
        drop(stream);
        key.open();
        assert_eq!(told.recv(), Ok((false, true)));
        assert!(told.recv().is_err());
    });
}

/// C10: what an item leaves with `on_cancel` never runs while items are wanted, also where one batch is about to end and the
/// next one begins.
#[test]
fn no_item_is_cancelled_while_items_are_wanted() {
    in_time(|| {
        for ahead in [1, 2] {
            let pool = Pool::new("wanted").threads(2);
            let (tell, told) = mpsc::channel();
            let items = (0..3000).inspect(move |item| {
                let (tell, item) = (tell.clone(), *item);
                on_cancel(move || tell.send(item).unwrap()).unwrap();
            });
            let mut stream = open(&pool, items).stream(ahead);
            while next(&mut stream).is_some() {}
            drop(stream);
            assert_eq!(told.iter().next(), None);
        }
    });
}

/// C1: never polled, never begun.
#[test]
fn a_stream_dropped_before_the_first_poll_runs_nothing() {
    in_time(|| {
        let pool = Pool::new("never").threads(1);
        drop(
            pool.run(|| -> std::ops::Range<u8> { panic!("not wanted") })
                .stream(3),
        );
        drive(pool.close());
        assert_eq!(pool.stats().done, 0);
    });
}

/// C3: dropped while the function waits for a thread: it never runs.
#[test]
fn a_stream_dropped_in_the_queue_runs_nothing() {
    in_time(|| {
        one_slot().block_on(async {
            let (gate, key) = gate();
            let first = tokio_offload::run(move || gate.pass()).start();
            key.await_body();
            let call = tokio_offload::run(|| -> std::ops::Range<u8> { panic!("not wanted") });
            let mut stream = call.stream(3);
            assert!(peek(&mut stream).is_pending());
            drop(stream);
            key.open();
            first.await;
            tokio_offload::run(|| ()).await;
        });
    });
}

/// R9: an iterator that came to its end is dropped where it ran, before the end is seen.
#[test]
fn a_spent_iterator_is_dropped_where_it_ran() {
    in_time(|| {
        struct Tell(mpsc::Sender<Option<String>>);
        impl Drop for Tell {
            fn drop(&mut self) {
                let name = std::thread::current().name().map(str::to_owned);
                self.0.send(name).unwrap();
            }
        }
        let pool = Pool::new("spent").threads(1);
        let (tell, told) = mpsc::channel();
        let tell = Tell(tell);
        let items = (0..3).inspect(move |_| {
            let _kept = &tell;
        });
        let mut stream = open(&pool, items).stream(1);
        current_thread().block_on(async { while next_at_rest(&mut stream, &pool).is_some() {} });
        assert_eq!(told.try_recv().unwrap().as_deref(), Some("spent-0"));
    });
}

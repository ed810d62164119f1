//! R13: when items are made: not before the first poll, while the consumer works, never too many.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
        mpsc,
    },
    task::Poll,
};

use futures::stream::{Stream as _, StreamExt as _};
use offload_tests::{drive, in_time};
use tokio_offload::Pool;

use super::kit::{counted, next, next_at_rest, open, peek, peek_between, told};

/// R13: neither the function nor its iterator runs before somebody wants an item.
#[test]
fn nothing_runs_before_the_first_poll() {
    in_time(|| {
        let pool = Pool::new("lazy").threads(1);
        let called = Arc::new(AtomicBool::new(false));
        let (items, made) = counted(3);
        let call = {
            let called = Arc::clone(&called);
            pool.run(move || {
                called.store(true, SeqCst);
                items
            })
        };
        let mut stream = call.stream(2);
        drive(pool.run(|| ()));
        assert!(!called.load(SeqCst));
        assert_eq!(next_at_rest(&mut stream, &pool), Some(0));
        assert!(called.load(SeqCst));
        assert!(made.count() > 0);
    });
}

/// R13: with a pool at rest after every poll, as many items are made and not consumed as was asked for, at most and at
/// times.
#[test]
fn no_more_items_are_made_than_ahead_allows() {
    in_time(|| {
        for ahead in [1, 2, 3, 4, 7, 64] {
            let pool = Pool::new("bound").threads(1);
            let (items, made) = counted(5 * ahead + 1);
            let mut stream = open(&pool, items).stream(ahead);
            let (mut consumed, mut most) = (0, 0);
            loop {
                let polled = peek_between(&mut stream, &pool);
                if let Poll::Ready(Some(item)) = polled {
                    assert_eq!(item, consumed);
                    consumed += 1;
                }
                let waiting = made.count() - consumed;
                assert!(waiting <= ahead, "{waiting} of {ahead}");
                most = most.max(waiting);
                if let Poll::Ready(None) = polled {
                    break;
                }
            }
            assert_eq!((consumed, most), (5 * ahead + 1, ahead));
        }
    });
}

/// R13: what is consumed while a batch runs is room for this batch. It fills it, and no further one is sent for.
#[test]
fn a_running_batch_fills_room_that_becomes_free() {
    in_time(|| {
        let pool = Pool::new("room").threads(1);
        let (allow, allowed) = mpsc::channel();
        let (items, made) = counted(usize::MAX);
        let items = items.inspect(move |_| allowed.recv().unwrap());
        (0..4).for_each(|_| allow.send(()).unwrap());
        let mut stream = open(&pool, items).stream(4);
        assert_eq!(next_at_rest(&mut stream, &pool), Some(0));
        // With the second of four the next batch is sent for, and with the others there is room for four.
        for item in 1..4 {
            assert_eq!(peek(&mut stream), Poll::Ready(Some(item)));
        }
        (0..4).for_each(|_| allow.send(()).unwrap());
        drive(pool.idle());
        assert_eq!(made.count(), 8);
    });
}

/// R13: a consumer that stops consuming stops the making, however much is polled beside it.
#[test]
fn no_items_are_made_while_the_consumer_rests() {
    in_time(|| {
        for ahead in [1, 2, 5] {
            let pool = Pool::new("rest").threads(1);
            let (items, made) = counted(usize::MAX);
            let mut stream = open(&pool, items).stream(ahead);
            assert_eq!(next_at_rest(&mut stream, &pool), Some(0));
            for _ in 0..10 {
                drive(pool.run(|| ()));
            }
            drive(pool.idle());
            assert!((1..=1 + ahead).contains(&made.count()));
        }
    });
}

/// R13: the next item is made while the consumer has this one, before it polls again.
#[test]
fn items_are_made_while_the_consumer_works() {
    for ahead in [1, 2, 3, 8] {
        in_time(move || {
            let pool = Pool::new("beside").threads(1);
            let (items, made) = told(50);
            let mut stream = open(&pool, items).stream(ahead);
            let mut last = None;
            for item in 0..50 {
                assert_eq!(next(&mut stream), Some(item));
                // The consumer at work: it ends when the next item has been made.
                while last < Some((item + 1).min(49)) {
                    last = Some(made.recv().unwrap());
                }
            }
        });
    }
}

/// R13: an item does not wait for those after it, which may depend on what becomes of it.
#[test]
fn an_item_comes_when_it_is_made() {
    for ahead in [1, 2, 8] {
        in_time(move || {
            let pool = Pool::new("prompt").threads(1);
            let (answer, answers) = mpsc::channel();
            let items = (0..20).inspect(move |item| {
                // All but the first wait until the consumer has had the one before.
                if *item > 0 {
                    assert_eq!(answers.recv(), Ok(*item - 1));
                }
            });
            let mut stream = open(&pool, items).stream(ahead);
            for item in 0..20 {
                assert_eq!(next(&mut stream), Some(item));
                // After the last item nobody may be left to hear it.
                let _ = answer.send(item);
            }
            assert_eq!(next(&mut stream), None);
        });
    }
}

/// R13: a fast iterator and a slow consumer, a slow iterator and a fast consumer: all items in order, once.
#[test]
fn every_item_comes_once_and_in_order() {
    in_time(|| {
        for ahead in [1, 2, 3, 16, 1000] {
            let pool = Pool::new("order").threads(2);
            let mut stream = open(&pool, 0..10_000_u32).stream(ahead);
            for item in 0..10_000 {
                assert_eq!(next(&mut stream), Some(item));
            }
            assert_eq!(next(&mut stream), None);
        }
    });
}

/// R13: a huge bound costs no memory before there are items.
#[test]
fn a_bound_without_end_is_fine() {
    in_time(|| {
        let pool = Pool::new("huge").threads(1);
        let mut stream = open(&pool, 0..3).stream(usize::MAX);
        for item in 0..3 {
            assert_eq!(next(&mut stream), Some(item));
        }
        assert_eq!(next(&mut stream), None);
    });
}

/// What is left of an iterator that knows it, however much of it is made already.
#[test]
fn a_stream_says_how_many_items_are_left() {
    in_time(|| {
        for ahead in [1, 2, 64] {
            let pool = Pool::new("hint").threads(1);
            let mut stream = open(&pool, 0..5).stream(ahead);
            assert_eq!(stream.size_hint(), (0, None));
            for left in (0..5).rev() {
                assert!(next(&mut stream).is_some());
                assert_eq!(stream.size_hint(), (left, Some(left)));
            }
            assert_eq!(next(&mut stream), None);
            assert_eq!(stream.size_hint(), (0, Some(0)));
        }
    });
}

/// An iterator that knows less, or nothing because that panics, is read all the same.
#[test]
fn what_an_iterator_says_of_its_size_is_only_passed_on() {
    struct Unsure(u8);

    impl Iterator for Unsure {
        type Item = u8;

        fn next(&mut self) -> Option<u8> {
            self.0 = self.0.checked_sub(1)?;
            Some(self.0)
        }

        fn size_hint(&self) -> (usize, Option<usize>) {
            match self.0 {
                9 => panic!("planned"),
                _ => (usize::MAX, None),
            }
        }
    }

    in_time(|| {
        let pool = Pool::new("unsure").threads(1);
        let mut few = open(&pool, (0..5_u8).filter(|n| n % 2 == 0)).stream(8);
        assert_eq!(next(&mut few), Some(0));
        let (least, most) = few.size_hint();
        assert!(least <= 2 && most.is_some_and(|most| (2..=4).contains(&most)));
        assert_eq!(drive(open(&pool, Unsure(3)).stream(1).count()), 3);
        assert_eq!(drive(open(&pool, Unsure(9)).stream(4).count()), 9);
    });
}

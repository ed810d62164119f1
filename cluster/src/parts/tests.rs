//! The pace of parts, and what counts as one, without a server.

use futures_util::FutureExt;

use super::*;

/// A part that is requested again too soon is sent again, and all parts after it wait longer still.
#[test]
fn a_slow_way_gets_few_requests() {
    let first = Pace::first(LEAST);
    assert_eq!(first.at_once, 1);
    for (seconds, at_once, wait) in [
        (0, EACH, 5),
        (1, EACH, 5),
        (2, 1, 8),
        (6, 1, 24),
        (20, 1, 60),
    ] {
        let pace = first.after((LEAST, Duration::from_secs(seconds)), PART);
        assert_eq!(
            (pace.at_once, pace.wait.as_secs()),
            (at_once, wait),
            "{seconds}"
        );
    }
}

/// On each way, the parts soon have as many bytes as arrive within about half a second, however long the way is.
#[test]
fn parts_are_as_large_as_the_way_is_wide() {
    for (bytes_a_second, length, least, most) in [
        (12_500, 0, 2 << 10, 16 << 10),
        (12_500, 1000, 2 << 10, 16 << 10),
        (800_000, 20, 64 << 10, PART),
        (100_000_000, 1, PART, PART),
        (100_000_000, 400, PART, PART),
    ] {
        for begin in [LEAST, PART] {
            let mut pace = Pace::first(begin);
            for _ in 0..12 {
                let micros = pace.bytes as u64 * 1_000_000 / bytes_a_second;
                let took = Duration::from_micros(micros) + Duration::from_millis(length);
                pace = pace.after((pace.bytes, took), PART);
            }
            let bytes = pace.bytes;
            assert!(
                (least..=most).contains(&bytes),
                "{bytes_a_second} {length} {begin}: {bytes}"
            );
        }
    }
}

/// What comes of a part, in messages of so many bytes.
fn comes(in_messages_of: usize) -> Vec<Came> {
    let mut part = Collected::of(64 << 10);
    let mut all = Vec::new();
    while part.room() > 0 {
        let message = vec![7; in_messages_of.min(part.room())];
        all.push(part.takes(&(message, Duration::ZERO), LEAST));
    }
    assert_eq!(part.bytes, vec![7; 64 << 10]);
    all
}

/// On a slow way a part comes in many messages. Each of them shows that the result comes, unless it is too small.
#[test]
fn each_message_of_a_part_counts() {
    assert_eq!(comes(4 << 10), [Came::Part(4 << 10); 16]);
    let small = comes(512);
    let (last, others) = small.split_last().unwrap();
    assert_eq!(*last, Came::Part(512));
    assert!(
        others.iter().all(|came| *came == Came::Bytes(512)),
        "{others:?}"
    );
}

/// A request that was lost with the connection is sent again as soon as there is another one, and not after its time.
#[tokio::test]
async fn a_new_connection_is_noticed() {
    let now = std::time::Instant::now();
    let (up, mut sees) = watch::channel(Some(now));
    drop(sees.borrow_and_update());
    for (is_up, is_noticed) in [(None, false), (Some(now), true)] {
        assert_eq!(reconnected(&mut sees).now_or_never(), None);
        up.send_replace(is_up);
        let noticed = reconnected(&mut sees).now_or_never();
        assert_eq!(noticed.is_some(), is_noticed, "{is_up:?}");
    }
}

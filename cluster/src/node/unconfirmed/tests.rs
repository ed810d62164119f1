//! Which answers are sent again, kept and forgotten.

use super::*;
use crate::message::Start;

fn body(caller: &str, call: u64) -> BodyId {
    BodyId {
        caller: Arc::from(caller),
        start: Start::new(call, 1),
    }
}

fn add(answers: &mut Answers, caller: &str, call: u64, bytes: usize) {
    let first = Instant::now() + Duration::from_millis(call);
    let answer = Answer {
        at: 0,
        secret: 0,
        payload: vec![0; bytes - AROUND],
        value: None,
        sent: 0,
        first,
        named: first,
        again: first,
        pause: AGAIN,
    };
    answers.insert(body(caller, call), answer);
    answers.keep_within(100_000, Instant::now());
}

#[test]
fn a_node_that_ends_waits_for_what_may_be_confirmed() {
    let mut answers = Answers::default();
    let begun = Instant::now();
    assert!(!answers.are_awaited(None, begun));
    add(&mut answers, "caller", 0, 1000);
    let late = begun + LAST * 2;
    assert!(answers.are_awaited(Some(begun), begun + LAST / 2));
    assert!(!answers.are_awaited(Some(begun), late));
    // Without a connection for so long, its caller could not confirm it.
    assert!(answers.are_awaited(Some(late), late));
    assert!(answers.are_awaited(None, late));
    let id = body("caller", 0);
    // Its caller fetches it as long as it says so.
    if let Some(answer) = answers.all.get_mut(&id) {
        answer.value = Some(Vec::new());
    }
    assert!(answers.are_awaited(Some(begun), late));
    assert!(!answers.are_awaited(Some(begun), begun + LAST_LARGE * 2));
    // It may be silent for as long as a connection that breaks needs.
    answers.named(&id, late);
    assert!(answers.are_awaited(Some(begun), late + Duration::from_secs(29)));
    assert!(!answers.are_awaited(Some(begun), late + LAST_LARGE));
}

/// Each message would wait behind the ones before, and so would everything else.
#[test]
fn what_is_not_confirmed_is_sent_less_and_less_often() {
    let mut answers = Answers::default();
    let begun = Instant::now();
    add(&mut answers, "caller", 0, 1000);
    let id = body("caller", 0);
    let mut sent = |seconds: std::ops::Range<u64>| {
        let sent = seconds.filter(|seconds| {
            let now = begun + Duration::from_secs(*seconds);
            answers.named(&id, now);
            !answers.due(now).is_empty()
        });
        sent.collect::<Vec<_>>()
    };
    assert_eq!(sent(1..40), [1, 3, 7, 15, 23, 31, 39]);
    // The caller had no connection.
    assert_eq!(sent(42..50), [43, 45, 49]);
}

/// A large result may take longer to fetch than another one to be confirmed.
#[test]
fn what_is_being_fetched_is_kept() {
    let mut answers = Answers::default();
    let begun = Instant::now();
    for call in 0..3 {
        add(&mut answers, "caller", call, 30_000);
        let id = body("caller", call);
        if let Some(answer) = answers.all.get_mut(&id) {
            answer.value = Some(Vec::new());
            answer.named = begun;
        }
    }
    assert_eq!(answers.all.len(), 3);
    let id = body("caller", 0);
    assert!(answers.keep_within(80_000, begun + SILENCE / 2).is_empty());
    if let Some(answer) = answers.all.get_mut(&id) {
        answer.named = begun + LONGEST;
    }
    let gone = answers.keep_within(80_000, begun + SILENCE);
    assert!(gone.len() == 1 && gone[0] != id, "{gone:?}");
    assert_eq!(answers.forget_old(begun + LONGEST).len(), 1);
    assert!(answers.contains_key(&id));
    assert_eq!(answers.forget_old(begun + LONGEST * 2), [id]);
    assert_eq!(answers.weight, 0);
}

/// One result of that many bytes, which its caller must fetch.
fn large(bytes: usize) -> (Answers, BodyId) {
    let mut answers = Answers::default();
    add(&mut answers, "caller", 0, 2000);
    let which = body("caller", 0);
    if let Some(answer) = answers.all.get_mut(&which) {
        answer.value = Some(vec![0; bytes]);
        answers.weight += bytes;
    }
    (answers, which)
}

/// Its caller says all the time that it waits, and fetches nothing, or a byte now and then. Then no other body could ever begin here.
#[test]
fn a_result_that_is_fetched_too_slowly_makes_room() {
    const MINUTES: u64 = 100;
    for (bytes_a_minute, is_kept) in [(0, false), (1 << 10, false), (4 << 10, true)] {
        let (mut answers, which) = large(200_000);
        let begun = answers.all[&which].first;
        let after = |minutes| begun + Duration::from_secs(60 * minutes);
        let mut kept = 0;
        while kept < MINUTES && answers.contains_key(&which) {
            kept += 1;
            answers.sent(&which, bytes_a_minute);
            answers.named(&which, after(kept));
            // As long as there is room, and as long as the node has had no connection, it is kept.
            let now = after(kept);
            assert!(answers.forget_slow(300_000, (begun, now)).is_empty());
            assert!(answers.forget_slow(100_000, (now, now)).is_empty());
            answers.forget_slow(100_000, (begun, now));
        }
        assert!(kept >= 10, "{bytes_a_minute}: {kept} minutes");
        assert_eq!(kept == MINUTES, is_kept, "{bytes_a_minute}: {kept} minutes");
        assert_eq!(answers.weight == 0, !is_kept);
    }
    // One of which the same bytes are fetched again and again has no more time than its own bytes need.
    let (mut answers, which) = large(3200);
    answers.sent(&which, 1 << 30);
    let begun = answers.all[&which].first;
    let since = |seconds| (begun, begun + Duration::from_secs(seconds));
    assert!(answers.forget_slow(0, since(700)).is_empty());
    assert_eq!(answers.forget_slow(0, since(701)), [which]);
}

/// The bound also holds if the forgotten answers are small and the new one is large.
#[test]
fn what_nobody_confirms_is_kept_within_bounds() {
    let mut answers = Answers::default();
    add(&mut answers, "modest", 0, 1000);
    for call in 0..1000 {
        add(&mut answers, "greedy", call, 500);
        assert!(answers.weight <= 100_000);
    }
    for call in 1000..1020 {
        add(&mut answers, "greedy", call, 40_000);
        assert!(answers.weight <= 100_000);
        assert!(answers.contains_key(&body("greedy", call)));
    }
    assert!(answers.contains_key(&body("modest", 0)));
    answers.remove(&body("greedy", 1019));
    let weight = answers.all.values().map(Answer::weight).sum::<usize>();
    assert_eq!(answers.weight, weight);
}

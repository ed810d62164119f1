//! How long a body that waits in `block_on` parks its thread, and when it helps its pool.

use std::{
    thread,
    time::{Duration, Instant},
};

/// How long a blocked body waits for another thread to take a call that it made. Then it runs the call itself.
///
/// Not measured. It is long compared with a wake-up (a whole call of the benchmark `seq` takes a few microseconds), and too
/// short for people to notice.
const RUN_QUEUED_AFTER: Duration = Duration::from_millis(1);

/// The same if a thread was requested for the call. On a busy machine it may take that long until the thread gets a processor; a body
/// that runs the call itself cannot observe its own timeout meanwhile. Not measured: slightly less than the sum of the pauses before the
/// attempt that it decides.
const OVERDUE_AFTER: Duration = Duration::from_millis(60);

/// The longest pause between two attempts to run a call of the body itself while no slot is free. Not measured: an attempt costs
/// microseconds, and the pause is short compared with `SPARE_AFTER`.
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(64);

/// How long all bodies of a pool may wait, with calls in its queue, before one of these calls runs on a spare thread. Not measured. It
/// is longer than bodies usually wait for something other than their own calls: then a spare thread would exceed the limit for nothing.
pub(crate) const SPARE_AFTER: Duration = Duration::from_secs(1);

/// How long nothing may wake a body that waits, before the warning that it may wait for ever. Not measured: it is longer than bodies
/// usually wait for something outside of the program, since for those the warning would be wrong.
pub(crate) const STILL_AFTER: Duration = Duration::from_secs(60);

/// How often a body that is woken again and again checks whether its pool is stuck. Not measured: a check costs microseconds, and the
/// interval is short compared with `SPARE_AFTER`.
const CHECK_AFTER: Duration = Duration::from_millis(100);

/// Queued calls that a body awaits: the number of the oldest, and how many calls there have been.
pub(crate) type OldestAndNewest = (u64, usize);

/// How long calls that the body itself made have been queued without a thread that takes them.
#[derive(Default)]
pub(crate) struct OwnWait {
    calls: Option<OldestAndNewest>,
    /// When the oldest call became the oldest.
    oldest_since: Option<Instant>,
    /// When the oldest was seen first, or when the last attempt to run one of them was made.
    since: Option<Instant>,
    pause: Duration,
    pub(super) stuck: StuckWait,
}

impl OwnWait {
    /// `calls` are the queued calls now. The time continues as long as no thread takes the oldest, however often this is called.
    pub(crate) fn look(&mut self, calls: Option<OldestAndNewest>) {
        if calls.map(|(oldest, _)| oldest) != self.calls.map(|(oldest, _)| oldest) {
            self.oldest_since = calls.map(|_| Instant::now());
        }
        let (Some((oldest, newest)), Some(before)) = (calls, self.calls) else {
            self.since = calls.map(|_| Instant::now());
            self.pause = RUN_QUEUED_AFTER;
            self.calls = calls;
            return;
        };
        // After a call that had to run here the next one runs at once: no thread took the one before either.
        if before.0 != oldest && !self.pause.is_zero() {
            self.since = Some(Instant::now());
            self.pause = RUN_QUEUED_AFTER;
        }
        // A slot may be free for the new one.
        if before.1 != newest {
            self.pause = self.pause.min(RUN_QUEUED_AFTER);
        }
        self.calls = calls;
    }

    /// How long to wait for another thread to take it.
    pub(super) fn pause(&self) -> Option<Duration> {
        let since = self.since?;
        Some(self.pause.saturating_sub(since.elapsed()))
    }

    /// Runs one of them by `run` if no thread has taken the oldest for that long. The argument of `run` says whether a requested thread is
    /// overdue. Returns false if none was run: perhaps no slot is free.
    pub(super) fn run_if_due(&mut self, run: impl Fn(bool) -> bool) -> bool {
        if !self.pause().is_some_and(|left| left.is_zero()) {
            return false;
        }
        let waited = self.oldest_since.map(|since| since.elapsed());
        let ran = run(waited.is_some_and(|waited| waited >= OVERDUE_AFTER));
        self.pause = if ran {
            Duration::ZERO
        } else {
            TRY_AGAIN_AFTER.min(RUN_QUEUED_AFTER.max(2 * self.pause))
        };
        self.since = Some(Instant::now());
        ran
    }
}

/// How long pools have been stuck while a waiting body is woken again and again.
#[derive(Default)]
pub(super) struct StuckWait {
    looked: Option<Instant>,
    /// The number of bodies that had ended there, and when this number was first seen.
    since: Option<(usize, Instant)>,
}

impl StuckWait {
    /// Whether a check is due. The first one is due after a while, since most waits are short.
    pub(super) fn is_check_due(&mut self) -> bool {
        let now = Instant::now();
        let unseen = now - *self.looked.get_or_insert(now);
        let is_due = unseen >= CHECK_AFTER;
        if is_due {
            self.looked = Some(now);
        }
        // The queue may hold other calls by now, so time without checks counts at most as one interval.
        if let (true, Some((_, since))) = (unseen >= SPARE_AFTER, &mut self.since) {
            *since += unseen.saturating_sub(CHECK_AFTER);
        }
        is_due
    }

    /// Whether a call is to run on a spare thread: calls have been awaited for so long, and no further body has `ended` in that time.
    /// `ended` is `None` if no queued call is awaited.
    pub(super) fn is_spare_due(&mut self, ended: Option<usize>) -> bool {
        let same = self.since.filter(|(before, _)| Some(*before) == ended);
        self.since = same.or(ended.map(|ended| (ended, Instant::now())));
        let is_due = self
            .since
            .is_some_and(|(_, since)| since.elapsed() >= SPARE_AFTER);
        if is_due {
            self.since = None;
        }
        is_due
    }
}

/// The state of one wait.
#[derive(Default)]
pub(super) struct Parked {
    stuck_since: Option<Instant>,
    began: Option<Instant>,
    /// How many of `NOTICES` were due.
    noticed: usize,
}

/// What is due in a wait during which nothing is stuck, and when: each once per wait.
const NOTICES: [(Duration, Due); 2] = [(SPARE_AFTER, Due::Notice), (STILL_AFTER, Due::Still)];

/// What is due after parking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Nothing,
    /// The threads have been stuck for too long.
    Spare,
    /// The wait has become long.
    Notice,
    /// The wait has become so long that it may not end.
    Still,
}

impl Parked {
    /// Parks the thread, for `at_most` that time. `stuck`: whether calls are queued while every body waits.
    pub(super) fn park(&mut self, stuck: bool, at_most: Option<Duration>) -> Due {
        if !stuck {
            self.stuck_since = None;
            return self.park_unstuck(at_most);
        }
        let since = self.stuck_since.get_or_insert_with(Instant::now);
        match SPARE_AFTER.checked_sub(since.elapsed()) {
            Some(left) if !left.is_zero() => park_for(left, at_most),
            _ => {
                self.stuck_since = None;
                return Due::Spare;
            }
        }
        Due::Nothing
    }

    fn park_unstuck(&mut self, at_most: Option<Duration>) -> Due {
        let Some((after, due)) = NOTICES.get(self.noticed) else {
            at_most.map_or_else(thread::park, thread::park_timeout);
            return Due::Nothing;
        };
        let began = *self.began.get_or_insert_with(Instant::now);
        park_for(after.saturating_sub(began.elapsed()), at_most);
        if began.elapsed() < *after {
            return Due::Nothing;
        }
        self.noticed += 1;
        *due
    }
}

fn park_for(time: Duration, at_most: Option<Duration>) {
    thread::park_timeout(at_most.map_or(time, |limit| limit.min(time)));
}

/// Each is due once, however often the thread is woken for other reasons.
#[test]
fn a_long_wait_is_noticed_twice() {
    let mut wait = Parked::default();
    let at_once = Some(Duration::ZERO);
    let mut park_after = |time| {
        wait.began = wait.began.and(Instant::now().checked_sub(time));
        [(); 2].map(|()| wait.park(false, at_once))
    };
    assert_eq!(park_after(Duration::ZERO), [Due::Nothing; 2]);
    assert_eq!(park_after(SPARE_AFTER), [Due::Notice, Due::Nothing]);
    assert_eq!(park_after(STILL_AFTER / 2), [Due::Nothing; 2]);
    assert_eq!(park_after(STILL_AFTER), [Due::Still, Due::Nothing]);
    assert_eq!(park_after(2 * STILL_AFTER), [Due::Nothing; 2]);
}

/// Whether a requested thread is overdue depends on the age of the oldest call, not on the number of attempts or of later calls.
#[test]
fn a_thread_is_overdue_for_a_call_that_has_waited_for_long() {
    let tried = |wait: &mut OwnWait| {
        let overdue = std::cell::Cell::new(None);
        wait.pause = Duration::ZERO;
        wait.run_if_due(|is| {
            overdue.set(Some(is));
            false
        });
        overdue.get()
    };
    let long_ago = Instant::now().checked_sub(OVERDUE_AFTER);
    let mut wait = OwnWait::default();
    assert_eq!(tried(&mut wait), None);
    wait.look(Some((1, 1)));
    wait.oldest_since = long_ago;
    for calls in 1..4 {
        wait.look(Some((1, calls)));
        assert_eq!(tried(&mut wait), Some(true));
    }
    wait.look(Some((2, 4)));
    assert!(wait.oldest_since > long_ago);
    wait.look(None);
    assert_eq!((tried(&mut wait), wait.oldest_since), (None, None));
}

/// The time continues as long as no body ends, and only while a call is awaited.
#[test]
fn relief_is_due_after_a_while_without_an_end() {
    let mut wait = StuckWait::default();
    assert!(!wait.is_check_due() && wait.looked.is_some());
    wait.looked = Instant::now().checked_sub(CHECK_AFTER);
    assert!(wait.is_check_due() && !wait.is_check_due());
    let long = |wait: &mut StuckWait| {
        let long_ago = Instant::now().checked_sub(SPARE_AFTER).unwrap();
        wait.since = wait.since.map(|(ended, _)| (ended, long_ago));
    };
    assert!(!wait.is_spare_due(Some(5)));
    long(&mut wait);
    assert!(!wait.is_spare_due(Some(6)));
    long(&mut wait);
    assert!(!wait.is_spare_due(None) && !wait.is_spare_due(Some(6)));
    long(&mut wait);
    assert!(wait.is_spare_due(Some(6)) && !wait.is_spare_due(Some(6)));
}

/// What a body saw before a long time without checks says nothing about the calls that are queued now.
#[test]
fn relief_is_not_due_at_once_after_a_time_without_a_look() {
    let ago = |time| Instant::now().checked_sub(time).unwrap();
    let mut wait = StuckWait {
        looked: Some(ago(SPARE_AFTER)),
        since: Some((5, ago(SPARE_AFTER + CHECK_AFTER))),
    };
    assert!(wait.is_check_due() && !wait.is_spare_due(Some(5)));
    wait.looked = Some(ago(SPARE_AFTER / 2));
    wait.since = Some((5, ago(SPARE_AFTER + CHECK_AFTER)));
    assert!(wait.is_check_due() && wait.is_spare_due(Some(5)));
}

#[cfg(test)]
#[test]
fn looks_that_are_far_apart_lead_to_relief() {
    let mut wait = StuckWait {
        looked: None,
        since: Some((5, Instant::now())),
    };
    let mut round = || {
        // Lets that much time pass.
        let before = |time: Instant| time.checked_sub(SPARE_AFTER).unwrap();
        wait.looked = Some(before(Instant::now()));
        wait.since = wait.since.map(|(ended, since)| (ended, before(since)));
        wait.is_check_due() && wait.is_spare_due(Some(5))
    };
    let rounds = (1..).take(100).find(|_| round());
    assert_eq!(rounds, Some(10));
}

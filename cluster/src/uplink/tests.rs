//! An uplink on ways of several lengths and widths, in a time that is only counted.

use super::*;

const PART: usize = 512 << 10;

/// A way to the servers and back.
struct WayOut {
    uplink: Uplink<u64>,
    bytes_a_second: u64,
    length: Duration,
    now: Instant,
    /// When all that was sent has left.
    free: Instant,
    /// The echoes that are on their way, and when they are back.
    echoes: VecDeque<(u64, Instant)>,
}

impl WayOut {
    fn new(bytes_a_second: u64, length: Duration) -> Self {
        let now = Instant::now();
        Self {
            uplink: Uplink::new(),
            bytes_a_second,
            length,
            now,
            free: now,
            echoes: VecDeque::new(),
        }
    }

    fn wants(&mut self, which: u64, rest: usize) {
        self.wants_at(which, 0, rest);
    }

    fn wants_at(&mut self, which: u64, at: u64, rest: usize) {
        self.wants_of("peer", (which, at), rest);
    }

    fn wants_of(&mut self, peer: &str, part: (u64, u64), rest: usize) {
        let wanted = Wanted {
            reply: String::new(),
            since: self.now,
            rest,
            most: usize::MAX,
        };
        self.uplink.want(&Arc::from(peer), part, wanted);
    }

    fn sends(&mut self, bytes: usize) {
        let micros = bytes as u64 * 1_000_000 / self.bytes_a_second;
        self.free = self.free.max(self.now) + Duration::from_micros(micros);
    }

    fn echoes(&mut self, number: Option<u64>) {
        if let Some(number) = number {
            let back = self.free.max(self.now) + self.length;
            self.echoes.push_back((number, back));
        }
    }

    /// Answers requests as far as there is room. Returns which, and with how many bytes.
    fn carries(&mut self) -> Vec<(u64, usize)> {
        let mut all = Vec::new();
        while let Some(((which, _), _, bytes)) = self.uplink.next(PART) {
            let first = self.uplink.before(self.now);
            self.echoes(first);
            self.sends(bytes);
            let last = self.uplink.after(bytes, self.now);
            self.echoes(last);
            all.push((which, bytes));
        }
        let last = self.uplink.at_end(self.now);
        self.echoes(last);
        all
    }

    fn requests_of(&self, peer: &str) -> usize {
        self.uplink.peers.get(peer).map_or(0, |of| of.wanted.len())
    }

    /// Waits for the next echo.
    fn waits(&mut self) {
        let (number, back) = self.echoes.pop_front().unwrap();
        self.now = self.now.max(back);
        self.uplink.echoed(number, self.now);
    }
}

/// Whatever the way, what is small waits for little, and much is sent.
#[test]
fn few_bytes_are_on_the_way_and_the_way_is_full() {
    for (bytes_a_second, millis) in [(12_500, 5), (12_500, 600), (800_000, 20), (20_000_000, 40)] {
        let mut way = WayOut::new(bytes_a_second, Duration::from_millis(millis));
        let (begun, mut longest, mut sent) = (way.now, Duration::ZERO, 0);
        let end = begun + Duration::from_secs(60);
        let mut number = 0;
        while way.now < end {
            for _ in 0..3 {
                number += 1;
                way.wants(number, PART);
            }
            sent += way
                .carries()
                .iter()
                .map(|(_, bytes)| *bytes as u64)
                .sum::<u64>();
            longest = longest.max(way.free.saturating_duration_since(way.now));
            way.waits();
        }
        assert!(
            longest < Duration::from_secs(3),
            "{bytes_a_second}: {longest:?}"
        );
        let most = bytes_a_second * 60;
        assert!(
            sent > most / 2,
            "{bytes_a_second} {millis}: {sent} of {most}"
        );
    }
}

/// The oldest value and the one of which least is missing take turns.
#[test]
fn neither_small_values_nor_old_ones_wait_for_ever() {
    let mut way = WayOut::new(800_000, Duration::from_millis(20));
    way.wants(0, 8 << 20);
    way.carries();
    way.now += Duration::from_millis(1);
    let (mut of_old, mut of_small) = (0, 0);
    for number in 1..400 {
        way.wants(number, 4000);
        way.wants(0, 8 << 20);
        for (which, bytes) in way.carries() {
            if which == 0 {
                of_old += bytes;
            } else {
                of_small += bytes;
            }
        }
        way.waits();
    }
    assert!(
        of_old > 100_000 && of_small > 100_000,
        "{of_old} {of_small}"
    );
}

#[test]
fn a_request_that_comes_again_is_answered_once() {
    let mut way = WayOut::new(800_000, Duration::from_millis(20));
    way.wants(1, 100);
    way.wants(1, 100);
    assert_eq!(way.carries(), [(1, 100)]);
}

/// As when the server dropped it, because this process has not read for long.
#[test]
fn an_echo_that_is_lost_keeps_nothing_waiting() {
    let mut way = WayOut::new(800_000, Duration::from_millis(20));
    for number in 0..100 {
        way.wants(number, FIRST);
    }
    assert!(!way.carries().is_empty() && way.carries().is_empty());
    way.uplink.look(way.now + LOST / 2);
    assert!(way.carries().is_empty());
    way.uplink.look(way.now + LOST);
    assert!(!way.carries().is_empty());
    // A new connection has nothing on its way.
    assert!(way.carries().is_empty());
    way.uplink.reset();
    assert!(!way.carries().is_empty());
}

/// Few bytes have no echo of their own. The way becomes slow, and then the window is no larger than these bytes.
#[test]
fn bytes_without_an_echo_keep_nothing_waiting() {
    let mut way = WayOut::new(20_000_000, Duration::from_millis(1));
    way.wants(0, 100);
    way.carries();
    way.waits();
    way.bytes_a_second = 4000;
    for bytes in [8 << 10, 8 << 10, 7 << 10] {
        way.wants(1, bytes);
        assert_eq!(way.carries(), [(1, bytes)]);
    }
    way.wants(2, 4 << 10);
    while way.carries().is_empty() {
        way.waits();
    }
}

/// As of a caller that requests its result at every offset. Others have as much room as before.
#[test]
fn one_value_has_few_requests() {
    let mut way = WayOut::new(800_000, Duration::from_millis(20));
    for at in 0..2 * REQUESTS as u64 {
        way.wants_at(1, at, PART);
    }
    way.wants(2, PART);
    assert_eq!(way.requests_of("peer"), EACH + 1);
    // A part that is requested again still keeps its place.
    way.wants_at(1, 0, PART);
    assert_eq!(way.requests_of("peer"), EACH + 1);
}

/// One process fetches many values, some of them older and some nearly complete. Another one fetches one value between them.
#[test]
fn processes_take_turns() {
    let mut way = WayOut::new(800_000, Duration::from_millis(20));
    for number in 0..200 {
        way.wants_of("greedy", (number, 0), PART);
    }
    way.now += Duration::from_millis(1);
    way.wants_of("modest", (1000, 0), 2 * PART);
    way.now += Duration::from_millis(1);
    for number in 200..400 {
        way.wants_of("greedy", (number, 0), PART / 2);
    }
    let (mut at, mut parts) = (0, 0);
    while at < 2 * PART {
        let sent = way.carries();
        parts += sent.len();
        for (_, bytes) in sent.into_iter().filter(|(which, _)| *which == 1000) {
            at += bytes;
            way.wants_of("modest", (1000, at as u64), 2 * PART - at);
        }
        way.waits();
        assert!(parts < 200, "{at} bytes after {parts} parts");
    }
    assert!(way.requests_of("greedy") > 200);
}

/// Who has requested least gets room from who has requested most.
#[test]
fn processes_have_equal_parts_of_all_requests() {
    let mut way = WayOut::new(800_000, Duration::from_millis(20));
    for number in 0..2 * REQUESTS as u64 {
        way.wants_of("greedy", (number, 0), PART);
    }
    assert_eq!(way.requests_of("greedy"), REQUESTS);
    for number in 0..100 {
        way.wants_of("modest", (number, 0), PART);
        way.wants_of("greedy", (number, 1), PART);
    }
    assert_eq!(way.requests_of("modest"), 100);
    assert_eq!(way.requests_of("greedy"), REQUESTS - 100);
}

/// A process that comes late does not pass those that wait.
#[test]
fn nobody_waits_for_those_that_come_later() {
    let mut way = WayOut::new(800_000, Duration::from_millis(20));
    way.wants_of("patient", (0, 0), PART);
    way.carries();
    way.wants_of("patient", (0, 1), PART);
    let mut number = 0;
    for round in 0.. {
        number += 1;
        way.wants_of(&format!("late {number}"), (number, 0), PART);
        let sent = way.carries();
        if sent.iter().any(|(which, _)| *which == 0) {
            break;
        }
        assert!(round < 10);
        way.waits();
    }
}

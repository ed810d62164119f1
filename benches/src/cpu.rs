//! Bodies that compute for a set time.

use std::{
    hint::black_box,
    sync::LazyLock,
    time::{Duration, Instant},
};

/// Computes for about `time` of CPU, however often the thread is interrupted.
pub(crate) fn spin(time: Duration) {
    let rounds = time.as_secs_f64() * *PER_SECOND;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a positive number far below 2^52"
    )]
    xorshift(rounds as u64);
}

/// Measures how fast this machine computes. Called once before anything is timed.
pub(crate) fn calibrate() {
    LazyLock::force(&PER_SECOND);
}

const PROBE: u32 = 20_000;

static PER_SECOND: LazyLock<f64> = LazyLock::new(|| {
    let time = || {
        let start = Instant::now();
        xorshift(u64::from(PROBE));
        start.elapsed()
    };
    // The fastest of many is the one that was not interrupted.
    let fastest = (0..200).map(|_| time()).min();
    f64::from(PROBE) / fastest.map_or(1.0, |time| time.as_secs_f64())
});

fn xorshift(rounds: u64) {
    let mut x = black_box(0x9e37_79b9_7f4a_7c15_u64);
    for _ in 0..rounds {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
    }
    black_box(x);
}

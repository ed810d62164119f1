//! Reads the times that servers write, so that they can be subtracted.

use std::time::Duration;

/// Reads a time such as `2030-01-31T23:59:59.5Z`: how long after the beginning of 1970 it is.
pub(super) fn since_epoch(text: &str) -> Option<Duration> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (date, time): (Vec<_>, Vec<_>) = (date.split('-').collect(), time.split(':').collect());
    let ([year, month, day], [hours, minutes, seconds]) = (&date[..], &time[..]) else {
        return None;
    };
    let days = days(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    let (hours, minutes): (u64, u64) = (hours.parse().ok()?, minutes.parse().ok()?);
    let whole = days.checked_mul(24)?.checked_add(hours)?.checked_mul(60)?;
    let whole = whole.checked_add(minutes)?.checked_mul(60)?;
    let seconds = Duration::try_from_secs_f64(seconds.parse().ok()?).ok()?;
    Duration::from_secs(whole).checked_add(seconds)
}

/// How many days after the first of January 1970 it is, in the Gregorian calendar. A year begins in March here, so that a leap day is its
/// last one.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let valid = (1970..10_000).contains(&year) && (1..=12).contains(&month);
    if !valid || !(1..=31).contains(&day) {
        return None;
    }
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    let of_year = (153 * month + 2) / 5 + day - 1;
    // The first of March of the year 0 is 719,468 days before 1970.
    Some(year * 365 + leap_days + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0.0),
            ("1972-02-29T00:00:01.25Z", 68_169_601.25),
            ("2000-03-01T12:00:00Z", 951_912_000.0),
            ("2026-11-29T15:16:56.123456789Z", 1_795_965_416.123_456_7),
        ] {
            let found = since_epoch(text).unwrap().as_secs_f64();
            assert!((found - seconds).abs() < 1e-6, "{text}: {found}");
        }
        for bad in [
            "",
            "2026-11-29",
            "2026-13-01T00:00:00Z",
            "0-0-0T0:0:0Z",
            "2026-01-01T00:00:-1Z",
            "x-1-1T0:0:0Z",
        ] {
            assert_eq!(since_epoch(bad), None, "{bad}");
        }
    }
}

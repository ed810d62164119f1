//! Times as text: a number and its unit.

/// Nanoseconds, if the text says a time that fits.
pub(crate) fn nanoseconds(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|sign: char| !(sign.is_ascii_digit() || sign == '.' || sign == '_'));
    let (number, unit) = text.split_at_checked(end?)?;
    let unit: u64 = match unit.trim_start() {
        "ns" => 1,
        "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "min" => 60_000_000_000,
        _ => return None,
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    whole_part(whole)?
        .checked_mul(unit)?
        .checked_add(broken_part(part, unit)?)
}

fn whole_part(digits: &str) -> Option<u64> {
    digits
        .starts_with(|sign: char| sign.is_ascii_digit())
        .then_some(())?;
    digits.replace('_', "").parse().ok()
}

/// The digits after the point as a part of the unit. Fractions of a nanosecond are dropped.
fn broken_part(digits: &str, unit: u64) -> Option<u64> {
    whole_part(digits)?;
    let mut place = unit;
    let mut sum = 0;
    for digit in digits.chars().filter_map(|sign| sign.to_digit(10)) {
        place /= 10;
        sum += u64::from(digit) * place;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::nanoseconds;

    #[test]
    fn numbers_with_units_are_times() {
        for (text, time) in [
            ("100ms", 100_000_000),
            ("1.5s", 1_500_000_000),
            ("0.25 ms", 250_000),
            (" 2min ", 120_000_000_000),
            ("1_000us", 1_000_000),
            ("7\u{b5}s", 7_000),
            ("7ns", 7),
            ("0s", 0),
        ] {
            assert_eq!(nanoseconds(text), Some(time), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "100",
            "ms",
            "-1ms",
            "1.ms",
            ".5s",
            "1.2.3s",
            "1h",
            "100 parsecs",
            "_1s",
            "1e3ms",
            "\u{661}s",
            "99999999999999999999s",
            "999999999999min",
            "1ms 2s",
        ] {
            assert_eq!(nanoseconds(text), None, "{text}");
        }
    }
}

//! Command line values that more than one program takes.

use std::ops::RangeInclusive;

/// Reads a number that must lie in a range.
///
/// # Errors
///
/// What was expected, in words that can follow what was found.
///
/// ```
/// use offload_examples::arguments::number;
///
/// assert_eq!(number("0.5", &(0.1..=60.0)), Ok(0.5));
/// assert_eq!(number("-1", &(0.1..=60.0)).unwrap_err(), "expected a number from 0.1 to 60");
/// ```
pub fn number(text: &str, range: &RangeInclusive<f64>) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => Err(format!(
            "expected a number from {} to {}",
            range.start(),
            range.end()
        )),
    }
}

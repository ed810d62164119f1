//! Texts that others write, such as errors and panics, cut to a length that fits into any message.

use std::fmt::{self, Write};

/// The longest text that is kept, in bytes. A choice.
const LONGEST: usize = 64 << 10;

/// What this value says, cut where it becomes too long. It is asked no further than that, so it may be endless.
pub(crate) fn short(value: &dyn fmt::Display) -> String {
    let mut text = Short(String::new());
    // If the value itself returns an error, the text before it is kept.
    let _ = write!(text, "{value}");
    text.0
}

/// A text that takes no more than fits.
struct Short(String);

impl fmt::Write for Short {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let fits = cut(part, LONGEST - self.0.len());
        self.0.push_str(fits);
        if fits.len() == part.len() {
            Ok(())
        } else {
            Err(fmt::Error)
        }
    }
}

/// The front of a text, of at most that many bytes.
fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Endless;

    impl fmt::Display for Endless {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("x")?;
            loop {
                f.write_str("€")?;
            }
        }
    }

    #[test]
    fn a_text_ends_where_it_becomes_too_long() {
        assert_eq!(short(&"€ 1"), "€ 1");
        assert_eq!(short(&"x".repeat(LONGEST)).len(), LONGEST);
        let text = short(&Endless);
        assert!((LONGEST - 2..=LONGEST).contains(&text.len()));
        assert!(text.ends_with('€'));
    }
}

//! Makes names safe to print. A program may have any names, and a report may be read in a terminal.

/// How many characters of a name are shown. A choice: names of generics can be very long, and their beginning and end say most. With
/// more, a report may fill the terminal.
const MOST: usize = 400;

/// The text without control characters, and without its middle if it is too long.
pub(crate) fn printable(name: &str) -> String {
    let count = name.chars().count();
    if count <= MOST {
        return name.chars().map(sign).collect();
    }
    let half = MOST / 2;
    let start = name.chars().take(half).map(sign);
    let end = name.chars().skip(count - half).map(sign);
    start.chain(["...".to_owned()]).chain(end).collect()
}

/// Escapes a character. Quotes stay, because names of types may have them.
fn sign(sign: char) -> String {
    match sign {
        '\'' | '"' | '\\' => sign.into(),
        _ => sign.escape_debug().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, printable};

    #[test]
    fn what_a_terminal_obeys_is_written_out() {
        assert_eq!(printable("\u{1b}[2Jevil\r\n"), r"\u{1b}[2Jevil\r\n");
        // Characters that change the direction of text.
        assert_eq!(printable("a\u{202e}b"), r"a\u{202e}b");
    }

    #[test]
    fn names_of_functions_stay_as_they_are() {
        let name = "<app::Größe<'_, [u8; 3]> as core::ops::Fn<(\"x\",)>>::call::{{closure}}";
        assert_eq!(printable(name), name);
    }

    #[test]
    fn of_a_long_name_beginning_and_end_are_shown() {
        let long = format!("first<{}>::last", "ö".repeat(1_000_000));
        let short = printable(&long);
        assert!(short.starts_with("first<ö") && short.ends_with("ö>::last"));
        assert_eq!(short.chars().count(), MOST + 3);
    }
}

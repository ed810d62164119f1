//! A picture as a line of Markdown that needs no file beside it.

use std::fmt::Write as _;

/// Defines what `![..][name]` shows. Of two definitions of one name the first counts, so one that stands above the README
/// replaces the link to the file there.
pub(crate) fn reference(name: &str, svg: &str) -> String {
    let mut line = format!("[{name}]: data:image/svg+xml,");
    for byte in svg.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/=,;".contains(&byte) {
            line.push(char::from(byte));
        } else {
            let _ = write!(line, "%{byte:02X}");
        }
    }
    line.push('\n');
    line
}

#[test]
fn signs_that_end_an_address_are_written_as_numbers() {
    let line = reference("a", "<svg x='#1'>\n");
    assert_eq!(
        line,
        "[a]: data:image/svg+xml,%3Csvg%20x=%27%231%27%3E%0A\n"
    );
}

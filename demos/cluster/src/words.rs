//! The command lines of the node and of the caller, which have words and no options.

use std::{env, ffi::OsString, process::ExitCode};

use offload_examples::say::{complain, path, say};

/// The words of the command line, which must be at least `least` and at most `most`.
///
/// # Errors
///
/// The code to exit with: zero if help was asked for and printed, two if a word was refused, with the `usage`, on standard error.
pub fn words(
    program: &str,
    usage: &str,
    least: usize,
    most: usize,
) -> Result<Vec<OsString>, ExitCode> {
    let words: Vec<_> = env::args_os().skip(1).collect();
    if words.iter().any(|word| word == "-h" || word == "--help") {
        say(usage);
        return Err(ExitCode::SUCCESS);
    }
    let option = words
        .iter()
        .find(|word| word.as_encoded_bytes().starts_with(b"-"));
    let wrong = if let Some(option) = option {
        format!("invalid option {}", path(option.as_ref()))
    } else if words.len() < least {
        "missing argument".to_owned()
    } else if let Some(word) = words.get(most) {
        format!("unexpected argument {}", path(word.as_ref()))
    } else {
        return Ok(words);
    };
    complain(program, format!("{wrong}\n{usage}"));
    Err(ExitCode::from(2))
}

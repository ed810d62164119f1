//! What a test process says on standard error, which is where the library's warnings go.

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use crate::{in_time, only};

/// Runs an ignored test of this binary until it has said all of `wanted` on standard error, in whatever lines, and nothing of
/// `unwanted` before. How long that takes is not asked.
pub fn assert_says<const N: usize>(
    test: &str,
    wanted: [&'static str; N],
    unwanted: &'static [&'static str],
) {
    let mut command = Command::new(env::current_exe().unwrap());
    only(&mut command, test).stdin(Stdio::piped());
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = Ended(command.spawn().unwrap());
    let said = BufReader::new(child.0.stderr.take().unwrap());
    let missing = in_time(move || {
        let mut missing = wanted.to_vec();
        for line in said.lines().map(Result::unwrap) {
            assert!(!unwanted.iter().any(|part| line.contains(part)), "{line}");
            missing.retain(|part| !line.contains(part));
            if missing.is_empty() {
                break;
            }
        }
        missing
    });
    assert_eq!(missing, [""; 0], "it has ended and not said this");
}

/// A process that ends with this value.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

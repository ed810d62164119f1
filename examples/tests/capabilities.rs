//! Runs every example that shows one capability.

use std::path::Path;

use offload_examples::program::shows;

#[test]
fn every_example_shows_what_it_says() {
    shows(
        Path::new(env!("CARGO_MANIFEST_DIR")),
        &[
            (
                "attribute",
                &["awaited: ", "NotFound", "as a task: ", "both at once: "],
            ),
            (
                "blocks",
                &[
                    "asynchronous: remember the milk",
                    "blocking: remember the milk",
                ],
            ),
            (
                "cancel",
                &["on_cancel: told", "the body: ", "Err(Cancelled)"],
            ),
            (
                "closures",
                &["entries in this directory", "127.0.0.1:80", "1 word"],
            ),
            (
                "context",
                &["acme: the database of acme", "a tenant: false"],
            ),
            ("executor", &["running 1", "number 4 is back"]),
            (
                "methods",
                &["Hello, world!", "tree: Some(\"Baum\")", "stone: None"],
            ),
            (
                "owner",
                &[
                    "opened on Some(\"owner\")",
                    "balance: 6",
                    "closed on Some(\"owner\")",
                ],
            ),
            (
                "pool",
                &["the queue is full", "images-1", "closed: Shutdown"],
            ),
            (
                "start",
                &["one after the other in ", "started, then awaited in "],
            ),
            (
                "testing",
                &[
                    "without a runtime: fine",
                    "inline, on the caller's thread: fine",
                    "work-0",
                ],
            ),
            (
                "timeout",
                &["with a limit: Err(", "second: Err(", "first: in time"],
            ),
            (
                "traits",
                &[
                    "PATH is set",
                    "NOT_SET_BY_ANYBODY is not set",
                    "anything is set",
                ],
            ),
            // A larger one, with tests of its own.
            ("quickstart", &[]),
        ],
    );
}

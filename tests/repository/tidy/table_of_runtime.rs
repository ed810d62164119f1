//! The layers of the runtime crate, lowest first.

use super::table::Crate;

pub(crate) const RUNTIME: Crate = Crate {
    sources: "runtime/src/",
    layers: &[
        ("sync", &[]),
        ("unwind", &[]),
        ("error", &[]),
        ("guide", &[]),
        ("warning", &["unwind"]),
        ("call", &["error", "sync", "unwind"]),
        ("context", &["call", "error", "sync", "unwind"]),
        ("metrics", &["call", "sync"]),
        (
            "scheduler",
            &["call", "error", "metrics", "sync", "unwind", "warning"],
        ),
        (
            "executor",
            &[
                "call",
                "context",
                "error",
                "metrics",
                "scheduler",
                "sync",
                "unwind",
                "warning",
            ],
        ),
        (
            "body",
            &["call", "error", "executor", "scheduler", "unwind"],
        ),
        (
            "offload",
            &[
                "body", "call", "context", "error", "executor", "sync", "unwind",
            ],
        ),
        (
            "pool",
            &[
                "call",
                "error",
                "executor",
                "metrics",
                "offload",
                "scheduler",
                "sync",
                "warning",
            ],
        ),
        (
            "owner",
            &[
                "call",
                "error",
                "executor",
                "metrics",
                "offload",
                "scheduler",
                "sync",
                "unwind",
            ],
        ),
        (
            "remote",
            &[
                "call", "context", "error", "executor", "metrics", "offload", "sync", "unwind",
            ],
        ),
        ("process", &["call", "remote", "sync"]),
        ("workers", &["error", "offload", "remote"]),
        (
            "snapshot",
            &[
                "call",
                "executor",
                "metrics",
                "owner",
                "pool",
                "scheduler",
                "sync",
                "unwind",
            ],
        ),
        (
            "__private",
            &["call", "offload", "owner", "process", "remote"],
        ),
    ],
};

//! The layers of each crate: which folder may import which. Those of the runtime are in `table_of_runtime`.

use super::table_of_runtime::RUNTIME;

/// One crate: where its sources are, and its folders (or files at the top), lowest first.
pub(crate) struct Crate {
    pub(crate) sources: &'static str,
    pub(crate) layers: &'static [Layer],
}

/// A folder, and what it may import beside itself.
type Layer = (&'static str, &'static [&'static str]);

/// A new crate with folders gets an entry here.
pub(crate) const CRATES: &[Crate] = &[RUNTIME, REMOTE, CLUSTER, MACROS, WATCH, LINT];

const MACROS: Crate = Crate {
    sources: "macros/src/",
    layers: &[
        ("package", &[]),
        ("tokens", &[]),
        ("diagnostics", &["package", "tokens"]),
        ("parse", &["diagnostics", "package", "tokens"]),
        ("model", &["diagnostics", "parse", "tokens"]),
        ("expand", &["diagnostics", "model", "parse", "tokens"]),
        ("fragments", &["tokens"]),
        ("fuzz", &["expand", "tokens"]),
        ("golden", &["expand", "tokens"]),
    ],
};

const CLUSTER: Crate = Crate {
    sources: "cluster/src/",
    layers: &[
        ("guide", &[]),
        ("names", &[]),
        ("message", &[]),
        ("counters", &[]),
        ("parts", &["message"]),
        ("release", &[]),
        ("uplink", &[]),
        ("failure", &["message"]),
        ("cluster", &["counters", "names", "release"]),
        (
            "dispatcher",
            &[
                "cluster", "counters", "failure", "message", "names", "uplink",
            ],
        ),
        ("stream", &["cluster", "dispatcher", "names"]),
        (
            "link",
            &[
                "cluster",
                "counters",
                "dispatcher",
                "message",
                "names",
                "parts",
                "stream",
            ],
        ),
        (
            "queries",
            &["cluster", "link", "message", "names", "stream"],
        ),
        ("permissions", &["cluster", "names"]),
        (
            "node",
            &[
                "cluster", "failure", "link", "message", "names", "parts", "release", "stream",
                "uplink",
            ],
        ),
    ],
};

const REMOTE: Crate = Crate {
    sources: "remote/src/",
    layers: &[
        ("sync", &[]),
        ("unwind", &[]),
        ("system", &[]),
        ("fingerprint", &[]),
        ("text", &[]),
        ("panics", &["text"]),
        ("reply", &[]),
        ("wire", &["panics", "reply", "sync", "text"]),
        ("config", &["wire"]),
        ("fault", &[]),
        ("error", &["fault", "wire"]),
        ("functions", &["error", "fingerprint", "reply", "wire"]),
        ("role", &["error", "system"]),
        ("timer", &["sync", "system", "unwind"]),
        (
            "process",
            &[
                "config", "error", "panics", "role", "sync", "system", "timer", "unwind", "wire",
            ],
        ),
        (
            "pool",
            &[
                "config",
                "error",
                "fingerprint",
                "functions",
                "process",
                "role",
                "sync",
                "timer",
                "unwind",
                "wire",
            ],
        ),
        (
            "call",
            &[
                "error",
                "functions",
                "panics",
                "pool",
                "process",
                "reply",
                "role",
                "sync",
                "timer",
                "unwind",
                "wire",
            ],
        ),
        (
            "child",
            &[
                "functions",
                "panics",
                "pool",
                "role",
                "sync",
                "system",
                "text",
                "unwind",
                "wire",
            ],
        ),
    ],
};

#[rustfmt::skip]
const LINUX: &[&str] = &["allow", "blocked", "examined", "origin", "places", "worker_times"];
/// `look` is a second name of `elsewhere` or `linux`, and no layer: `allow` and `watcher` ask it about threads.
const WATCH: Crate = Crate {
    sources: "watch/src/",
    layers: &[
        ("blocked", &[]),
        ("lateness", &[]),
        ("worker_times", &["lateness"]),
        ("recent", &["blocked"]),
        ("places", &["blocked", "worker_times"]),
        ("allow", &[]),
        ("origin", &[]),
        ("examined", &["blocked"]),
        (
            "elsewhere",
            &["allow", "blocked", "examined", "origin", "worker_times"],
        ),
        ("linux", LINUX),
        (
            "watcher",
            &[
                "blocked",
                "examined",
                "origin",
                "recent",
                "places",
                "worker_times",
            ],
        ),
        ("watch", &["blocked", "origin", "watcher"]),
        ("event", &["blocked", "watch"]),
        (
            "attribute",
            &["allow", "blocked", "event", "origin", "watch"],
        ),
    ],
};

const LINT: Crate = Crate {
    sources: "lint/src/",
    layers: &[
        ("program", &[]),
        ("function", &[]),
        ("signature", &[]),
        ("table", &["program"]),
        ("options", &["table"]),
        ("cargo", &["options"]),
        ("source", &["function", "program", "signature"]),
        ("search", &["program", "source", "table"]),
        ("allow", &["program", "search", "source", "table"]),
        (
            "fix",
            &[
                "cargo", "function", "options", "program", "search", "source",
            ],
        ),
        (
            "report",
            &["allow", "options", "program", "search", "source", "table"],
        ),
    ],
};

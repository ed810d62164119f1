//! The message about an unknown option. It also knows names of options of other libraries.

use proc_macro2::Ident;
use syn::Error;

use crate::diagnostics::message;
use crate::tokens::wording::similar;

pub(crate) fn unknown_option(key: &Ident, names: &[&str]) -> Error {
    let help = match (instead(&key.to_string()), similar(&key.to_string(), names)) {
        (Some(help), _) => help.to_owned(),
        (_, Some(name)) => format!("a similar option exists: `{name}`"),
        _ => format!(
            "the options are {}",
            names
                .iter()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(", ")
        ),
    };
    message(key, format!("unknown option `{key}`"), help)
}

/// What to write instead.
fn instead(key: &str) -> Option<&'static str> {
    option(key).or_else(|| elsewhere(key))
}

/// Words for which there is another option, or a method of a pool.
fn option(key: &str) -> Option<&'static str> {
    Some(match key {
        "threads" | "max_threads" | "limit" | "concurrency" => {
            "limit a pool: `static IMAGES: Pool = Pool::new(\"images\").threads(4);` and `pool = IMAGES`"
        }
        "capacity" | "queue" | "queue_capacity" => {
            "limit the queue of a pool: `static IMAGES: Pool = Pool::new(\"images\").queue_capacity(256);` and `pool = IMAGES`"
        }
        "process" | "processes" | "worker" | "workers" => {
            "write `remote = IMAGES`, where `IMAGES` is a `static` of type `Workers`"
        }
        "retries" | "retry" => {
            "give them to workers: `static IMAGES: Workers = Workers::new(\"images\").retries(2);` and `remote = IMAGES`"
        }
        "executor" | "handle" | "on" | "place" | "runtime" | "thread_pool" => {
            "write `pool = IMAGES`, which takes every executor, also a runtime's `Handle`"
        }
        "async" => "write `asynchronous = load_async`",
        "name" => {
            "`blocking = load_blocking` names the blocking version; calls and spans are named after the function"
        }
        "sync" => "write `blocking = load_blocking`",
        "catch_panic" | "catch_panics" | "catch_unwind" | "catches" => "write `catch` alone",
        "inline" => "write `pool = Inline`",
        "rayon" => "write `pool = Rayon`",
        "high" | "level" | "low" | "priority" => {
            "write `pool = IMAGES.high()`, or `pool = IMAGES.low()`"
        }
        "fair" | "key" | "share" | "tenant" => "write `pool = IMAGES.share(tenant)`",
        _ => return None,
    })
}

/// Words for something that is set at the call, in the body, or once for the program.
fn elsewhere(key: &str) -> Option<&'static str> {
    Some(match key {
        "deadline" | "timeout" => {
            "limit the wait where the function is called: `tokio::time::timeout(limit, load()).await`"
        }
        "stream" => "ask the call for it: `load().stream(64)`",
        "detach" | "spawn" | "start" => {
            "say so where the function is called: `load().start()`, `.spawn()` or `.detach()`"
        }
        "abort" | "cancel" => {
            "say so where the function is called: `let call = load().start();`, and `call.cancel()`"
        }
        "cancellation" | "check_cancelled" | "is_cancelled" => {
            "ask in the body: `if tokio_offload::is_cancelled() { return; }`"
        }
        "slow" | "warn" | "warn_after" => {
            "say so once, in `main`: `tokio_offload::warn_after(Duration::from_millis(200))?`"
        }
        _ => return None,
    })
}

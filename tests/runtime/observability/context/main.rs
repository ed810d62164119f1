//! What travels with a call: spans, subscribers, registered values; and what threads are called meanwhile.

#[expect(
    dead_code,
    reason = "shared with the behaviour tests, which use the rest"
)]
#[path = "../../calls/support.rs"]
mod support;

mod call_span;
mod carried;
mod current;
mod doors;
mod instrumented;
mod lent;
#[cfg(target_os = "linux")]
mod names;
mod opentelemetry;
mod spans;
mod streams;
mod subscribers;

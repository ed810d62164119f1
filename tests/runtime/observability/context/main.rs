//! What travels with a call: spans, subscribers, registered values; and what threads are called meanwhile.

mod call_span;
mod carried;
mod instrumented;
mod lent;
#[cfg(target_os = "linux")]
mod names;
mod opentelemetry;
mod registered;
mod spans;
mod streams;
mod subscribers;

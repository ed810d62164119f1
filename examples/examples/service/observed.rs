//! What can be seen of the service from outside: lines on stderr, numbers at `/metrics`.

use std::{env, io};

use tracing_subscriber::{
    filter::Targets, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::command::Task;

/// Sends lines to stderr: those that `RUST_LOG` asks for, or what fits the task.
pub(crate) fn install(task: &Task) {
    let wanted = env::var("RUST_LOG").ok().and_then(|text| text.parse().ok());
    let fitting = match task {
        Task::Serve(_) => tracing::Level::INFO,
        Task::Load => tracing::Level::ERROR,
    };
    let wanted = wanted.unwrap_or_else(|| Targets::new().with_default(fitting));
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    tracing_subscriber::registry()
        .with(lines)
        .with(wanted)
        .init();
}

/// The numbers of this moment, as Prometheus reads them.
pub(crate) fn metrics() -> String {
    String::new()
}

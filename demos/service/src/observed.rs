//! What can be seen of the service from outside: lines on stderr, numbers at `/metrics`.

use std::{env, io, time::Duration};

use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use tokio_offload::{publish_metrics, warn_after};
use tracing::Level;
use tracing_subscriber::{
    filter::Targets, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::command::Task;

/// Sends lines to stderr: those that `RUST_LOG` asks for, or what fits the task. When serving these are the answers, and
/// what bodies say within their request and their call. A call that waits too long in a queue is a line too.
pub(crate) fn log(task: &Task) -> io::Result<()> {
    let wanted = env::var("RUST_LOG").ok().and_then(|text| text.parse().ok());
    let fitting = match task {
        Task::Serve(_) => Targets::new()
            .with_default(Level::INFO)
            .with_target("service", Level::DEBUG)
            .with_target("tokio_offload", Level::DEBUG),
        // Long queues are what a load test makes.
        Task::Load => Targets::new().with_default(Level::ERROR),
    };
    let wanted = wanted.unwrap_or(fitting);
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(io::stderr);
    tracing_subscriber::registry()
        .with(lines)
        .with(wanted)
        .init();
    warn_after(TOO_LONG)
}

const TOO_LONG: Duration = Duration::from_millis(250);

/// The numbers of all calls, as Prometheus reads them.
#[derive(Clone)]
pub(crate) struct Metrics {
    recorder: PrometheusHandle,
}

impl Metrics {
    /// From now on they are recorded.
    pub(crate) fn install() -> Result<Self, BuildError> {
        let recorder = PrometheusBuilder::new().install_recorder()?;
        Ok(Self { recorder })
    }

    /// Those of this moment. Calls cost nothing for it: it is here that their counters are read.
    pub(crate) fn render(&self) -> String {
        publish_metrics();
        self.recorder.run_upkeep();
        self.recorder.render()
    }
}

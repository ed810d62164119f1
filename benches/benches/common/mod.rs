//! Runs the scenarios with criterion.

use std::{env, time::Duration};

use criterion::{BenchmarkId, Criterion};
use offload_benches::{
    sample::Metric,
    scenario::{self, Scenario},
};

/// Measures the scenarios whose names start with one of `starts`, or only tries them when run as a test.
pub(crate) fn bench(starts: &[&str]) {
    let mut scenarios = scenario::all();
    scenarios.retain(|scenario| starts.iter().any(|start| scenario.name.starts_with(start)));
    if env::args().any(|arg| arg == "--bench") {
        measure(&scenarios);
    } else {
        scenarios.iter().for_each(try_out);
    }
}

fn measure(scenarios: &[Scenario]) {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(1))
        .measurement_time(Duration::from_millis(100))
        .without_plots()
        .configure_from_args();
    for scenario in scenarios {
        add(&mut criterion, scenario);
    }
    criterion.final_summary();
}

/// Runs a very small piece of the work in every way.
fn try_out(scenario: &Scenario) {
    for way in &scenario.ways {
        let sample = scenario.work.smallest().measure(*way, 2);
        assert!(sample.get(Metric::Wall).is_some(), "{scenario:?} {way:?}");
    }
}

/// A sample is one measurement as in the report, for any number of iterations that criterion asks for, because the cost of a call
/// depends on the number of calls.
fn add(criterion: &mut Criterion, scenario: &Scenario) {
    let mut group = criterion.benchmark_group(&scenario.name);
    for way in &scenario.ways {
        let id = BenchmarkId::from_parameter(way.name());
        group.bench_function(id, |bencher| {
            bencher.iter_custom(|iterations| {
                let sample = scenario.work.measure(*way, scenario.threads);
                let nanos = sample.get(Metric::Wall).unwrap_or_default();
                #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 iterations")]
                Duration::from_secs_f64(nanos * iterations as f64 / 1e9)
            });
        });
    }
    group.finish();
}

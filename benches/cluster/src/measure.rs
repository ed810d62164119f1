//! The rounds: each round measures every way once, in a different order.

use tokio_offload_cluster::{Connect, connect, disconnect};

use crate::{
    options::Options,
    ours::Ours,
    peers::Python,
    processes::{Server, ticks},
    raw::{core::Core, jetstream::JetStream},
    scenario::{ALL, Scenario},
    table::{Cpu, Results},
    way::{Name, Problem, Way},
};

/// Measures what the command line requests.
pub(crate) async fn run(options: &Options) -> Result<Results, Problem> {
    let server = Server::start()?;
    connect(Connect::url(&server.url)).await?;
    let mut ways = all(&server, options.peers).await?;
    let scenarios = ALL.iter().filter(|scenario| options.wants(scenario.name));
    let scenarios: Vec<_> = scenarios.collect();
    let mut results = Results::default();
    for round in 0..options.rounds {
        for scenario in &scenarios {
            for way in &mut ways {
                one(&server, way.as_mut(), scenario, round, &mut results).await?;
            }
        }
        eprintln!("round {} of {}", round + 1, options.rounds);
        ways.rotate_left(1);
    }
    disconnect().await;
    Ok(results)
}

async fn one(
    server: &Server,
    way: &mut dyn Way,
    scenario: &Scenario,
    round: usize,
    results: &mut Results,
) -> Result<(), Problem> {
    let computed = || (server.process.ticks(), ticks("/proc/self/stat"));
    let before = computed();
    let figure = way.measure(scenario).await?;
    let Some(figure) = figure else { return Ok(()) };
    results.add((scenario.name, way.name(), round), figure);
    let after = computed();
    if let ((Some(server_before), Some(own_before)), (Some(server), Some(own))) = (before, after) {
        let calls = scenario.calls + scenario.calls / 10 + 1;
        let cpu = Cpu {
            server: server - server_before,
            caller: own - own_before,
            calls: calls as u64,
        };
        results.add_cpu((scenario.name, way.name()), cpu);
    }
    Ok(())
}

/// All ways that this machine has. Reports the missing ones.
async fn all(server: &Server, peers: bool) -> Result<Vec<Box<dyn Way>>, Problem> {
    let mut ways: Vec<Box<dyn Way>> = vec![
        Box::new(Core::start(server).await?),
        Box::new(JetStream::start(server).await?),
        Box::new(Ours::start(Name::OnPool, server).await?),
        Box::new(Ours::start(Name::OnWorkers, server).await?),
    ];
    for name in [Name::Celery, Name::Ray, Name::Dask] {
        if !peers {
            continue;
        }
        match Python::start(name) {
            Ok(python) => ways.push(Box::new(python)),
            Err(error) => eprintln!("skipped {}: {error}", name.name()),
        }
    }
    Ok(ways)
}

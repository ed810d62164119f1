//! A pool as those know it who start and watch its workers.

use std::sync::Arc;

use crate::{
    config::Config,
    error::{StartError, Trouble},
    pool::{functions, inner::Crew, state::Phase},
    process::{Worker, exit::Buried, monitor::Supervisor},
    timer,
    unwind::wake_all,
    wire::{
        frame::Kind,
        message::{Hello, frame},
    },
};

impl Supervisor for Crew {
    fn config(&self) -> &Config {
        &self.config
    }

    /// Put together once: it is the same for every worker.
    fn hello(&self) -> Result<Vec<u8>, StartError> {
        self.hello.get_or_init(|| hello(&self.config)).clone()
    }

    fn started(&self, worker: &Arc<Worker>) {
        let mut roster = self.roster.lock();
        roster.stats.started += 1;
        roster.starting_workers.push(Arc::clone(worker));
        if roster.phase == Phase::Shut {
            drop(roster);
            worker.kill();
        }
    }

    fn ready(&'static self, worker: &Arc<Worker>) {
        let mut roster = self.roster.lock();
        roster.ready(worker, self.idle_since());
        self.settle_idle(roster, None);
    }

    /// Calls that still wait for another one are looked at again after the pause.
    fn not_ready(&'static self, worker: Option<Arc<Worker>>, trouble: Trouble) {
        let mut roster = self.roster.lock();
        let pause = roster.not_ready(worker.as_deref(), trouble);
        let todo = roster.settle();
        drop(roster);
        drop(worker);
        self.carry_out(todo);
        timer::after(pause, || self.change(|_| ()));
    }

    fn gone(&'static self, worker: Arc<Worker>, buried: Buried) {
        let mut roster = self.roster.lock();
        let link = roster.gone(&worker, &buried);
        let todo = roster.settle();
        drop(roster);
        drop((link, worker));
        self.carry_out(todo);
        wake_all(buried.waker);
    }
}

fn hello(config: &Config) -> Result<Vec<u8>, StartError> {
    let table = functions::table().map_err(|error| StartError::Registry(error.to_owned()))?;
    let hello = Hello {
        pool: config.name.to_owned(),
        functions: table.known(config.name),
        memory_limit: config.memory_limit,
        core_dumps: config.core_dumps,
        max_resident: config.max_resident,
        max_message: config.max_message as u64,
        stack_size: config.stack_size.map(|bytes| bytes as u64),
    };
    Ok(frame(Kind::Hello, &hello))
}

//! `Supervisor` for a pool: the part of a pool that the code that starts and watches workers uses.

use std::sync::Arc;

use crate::{
    config::Config,
    error::StartError,
    functions,
    pool::{functions::known, inner::Inner, state::Phase},
    process::{WorkerProcess, exit::Reaped, monitor::Supervisor, start_failure::StartFailure},
    timer,
    unwind::wake_all,
    wire::{
        frame::Kind,
        message::{Hello, frame},
    },
};

impl Supervisor for Inner {
    fn config(&self) -> &Config {
        &self.config
    }

    /// Built once, because it is the same for every worker.
    fn hello(&self) -> Result<Vec<u8>, StartError> {
        self.hello.get_or_init(|| hello(&self.config)).clone()
    }

    fn started(&self, worker: &Arc<WorkerProcess>) {
        let mut state = self.state.lock();
        state.stats.started += 1;
        state.starting_workers.push(Arc::clone(worker));
        if state.phase == Phase::Shut {
            drop(state);
            worker.kill();
        }
    }

    fn ready(&'static self, worker: &Arc<WorkerProcess>) {
        let mut state = self.state.lock();
        state.ready(worker, self.idle_since());
        self.after_idle(state, None);
    }

    /// After the pause, the pool checks again whether calls still wait for another worker.
    fn not_ready(&'static self, worker: Option<Arc<WorkerProcess>>, failure: StartFailure) {
        let mut state = self.state.lock();
        let pause = state.not_ready(worker.as_deref(), failure);
        let actions = state.next_actions();
        drop(state);
        drop(worker);
        self.perform(actions);
        timer::after(pause, || self.change(|_| ()));
    }

    fn gone(&'static self, worker: Arc<WorkerProcess>, reaped: Reaped) {
        let mut state = self.state.lock();
        let lease = state.gone(&worker, &reaped);
        let actions = state.next_actions();
        drop(state);
        drop((lease, worker));
        self.perform(actions);
        wake_all(reaped.waker);
    }
}

fn hello(config: &Config) -> Result<Vec<u8>, StartError> {
    let table = functions::table().map_err(|error| StartError::Registry(error.to_owned()))?;
    let hello = Hello {
        pool: config.name.to_owned(),
        functions: known(table, config.name),
        memory_limit: config.memory_limit,
        core_dumps: config.core_dumps,
        max_resident: config.max_resident,
        max_message: config.max_message as u64,
        stack_size: config.stack_size.map(|bytes| bytes as u64),
    };
    Ok(frame(Kind::Hello, &hello))
}

//! Every place where bodies run, each with one thread of its own.

use std::{
    sync::{Arc, mpsc},
    thread,
};

use tokio::runtime::{Builder, Runtime};
use tokio_offload::{
    __private::{self as p, On, Site},
    Executor, Inline, Job, Offload, Owner, Pool, Rayon,
};

/// A place where bodies run.
#[derive(Debug)]
pub struct Place {
    /// What it is called in these tests.
    pub name: &'static str,
    target: Target,
    /// For callers that need one. It has one blocking thread.
    pub runtime: Runtime,
}

#[derive(Debug)]
enum Target {
    On(On),
    Owner(Owner<()>),
}

impl Place {
    /// A call that runs there.
    pub fn run<R: Send + 'static>(&self, body: impl FnOnce() -> R + Send + 'static) -> Offload<R> {
        static SITE: Site = Site::new("body", module_path!(), file!(), line!());
        match &self.target {
            Target::On(on) => p::call0(&SITE, on.clone(), body),
            Target::Owner(owner) => owner.run(|()| body()),
        }
    }

    /// Whether a body can wait there for another call. An executor of one's own brings no runtime to wait on, and `Inline`
    /// occupies the thread that would have to drive it.
    pub fn waits(&self) -> bool {
        !["inline", "own"].contains(&self.name)
    }

    fn new(name: &'static str, target: impl FnOnce(&Runtime) -> Target) -> Self {
        let mut builder = Builder::new_current_thread();
        let runtime = builder.enable_all().max_blocking_threads(1).build();
        let runtime = runtime.unwrap();
        let target = target(&runtime);
        Self {
            name,
            target,
            runtime,
        }
    }

    fn on(name: &'static str, executor: impl Executor) -> Self {
        Self::new(name, |_| Target::On(p::on(Arc::new(executor))))
    }
}

/// The default executor, all kinds of pools and executors, and an owner.
pub fn everywhere() -> Vec<Place> {
    let rayon = rayon::ThreadPoolBuilder::new().num_threads(1);
    vec![
        Place::new("default", |_| Target::On(On::Default)),
        Place::on("new", Pool::new("new").threads(1)),
        Place::on("shared", Pool::shared("shared").threads(1)),
        Place::new("owner", |runtime| {
            Target::Owner(runtime.block_on(Owner::spawn(|| ())))
        }),
        Place::on("rayon pool", rayon.build().unwrap()),
        Place::on("rayon", Rayon),
        Place::on("inline", Inline),
        Place::on("own", own_thread()),
    ]
}

/// An executor that is not ours: one thread that runs everything.
pub fn own_thread() -> impl Executor {
    struct OneThread(mpsc::Sender<Job>);
    impl Executor for OneThread {
        fn submit(&self, job: Job) {
            let _ = self.0.send(job);
        }
    }
    let (jobs, queue) = mpsc::channel::<Job>();
    thread::spawn(move || queue.into_iter().for_each(Job::run));
    OneThread(jobs)
}

//! In a worker: the way in, and the running body, which can be asked to stop.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::Arc,
    task::Waker,
};

use tokio_offload_remote::{self as engine, Function, WorkerHooks};

use super::helper;
use crate::{
    call::{
        block_on::blocked::{Blocked, RunningCall},
        cancel::{Action, CancelState, OnCancel, Reason, Stoppable},
        current,
        ends_body::{EndedBody, EndsBody},
        site::Site,
    },
    remote::headers,
    sync::Mutex,
};

/// Lets this program be its own worker processes: the first thing in `main`.
///
/// In a worker process it runs the bodies it is sent and never returns, so that nothing after it runs twice. In the
/// program itself it notes that workers can be started; without that their calls end as
/// [`Error::NotInitialized`](crate::Error::NotInitialized). [`#[tokio_offload::main]`](crate::main) writes it for you.
///
/// ```
/// tokio_offload::init();
/// // The program.
/// ```
pub fn init() {
    helper::init();
    engine::init(WORKER);
}

/// The steps around each body.
pub(crate) const WORKER: WorkerHooks = WorkerHooks {
    around,
    on_stop: on_cancel,
};

/// The body that runs: a worker has one at a time.
static CURRENT: Mutex<Option<Arc<Body>>> = Mutex::new(None);

fn around(function: &'static Function, headers: &[(String, String)], run: &mut dyn FnMut()) {
    let job = Arc::new(Body {
        site: site(function.name()),
        requests: Mutex::default(),
    });
    *CURRENT.lock() = Some(Arc::clone(&job));
    let mut ended = Ok(());
    let mut run = || ended = catch_unwind(AssertUnwindSafe(&mut *run));
    current::enter(job, None, || headers::around(headers, &mut run));
    let job = CURRENT.lock().take();
    drop(job);
    if let Err(payload) = ended {
        resume_unwind(payload);
    }
}

fn on_cancel() {
    let job = CURRENT.lock().clone();
    if let Some(job) = job {
        job.stop(Reason::Cancelled);
    }
}

/// Where the function stands whose path this is. There are as many as there are functions, so that each may stay.
fn site(path: &'static str) -> &'static Site {
    static SITES: Mutex<BTreeMap<&str, &Site>> = Mutex::new(BTreeMap::new());
    let mut sites = SITES.lock();
    sites.entry(path).or_insert_with(|| {
        let (module, name) = path.rsplit_once("::").unwrap_or(("", path));
        Box::leak(Box::new(Site::new(name, module, "", 0)))
    })
}

/// The requests of the body. Nobody else knows its call here.
struct Body {
    site: &'static Site,
    requests: Mutex<Requests>,
}

#[derive(Default)]
struct Requests {
    cancel: CancelState,
    on_cancel: Option<Box<OnCancel>>,
}

impl Requests {
    fn registered(&mut self) -> &mut OnCancel {
        self.on_cancel.get_or_insert_default()
    }
}

impl EndsBody for Body {
    /// Its end is told by its worker.
    fn end(&self, _: EndedBody<'_>) {}
}

impl RunningCall for Body {
    /// Waits for it in another process.
    fn caller(&self) -> Option<Arc<Blocked>> {
        None
    }

    fn stoppable(self: Arc<Self>) -> Arc<dyn Stoppable> {
        self
    }
}

impl Stoppable for Body {
    fn site(&self) -> &'static Site {
        self.site
    }

    fn stop(&self, reason: Reason) {
        let mut requests = self.requests.lock();
        let Requests { cancel, on_cancel } = &mut *requests;
        let cancellation = cancel.stop(on_cancel.as_deref_mut(), reason);
        drop(requests);
        cancellation.fire();
    }

    fn stopped(&self) -> Option<Reason> {
        let asked = engine::stop_requested().then_some(Reason::Cancelled);
        self.requests.lock().cancel.reason().or(asked)
    }

    fn on_cancel(&self, action: Action) -> Result<(), Action> {
        if self.stopped().is_some() {
            return Err(action);
        }
        let mut requests = self.requests.lock();
        let cancel = requests.cancel;
        cancel.on_cancel(|| requests.registered(), action)
    }

    fn disarm(&self) {
        let ended = self.requests.lock().on_cancel.take();
        if let Some(ended) = ended {
            ended.disarm().wait();
        }
    }

    fn set_blocked(&self, waker: Option<Waker>) {
        self.requests.lock().registered().set_blocked(waker);
    }
}

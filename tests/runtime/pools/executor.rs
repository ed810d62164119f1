//! Executors written outside the crate, by nothing but its public names.

use std::{
    collections::VecDeque,
    sync::{Arc, LazyLock, Mutex, mpsc},
    thread,
};

use offload_tests::{Bomb, Drops, Shelf, drive, in_time, multi_thread, run_on};
use tokio_offload::{Error, Executor, Job, Offload, Refused, block_on, offload};

use super::kit::outcome;

/// Keeps up to two jobs for the test to do with as it likes.
#[derive(Default)]
struct Desk {
    jobs: Mutex<VecDeque<Job>>,
}

impl Executor for Desk {
    fn submit(&self, job: Job) {
        self.jobs.lock().unwrap().push_back(job);
    }

    fn try_submit(&self, job: Job) -> Result<(), Job> {
        let mut jobs = self.jobs.lock().unwrap();
        if jobs.len() == 2 {
            return Err(job);
        }
        jobs.push_back(job);
        Ok(())
    }
}

impl Desk {
    fn take(&self) -> Job {
        self.jobs.lock().unwrap().pop_front().unwrap()
    }
}

#[offload(pool = desk)]
fn at<T: Clone + Send + 'static>(desk: Arc<Desk>, value: T) -> T {
    drop(desk);
    value
}

/// One thread with a queue, as in the documentation.
struct OneThread(mpsc::Sender<Job>);

impl OneThread {
    fn spawn() -> Self {
        let (jobs, queue) = mpsc::channel::<Job>();
        let work = move || queue.into_iter().for_each(Job::run);
        thread::Builder::new()
            .name("one".into())
            .spawn(work)
            .unwrap();
        Self(jobs)
    }
}

impl Executor for OneThread {
    fn submit(&self, job: Job) {
        let _ = self.0.send(job);
    }
}

static ONE: LazyLock<OneThread> = LazyLock::new(OneThread::spawn);

#[offload(pool = *ONE)]
fn name() -> Option<String> {
    thread::current().name().map(str::to_owned)
}

/// The bodies run where the executor runs them, from runtimes and from threads without one.
#[test]
fn bodies_run_where_the_executor_says() {
    in_time(|| {
        assert_eq!(drive(name()).as_deref(), Some("one"));
        let spawned = multi_thread().block_on(async { tokio::spawn(name()).await.unwrap() });
        assert_eq!(spawned.as_deref(), Some("one"));
        assert_eq!(drive(name().try_start().unwrap()).as_deref(), Some("one"));
    });
}

/// An executor behind `dyn`, chosen when the program runs.
#[test]
fn the_executor_can_be_chosen_late() {
    #[derive(Clone)]
    struct Service {
        place: Arc<dyn Executor>,
    }
    impl Service {
        #[offload(pool = self.place)]
        fn double(&self, n: u32) -> u32 {
            n * 2
        }
    }
    in_time(|| {
        let places: [Arc<dyn Executor>; 3] = [
            Arc::new(OneThread::spawn()),
            Arc::new(tokio_offload::Inline),
            Arc::new(tokio_offload::Pool::new("late").threads(1)),
        ];
        for place in places {
            assert_eq!(drive(Service { place }.double(4)), 8);
        }
    });
}

/// P6: a job that is dropped without being run ends its call, at once and for good.
#[test]
fn a_job_dropped_unrun_ends_its_call() {
    in_time(|| {
        let (desk, drops) = (Arc::<Desk>::default(), Drops::default());
        let call = at(Arc::clone(&desk), Arc::new(drops.probe())).start();
        drop(desk.take());
        assert_eq!((call.is_finished(), drops.count()), (true, 1));
        assert!(matches!(outcome(call), Err(Error::Shutdown)));
        // A whole executor that goes away is the same.
        let gone = Shelf::default();
        let calls = [run_on(&gone, || 1).start(), run_on(&gone, || 2).start()];
        drop(gone);
        for call in calls {
            assert!(matches!(outcome(call), Err(Error::Shutdown)));
        }
    });
}

/// P5: a job refused for a reason ends its call with that reason.
#[test]
fn a_refused_job_ends_its_call_with_the_reason() {
    in_time(|| {
        let desk = Arc::<Desk>::default();
        let reasons: [fn() -> Error; 2] = [
            || Error::Full,
            || Error::Thread(std::io::ErrorKind::WouldBlock.into()),
        ];
        for reason in reasons {
            let call = at(Arc::clone(&desk), 1).start();
            desk.take().refuse(reason());
            let error = outcome(call).unwrap_err();
            assert_eq!(error.to_string(), reason().to_string());
        }
    });
}

/// L7: an executor with a bound of its own gives jobs back, and the calls are as they were.
#[test]
fn an_executor_may_give_jobs_back() {
    in_time(|| {
        let desk = Arc::<Desk>::default();
        let call = |n: u32| at(Arc::clone(&desk), n);
        let held: Vec<_> = [1, 2]
            .into_iter()
            .map(|n| call(n).try_start().unwrap())
            .collect();
        let back: Refused<u32> = call(3).try_start().unwrap_err();
        let again = back.into_call().try_start().unwrap_err().into_call();
        assert!(!again.is_finished());
        desk.take().run();
        let third: Offload<u32> = again.try_start().unwrap();
        desk.take().run();
        desk.take().run();
        assert_eq!(held.into_iter().map(drive).sum::<u32>() + drive(third), 6);
    });
}

/// C3: an executor can see that a job is no longer wanted; running it then runs nothing.
#[test]
fn an_abandoned_job_shows_it() {
    in_time(|| {
        let desk = Arc::<Desk>::default();
        let call = at(Arc::clone(&desk), 1).start();
        let job = desk.take();
        assert!(!job.is_abandoned());
        assert_eq!(format!("{job:?}"), "Job { abandoned: false }");
        drop(call);
        assert!(job.is_abandoned());
        job.run();
        let call = at(Arc::clone(&desk), 1).start();
        call.cancel();
        let job = desk.take();
        assert!(job.is_abandoned());
        job.run();
        assert!(matches!(outcome(call), Err(Error::Cancelled)));
    });
}

/// P3, P6: running a job never panics, whatever its body, its result or its panic do.
#[test]
fn running_a_job_never_panics() {
    in_time(|| {
        let shelf = Shelf::default();
        let bodies: [fn() -> Option<Bomb>; 3] = [
            || panic!("at work"),
            || std::panic::panic_any(Bomb),
            || Some(Bomb),
        ];
        for body in bodies {
            let unread = run_on(&shelf, body).start();
            let job = shelf.take();
            unread.detach();
            job.run();
        }
    });
}

/// X6: a body on threads without a runtime has none.
#[test]
fn a_body_has_the_runtime_of_its_thread() {
    #[offload(pool = *ONE)]
    fn ask() -> Result<u32, Error> {
        block_on(async { 5 })
    }
    in_time(|| {
        assert!(matches!(drive(ask()), Err(Error::NoRuntime)));
        let inside = multi_thread().block_on(ask());
        assert!(matches!(inside, Err(Error::NoRuntime)));
    });
}

//! Nested bodies on small stacks, with large frames: the stack is looked at, not only how many there are.

use std::{hint::black_box, sync::LazyLock, thread, time::Duration};

use offload_tests::drive;
use tokio::{runtime::Builder, time::timeout};
use tokio_offload::{Error, Executor, Inline, Job, Pool, block_on, offload};

const LONG: Duration = Duration::from_secs(180);

/// The size of the stacks here.
const SMALL: usize = 256 * 1024;

static STACKS: Pool = Pool::new("small-stacks").threads(1).stack_size(SMALL);

/// Has a frame of that many bytes in use while `f` runs.
#[inline(never)]
fn with_frame<const BYTES: usize, T>(f: impl FnOnce() -> T) -> T {
    let mut frame = [1_u8; BYTES];
    black_box(&mut frame);
    let value = f();
    black_box(&frame);
    value
}

#[offload(pool = STACKS)]
fn down<const BYTES: usize>(n: u32) -> u32 {
    with_frame::<BYTES, _>(|| match n {
        0 => 0,
        _ => 1 + block_on(down::<BYTES>(n - 1)).unwrap(),
    })
}

#[offload]
fn down_on_the_runtime<const BYTES: usize>(n: u32) -> u32 {
    with_frame::<BYTES, _>(|| match n {
        0 => 0,
        _ => 1 + block_on(down_on_the_runtime::<BYTES>(n - 1)).unwrap(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_of_any_size_fit_in_the_stacks_of_a_pool() {
    let ends = async {
        assert_eq!(down::<100>(500).await, 500);
        assert_eq!(down::<10_000>(100).await, 100);
        assert_eq!(down::<40_000>(60).await, 60);
        assert_eq!(down::<100_000>(40).await, 40);
        assert_eq!(down::<200_000>(40).await, 40);
    };
    timeout(LONG, ends).await.unwrap();
}

/// Where the runtime has one thread for such work, and says itself how large that is.
#[cfg(target_os = "linux")]
#[test]
fn frames_of_any_size_fit_in_the_stacks_of_the_runtime() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(1)
        .thread_stack_size(SMALL)
        .enable_all()
        .build()
        .unwrap();
    let ends = async {
        assert_eq!(down_on_the_runtime::<100>(300).await, 300);
        assert_eq!(down_on_the_runtime::<40_000>(60).await, 60);
        assert_eq!(down_on_the_runtime::<100_000>(40).await, 40);
    };
    runtime.block_on(async { timeout(LONG, ends).await.unwrap() });
}

/// Runs what needs no more than `SMALL` of stack on a thread that has no more.
fn on_a_small_stack(f: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(SMALL).spawn(f).unwrap();
    thread.join().unwrap();
}

#[offload(pool = Inline)]
fn down_in_place<const BYTES: usize>(n: u32) -> Result<u32, Error> {
    with_frame::<BYTES, _>(|| match n {
        0 => Ok(0),
        _ => Ok(1 + block_on(down_in_place::<BYTES>(n - 1).outcome())???),
    })
}

/// Runs each job where it is submitted, as an executor of anybody's may.
struct OnTheSpot;

impl Executor for OnTheSpot {
    fn submit(&self, job: Job) {
        job.run();
    }
}

#[offload(pool = OnTheSpot)]
fn down_on_the_spot<const BYTES: usize>(n: u32) -> Result<u32, Error> {
    with_frame::<BYTES, _>(|| match n {
        0 => Ok(0),
        // An executor of somebody's that polls once: the call is ready then.
        _ => Ok(1 + drive(down_on_the_spot::<BYTES>(n - 1).outcome())??),
    })
}

/// What runs in place is refused by name before the stack ends, whoever runs it there.
#[test]
fn a_recursion_in_place_is_refused_before_the_stack_ends() {
    fn refused(ended: &Result<u32, Error>) {
        assert!(matches!(ended, Err(Error::TooDeep { .. })), "{ended:?}");
    }
    on_a_small_stack(|| {
        let runtime = Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            assert_eq!(down_in_place::<100>(5).await.unwrap(), 5);
            refused(&down_in_place::<100>(100_000).await);
            refused(&down_in_place::<10_000>(100_000).await);
            #[cfg(target_os = "linux")]
            refused(&down_in_place::<50_000>(100_000).await);
            assert_eq!(down_on_the_spot::<100>(5).await.unwrap(), 5);
            refused(&down_on_the_spot::<100>(100_000).await);
            #[cfg(target_os = "linux")]
            refused(&down_on_the_spot::<50_000>(100_000).await);
        });
    });
}

/// The first body in place is never refused, however little is left: nothing is known of what it needs.
#[test]
fn the_first_in_place_is_never_refused() {
    on_a_small_stack(|| {
        let runtime = Builder::new_current_thread().build().unwrap();
        let ended = with_frame::<200_000, _>(|| runtime.block_on(down_in_place::<100>(0)));
        assert_eq!(ended.unwrap(), 0);
    });
}

static NARROW: LazyLock<rayon::ThreadPool> = LazyLock::new(|| {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1);
    pool.stack_size(SMALL).build().unwrap()
});

/// rayon's threads can be given no others: what does not fit is refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_recursion_on_a_thread_of_rayon_is_refused() {
    #[offload(pool = *NARROW)]
    fn down<const BYTES: usize>(n: u32) -> Result<u32, Error> {
        with_frame::<BYTES, _>(|| match n {
            0 => Ok(0),
            _ => Ok(1 + block_on(down::<BYTES>(n - 1).outcome())???),
        })
    }
    let ends = async {
        assert_eq!(down::<100>(10).await.unwrap(), 10);
        let ended = down::<100>(100_000).await;
        assert!(matches!(ended, Err(Error::TooDeep { .. })), "{ended:?}");
        #[cfg(target_os = "linux")]
        {
            let ended = down::<40_000>(100_000).await;
            assert!(matches!(ended, Err(Error::TooDeep { .. })), "{ended:?}");
        }
        assert_eq!(down::<100>(10).await.unwrap(), 10);
    };
    timeout(LONG, ends).await.unwrap();
}

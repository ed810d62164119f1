//! Has pools that are refused threads, and says `ended` when every call has. Built with `panic = "abort"`, a panic in between is the
//! end of it.

use tokio::runtime::{Builder, Runtime};
use tokio_offload::{Error, Offload, Pool, run};

/// More than any machine has room for.
const NO_STACK: usize = 1 << 46;

fn main() {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    a_pool(&runtime, &Pool::new("none").threads(4).stack_size(NO_STACK));
    let barren = Builder::new_current_thread()
        .thread_stack_size(NO_STACK)
        .build()
        .expect("a runtime");
    a_pool(&runtime, &Pool::new("served").threads(1));
    // Threads of a runtime are as large as it says, which nobody else can know: only where panics unwind is this an error.
    if cfg!(panic = "unwind") {
        refused(&barren, run(|| ()));
        refused(&barren, Pool::shared("shared").run(|| ()));
    }
    println!("ended");
}

/// A pool whose threads do or do not start: every call ends, and those that come later too.
fn a_pool(runtime: &Runtime, pool: &Pool) {
    for _ in 0..3 {
        let calls: Vec<_> = (0..8).map(|n| pool.run(move || n).start()).collect();
        for call in calls {
            let ended = runtime.block_on(call.outcome());
            assert!(matches!(ended, Ok(_) | Err(Error::Thread(_))), "{ended:?}");
        }
    }
    let stats = pool.stats();
    assert_eq!(stats.done + stats.refused, 24, "each ended once");
    println!("{} of 24 were served", stats.done);
}

fn refused(runtime: &Runtime, call: Offload<()>) {
    let ended = runtime.block_on(call.outcome());
    assert!(matches!(ended, Err(Error::Thread(_))), "{ended:?}");
}

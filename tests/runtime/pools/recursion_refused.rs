//! A recursion whose bodies need more stack than a thread has, where the operating system refuses further threads.

use offload_tests::{current_thread, drive};
use tokio_offload::{Error, Pool, block_on};

use super::{
    kit::{assert_passed, child, outcome},
    threads_refused::{LIMIT, STACK},
};

/// A recursion, of which no body ends before the next: what has no room on its thread ends with the reason.
#[test]
fn a_recursion_that_gets_no_spare_thread_is_told() {
    let test = "pools::recursion_refused::child_that_recurs";
    assert_passed(&child(LIMIT, test, &[]));
}

#[test]
#[ignore = "run in a process of its own"]
fn child_that_recurs() {
    static DOWN: Pool = Pool::new("recurs").threads(1).stack_size(STACK);
    fn down(n: u32) -> Result<(), Error> {
        match n {
            0 => Ok(()),
            _ => block_on(DOWN.run(move || down(n - 1)).outcome())??,
        }
    }
    let runtime = current_thread();
    let _entered = runtime.enter();
    drive(DOWN.run(|| down(50))).unwrap();
    let mut others = Vec::new();
    loop {
        let other = Pool::new("other").threads(1).stack_size(STACK);
        if outcome(other.run(|| ())).is_err() {
            break;
        }
        others.push(other);
    }
    let refused = drive(DOWN.run(|| down(300)));
    assert!(matches!(refused, Err(Error::Thread(_))), "{refused:?}");
    drop(others);
    drive(DOWN.run(|| down(50))).unwrap();
}

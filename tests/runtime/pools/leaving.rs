//! Calls that die where they wait, and what their pool says meanwhile.

use std::{
    sync::{Arc, mpsc},
    thread,
};

use offload_tests::{Wakes, drive, in_time, multi_thread, poll_once};
use tokio_offload::Offload;

use super::kit::{Crowd, kinds};

/// S2: a call that is cancelled or dropped where it waits belongs to the pool until its arguments are gone.
#[test]
fn a_pool_is_idle_when_the_arguments_of_dead_calls_are_gone() {
    /// Says that its drop has begun, and waits there.
    struct Slow(mpsc::Sender<()>, mpsc::Receiver<()>);

    impl Drop for Slow {
        fn drop(&mut self) {
            self.0.send(()).unwrap();
            let _ = self.1.recv();
        }
    }

    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        let ends: [fn(Offload<()>); 2] = [drop, |call| {
            call.cancel();
            assert!(call.is_finished());
        }];
        for end in ends {
            for pool in kinds(1) {
                let crowd = Crowd::hold(&pool, 1);
                let ((tell, begun), (go_on, waits)) = (mpsc::channel(), mpsc::channel());
                let slow = Slow(tell, waits);
                let call = pool.run(move || drop(slow)).start();
                let mut closed = Box::pin(pool.close());
                let ends = thread::spawn(move || end(call));
                begun.recv().unwrap();
                crowd.release();
                let rest = pool.stats();
                assert_eq!((rest.queued, rest.cancelled), (0, 1));
                assert!(poll_once(&mut closed, &Arc::<Wakes>::default()).is_pending());
                drop(go_on);
                drive(closed);
                ends.join().unwrap();
            }
        }
    });
}

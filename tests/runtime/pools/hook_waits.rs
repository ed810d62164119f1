//! Hooks that wait for calls of their own pool, and closures that hold all threads which the calls they wait for need.

use std::{
    io, process,
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering::SeqCst},
        mpsc,
    },
    thread,
    time::Duration,
};

use futures::future::join_all;
use offload_tests::{assert_says, drive, in_time, multi_thread};
use tokio::runtime::Runtime;
use tokio_offload::{Error, Pool, block_on, is_cancelled, on_cancel, run};

use super::{
    block_on::narrow,
    kit::{Told, listen},
};

/// M3.
#[test]
fn a_hook_that_waits_for_its_own_pool_gives_a_warning() {
    let waits = [
        "pool `hook-init`: no thread has taken a call",
        "pool `hook-each`: no thread has taken a call",
        "pool `hook-start`: no thread has taken a call",
        "pool `hook-close`: no thread has taken a call",
        "pool `hook-idle`: no thread has taken a call",
        "pool `hook-task`: no thread has taken a call",
        "pool `hook-first`: no thread has taken a call",
        "pool `hook-through`: no thread has taken a call",
        "pool `hook-action`: no body has ended",
        "pool `hook-view`: no thread has taken a call",
        "pool `blocking`: no thread has taken a call",
    ];
    let none = &["pool `hook-other`:", "pool `hook-ends`:"];
    assert_says("pools::hook_waits::child_hooks_wait", waits, none);
}

#[test]
#[ignore = "run by a_hook_that_waits_for_its_own_pool_gives_a_warning, which ends it"]
fn child_hooks_wait() {
    let narrow = narrow();
    RUNTIME.get_or_init(multi_thread);
    hooks_wait_for_a_call();
    hooks_wait_for_others();
    action_waits();
    closures_wait(&narrow);
    let _ = io::copy(&mut io::stdin(), &mut io::sink());
    process::exit(0);
}

static RUNTIME: OnceLock<Runtime> = OnceLock::new();

fn hooks_wait_for_a_call() {
    static OTHER: Pool = Pool::new("hook-other").threads(1);
    static ENDS: Pool = Pool::new("hook-ends").threads(1).init(|| {
        drive(OTHER.run(|| ()));
        Ok(())
    });
    static INIT: Pool = Pool::new("hook-init").threads(1).init(|| {
        drive(INIT.run(|| ()));
        Ok(())
    });
    static EACH: Pool = Pool::new("hook-each").threads(3).init(|| {
        drive(EACH.run(|| ()));
        Ok(())
    });
    static CLOSE: Pool = Pool::new("hook-close").threads(1).init(|| {
        drive(CLOSE.close());
        Ok(())
    });
    static IDLE: Pool = Pool::new("hook-idle")
        .threads(1)
        .on_start(|| drive(IDLE.idle()));
    static START: Pool = Pool::new("hook-start")
        .threads(1)
        .on_start(|| drive(START.run(|| ())));
    drive(ENDS.run(|| ()));
    for pool in [&INIT, &EACH, &START, &CLOSE, &IDLE] {
        pool.run(|| ()).detach();
    }
}

/// Which wait for a call of the pool.
fn hooks_wait_for_others() {
    static TASK: Pool = Pool::new("hook-task").threads(1).init(|| {
        let call = RUNTIME.get().unwrap().spawn(TASK.run(|| ()));
        Ok(drive(call)?)
    });
    static BODY: Told<()> = Told::new();
    static FIRST: Pool = Pool::new("hook-first").threads(1).init(|| {
        listen(&BODY).recv()?;
        Ok(())
    });
    static MIDDLE: Pool = Pool::new("hook-other").threads(1);
    static THROUGH: Pool = Pool::new("hook-through").threads(1).init(|| {
        let _entered = RUNTIME.get().unwrap().enter();
        Ok(drive(MIDDLE.run(|| block_on(THROUGH.run(|| ()))))?)
    });
    TASK.run(|| ()).detach();
    FIRST.run(|| BODY.get().unwrap().send(()).unwrap()).detach();
    THROUGH.run(|| ()).detach();
}

/// Its body ends after it.
fn action_waits() {
    static ACTION: Pool = Pool::new("hook-action").threads(1);
    let (began, runs) = mpsc::channel();
    let body = move || {
        on_cancel(|| drive(ACTION.run(|| ()))).unwrap();
        began.send(()).unwrap();
        while !is_cancelled() {
            thread::yield_now();
        }
    };
    let call = ACTION.run(body).start();
    runs.recv().unwrap();
    drop(call);
}

fn closures_wait(narrow: &Runtime) {
    static VIEW: Pool = Pool::shared("hook-view").threads(2);
    let (began, runs) = mpsc::channel();
    let _entered = narrow.enter();
    narrow.spawn_blocking(move || {
        began.send(()).unwrap();
        let calls = [VIEW.run(|| ()), VIEW.run(|| ()), run(|| ()), run(|| ())];
        drive(join_all(calls))
    });
    runs.recv().unwrap();
}

/// X6: a hook is no body, and says so at once.
#[test]
fn our_block_on_is_refused_in_a_hook() {
    static REFUSED: Pool =
        Pool::new("hook-refused")
            .threads(1)
            .init(|| match block_on(REFUSED.run(|| ())) {
                Err(Error::NotInBody) => Ok(()),
                other => Err(format!("{other:?}").into()),
            });
    in_time(|| drive(REFUSED.run(|| ())));
}

/// The thread is no longer one of the pool's, which starts another one for the call.
#[test]
fn on_stop_may_wait_for_a_call_of_its_own_pool() {
    static TOLD: Told<u8> = Told::new();
    static AGAIN: AtomicBool = AtomicBool::new(false);
    static STOPS: Pool = Pool::new("hook-stops")
        .threads(1)
        .keep_alive(Duration::from_millis(1))
        .on_stop(|| {
            if !AGAIN.swap(true, SeqCst) {
                let call = STOPS.run(|| 7);
                TOLD.get().unwrap().send(drive(call)).unwrap();
            }
        });
    in_time(|| {
        let told = listen(&TOLD);
        drive(STOPS.run(|| ()));
        assert_eq!(told.recv().unwrap(), 7);
    });
}

/// A call that is started and not waited for runs once the hook has ended.
#[test]
fn a_hook_may_start_calls_of_its_own_pool() {
    static TOLD: Told<&str> = Told::new();
    static STARTS: Pool = Pool::new("hook-starts")
        .threads(1)
        .init(|| {
            let call = STARTS.run(|| TOLD.get().unwrap().send("of init").unwrap());
            call.detach();
            Ok(())
        })
        .on_start(|| {
            let call = STARTS.run(|| TOLD.get().unwrap().send("of on_start").unwrap());
            call.detach();
        });
    in_time(|| {
        let told = listen(&TOLD);
        drive(STARTS.run(|| TOLD.get().unwrap().send("body").unwrap()));
        let all = [(); 3].map(|()| told.recv().unwrap());
        assert_eq!(all, ["body", "of on_start", "of init"]);
    });
}

//! X3: a body that waits lends its thread to other calls, but not its context.

use std::sync::Arc;

use offload_observability::{Kind, Log};
use offload_tests::{Key, current_thread, drive, gate, in_time};
use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::oneshot;
use tokio_offload::{Offload, Pool, block_on, offload};
use tracing::{
    Dispatch, Level, Metadata, Span,
    dispatcher::{self, with_default},
    info, info_span,
    subscriber::NoSubscriber,
};

use super::{
    opentelemetry::{as_user, user},
    registered::{LOCALE, TENANT, locale, register, tenant},
};

#[offload(pool = *pool)]
fn on<T: Send + 'static, F: FnOnce() -> T + Send + 'static>(pool: &Arc<ThreadPool>, body: F) -> T {
    let _ = pool;
    body()
}

fn one_thread() -> Arc<ThreadPool> {
    Arc::new(ThreadPoolBuilder::new().num_threads(1).build().unwrap())
}

/// All that a body can find on its thread.
#[derive(Debug, PartialEq)]
struct Found {
    span: Option<&'static str>,
    heard: bool,
    tenant: Option<String>,
    user: Option<u32>,
}

fn find() -> Found {
    let nobody = |subscriber: &Dispatch| subscriber.is::<NoSubscriber>();
    Found {
        span: Span::current().metadata().map(Metadata::name),
        heard: !dispatcher::get_default(nobody),
        tenant: tenant(),
        user: user(),
    }
}

/// A body of `pool` in a context of its own. Once it is let go it waits in two spans until it is told to go on, and looks
/// around before and after.
fn lender(
    pool: &Arc<ThreadPool>,
    subscriber: &Dispatch,
) -> (Offload<[Found; 2]>, Key, oneshot::Sender<()>) {
    let (go_on, told) = oneshot::channel::<()>();
    let (gate, key) = gate();
    let body = move || {
        let _again = Span::current().entered();
        let _body = info_span!("body").entered();
        let before = find();
        gate.pass();
        block_on(told).unwrap().unwrap();
        [before, find()]
    };
    let call = with_default(subscriber, || {
        let started = || info_span!("around").in_scope(|| on(pool, body).start());
        TENANT.sync_scope("acme".into(), || as_user(7, started))
    });
    key.await_body();
    (call, key, go_on)
}

fn lenders_own() -> Found {
    Found {
        span: Some("body"),
        heard: true,
        tenant: Some("acme".into()),
        user: Some(7),
    }
}

/// Somebody else's call is not run there, and finds nothing but its own when its turn has come.
#[test]
fn a_thread_that_waits_is_lent_to_nobody_else() {
    register();
    in_time(|| {
        let runtime = current_thread();
        let _runtime = runtime.enter();
        let (log, subscriber) = Log::new(Level::INFO);
        let pool = one_thread();
        let (lender, key, go_on) = lender(&pool, &subscriber);
        let nothing = Found {
            span: None,
            heard: false,
            tenant: None,
            user: None,
        };
        let alone = on(&pool, find).start();
        let (own, of_caller) = Log::new(Level::INFO);
        let call = with_default(&of_caller, || {
            let said = || {
                info!("said");
                (find(), locale())
            };
            LOCALE.sync_scope(Some("de"), || on(&pool, said).start())
        });
        // The thread of the body that waits is the only one that there is.
        key.open();
        assert!(!alone.is_finished() && !call.is_finished());
        go_on.send(()).unwrap();
        assert_eq!(runtime.block_on(lender), [lenders_own(), lenders_own()]);
        assert_eq!(drive(alone), nothing);
        let heard = Found {
            heard: true,
            ..nothing
        };
        assert_eq!(drive(call), (heard, Some("de")));
        assert_eq!(own.events(), [("said".into(), String::new())]);
        // Its spans were entered and closed once.
        let mut body = log.span("body").into_iter();
        assert_eq!(body.next(), Some(Kind::New));
        assert_eq!(body.clone().filter(|kind| *kind == Kind::Enter).count(), 1);
        assert_eq!(body.clone().filter(|kind| *kind == Kind::Exit).count(), 1);
        assert_eq!(body.next_back(), Some(Kind::Close));
        assert_eq!(log.closed("around").len(), 1);
    });
}

/// Two bodies of a full pool wait for calls of that pool: each runs on one of the two threads, in its own context.
#[test]
fn the_calls_of_waiting_bodies_have_their_own_context() {
    register();
    in_time(|| {
        static POOL: Pool = Pool::new("lending").threads(2);
        let runtime = current_thread();
        let nested = |name: &str| {
            let expected = Some(name.to_owned());
            let body = move || {
                for _ in 0..50 {
                    let calls = async { tokio::join!(POOL.run(tenant), POOL.run(tenant)) };
                    let (one, other) = block_on(calls).unwrap();
                    assert_eq!((&one, &other), (&expected, &expected));
                }
            };
            match name {
                "" => POOL.run(|| {
                    for _ in 0..50 {
                        assert_eq!(block_on(POOL.run(tenant)).unwrap(), None);
                    }
                }),
                _ => TENANT.sync_scope(name.into(), || POOL.run(body)),
            }
        };
        runtime.block_on(async {
            tokio::join!(nested("left"), nested("right"), nested(""), nested("last"))
        });
    });
}

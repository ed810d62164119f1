//! A stream's batches run in the context in which the stream was made, or is consumed.

use futures::StreamExt as _;
use offload_observability::Log;
use offload_tests::{drive, in_time};
use tokio_offload::{Pool, offload};
use tracing::{Level, dispatcher::set_default, info, info_span};

use super::registered::{LOCALE, TENANT, locale, register, tenant};

static POOL: Pool = Pool::new("streaming").threads(1);

/// Items made under whatever is current.
#[offload(pool = POOL)]
fn seen(count: usize) -> impl Iterator<Item = (Option<String>, Option<&'static str>)> + Send {
    info!("opened");
    (0..count).map(|_| {
        info!("made");
        (tenant(), locale())
    })
}

const COUNT: usize = 7;

/// Made in a context and consumed outside of it, whether it was started there or not.
#[test]
fn the_context_of_the_making_is_in_all_batches() {
    register();
    in_time(|| {
        for started in [false, true] {
            let (log, subscriber) = Log::new(Level::INFO);
            let _default = set_default(&subscriber);
            let stream = TENANT.sync_scope("acme".into(), || {
                info_span!("making").in_scope(|| {
                    if started {
                        // The rest of it then runs on the default executor, which needs a runtime.
                        seen(COUNT).start().stream(2)
                    } else {
                        seen(COUNT).stream(2)
                    }
                })
            });
            let runtime = offload_tests::current_thread();
            let items: Vec<_> = runtime.block_on(stream.collect());
            assert_eq!(items, vec![(Some("acme".into()), None); COUNT]);
            let events = log.events();
            assert_eq!(events.len(), COUNT + 1);
            assert!(
                events.iter().all(|(_, path)| path == "making"),
                "{events:?}"
            );
        }
    });
}

/// The consumer's context comes first, and the rest of what the making had is kept from batch to batch.
#[test]
fn the_context_of_the_consumer_comes_first() {
    register();
    in_time(|| {
        let (log, subscriber) = Log::new(Level::INFO);
        let _default = set_default(&subscriber);
        let stream = TENANT.sync_scope("acme".into(), || {
            info_span!("making").in_scope(|| seen(COUNT).stream(2))
        });
        let consumer = LOCALE.scope(Some("de"), async {
            let mut stream = stream;
            let mut items = Vec::new();
            loop {
                let next = tracing::Instrument::instrument(stream.next(), info_span!("consumer"));
                match next.await {
                    Some(item) => items.push(item),
                    None => break items,
                }
            }
        });
        let items = drive(consumer);
        assert_eq!(items, vec![(Some("acme".into()), Some("de")); COUNT]);
        let events = log.events();
        assert!(
            events.iter().all(|(_, path)| path == "consumer"),
            "{events:?}"
        );
        assert_eq!(events.len(), COUNT + 1);
    });
}

//! What is carried along with a call to another process.

use std::{cell::RefCell, process};

use offload_tests::Current;
use opentelemetry::{Context, trace::TraceContextExt as _};
use tokio_offload::{Carry, Error, Headers, Workers, carry, offload};

thread_local! {
    static TENANT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The tenant of this thread, which crosses as text.
struct Tenant;

impl Carry for Tenant {
    type Value = String;

    fn capture(&self) -> Option<String> {
        TENANT.with_borrow(Clone::clone)
    }

    fn scope<R>(&self, value: String, body: impl FnOnce() -> R) -> R {
        let before = TENANT.replace(Some(value));
        let result = body();
        TENANT.set(before);
        result
    }

    fn inject(&self, value: &String) -> Headers {
        vec![("tenant".into(), value.clone())]
    }

    fn extract(&self, headers: &[(String, String)]) -> Option<String> {
        let tenant = headers.iter().find(|(name, _)| name == "tenant");
        tenant.map(|(_, value)| value.clone())
    }
}

static CARRIES: Workers = Workers::new("carries").processes(1).init(|| {
    carry(Tenant);
    carry(Current);
    Ok(())
});

#[offload(remote = CARRIES)]
fn tenant(panics: bool) -> Result<(u32, Option<String>), Error> {
    assert!(!panics, "as planned");
    Ok((process::id(), TENANT.with_borrow(Clone::clone)))
}

#[tokio::test]
async fn what_is_carried_is_there_in_the_body_and_nowhere_after() {
    carry(Tenant);
    TENANT.set(Some("acme".into()));
    let (worker, name) = tenant(false).await.unwrap();
    assert_eq!(name.as_deref(), Some("acme"));
    let (_, name) = tenant(false).start().await.unwrap();
    assert_eq!(name.as_deref(), Some("acme"));
    // A panic in the body passes through what was put in place.
    let Err(Error::Panicked(panic)) = tenant(true).await else {
        panic!("another end");
    };
    assert_eq!(panic.message().as_deref(), Some("as planned"));
    // What is current at the start counts; what is not set there comes from where the call was made.
    let (made, later) = (tenant(false), tenant(false));
    TENANT.set(Some("other".into()));
    assert_eq!(made.await.unwrap().1.as_deref(), Some("other"));
    TENANT.set(None);
    assert_eq!(later.start().await.unwrap().1.as_deref(), Some("acme"));
    assert_eq!(tenant(false).await.unwrap(), (worker, None));
}

/// What is current in the worker, as a header would say it.
#[offload(remote = CARRIES)]
fn traceparent() -> Result<Option<Headers>, Error> {
    Ok(Current.capture().map(|context| {
        assert!(context.span().span_context().is_remote());
        Current.inject(&context)
    }))
}

/// X12: the trace goes on in another process.
#[tokio::test]
async fn a_traceparent_is_current_in_the_body() {
    carry(Current);
    for flags in ["00", "01"] {
        let parent = format!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-{flags}");
        let headers: Headers = vec![("traceparent".into(), parent)];
        let request: Context = Current.extract(&headers).unwrap();
        let started = Current.scope(request.clone(), || traceparent().start());
        assert_eq!(started.await.unwrap().as_ref(), Some(&headers));
        let spawned = tokio::spawn(Current.scope(request, traceparent));
        assert_eq!(spawned.await.unwrap().unwrap(), Some(headers));
    }
    assert_eq!(traceparent().await.unwrap(), None);
}

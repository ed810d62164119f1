//! What travels with a call to another machine: the trace, and values that the program registered.

use std::cell::RefCell;

use futures_util::StreamExt;
use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState},
};
use tokio_offload::{Carry, Error, Headers, carry, offload};

use crate::{
    functions::{PLAIN, add},
    kit::{Stage, nodes, soon},
};

/// OpenTelemetry's current context, in the W3C format.
struct Trace;

impl Carry for Trace {
    type Value = Context;

    fn capture(&self) -> Option<Context> {
        let context = Context::current();
        context.has_active_span().then_some(context)
    }

    fn scope<R>(&self, context: Context, body: impl FnOnce() -> R) -> R {
        let _attached = context.attach();
        body()
    }

    fn without<R>(&self, body: impl FnOnce() -> R) -> R {
        let _attached = Context::new().attach();
        body()
    }

    fn inject(&self, context: &Context) -> Headers {
        let span = context.span();
        let span = span.span_context();
        let parent = format!(
            "00-{}-{}-{:02x}",
            span.trace_id(),
            span.span_id(),
            span.trace_flags()
        );
        vec![("traceparent".into(), parent)]
    }

    fn extract(&self, headers: &[(String, String)]) -> Option<Context> {
        let (_, parent) = headers.iter().find(|(name, _)| name == "traceparent")?;
        let parts: Vec<_> = parent.split('-').collect();
        let [_, trace, span, flags] = parts[..] else {
            return None;
        };
        let span = SpanContext::new(
            TraceId::from_hex(trace).ok()?,
            SpanId::from_hex(span).ok()?,
            TraceFlags::new(u8::from_str_radix(flags, 16).ok()?),
            true,
            TraceState::default(),
        );
        Some(Context::new().with_remote_span_context(span))
    }
}

thread_local! {
    static TENANT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A value that the program defines.
struct Tenant;

impl Carry for Tenant {
    type Value = String;

    fn capture(&self) -> Option<String> {
        TENANT.with_borrow(Clone::clone)
    }

    fn scope<R>(&self, name: String, body: impl FnOnce() -> R) -> R {
        let before = TENANT.replace(Some(name));
        let back = body();
        TENANT.set(before);
        back
    }

    fn inject(&self, name: &String) -> Headers {
        vec![("tenant".into(), name.clone())]
    }

    fn extract(&self, headers: &[(String, String)]) -> Option<String> {
        let (_, name) = headers.iter().find(|(name, _)| name == "tenant")?;
        Some(name.clone())
    }
}

/// Runs once in each process, in callers and nodes.
pub(crate) fn register() {
    carry(Trace);
    carry(Tenant);
}

/// Returns what is current in the body.
#[offload(remote = PLAIN)]
fn current() -> Result<(Option<String>, Option<String>), Error> {
    let trace = Trace.capture().map(|context| {
        assert!(context.span().span_context().is_remote());
        Trace.inject(&context).remove(0).1
    });
    Ok((trace, Tenant.capture()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_and_a_value_are_current_in_the_body() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    register();
    let watcher = async_nats::connect(stage.server.url()).await.unwrap();
    let mut tickets = watcher
        .subscribe("offload.v1.plain.0.call.>")
        .await
        .unwrap();
    watcher.flush().await.unwrap();
    for place in ["pool", "workers"] {
        let _node = stage.node(&format!("plain {place} 1"));
        nodes(&PLAIN, 1).await;
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let headers: Headers = vec![("traceparent".into(), parent.into())];
        let request = Trace.extract(&headers).unwrap();
        let call = || Tenant.scope("acme".into(), || current().start());
        let call = Trace.scope(request, call);
        let there = soon(call).await.unwrap();
        assert_eq!(there, (Some(parent.to_owned()), Some("acme".to_owned())));
        // A reader of the queue sees the trace, and nothing else of the call.
        let ticket = soon(tickets.next()).await.unwrap();
        let shown = ticket.headers.unwrap();
        assert_eq!(shown.get("traceparent").unwrap().as_str(), parent);
        assert!(shown.get("tenant").is_none());
        assert_eq!(soon(current()).await.unwrap(), (None, None));
        soon(tickets.next()).await.unwrap();
    }
}

/// A trace that is no header, as when a program passes on what others have sent it.
struct Forged;

impl Carry for Forged {
    type Value = String;

    fn capture(&self) -> Option<String> {
        Some("a\r\nNats-Rollup: all\n\n".to_owned())
    }

    fn scope<R>(&self, _: String, body: impl FnOnce() -> R) -> R {
        body()
    }

    fn inject(&self, trace: &String) -> Headers {
        vec![("traceparent".into(), trace.clone())]
    }

    fn extract(&self, headers: &[(String, String)]) -> Option<String> {
        let (_, trace) = headers.iter().find(|(name, _)| name == "traceparent")?;
        Some(trace.clone())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_that_is_no_header_ends_nothing() {
    let Some(stage) = Stage::set().await else {
        return;
    };
    carry(Forged);
    let watcher = async_nats::connect(stage.server.url()).await.unwrap();
    let mut tickets = watcher
        .subscribe("offload.v1.plain.0.call.>")
        .await
        .unwrap();
    watcher.flush().await.unwrap();
    let _node = stage.node("plain pool 1");
    for number in 0..3 {
        assert_eq!(soon(add(number, 1)).await.unwrap(), number + 1);
        let ticket = soon(tickets.next()).await.unwrap();
        assert_eq!(ticket.headers.map_or(0, |headers| headers.len()), 0);
    }
}

//! OpenTelemetry's current context as something that follows calls, as the docs of `Carry` show it.

use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState},
};
use tokio_offload::{Carry, Headers};

/// A context counts where it has a span. To another process go the ids of that, as the W3C writes them.
pub struct Current;

impl Carry for Current {
    type Value = Context;

    fn capture(&self) -> Option<Context> {
        let context = Context::current();
        context.has_active_span().then_some(context)
    }

    fn scope<R>(&self, context: Context, body: impl FnOnce() -> R) -> R {
        let _attached = context.attach();
        body()
    }

    /// Keeps a thread that is lent apart.
    fn without<R>(&self, body: impl FnOnce() -> R) -> R {
        self.scope(Context::new(), body)
    }

    fn inject(&self, context: &Context) -> Headers {
        let span = context.span().span_context().clone();
        let (trace, id, flags) = (span.trace_id(), span.span_id(), span.trace_flags());
        vec![("traceparent".into(), format!("00-{trace}-{id}-{flags:02x}"))]
    }

    fn extract(&self, headers: &[(String, String)]) -> Option<Context> {
        let (_, parent) = headers.iter().find(|(name, _)| name == "traceparent")?;
        let mut parts = parent.split('-').skip(1);
        let trace = TraceId::from_hex(parts.next()?).ok()?;
        let id = SpanId::from_hex(parts.next()?).ok()?;
        let flags = u8::from_str_radix(parts.next()?, 16).ok()?;
        let flags = TraceFlags::new(flags);
        let span = SpanContext::new(trace, id, flags, true, TraceState::NONE);
        span.is_valid()
            .then(|| Context::new().with_remote_span_context(span))
    }
}

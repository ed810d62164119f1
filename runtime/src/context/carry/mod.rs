//! `carry`: values that follow calls from the caller to the body, one way.
//!
//! Values become text only for calls that run in another process (feature `remote`). `registered` is the list of what is carried, `values`
//! are the values of one call.

mod registered;
mod values;

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use tokio::task::LocalKey;

pub(crate) use self::values::Values;
use crate::unwind::catch;
#[cfg(feature = "remote")]
use crate::unwind::drop_quietly;
use registered::Registered;

/// Text that travels with a call to another process: names and values, such as `traceparent`.
///
/// ```
/// use tokio_offload::Headers;
///
/// let headers: Headers = vec![("tenant".to_owned(), "acme".to_owned())];
/// ```
pub type Headers = Vec<(String, String)>;

/// Registers a value to copy into every later call in this process.
///
/// The value is a [task-local](tokio::task_local), or anything that implements [`Carry`], which captures it and sets it again.
/// Bodies get copies: the caller does not see changes of a body, and the thread has none of the values after the body. A call
/// copies the values that are current where it is started (first poll or [`start`](crate::Offload::start)). A value that is not
/// set there comes from where the call was made.
///
/// Register each value once, when the program starts: a value that is registered twice is copied twice.
///
/// ```
/// use tokio_offload::{carry, offload};
///
/// tokio::task_local! {
///     static TENANT: String;
/// }
///
/// #[offload]
/// fn database() -> String {
///     TENANT.with(|tenant| format!("db-{tenant}"))
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// carry(&TENANT);
/// let name = TENANT.scope("acme".into(), async { database().await }).await;
/// assert_eq!(name, "db-acme");
/// # }
/// ```
pub fn carry(what: impl Carry) {
    REGISTERED.add(Box::new(Carrier(what)));
}

/// A value that can be captured where a call starts and set around its body: see [`carry`].
///
/// This carries OpenTelemetry's current context, and to another process its trace ids, as the W3C writes them:
///
/// ```
/// use opentelemetry::{
///     Context,
///     trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState},
/// };
/// use tokio_offload::{Carry, Headers, carry, offload};
///
/// struct Current;
///
/// impl Carry for Current {
///     type Value = Context;
///
///     fn capture(&self) -> Option<Context> {
///         let context = Context::current();
///         context.has_active_span().then_some(context)
///     }
///
///     fn scope<R>(&self, context: Context, body: impl FnOnce() -> R) -> R {
///         let _attached = context.attach();
///         body()
///     }
///
///     fn without<R>(&self, body: impl FnOnce() -> R) -> R {
///         self.scope(Context::new(), body)
///     }
///
///     fn inject(&self, context: &Context) -> Headers {
///         let span = context.span().span_context().clone();
///         let (trace, id, flags) = (span.trace_id(), span.span_id(), span.trace_flags());
///         vec![("traceparent".into(), format!("00-{trace}-{id}-{flags:02x}"))]
///     }
///
///     fn extract(&self, headers: &[(String, String)]) -> Option<Context> {
///         let (_, parent) = headers.iter().find(|(name, _)| name == "traceparent")?;
///         let mut parts = parent.split('-').skip(1);
///         let trace = TraceId::from_hex(parts.next()?).ok()?;
///         let id = SpanId::from_hex(parts.next()?).ok()?;
///         let flags = u8::from_str_radix(parts.next()?, 16).ok()?;
///         let flags = TraceFlags::new(flags);
///         let span = SpanContext::new(trace, id, flags, true, TraceState::NONE);
///         span.is_valid().then(|| Context::new().with_remote_span_context(span))
///     }
/// }
///
/// #[offload]
/// fn trace() -> TraceId {
///     Context::current().span().span_context().trace_id()
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// carry(Current);
/// // As it comes with a request.
/// let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
/// let headers = [("traceparent".to_owned(), parent.to_owned())];
/// let request = Current.extract(&headers).unwrap();
/// assert_eq!(Current.inject(&request), headers);
///
/// let call = Current.scope(request, trace);
/// // Also in a task of its own, where no context is current.
/// let trace = tokio::spawn(call).await.unwrap();
/// assert_eq!(trace.to_string(), "0af7651916cd43dd8448eb211c80319c");
/// # }
/// ```
pub trait Carry: Send + Sync + 'static {
    /// The value that is copied to the body.
    type Value: Clone + Send + Sync + 'static;

    /// The current value on this thread, or `None` if none is set. `Some`, even of an empty value, hides the value that was
    /// current where the call was made. It is called for each call, where the call is made and where it is started, so it
    /// should be fast. A panic counts as `None`.
    fn capture(&self) -> Option<Self::Value>;

    /// Sets the value, runs the body and removes the value. It must run the body once, on this thread. If it does not run the
    /// body, the body runs without the value.
    fn scope<R>(&self, value: Self::Value, body: impl FnOnce() -> R) -> R;

    /// Runs the body of a call that has no value, on a thread where the value of another call is set. This happens if the body of the other
    /// call waits in [`block_on`](crate::block_on). By default the new body sees the value of the other call.
    fn without<R>(&self, body: impl FnOnce() -> R) -> R {
        body()
    }

    /// The value as text, for a call to another process. By default the value is not sent.
    fn inject(&self, value: &Self::Value) -> Headers {
        let _ = value;
        Headers::new()
    }

    /// Reads the value that [`inject`](Self::inject) wrote in the process of the caller. In the worker process, call
    /// [`carry`](crate::carry) before `tokio_offload::init`.
    fn extract(&self, headers: &[(String, String)]) -> Option<Self::Value> {
        let _ = headers;
        None
    }
}

/// A task-local is cloned for each call. It is not sent to other processes.
impl<T: Clone + Send + Sync + 'static> Carry for &'static LocalKey<T> {
    type Value = T;

    fn capture(&self) -> Option<T> {
        self.try_with(T::clone).ok()
    }

    fn scope<R>(&self, value: T, body: impl FnOnce() -> R) -> R {
        self.sync_scope(value, body)
    }

    /// A task whose value was taken away has none set while it is polled.
    fn without<R>(&self, body: impl FnOnce() -> R) -> R {
        let Some(value) = self.capture() else {
            return body();
        };
        let mut empty = pin!(LocalKey::scope(self, value, async { body() }));
        empty.as_mut().take_value();
        match empty.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => result,
            Poll::Pending => unreachable!("the task waits for nothing"),
        }
    }
}

static REGISTERED: Registered<Box<dyn DynCarry>> = Registered::new();

/// A registered `Carry`.
trait DynCarry: Send + Sync {
    fn capture(&'static self) -> Option<Box<dyn DynValue>>;
    #[cfg(feature = "remote")]
    fn extract(&'static self, headers: &[(String, String)]) -> Option<Box<dyn DynValue>>;
}

struct Carrier<C>(C);

/// A captured value, and the carry that captured it.
pub(crate) trait DynValue: Send + Sync {
    fn scope(self: Box<Self>, body: &mut dyn FnMut());
    fn without(&self, body: &mut dyn FnMut());
    fn copy(&self) -> Box<dyn DynValue>;
    #[cfg(feature = "remote")]
    fn inject(&self) -> Headers;
}

struct CarriedBy<C: Carry> {
    carry: &'static C,
    value: C::Value,
}

impl<C: Carry> Carrier<C> {
    fn carried(&'static self, value: C::Value) -> Box<dyn DynValue> {
        let carry = &self.0;
        Box::new(CarriedBy { carry, value })
    }
}

impl<C: Carry> DynCarry for Carrier<C> {
    fn capture(&'static self) -> Option<Box<dyn DynValue>> {
        let value = catch(|| self.0.capture()).flatten()?;
        Some(self.carried(value))
    }

    #[cfg(feature = "remote")]
    fn extract(&'static self, headers: &[(String, String)]) -> Option<Box<dyn DynValue>> {
        let value = catch(|| self.0.extract(headers)).flatten()?;
        Some(self.carried(value))
    }
}

impl<C: Carry> DynValue for CarriedBy<C> {
    fn scope(self: Box<Self>, body: &mut dyn FnMut()) {
        self.carry.scope(self.value, body);
    }

    fn without(&self, body: &mut dyn FnMut()) {
        self.carry.without(body);
    }

    fn copy(&self) -> Box<dyn DynValue> {
        Box::new(Self {
            carry: self.carry,
            value: self.value.clone(),
        })
    }

    #[cfg(feature = "remote")]
    fn inject(&self) -> Headers {
        catch(|| self.carry.inject(&self.value)).unwrap_or_default()
    }
}

/// The current values of this thread, one slot for each carry. Empty if nothing is registered.
pub(crate) fn capture() -> Values {
    each(DynCarry::capture)
}

#[cfg(feature = "remote")]
/// The values that are current on this thread, as text for another process.
pub(crate) fn inject() -> Headers {
    let mut headers = Headers::new();
    for value in capture().slots_mut().iter_mut().filter_map(Option::take) {
        headers.extend(value.inject());
        drop_quietly(value);
    }
    headers
}

#[cfg(feature = "remote")]
/// The values in the `headers` of a call from another process.
pub(crate) fn extract(headers: &[(String, String)]) -> Values {
    each(|carry| carry.extract(headers))
}

/// Whether anything is registered.
pub(crate) fn is_any() -> bool {
    REGISTERED.is_any()
}

fn each(f: impl FnMut(&'static dyn DynCarry) -> Option<Box<dyn DynValue>>) -> Values {
    REGISTERED.all().map(|carry| &**carry).map(f).collect()
}

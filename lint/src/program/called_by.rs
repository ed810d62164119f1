//! Which code outside the program calls a function. Recognises hand-written methods that a runtime calls.

/// Which code calls a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CalledBy {
    /// Only other functions.
    Functions,
    /// Tasks, and the function belongs to the package: the body of an `async fn`, or a hand-written method of a future, stream,
    /// reader or service.
    Tasks,
    /// Code that awaits it. The function belongs to another crate.
    Await,
    /// The same or a task, and the function calls functions of the package.
    CallsBack,
}

/// Methods without a `Context`. Tasks call them where they poll the service or the sink.
const BETWEEN_POLLS: [(&str, &str); 4] = [
    ("tower_service::Service", "call"),
    ("hyper::service::service::Service", "call"),
    ("actix_service::Service", "call"),
    ("futures_sink::Sink", "start_send"),
];

/// Whether it is a method that a task polls. If it is called through `dyn`, no other function names it.
///
/// Only tasks have a `Context`, so a function that takes one is called by a task. If a macro generated the function, so that the source
/// does not show its signature, the prefix `poll_` decides.
pub(super) fn is_by_hand(name: &str, takes_context: impl FnOnce() -> Option<bool>) -> bool {
    let Some((type_, of, method)) = method_of_trait(name) else {
        return takes_context().unwrap_or(false);
    };
    match method {
        "poll" if of == FUTURE => true,
        _ if BETWEEN_POLLS.contains(&(of, method)) => true,
        // A trait of the program itself may poll a device on its own thread.
        _ => takes_context()
            .unwrap_or_else(|| method.starts_with("poll_") && crate_of(type_) != crate_of(of)),
    }
}

/// Whether `.await` calls it, or whether it is a similar method.
pub(super) fn is_poll(name: &str) -> bool {
    method_of_trait(name).is_some_and(|(_, of, method)| {
        (method == "poll" && of == FUTURE) || method.starts_with("poll_")
    })
}

/// Whether it is a method that tasks call where they poll the service or the sink.
pub(super) fn is_between_polls(name: &str) -> bool {
    method_of_trait(name).is_some_and(|(_, of, method)| BETWEEN_POLLS.contains(&(of, method)))
}

const FUTURE: &str = "core::future::future::Future";

/// `<Type`, `Trait` and `method` of `<Type as Trait>::method`.
pub(super) fn method_of_trait(name: &str) -> Option<(&str, &str, &str)> {
    let (implementation, method) = name.rsplit_once(">::")?;
    let (type_, of) = implementation.rsplit_once(" as ")?;
    Some((type_, of, method))
}

fn crate_of(path: &str) -> &str {
    let path = path.trim_start_matches(['<', '&']);
    path.split("::").next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{is_by_hand, is_poll};

    #[test]
    fn what_is_asked_for_progress_is_known_by_its_name() {
        for name in [
            "<app::Wait as core::future::future::Future>::poll",
            "<app::Files as futures_core::stream::Stream>::poll_next",
            "<app::Log<T> as tokio::io::async_write::AsyncWrite>::poll_shutdown",
            "<app::Limit as tower_service::Service>::call",
            "<app::Frames as futures_sink::Sink>::start_send",
        ] {
            assert!(is_by_hand(name, || None), "{name}");
        }
        for name in [
            "app::poll_all",
            "<app::Timer as app::Clock>::poll",
            "<app::Mouse as app::Source>::poll_events",
            "<app::Line as app::Phone>::call",
            "<app::Line as app::Sink>::start_send",
            "app::Files::poll_next",
        ] {
            assert!(!is_by_hand(name, || None), "{name}");
        }
    }

    #[test]
    fn what_takes_a_context_is_known_by_that() {
        for name in [
            "<app::Mouse as app::Source>::poll_events",
            "<std::fs::File as app::Source>::poll_events",
            "<app::Mouse as app::Source>::more",
            "app::Source::poll_events",
        ] {
            assert!(is_by_hand(name, || Some(true)), "{name}");
            assert!(!is_by_hand(name, || Some(false)), "{name}");
        }
    }

    #[test]
    fn what_is_awaited_is_polled() {
        assert!(is_poll("<a::Send as core::future::future::Future>::poll"));
        assert!(is_poll(
            "<a::Lines as futures_core::stream::Stream>::poll_next"
        ));
        assert!(!is_poll("<a::Send as core::fmt::Debug>::fmt"));
        assert!(!is_poll("a::poll"));
    }
}

//! Methods that runtimes call, written by hand.

/// Services are called where they are polled.
const SERVICES: [&str; 3] = [
    "tower_service::Service",
    "hyper::service::service::Service",
    "actix_service::Service",
];

/// Whether it is a method that asks for progress. Behind `dyn` nothing else in the program names it.
pub(super) fn is_by_hand(name: &str) -> bool {
    let Some((implementation, method)) = name.rsplit_once(">::") else {
        return false;
    };
    let of = implementation.rsplit_once(" as ").map_or("", |(_, it)| it);
    match method {
        "poll" => of == "core::future::future::Future",
        "call" => SERVICES.contains(&of),
        _ => !of.is_empty() && method.starts_with("poll_"),
    }
}

#[cfg(test)]
mod tests {
    use super::is_by_hand;

    #[test]
    fn what_is_asked_for_progress_is_known_by_its_name() {
        for name in [
            "<app::Wait as core::future::future::Future>::poll",
            "<app::Files as futures_core::stream::Stream>::poll_next",
            "<app::Log<T> as tokio::io::async_write::AsyncWrite>::poll_shutdown",
            "<app::Limit as tower_service::Service>::call",
        ] {
            assert!(is_by_hand(name), "{name}");
        }
        for name in [
            "app::poll_all",
            "<app::Timer as app::Clock>::poll",
            "<app::Line as app::Phone>::call",
            "app::Files::poll_next",
        ] {
            assert!(!is_by_hand(name), "{name}");
        }
    }
}

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
    let Some((type_, of)) = implementation.rsplit_once(" as ") else {
        return false;
    };
    match method {
        "poll" => of == "core::future::future::Future",
        "call" => SERVICES.contains(&of),
        // A trait of the program's own may ask a device on a thread of its own: only who calls it tells.
        _ => method.starts_with("poll_") && crate_of(type_) != crate_of(of),
    }
}

fn crate_of(path: &str) -> &str {
    let path = path.trim_start_matches(['<', '&']);
    path.split("::").next().unwrap_or_default()
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
            "<app::Mouse as app::Source>::poll_events",
            "<app::Line as app::Phone>::call",
            "app::Files::poll_next",
        ] {
            assert!(!is_by_hand(name), "{name}");
        }
    }
}

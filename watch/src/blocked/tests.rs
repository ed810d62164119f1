//! The texts of reports.

use std::time::Duration;

use super::{Blocked, How};

fn report(how: How) -> Blocked {
    Blocked {
        one_poll: true,
        ..Blocked::new(Some(2), how, Duration::from_millis(101))
    }
}

fn sleeping() -> Blocked {
    Blocked {
        function: Some("app::load".into()),
        file: Some("src/load.rs".into()),
        line: Some(58),
        calls: Some("std::thread::sleep".into()),
        ..report(How::Waiting {
            syscall: "clock_nanosleep",
        })
    }
}

#[test]
fn a_waiting_thread_is_told_with_what_it_calls() {
    let text = "worker 2 has been blocked for 101 ms in `std::thread::sleep` (clock_nanosleep), called by `app::load` \
                (src/load.rs:58): put `#[offload]` on the function that calls it";
    assert_eq!(sleeping().to_string(), text);
}

#[test]
fn a_call_of_the_system_under_its_own_name_is_named_once() {
    for name in ["poll", "__poll"] {
        let direct = Blocked {
            calls: Some(name.into()),
            ..report(How::Waiting { syscall: "poll" })
        };
        assert_eq!(direct.what(), format!("`{name}`"));
    }
}

#[test]
fn a_method_of_a_trait_cannot_have_the_attribute() {
    let method = Blocked {
        function: Some("<app::Store as core::ops::drop::Drop>::drop".into()),
        ..sleeping()
    };
    let text = method.to_string();
    let end = "(src/load.rs:58): move that into a function with `#[offload]`";
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn several_polls_are_not_said_to_be_one() {
    let several = Blocked {
        one_poll: false,
        worker: None,
        ..sleeping()
    };
    let text = several.to_string();
    let start = "the thread inside `block_on` has not come back to its runtime for 101 ms, last seen in `std::thread::sleep`";
    assert!(text.starts_with(start), "{text}");
}

#[test]
fn a_computing_thread_is_told_with_its_function() {
    let computing = Blocked {
        calls: None,
        ..Blocked {
            how: How::Computing,
            ..sleeping()
        }
    };
    let text = "worker 2 has been computing for 101 ms in `app::load` (src/load.rs:58): put `#[offload]` on it, best with a \
                pool for computing";
    assert_eq!(computing.to_string(), text);
}

#[test]
fn an_overloaded_machine_is_nobodys_fault() {
    let text = report(How::NotScheduled { percent: 92 }).to_string();
    let words = "worker 2 has got no processor for 92 % of 101 ms: the machine is overloaded, this is not your code";
    assert_eq!(text, words);
}

#[test]
fn what_has_no_name_says_what_would_help() {
    let unnamed = Blocked {
        unnamed: Some("build with symbols to see where"),
        ..report(How::Waiting { syscall: "futex" })
    };
    let text = "worker 2 has been blocked for 101 ms in `futex`; build with symbols to see where";
    assert_eq!(unnamed.to_string(), text);
}

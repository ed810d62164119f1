//! Names of functions in different builds.

use super::{Culprit, Frame, culprit, full_name, tidy};

const TASK: &str = "/home-of/registry/src/index/tokio-1.54.1/src/runtime/task/raw.rs";

fn frame(name: &str, file: &str, line: u32) -> Frame {
    Frame {
        name: name.into(),
        file: (!file.is_empty()).then(|| file.into()),
        line: (line > 0).then_some(line),
    }
}

fn symbol(name: &str) -> Frame {
    frame(name, "", 0)
}

#[test]
fn the_innermost_frame_of_yours_is_named() {
    let frames = [
        frame("clock_nanosleep", "./time/clock_nanosleep.c", 3),
        frame(
            "std::sys::thread::sleep",
            "/rustc/0/library/std/src/sys/thread/unix.rs",
            5,
        ),
        frame("sleep", "/rustc/0/library/std/src/thread/functions.rs", 309),
        frame("app::deep::load", "src/load.rs", 58),
        frame("app::handler::{{closure}}", "src/main.rs", 9),
        frame("tokio::runtime::task::raw::poll", TASK, 5),
    ];
    let found = Culprit {
        function: "app::deep::load".into(),
        file: Some("src/load.rs".into()),
        line: Some(58),
        calls: Some("std::thread::sleep".into()),
    };
    assert_eq!(culprit(&frames, "app"), Some(found));
}

#[test]
fn a_closure_has_the_name_of_the_function_around_it() {
    let frames = [
        frame("{closure#0}", "src/load.rs", 58),
        frame("app::load::{async_fn#0}", "src/load.rs", 60),
    ];
    let found = culprit(&frames, "app").unwrap();
    assert_eq!(
        (found.function.as_str(), found.line),
        ("app::load", Some(58))
    );
}

#[test]
fn what_was_inlined_is_named_by_the_types_around_it() {
    let inlined = |outer: &str| {
        let frames = [
            frame("{closure#0}", "src/load.rs", 58),
            frame(outer, "/x/.cargo/registry/src/y/z.rs", 60),
        ];
        culprit(&frames, "app").unwrap().function
    };
    assert_eq!(
        inlined("with_mut<app::load::{async_fn_env#0}<u8>, ()>"),
        "app::load"
    );
    assert_eq!(
        inlined("call<core::task::poll::{impl#0}>"),
        "an unnamed function"
    );
    assert_eq!(inlined("poll"), "an unnamed function");
}

#[test]
fn an_inlined_async_fn_has_not_the_name_of_what_awaits_it() {
    let name = |frames: &[Frame]| culprit(frames, "app").unwrap().function;
    let body = frame("{async_fn#0}", "src/load.rs", 58);
    let poll = frame("poll<alloc::boxed::Box<u8>>", "/rustc/0/library/x.rs", 3);
    let caller = frame("app::handle::{{closure}}", "src/main.rs", 7);
    let awaited = [body.clone(), poll.clone(), caller.clone()];
    assert_eq!(name(&awaited), "an async fn that app::handle awaits");
    assert_eq!(name(&[body.clone(), poll.clone()]), "an async fn");
    // A type says its name, and a block belongs to the function around it.
    let typed = frame("call<app::load::{async_fn_env#0}>", "/rustc/0/x.rs", 3);
    assert_eq!(name(&[body, typed]), "app::load");
    let block = frame("{async_block#0}", "src/main.rs", 8);
    assert_eq!(name(&[block, poll, caller]), "app::handle");
}

#[test]
fn without_files_the_crate_of_the_program_comes_first() {
    let frames = [
        symbol("clock_nanosleep"),
        symbol("std::thread::functions::sleep"),
        symbol("database::connect"),
        symbol("app::load::{{closure}}"),
        symbol("tokio::runtime::task::raw::poll"),
    ];
    let name = |program| culprit(&frames, program).unwrap().function;
    assert_eq!(
        (name("app"), name("elsewhere")),
        ("app::load".into(), "database::connect".into())
    );
    assert_eq!(culprit(&frames[..2], "app"), None);
}

#[test]
fn names_are_read_without_what_the_compiler_adds() {
    let tidied = [
        ("app::load::{{closure}}", "app::load"),
        ("app::load::<u8>::{async_fn#0}", "app::load"),
        ("app::pick::<fn() -> u8>", "app::pick"),
        (
            "<app::Store as app::Load>::load",
            "<app::Store as app::Load>::load",
        ),
        ("{closure#0}", ""),
    ];
    for (name, without) in tidied {
        assert_eq!(tidy(name), without);
    }
    let bare = frame("recv<u8>", "/rustc/0/library/std/src/sync/mpsc/mod.rs", 7);
    assert_eq!(full_name(&bare), "std::sync::mpsc::recv");
    let file = "/x/registry/src/index-1f/serde_json-1.0.9/src/de.rs";
    let other = frame("from_str<app::Load>", file, 7);
    assert_eq!(full_name(&other), "serde_json::de::from_str");
}

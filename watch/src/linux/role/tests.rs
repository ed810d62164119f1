//! Stacks as they look in different builds.

use super::{Culprit, Frame, Role, culprit, full_name, role, tidy};

const WORKER: &str =
    "/home-of/registry/src/index/tokio-1.54.1/src/runtime/scheduler/multi_thread/worker.rs";
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
fn a_worker_in_a_poll_is_told_by_files_and_by_symbols() {
    let inlined = [frame("poll<app>", TASK, 5), frame("run_task", WORKER, 7)];
    assert_eq!(role(&inlined), Role::Worker);
    let symbols = [
        symbol("app::load::{{closure}}"),
        symbol("tokio::runtime::task::raw::poll"),
        symbol("tokio::runtime::scheduler::multi_thread::worker::Context::run_task"),
        symbol("tokio::runtime::blocking::pool::Inner::run"),
    ];
    assert_eq!(role(&symbols), Role::Worker);
}

#[test]
fn a_parked_worker_is_innocent_and_so_is_one_without_a_task() {
    let park = [frame("park_internal", WORKER, 7), frame("run", WORKER, 9)];
    assert_eq!(role(&park), Role::Innocent);
    let driver = [
        symbol("mio::poll::Poll::poll"),
        symbol("tokio::runtime::io::driver::Driver::turn"),
    ];
    assert_eq!(role(&driver), Role::Innocent);
    assert_eq!(role(&[frame("run", WORKER, 9)]), Role::Innocent);
    assert_eq!(role(&[symbol("app::main")]), Role::Untold);
}

#[test]
fn blocking_threads_and_block_in_place_are_innocent() {
    let pool = [
        symbol("std::thread::functions::sleep"),
        symbol("tokio::runtime::task::raw::poll"),
        symbol("tokio::runtime::blocking::pool::Inner::run"),
    ];
    assert_eq!(role(&pool), Role::Innocent);
    let in_place = [
        symbol("tokio::runtime::scheduler::multi_thread::worker::block_in_place::<app::f, ()>"),
        symbol("tokio::runtime::task::raw::poll"),
        symbol("tokio::runtime::scheduler::multi_thread::worker::run"),
    ];
    let bare = [
        frame("block_in_place<app, ()>", WORKER, 5),
        frame("poll<app>", TASK, 5),
        frame("run_task", WORKER, 7),
    ];
    assert_eq!(
        (role(&in_place), role(&bare)),
        (Role::Innocent, Role::Innocent)
    );
}

/// If a worker was inlined into the body of its thread, two polls are left.
#[test]
fn a_worker_that_was_inlined_is_not_taken_for_a_blocking_thread() {
    let worker = [
        symbol("std::thread::functions::sleep"),
        symbol("tokio::runtime::task::raw::poll"),
        symbol("tokio::runtime::task::raw::poll"),
        symbol("tokio::runtime::blocking::pool::Inner::run"),
    ];
    assert_eq!(role(&worker), Role::Untold);
}

#[test]
fn the_threads_inside_block_on_are_told_apart() {
    let single = [
        symbol("app::main::{{closure}}"),
        symbol("tokio::runtime::scheduler::current_thread::CoreGuard::block_on"),
    ];
    assert_eq!(role(&single), Role::Single);
    let root = [
        symbol("app::main::{{closure}}"),
        symbol("tokio::runtime::park::CachedParkThread::block_on"),
    ];
    assert_eq!(role(&root), Role::Root);
    let parked = [
        symbol("tokio::runtime::park::Inner::park"),
        symbol("tokio::runtime::park::CachedParkThread::block_on"),
    ];
    assert_eq!(role(&parked), Role::Innocent);
}

#[test]
fn sources_of_others_with_the_same_folders_are_not_tokio() {
    let other = "/x/tokio-util-0.7/src/runtime/scheduler/multi_thread/worker.rs";
    assert_eq!(
        role(&[frame("poll", TASK, 5), frame("run_task", other, 7)]),
        Role::Untold
    );
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
}

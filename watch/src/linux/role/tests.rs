//! Stacks as they look in different builds.

use super::{Frame, Role, may_be_worker, role};

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
    assert_eq!(role(&park), Role::NotBlocking);
    let driver = [
        symbol("mio::poll::Poll::poll"),
        symbol("tokio::runtime::io::driver::Driver::turn"),
    ];
    assert_eq!(role(&driver), Role::NotBlocking);
    assert_eq!(role(&[frame("run", WORKER, 9)]), Role::NotBlocking);
    assert_eq!(role(&[symbol("app::main")]), Role::Unidentified);
}

#[test]
fn blocking_threads_and_block_in_place_are_innocent() {
    let pool = [
        symbol("std::thread::functions::sleep"),
        symbol("tokio::runtime::task::raw::poll"),
        symbol("tokio::runtime::blocking::pool::Inner::run"),
    ];
    assert_eq!(role(&pool), Role::NotBlocking);
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
        (Role::NotBlocking, Role::NotBlocking)
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
    assert_eq!(role(&worker), Role::Unidentified);
    assert!(may_be_worker(&worker));
}

/// All of tokio that can be inlined was inlined without a record.
#[test]
fn a_thread_with_fewer_than_two_polls_is_no_worker() {
    let worker = [
        symbol("app::load"),
        symbol("tokio::runtime::task::raw::poll"),
        symbol("tokio::runtime::task::harness::Harness<T,S>::poll"),
        symbol("std::sys::backtrace::__rust_begin_short_backtrace"),
    ];
    assert!(may_be_worker(&worker));
    for inner in [
        symbol("tokio::runtime::task::raw::poll"),
        symbol("pool::run"),
    ] {
        let other = [symbol("app::compute"), inner, worker[3].clone()];
        assert_eq!(role(&other), Role::Unidentified);
        assert!(!may_be_worker(&other), "{other:?}");
    }
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
    assert_eq!(role(&parked), Role::NotBlocking);
}

#[test]
fn sources_of_others_with_the_same_folders_are_not_tokio() {
    let other = "/x/tokio-util-0.7/src/runtime/scheduler/multi_thread/worker.rs";
    assert_eq!(
        role(&[frame("poll", TASK, 5), frame("run_task", other, 7)]),
        Role::Unidentified
    );
}

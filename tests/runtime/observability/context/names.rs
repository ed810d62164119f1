//! X7: a thread is called by the function it runs, while it runs it.

use std::{fs, thread};

use offload_observability::everywhere;
use offload_tests::{current_thread, drive, in_time};
use tokio_offload::{Pool, block_on, offload};

static POOL: Pool = Pool::new("images").threads(1);

/// What the system calls this thread.
fn name() -> String {
    read("thread-self")
}

/// What the system calls a thread, by its folder.
fn read(thread: &str) -> String {
    let name = fs::read_to_string(format!("/proc/{thread}/comm")).unwrap();
    name.trim_end_matches('\n').to_owned()
}

/// The folder of this thread.
fn folder() -> String {
    let folder = fs::read_link("/proc/thread-self").unwrap();
    folder.into_os_string().into_string().unwrap()
}

#[offload(pool = POOL)]
fn checksum() -> (String, String) {
    (name(), folder())
}

#[offload(pool = POOL)]
fn load_thumbnail_of_album() -> String {
    name()
}

#[offload(pool = POOL)]
fn größenänderungen() -> String {
    name()
}

#[offload(pool = POOL)]
fn fails() {
    panic!("on purpose");
}

#[offload(pool = POOL)]
fn renames() {
    let own = thread::current().name().unwrap().to_owned();
    assert_eq!(own, "images-0", "what Rust calls it does not change");
}

/// In the body and after it, for names of any kind, and after a panic.
#[test]
fn a_thread_is_called_by_its_function() {
    in_time(|| {
        let (inside, thread) = drive(checksum());
        assert_eq!(inside, "checksum");
        assert_eq!(read(&thread), "images-0");
        assert_eq!(drive(load_thumbnail_of_album()), "load_thumbnail_");
        assert_eq!(read(&thread), "images-0");
        assert_eq!(drive(größenänderungen()), "größenänderu");
        assert!(drive(fails().outcome()).is_err());
        assert_eq!(read(&thread), "images-0");
        drive(renames());
        assert_eq!(drive(checksum()), ("checksum".into(), thread));
    });
}

/// An inner body on the same thread gives the name back to the outer one.
#[test]
fn a_nested_body_gives_the_name_back() {
    #[offload(pool = NESTING)]
    fn inner() -> String {
        name()
    }
    #[offload(pool = NESTING)]
    fn outer() -> [String; 3] {
        [name(), block_on(inner()).unwrap(), name()]
    }
    static NESTING: Pool = Pool::new("nesting").threads(1);
    in_time(|| {
        let names = current_thread().block_on(outer());
        assert_eq!(names, ["outer", "inner", "outer"]);
    });
}

/// On the threads of others too, which have theirs back.
#[test]
fn threads_of_others_have_their_names_back() {
    in_time(|| {
        for place in everywhere() {
            let _runtime = place.runtime.enter();
            let before = name();
            let (inside, thread) = drive(place.run(|| (name(), folder())));
            // An owner's closure counts under what it was handed to.
            assert!(
                ["body", "Owner::run"].contains(&inside.as_str()),
                "{inside}"
            );
            // The threads of rayon are those of other tests too, which may run a body just now.
            while ["body", "Owner::run"].contains(&read(&thread).as_str()) {
                std::thread::yield_now();
            }
            assert_eq!(name(), before, "{}", place.name);
        }
    });
}

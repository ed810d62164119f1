//! Methods that are called through `dyn`.

mod kit;

use kit::{app, places, text};

/// The types are chosen while the program runs, so that the compiler does not know them.
const CODE: &str = "\
use std::{fs, hint::black_box, sync::Arc};

trait Store: Send + Sync {
    fn name(&self) -> String;
    fn load(&self, key: &str) -> Vec<u8>;
    fn both(&self, key: &str) -> usize { fs::read(key).map_or(0, |it| it.len()) + self.load(key).len() }
}
struct Memory;
impl Store for Memory {
    fn name(&self) -> String { String::new() }
    fn load(&self, key: &str) -> Vec<u8> { key.into() }
}
struct Disk(String);
impl Store for Disk {
    fn name(&self) -> String { fs::canonicalize(&self.0).map_or(String::new(), |it| it.display().to_string()) }
    fn load(&self, key: &str) -> Vec<u8> { fs::read(key).unwrap_or_default() }
}

// It is never called by async code, and neither name fits.
trait Journal: Send + Sync {
    fn save(&self, key: &str) -> bool;
    fn drop_all(&self) -> bool;
}
impl Journal for Disk {
    fn save(&self, key: &str) -> bool { fs::write(key, \"\").is_ok() }
    fn drop_all(&self) -> bool { fs::remove_file(&self.0).is_ok() }
}

fn store(number: u8) -> Arc<dyn Store> {
    if black_box(number) == 7 { Arc::new(Memory) } else { Arc::new(Disk(\"x\".into())) }
}

fn journal(number: u8) -> Arc<dyn Journal> {
    black_box(if number == 9 { Arc::new(Disk(\"y\".into())) } else { Arc::new(Disk(\"z\".into())) })
}

struct App { store: Arc<dyn Store> }

async fn serve(number: u8) {
    let app = App { store: store(number) };
    black_box(journal(number));
    black_box(app.store.load(\"x\"));
    std::future::ready(()).await;
    let name = app
        .store
        .name();
    black_box((name, app.store.both(\"x\")));
}
";

#[test]
fn methods_of_the_package_are_followed() {
    for arguments in [&[][..], &["--release"]] {
        let output = app("dispatched", "", CODE).lint(&[], arguments);
        let lines = ["src/main.rs:6", "src/main.rs:15", "src/main.rs:16"];
        let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(places(&output), lines, "{arguments:?} {said}");
    }
}

/// A box has the methods of traits of the standard library itself, and calls those of what is in it.
#[test]
fn boxes_hand_on_what_they_are_asked() {
    let code = "\
use std::{hint::black_box, io::Read};
struct Slow(u8);
impl Iterator for Slow {
    type Item = u8;
    fn next(&mut self) -> Option<u8> { std::thread::sleep(std::time::Duration::from_millis(1)); self.0.checked_sub(1) }
}
impl Read for Slow {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> { Ok(std::fs::read(\"x\")?.len()) }
}
fn numbers(number: u8) -> Box<dyn Iterator<Item = u8>> {
    if black_box(number) == 7 { Box::new([1, 2].into_iter()) } else { Box::new(Slow(1)) }
}
fn reader(number: u8) -> Box<dyn Read> {
    if black_box(number) == 7 { Box::new(std::io::empty()) } else { Box::new(Slow(1)) }
}
async fn serve(number: u8) {
    for one in numbers(number) { black_box(one); }
    black_box(reader(number).read(&mut [0]).is_ok());
}
";
    let output = app("boxes", "", code).lint(&[], &[]);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(
        places(&output),
        ["src/main.rs:5", "src/main.rs:8"],
        "{said}"
    );
}

/// Many arguments, a trait above the trait, a type that may have no size, a closure around the call, a trait with arguments.
#[test]
fn each_form_of_call_is_followed() {
    let code = "\
use std::{fmt::Debug, fs, hint::black_box};
trait Named {
    fn title(&self) -> String;
}
trait Store<K: Debug>: Named {
    fn put(&self, key: K, all: [u64; 5], a: u64, b: f64, c: &str, d: String, e: u8, f: u8) -> Option<u64>;
    fn sync(&mut self);
    fn size(&self) -> u64;
    fn list<'a>(&'a self, key: &'a K) -> Vec<String>;
}
struct Disk;
impl Named for Disk {
    fn title(&self) -> String { fs::read_to_string(\"title\").unwrap_or_default() }
}
impl<K: Debug> Store<K> for Disk {
    fn put(&self, key: K, all: [u64; 5], a: u64, b: f64, c: &str, d: String, e: u8, f: u8) -> Option<u64> {
        fs::write(c, format!(\"{key:?}{all:?}{a}{b}{d}{e}{f}\")).ok().map(|()| a)
    }
    fn sync(&mut self) { black_box(fs::remove_file(\"x\").is_ok()); }
    fn size(&self) -> u64 { fs::metadata(\"x\").map_or(0, |it| it.len()) }
    fn list<'a>(&'a self, key: &'a K) -> Vec<String> { vec![fs::read_to_string(format!(\"{key:?}\")).unwrap_or_default()] }
}
struct Memory;
impl Named for Memory {
    fn title(&self) -> String { String::new() }
}
impl<K: Debug> Store<K> for Memory {
    fn put(&self, _: K, _: [u64; 5], a: u64, _: f64, _: &str, _: String, _: u8, _: u8) -> Option<u64> { Some(a) }
    fn sync(&mut self) {}
    fn size(&self) -> u64 { 0 }
    fn list<'a>(&'a self, _: &'a K) -> Vec<String> { Vec::new() }
}
fn store(number: u8) -> Box<dyn Store<u8>> {
    if black_box(number) == 7 { Box::new(Memory) } else { Box::new(Disk) }
}
fn title<N: Named + ?Sized>(named: &N) -> String { named.title() }
fn size(store: &dyn Store<u8>) -> u64 { store.size() }
fn sync(store: &mut dyn Store<u8>) { store.sync() }

async fn serve(number: u8) {
    let mut store = store(number);
    let first = u64::from(number);
    let done = store
        .put(number, [first; 5], first + 1, 2.0, \"x\", String::from(\"y\"), number + 1, number + 2)
        .unwrap_or(first);
    std::future::ready(()).await;
    sync(&mut *store);
    let all: Vec<_> = (0..number).flat_map(|key| store.list(&key)).collect();
    black_box((done, title(&*store), size(&*store), all));
}
";
    for arguments in [&[][..], &["--release"]] {
        let output = app("forms", "", code).lint(&[], arguments);
        let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
        let lines = [13, 17, 19, 20, 21].map(|line| format!("src/main.rs:{line}"));
        assert_eq!(places(&output), lines, "{arguments:?} {said}");
    }
}

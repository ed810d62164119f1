//! Tests of what is kept of files, and of names.

use std::{
    env,
    fs::{self, File},
    path::Path,
    time::Duration,
};

use offload_limits::{Folder, Seed};

use super::{FileNames, Named, Names, Symbol, Symbols};
use crate::linux::{
    damage::damage,
    debug,
    guarded::CAUGHT,
    modules::Modules,
    sections::{self, FileId},
};

/// In a program whose names have generics, what a function was called with is not that function.
#[test]
fn a_name_among_generics_is_no_function() {
    let have_both = |names: &str| {
        let symbol = Symbol {
            code: 0..1,
            name: 0..names.len(),
        };
        let symbols = Symbols {
            all: vec![symbol],
            names: names.to_owned(),
        };
        symbols.have_all(["current_thread", "block_on"])
    };
    // `a::current_thread::block_on`, `a::enter::<a::current_thread::block_on>`
    assert!(have_both("_RNvNtC1a14current_thread8block_on"));
    assert!(!have_both(
        "_RINvC1a5enterNtNtB2_14current_thread8block_onE"
    ));
}

/// Where a function of this program is in its file.
fn address() -> u64 {
    let mut modules = Modules::new();
    modules.refresh();
    let here = address as fn() -> u64 as usize as u64;
    here - modules.find(here).unwrap().bias
}

fn id_of(path: &Path) -> FileId {
    FileId::of(path, &File::open(path).unwrap()).unwrap()
}

#[test]
fn a_file_that_is_replaced_is_read_anew_and_one_that_is_missing_later() {
    let place = Folder::new("watch-names");
    let (path, program) = (place.join("library"), place.join("program"));
    let mut names = Names::default();
    fs::copy(env::current_exe().unwrap(), &program).unwrap();
    let id = id_of(&program);
    names.frames(&path, id, address()).unwrap_err();

    fs::write(&path, "something else").unwrap();
    let other = id_of(&path);
    names.frames(&path, id, address()).unwrap_err();
    assert_eq!(names.frames(&path, other, address()).unwrap(), []);

    fs::rename(&program, &path).unwrap();
    let found = names.frames(&path, id, address()).unwrap();
    assert!(found[0].name.ends_with("names::tests::address"));
    fs::remove_file(&path).unwrap();
    assert_eq!(names.frames(&path, id, address()).unwrap(), found);
}

#[test]
fn symbols_are_read_where_there_is_too_much_debug_information() {
    let path = env::current_exe().unwrap();
    let file = sections::open(&path).unwrap();
    let named = Named::read(&file, &path, 0).unwrap();
    let found = named.look_up(address(), "");
    assert!(found[0].name.ends_with("names::tests::address"));
    assert_eq!((found.len(), &found[0].file), (1, &None));
}

/// Whatever a file says, reading it ends, and without a panic: the watch would end with it.
#[test]
fn damaged_files_are_read_to_some_end() {
    let place = Folder::new("watch-damaged");
    let path = place.join("program");
    let (whole, address) = (fs::read(env::current_exe().unwrap()).unwrap(), address());
    for round in offload_limits::rounds_within(Duration::from_secs(20), 400) {
        let mut seed = Seed::new(round);
        let mut bytes = whole.clone();
        damage(&mut seed, &mut bytes);
        fs::write(&path, &bytes).unwrap();
        let file = sections::open(&path).unwrap();
        let Some(named) = Named::read(&file, &path, debug::MOST) else {
            continue;
        };
        for _ in 0..100 {
            named.look_up(address ^ seed.below(1 << 16), "");
        }
    }
}

/// Each look would panic there again.
#[test]
fn a_file_whose_reading_panicked_is_not_read_again() {
    let symbol = Symbol {
        code: 0..9,
        name: 7..8,
    };
    let symbols = Symbols {
        all: vec![symbol],
        names: String::new(),
    };
    let kept = FileNames {
        id: FileId::default(),
        named: Some(Named {
            symbols,
            debug: None,
        }),
    };
    let (path, id) = (Path::new("damaged"), FileId::default());
    let mut names = Names::default();
    names.files.insert(path.into(), kept);
    for _ in 0..2 {
        assert_eq!(names.frames(path, id, 1).unwrap(), []);
    }
    assert_eq!(CAUGHT.get(), 1);
}

//! Tests of how mappings are read.

use std::{env, fs};

use offload_limits::Folder;

use super::{Modules, is_code, mapping};

#[test]
fn a_function_of_this_program_is_found() {
    let mut modules = Modules::new();
    modules.refresh();
    let here = a_function_of_this_program_is_found as fn() as usize as u64;
    assert_eq!(modules.function_start(here + 4), Some(here));
    assert!(modules.function_start(8).is_none());
}

#[test]
fn lines_of_maps_are_read() {
    let line =
        "7f0aa0e05000-7f0aa0e2b000 r-xp 00026000 00:1f 123                        /usr/lib/a b.so";
    let mapping = mapping(line).unwrap();
    assert_eq!(mapping.range, 0x7f0a_a0e0_5000..0x7f0a_a0e2_b000);
    assert_eq!(
        (mapping.offset, mapping.path.to_str()),
        (0x26000, Some("/usr/lib/a b.so"))
    );
    assert!(super::mapping("7f0aa0e05000-7f0aa0e2b000 r-xp 00000000 00:00 0 [vdso]").is_none());
    assert!(super::mapping("").is_none());
}

#[test]
fn code_that_is_made_is_no_reason_to_read_all_files_again() {
    let line =
        |rights, path: &str| format!("7f0aa0e05000-7f0aa0e2b000 {rights} 0 00:1f 12   {path}");
    assert!(is_code(&line("r-xp", "/usr/lib/a b.so")));
    assert!(!is_code(&line("r--p", "/usr/lib/a.so")));
    for made in ["", "[anon:code]", "[vdso]", "/memfd:code (deleted)"] {
        assert!(!is_code(&line("r-xp", made)), "{made}");
    }
}

#[test]
fn a_file_that_cannot_be_opened_is_tried_again() {
    let mut modules = Modules::new();
    modules.refresh();
    let here = a_file_that_cannot_be_opened_is_tried_again as fn() as usize as u64;
    let code = modules.find(here).unwrap().code.clone();
    let place = Folder::new("watch-modules");
    let path = place.join("library");
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let mut lines = maps.lines().filter_map(mapping);
    let mut mapping = lines.find(|it| it.range == code).unwrap();
    mapping.path = path.clone();
    modules = Modules {
        missing: vec![mapping],
        ..Modules::new()
    };
    modules.load_missing();
    assert!(modules.find(here).is_none());
    assert_eq!(modules.version, 0);
    fs::copy(env::current_exe().unwrap(), &path).unwrap();
    modules.load_missing();
    assert_eq!(modules.function_start(here), Some(here));
    modules.load_missing();
    assert_eq!(modules.version, 1, "nothing is new");
}

/// A damaged file may have any address.
#[test]
fn tables_may_be_said_to_be_at_the_end_of_memory() {
    let mut modules = Modules::new();
    modules.refresh();
    let here = tables_may_be_said_to_be_at_the_end_of_memory as fn() as usize as u64;
    let mut all = modules.all.into_iter();
    let mut module = all.find(|it| it.code.contains(&here)).unwrap();
    for address in [u64::MAX, u64::MAX - 8] {
        module.index.address = address;
        module.frames.address = address;
        module.tables();
        assert_eq!(module.function_start(here - module.bias), None);
    }
}

//! The names of system calls that threads wait in, by their numbers on `x86_64`.

/// The name of a system call, as in `man 2`.
pub(crate) fn name(number: i64) -> &'static str {
    if number < 0 {
        // No system call: the thread waits for a page of memory.
        return "a page fault";
    }
    let found = NAMES.binary_search_by_key(&number, |(number, _)| *number);
    found.map_or("a system call", |index| NAMES[index].1)
}

const NAMES: [(i64, &str); 69] = [
    (0, "read"),
    (1, "write"),
    (2, "open"),
    (3, "close"),
    (4, "stat"),
    (5, "fstat"),
    (6, "lstat"),
    (7, "poll"),
    (9, "mmap"),
    (11, "munmap"),
    (16, "ioctl"),
    (17, "pread64"),
    (18, "pwrite64"),
    (19, "readv"),
    (20, "writev"),
    (21, "access"),
    (23, "select"),
    (24, "sched_yield"),
    (26, "msync"),
    (34, "pause"),
    (35, "nanosleep"),
    (40, "sendfile"),
    (42, "connect"),
    (43, "accept"),
    (44, "sendto"),
    (45, "recvfrom"),
    (46, "sendmsg"),
    (47, "recvmsg"),
    (56, "clone"),
    (58, "vfork"),
    (59, "execve"),
    (61, "wait4"),
    (72, "fcntl"),
    (73, "flock"),
    (74, "fsync"),
    (75, "fdatasync"),
    (76, "truncate"),
    (77, "ftruncate"),
    (78, "getdents"),
    (82, "rename"),
    (83, "mkdir"),
    (84, "rmdir"),
    (87, "unlink"),
    (89, "readlink"),
    (128, "rt_sigtimedwait"),
    (202, "futex"),
    (217, "getdents64"),
    (230, "clock_nanosleep"),
    (232, "epoll_wait"),
    (247, "waitid"),
    (257, "openat"),
    (262, "newfstatat"),
    (263, "unlinkat"),
    (264, "renameat"),
    (270, "pselect6"),
    (271, "ppoll"),
    (275, "splice"),
    (277, "sync_file_range"),
    (281, "epoll_pwait"),
    (285, "fallocate"),
    (288, "accept4"),
    (295, "preadv"),
    (296, "pwritev"),
    (299, "recvmmsg"),
    (307, "sendmmsg"),
    (326, "copy_file_range"),
    (332, "statx"),
    (426, "io_uring_enter"),
    (435, "clone3"),
];

#[cfg(test)]
mod tests {
    use super::{NAMES, name};

    #[test]
    fn names_are_found() {
        assert!(NAMES.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!((name(0), name(202), name(435)), ("read", "futex", "clone3"));
        assert_eq!((name(-1), name(9999)), ("a page fault", "a system call"));
    }
}

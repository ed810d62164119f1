//! What the live picture says on screens of any size.

use std::time::Duration;

use crate::board::{Board, NodeRow};

fn board(nodes: usize) -> Board {
    let node = |at: usize| NodeRow {
        name: format!("node {}", at + 1),
        process: 4_000_000,
        state: if at == 0 { "killed" } else { "serves" },
        slots: (at > 0).then_some((1, 2)),
        done: 12_345,
    };
    Board {
        pictures: 240,
        made: 117,
        failed: 1,
        queue: 42,
        calls: (50, 6),
        lost: (2, 2),
        nodes: (0..nodes).map(node).collect(),
        events: vec!["node 1 is killed".to_owned()],
        elapsed: Duration::from_secs(7),
        ..Board::default()
    }
}

#[test]
fn a_wide_screen_says_all() {
    let text = board(3).picture(100, 24).join("\n");
    for part in [
        "117 of 240 thumbnails, 1 failed, 7 s",
        "42 in the queue, 6 running, 2 lost, 2 run again",
        "node 1    process 4000000  killed",
        "serves    1/2 #.        12345 done",
        "node 1 is killed",
        "q quits   k kills a node   a adds a node",
    ] {
        assert!(text.contains(part), "{part:?} in\n{text}");
    }
}

#[test]
fn a_small_screen_says_what_matters() {
    let lines = board(3).picture(20, 5);
    assert_eq!(
        lines,
        [
            "117 of 240 made",
            "q 42 lost 2",
            "node 2 serves 1/2",
            "and 2 more nodes",
            "q k a"
        ]
    );
}

#[test]
fn no_screen_is_too_small() {
    for (width, height) in (0..90).flat_map(|width| (1..30).map(move |height| (width, height))) {
        for nodes in [0, 1, 3, 40] {
            let lines = board(nodes).picture(width, height);
            assert_eq!(lines.len(), height, "{width}x{height}: {lines:#?}");
            let wide = lines.iter().find(|line| line.chars().count() > width);
            assert_eq!(wide, None, "{width}x{height}");
        }
    }
}

#[test]
fn the_end_names_what_was_run_again() {
    let mut board = board(3);
    board.rerun = vec!["picture-3".to_owned(), "picture-9".to_owned()];
    let text = board.summary().join("\n");
    for part in [
        "117 of 240 thumbnails in 7.0 s, 1 failed",
        "2 calls lost their node, 2 were run again",
        "made at a second attempt: picture-3, picture-9",
    ] {
        assert!(text.contains(part), "{part:?} in\n{text}");
    }
    assert!(board.line().contains("node 2 1/2 12345 done"));
    assert_eq!(board.over(), 118);
}

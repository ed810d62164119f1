//! What `dashboard` draws, on a test screen in memory.

use std::{collections::BTreeSet, time::Duration};

use ratatui::{Terminal, backend::TestBackend};
use tokio_offload::offload;

use crate::{
    draw,
    observe::Observer,
    text,
    view::{Row, Times, View},
};

const ADVICE: &str = "pool `cpu` is always full: half of its calls wait longer than a body takes. Give it more \
                      threads, or less work";

fn view() -> View {
    let millis = |p50, p99| Times {
        p50: Some(Duration::from_millis(p50)),
        p99: Some(Duration::from_millis(p99)),
    };
    View {
        title: "7 s: 3 at work".to_owned(),
        pools: vec![Row {
            name: "cpu".to_owned(),
            running: 2,
            limit: Some(2),
            waiting: 31,
            rate: 1234.4,
            wait: millis(12, 340),
            run: millis(5, 6),
            history: vec![0, 1, 4, 8],
        }],
        functions: vec![Row {
            name: "module::with_a_name".to_owned(),
            rate: 0.25,
            ..Row::default()
        }],
        blocked: Vec::new(),
        advice: vec![ADVICE.to_owned()],
    }
}

/// The lines of a screen of this size.
fn lines(view: &View, width: u16, height: u16) -> Vec<String> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw::draw(frame, view)).unwrap();
    let buffer = terminal.backend().buffer();
    let line = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect();
    (0..height).map(line).collect()
}

fn line<'a>(lines: &'a [String], with: &str) -> &'a str {
    let found = lines.iter().find(|line| line.contains(with));
    found.unwrap_or_else(|| panic!("{with:?} in {lines:#?}"))
}

#[test]
fn a_pool_is_a_line_of_numbers_and_a_graph() {
    let lines = lines(&view(), 120, 30);
    assert!(lines[0].starts_with(" 7 s: 3 at work") && lines[0].ends_with("q quits "));
    let words: Vec<_> = line(&lines, " cpu ").split_whitespace().collect();
    let numbers = ["2/2", "31", "1234", "12ms", "340ms", "5.0ms", "6.0ms"];
    assert_eq!(words[..2], ["│", "cpu"]);
    assert_eq!(words[2..9], numbers);
    assert_eq!(words[9], "▁▄█│", "the latest at the right edge");
}

#[test]
fn functions_without_calls_show_no_time() {
    let lines = lines(&view(), 120, 30);
    let words: Vec<_> = line(&lines, "with_a_name").split_whitespace().collect();
    assert_eq!(
        words[1..9],
        ["module::with_a_name", "0", "0", "0.2", "-", "-", "-", "-"]
    );
}

#[test]
fn numbers_stand_under_their_titles() {
    let lines = lines(&view(), 120, 30);
    let end = |line: &str, word: &str| {
        let at = line.find(word).unwrap() + word.len();
        line[..at].chars().count()
    };
    let (titles, cpu) = (line(&lines, "wait p50"), line(&lines, " cpu "));
    for (title, number) in [
        ("waiting", "31"),
        ("wait p50", "12ms"),
        ("run p50", "5.0ms"),
    ] {
        assert_eq!(end(titles, title), end(cpu, number), "{lines:#?}");
    }
}

#[test]
fn a_narrow_screen_has_whole_names() {
    let lines = lines(&view(), 80, 24);
    assert!(line(&lines, " with_a_name ").starts_with('│'));
    assert!(line(&lines, " cpu ").ends_with("▁▄█│"));
}

#[test]
fn advice_is_there_to_its_last_word() {
    for width in [80, 120, 200] {
        let lines = lines(&view(), width, 30);
        let from = lines
            .iter()
            .position(|line| line.contains(" advice "))
            .unwrap();
        let words = lines[from + 1..]
            .iter()
            .flat_map(|line| line.split([' ', '│']));
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        let (last, text) = words.split_last().unwrap();
        assert!(last.starts_with('╰'), "{lines:#?}");
        assert_eq!(text.join(" "), ADVICE);
    }
}

#[test]
fn without_advice_there_is_no_room_for_it() {
    let mut view = view();
    view.advice.clear();
    let lines = lines(&view, 120, 30);
    assert!(lines.iter().all(|line| !line.contains("advice")));
    assert!(lines[29].starts_with('╰'));
}

#[test]
fn no_screen_is_too_small() {
    for (width, height) in [(1, 1), (2, 3), (10, 4), (56, 5), (57, 6), (70, 2)] {
        assert_eq!(lines(&view(), width, height).len(), usize::from(height));
    }
}

#[test]
fn a_screen_that_is_too_small_says_so() {
    let small = lines(&view(), 19, 9).join("\n");
    assert!(small.contains("make the window"), "{small}");
    let mut view = view();
    for name in ["disk", "owner", "blocking"] {
        let row = Row {
            name: name.to_owned(),
            ..view.pools[0].clone()
        };
        view.pools.push(row);
    }
    let small = lines(&view, 20, 5);
    line(&small, "1 of 4 pools");
    line(&small, " cpu           2/2");
    // Numbers before texts.
    let medium = lines(&view, 40, 12);
    line(&medium, "╭ pools ");
    line(&medium, "╭ functions ");
    assert!(!medium.concat().contains("advice"), "{medium:#?}");
}

/// Whatever stands between spaces and borders on a screen of any size is on the largest one too, or says that it was cut.
#[test]
fn no_screen_shows_part_of_a_number() {
    let mut view = view();
    view.title = "1234 s: 56 at work".to_owned();
    view.pools[0].limit = Some(123_456);
    view.pools[0].running = 98_765;
    view.functions[0].waiting = 987_654_321;
    view.advice.clear();
    let words = |width, height| {
        let lines = lines(&view, width, height);
        let words = |line: &String| -> Vec<String> {
            let words =
                line.split(|sign: char| !(sign.is_alphanumeric() || "./…_:".contains(sign)));
            words.map(str::to_owned).collect()
        };
        lines.iter().flat_map(words).collect::<BTreeSet<_>>()
    };
    let whole = words(200, 50);
    for (width, height) in (1..100).flat_map(|width| [5, 10].map(|height| (width, height))) {
        for word in words(width, height) {
            let number = word.contains(|sign: char| sign.is_ascii_digit());
            let known = whole.contains(&word) || word.ends_with('…');
            assert!(!number || known, "{word} on {width}x{height}");
        }
    }
    assert!(words(40, 10).contains("98765/123456"));
}

#[test]
fn graphs_are_as_high_as_their_highest_number() {
    assert_eq!(text::spark(&[], 3), "   ");
    assert_eq!(text::spark(&[0, 0], 3), "   ");
    assert_eq!(text::spark(&[9, 0, 1, 2, 4, 8], 6), "█ ▁▂▄█");
    assert_eq!(text::spark(&[9, 0, 1, 2, 4, 8], 4), "▁▂▄█");
    assert_eq!(text::spark(&[u64::MAX, 1], 2), "█▁");
}

#[test]
fn times_have_two_or_three_digits() {
    let texts = [1, 950, 1_500, 99_960, 999_600, 12_345_678, 1_234_000_000].map(|nanos| {
        let time = Some(Duration::from_nanos(nanos));
        let row = Row {
            wait: Times {
                p50: time,
                p99: None,
            },
            ..Row::default()
        };
        text::numbers(&row)[3].clone()
    });
    assert_eq!(
        texts,
        ["1.0ns", "950ns", "1.5µs", "100µs", "1.0ms", "12ms", "1.2s"]
    );
}

/// Two types whose methods have the same name, in one line.
macro_rules! twins {
    ($($name:ident)*) => {$(
        #[derive(Clone)]
        struct $name;

        impl $name {
            #[offload]
            fn twin(&self) {}
        }
    )*};
}

twins!(Often Rarely);

#[tokio::test]
async fn functions_of_one_place_are_kept_apart() {
    Often.twin().await;
    Rarely.twin().await;
    let mut observer = Observer::new(Duration::MAX);
    for _ in 0..3 {
        Often.twin().await;
    }
    Rarely.twin().await;
    let mut look = || {
        let functions = observer.look(String::new()).functions;
        let twins = functions
            .into_iter()
            .filter(|row| row.name.contains("twin"));
        twins.collect::<Vec<_>>()
    };
    let rows = look();
    let history: Vec<_> = rows.iter().map(|row| &row.history[..]).collect();
    assert_eq!(history, [[3], [1]]);
    assert!(rows[0].rate > rows[1].rate && rows[1].rate > 0.0);
    Rarely.twin().await;
    let rows = look();
    let history: Vec<_> = rows.iter().map(|row| &row.history[..]).collect();
    assert_eq!(history, [[3, 0], [1, 1]]);
}

#[test]
fn the_last_reports_are_shown_if_there_are_any() {
    let mut view = view();
    assert!(
        !lines(&view, 120, 30)
            .iter()
            .any(|line| line.contains("blocked workers"))
    );
    view.blocked = vec!["worker 1 has been blocked for 101 ms in `std::thread::sleep`".into()];
    let lines = lines(&view, 120, 30);
    line(&lines, " blocked workers ");
    line(&lines, "worker 1 has been blocked for 101 ms");
    line(&lines, " advice ");
}

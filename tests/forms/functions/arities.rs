//! Functions of one to sixteen arguments; those past the twelfth travel in another way.

use std::{borrow::Cow, path::Path};

use tokio_offload::offload;

use crate::{call, elsewhere};

#[offload]
fn one(a: u8) -> u8 {
    elsewhere();
    a
}

#[offload]
fn three(a: u8, b: u8, c: u8) -> u8 {
    elsewhere();
    a + b + c
}

#[offload]
fn four(a: u8, b: u8, c: u8, d: u8) -> u8 {
    elsewhere();
    a + b + c + d
}

#[offload]
fn five(a: u8, b: u8, c: u8, d: u8, e: u8) -> [u8; 5] {
    elsewhere();
    [a, b, c, d, e]
}

#[offload]
fn six(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8) -> [u8; 6] {
    elsewhere();
    [a, b, c, d, e, f]
}

#[offload]
fn seven(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8) -> [u8; 7] {
    elsewhere();
    [a, b, c, d, e, f, g]
}

#[test]
fn one_to_seven_arguments_arrive_in_order() {
    assert_eq!(call(one(1)), 1);
    assert_eq!(call(three(1, 2, 3)), 6);
    assert_eq!(call(four(1, 2, 3, 4)), 10);
    assert_eq!(call(five(1, 2, 3, 4, 5)), [1, 2, 3, 4, 5]);
    assert_eq!(call(six(1, 2, 3, 4, 5, 6)), [1, 2, 3, 4, 5, 6]);
    assert_eq!(call(seven(1, 2, 3, 4, 5, 6, 7)), [1, 2, 3, 4, 5, 6, 7]);
}

#[expect(clippy::too_many_arguments, reason = "counted on purpose")]
#[offload]
fn eight(a: u8, b: &str, c: u8, d: u8, e: u8, f: u8, g: u8, h: &[u8]) -> usize {
    elsewhere();
    usize::from(a + c + d + e + f + g) + b.len() + h.len()
}

#[expect(
    clippy::too_many_arguments,
    clippy::many_single_char_names,
    reason = "counted on purpose"
)]
#[offload]
fn twelve(
    a: u8,
    b: u8,
    c: u8,
    d: u8,
    e: u8,
    f: u8,
    g: u8,
    h: u8,
    i: u8,
    j: u8,
    k: u8,
    l: &str,
) -> usize {
    elsewhere();
    usize::from(a + b + c + d + e + f + g + h + i + j + k) + l.len()
}

#[expect(
    clippy::too_many_arguments,
    clippy::many_single_char_names,
    reason = "counted on purpose"
)]
#[offload]
fn thirteen(
    a: u8,
    b: u8,
    c: u8,
    d: u8,
    e: u8,
    f: u8,
    g: u8,
    h: u8,
    i: u8,
    j: u8,
    k: u8,
    l: u8,
    m: &str,
) -> usize {
    elsewhere();
    usize::from(a + b + c + d + e + f + g + h + i + j + k + l) + m.len()
}

#[test]
fn eight_to_thirteen_arguments_arrive() {
    assert_eq!(call(eight(1, "bb", 1, 1, 1, 1, 1, &[1, 2])), 10);
    assert_eq!(call(twelve(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "l")), 12);
    assert_eq!(call(thirteen(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "m")), 13);
}

#[expect(clippy::too_many_arguments, reason = "counted on purpose")]
#[offload]
fn sixteen(
    a: u8,
    b: u8,
    c: u8,
    d: u8,
    e: u8,
    f: u8,
    g: u8,
    h: u8,
    i: u8,
    j: u8,
    _: u8,
    _unused: u8,
    mut text: String,
    (x, y): (u8, u8),
    Wrapped { inner }: Wrapped,
    _: Vec<u8>,
) -> (String, u8) {
    elsewhere();
    text.push('!');
    (text, a + b + c + d + e + f + g + h + i + j + x + y + inner)
}

struct Wrapped {
    inner: u8,
}

#[expect(clippy::too_many_arguments, reason = "counted on purpose")]
#[offload]
fn all_kinds(
    _: (),
    _: (),
    _: (),
    _: (),
    _: (),
    _: (),
    _: (),
    _: (),
    _: (),
    _: (),
    mut count: usize,
    (_, text): (u8, String),
    path: &Path,
    name: Option<&str>,
    cow: Cow<'_, str>,
    place: impl AsRef<Path>,
    mut add: impl FnMut(usize) -> usize,
    ref kept @ ref also: Vec<u8>,
    mut bytes: &[u8],
) -> usize {
    elsewhere();
    count += text.len() + path.as_os_str().len() + name.map_or(0, str::len) + cow.len();
    count += place.as_ref().as_os_str().len() + kept.len() + also.len();
    bytes = &bytes[1..];
    add(count) + bytes.len()
}

#[test]
fn arguments_past_the_twelfth_can_be_of_every_kind() {
    let (text, sum) = call(sixteen(
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        String::from("hi"),
        (1, 1),
        Wrapped { inner: 1 },
        vec![],
    ));
    assert_eq!((text.as_str(), sum), ("hi!", 13));
    let path = String::from("/pp");
    let total = call(all_kinds(
        (),
        (),
        (),
        (),
        (),
        (),
        (),
        (),
        (),
        (),
        1,
        (0, String::from("tt")),
        Path::new(&path),
        Some("n"),
        Cow::Borrowed(&path),
        &path,
        |n| n * 10,
        vec![1, 2],
        path.as_bytes(),
    ));
    assert_eq!(total, 172);
}

#[derive(Clone)]
struct Base(u8);

impl Base {
    #[expect(
        clippy::too_many_arguments,
        clippy::many_single_char_names,
        reason = "counted on purpose"
    )]
    #[offload]
    fn eleven_more(
        &self,
        a: u8,
        b: u8,
        c: u8,
        d: u8,
        e: u8,
        f: u8,
        g: u8,
        h: u8,
        i: u8,
        j: u8,
        k: &[u8],
    ) -> u8 {
        elsewhere();
        self.0 + a + b + c + d + e + f + g + h + i + j + k[0]
    }

    #[expect(
        clippy::too_many_arguments,
        clippy::many_single_char_names,
        reason = "counted on purpose"
    )]
    #[offload]
    fn thirteen_more(
        mut self,
        a: u8,
        b: u8,
        c: u8,
        d: u8,
        e: u8,
        f: u8,
        g: u8,
        h: u8,
        i: u8,
        j: u8,
        k: u8,
        l: &str,
        mut m: u8,
    ) -> Self {
        elsewhere();
        m += a + b + c + d + e + f + g + h + i + j + k;
        self.0 += m;
        assert_eq!(l, "l");
        self
    }
}

#[test]
fn a_receiver_counts_as_one_of_the_twelve_arguments() {
    assert_eq!(
        call(Base(1).eleven_more(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, &[1])),
        12
    );
    let made = call(Base(1).thirteen_more(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "l", 1));
    assert_eq!(made.0, 13);
}

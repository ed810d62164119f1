//! The files to upload, all made here: good ones, broken ones, and one for each way to hurt a decoder.

use std::iter;

use tokio_offload::offload;

/// A file, what it is, and how the answer to it must begin.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) what: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) expected: &'static str,
}

impl File {
    fn new(name: &str, what: &'static str, bytes: Vec<u8>, expected: &'static str) -> Self {
        Self {
            name: name.to_owned(),
            what,
            bytes,
            expected,
        }
    }

    /// Whether decoding should give a picture.
    pub(crate) fn is_good(&self) -> bool {
        self.expected.starts_with("picture ")
    }
}

/// Makes all files. Compressing takes time, so this does not run on the async thread.
#[offload]
pub(crate) fn make() -> Vec<File> {
    let mut files = good();
    files.extend(broken());
    files.extend(hostile());
    files
}

fn good() -> Vec<File> {
    let file = File::new;
    let (wide, high, large) = LARGE;
    vec![
        file("small.png", "a picture", png(64, 48), "picture 64x48,"),
        file("large.png", "a picture", png(wide, high), large),
        file(
            "drawing.svg",
            "groups in groups",
            svg(3),
            "picture 320x200,",
        ),
        file(
            "stripes.run",
            "runs of colours",
            stripes(),
            "picture 256x64,",
        ),
        file("photo.bmp", "a picture", bmp(200, 150), "picture 200x150,"),
        file("photo.jpg", "a preview", jpeg(0xff), "picture 4000x3000,"),
    ]
}

/// A large picture, smaller where the build is not optimised: without optimisation a decoder takes some twenty times as long.
const LARGE: (u16, u16, &str) = if cfg!(debug_assertions) {
    (400, 300, "picture 400x300,")
} else {
    (3000, 2000, "picture 3000x2000,")
};

fn broken() -> Vec<File> {
    let file = File::new;
    let mut half = png(64, 48);
    half.truncate(half.len() / 2);
    // The last digits of the squares: noise that no decoder knows.
    let noise = (0..10_000_u32).map(|n| n.wrapping_mul(n).to_le_bytes()[1]);
    vec![
        file("half.png", "cut off", half, "refused: "),
        file("noise.dat", "garbage", noise.collect(), "refused: "),
        file("empty.png", "nothing", Vec::new(), "refused: "),
    ]
}

fn hostile() -> Vec<File> {
    let file = File::new;
    let mut outside = bmp(200, 150);
    outside[10..14].copy_from_slice(&u32::MAX.to_le_bytes()[..]);
    let mut endless = b"RUNS\x00\x01\x40\x00".to_vec();
    endless.extend([0; 6]);
    vec![
        file(
            "deep.svg",
            "400000 nested groups",
            svg(400_000),
            // Rust's own notice of a full stack aborts; where it is not in place, as in tests, the system ends the process.
            "died of SIG",
        ),
        file("endless.run", "a run of length 0", endless, "killed after "),
        file("bomb.png", "60000x60000 pixels", bomb(), "died of SIGABRT,"),
        file(
            "outside.bmp",
            "pixels out of bounds",
            outside,
            "panicked at decode.rs:",
        ),
        file(
            "marker.jpg",
            "a bad marker",
            jpeg(0xfe),
            "exited with code 3,",
        ),
    ]
}

/// A landscape: sky that darkens upwards, and a hill.
fn pixel(x: usize, y: usize, width: usize, height: usize) -> [u8; 3] {
    let part = |of: usize, whole: usize| u8::try_from(of * 255 / whole).unwrap_or(u8::MAX);
    let (right, down) = (part(x, width), part(y, height));
    let hill = 255 - right.abs_diff(170) / 2 * 3 / 2;
    if down > 255 - hill / 2 {
        [40 + down / 8, 90 + right / 4, 30]
    } else {
        [60 + down / 2, 110 + down / 2, 200 + down / 8]
    }
}

fn pixels(width: usize, height: usize) -> impl Iterator<Item = [u8; 3]> {
    (0..height).flat_map(move |y| (0..width).map(move |x| pixel(x, y, width, height)))
}

fn png(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let samples: Vec<u8> = pixels(width.into(), height.into()).flatten().collect();
    encoder(&mut bytes, width, height)
        .write_image_data(&samples)
        .expect("as many samples as the header says");
    bytes
}

/// A few bytes that promise ten gigabytes.
fn bomb() -> Vec<u8> {
    let mut bytes = Vec::new();
    encoder(&mut bytes, 60_000, 60_000)
        .write_chunk(png::chunk::IDAT, b"the pixels would be here")
        .expect("a vector takes everything");
    bytes
}

fn encoder(bytes: &mut Vec<u8>, width: u16, height: u16) -> png::Writer<&mut Vec<u8>> {
    let mut encoder = png::Encoder::new(bytes, width.into(), height.into());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    encoder.write_header().expect("a vector takes everything")
}

/// Rectangles in so many groups, each in the one before.
fn svg(depth: usize) -> Vec<u8> {
    let mut text = r#"<svg width="320" height="200">"#.to_owned();
    text += r##"<g fill="#204080">"##;
    text.extend(iter::repeat_n("<g>", depth));
    text += r#"<rect x="20" y="20" width="150" height="160"/>"#;
    text += r##"<rect x="100" y="60" width="200" height="80" fill="#e0c040"/>"##;
    text.extend(iter::repeat_n("</g>", depth + 1));
    text += "</svg>";
    text.into_bytes()
}

fn stripes() -> Vec<u8> {
    let mut bytes = b"RUNS\x00\x01\x40\x00".to_vec();
    for stripe in 0..64 {
        // A packet of 6 bytes with 256 pixels.
        bytes.extend([6, 0, 1, 4 * stripe, 255 - 4 * stripe, 128]);
    }
    bytes
}

/// The rows of this width need no padding.
fn bmp(width: u8, height: u8) -> Vec<u8> {
    let mut bytes = b"BM".to_vec();
    let (wide, high) = (usize::from(width), usize::from(height));
    let size = 54 + u32::from(width) * 3 * u32::from(height);
    for word in [size, 0, 54, 40, width.into(), height.into(), 24 << 16 | 1] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.resize(54, 0);
    let all: Vec<_> = pixels(wide, high).collect();
    for row in all.chunks(wide).rev() {
        bytes.extend(row.iter().flat_map(|[red, green, blue]| [blue, green, red]));
    }
    bytes
}

/// The front of a JPEG file: a header with a preview, and the size. `mark` is what its markers begin with, of which the
/// decoder expects `0xff`.
fn jpeg(mark: u8) -> Vec<u8> {
    let (width, height) = (40, 30);
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0];
    bytes.extend((16 + 3 * u16::from(width) * u16::from(height)).to_be_bytes());
    bytes.extend(b"JFIF\0\x01\x02\0\0\x01\0\x01");
    bytes.extend([width, height]);
    bytes.extend(pixels(width.into(), height.into()).flatten());
    bytes.extend([mark, 0xc0, 0, 11, 8]);
    bytes.extend([3000_u16.to_be_bytes(), 4000_u16.to_be_bytes()].as_flattened());
    bytes.extend([1, 1, 0x11, 0]);
    bytes.extend([0xff, 0xd9]);
    bytes
}

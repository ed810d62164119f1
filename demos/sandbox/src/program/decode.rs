//! Decoders that trust every field of a file. Each of them works, except for files made to attack it.
//!
//! None of this is how to write a decoder. It stands for the C library that is linked into a program because nothing else
//! reads the format, and for the safe code that nobody has tried to break yet.

use std::{io::Cursor, process};

use super::picture::{Canvas, Picture};

/// Decodes a file of any format known here. An `Err` is a broken file that the decoder noticed.
pub(crate) fn picture(bytes: &[u8]) -> Result<Picture, String> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => png(bytes)?.finish(),
        [b'<', b's', b'v', b'g', ..] => vector(bytes)?.finish(),
        [b'R', b'U', b'N', b'S', ..] => runs(bytes).finish(),
        [b'B', b'M', ..] => bmp(bytes)?.finish(),
        [0xff, 0xd8, ..] => jpeg(bytes),
        _ => Err("of no known format".to_owned()),
    }
}

/// PNG, by a good library told to forget its limits: takes as much memory as the header asks for.
fn png(bytes: &[u8]) -> Result<Canvas, String> {
    let limits = png::Limits { bytes: usize::MAX };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(in_words)?;
    let size = reader
        .output_buffer_size()
        .ok_or("larger than any memory")?;
    let mut samples = vec![0; size];
    let frame = reader.next_frame(&mut samples).map_err(in_words)?;
    let pixel = |samples: &[u8]| match *samples {
        [red, green, blue, ..] => [red, green, blue],
        [grey, ..] => [grey; 3],
        [] => [0; 3],
    };
    let each = frame.color_type.samples();
    Ok(Canvas {
        width: frame.width as usize,
        height: frame.height as usize,
        pixels: samples.chunks_exact(each).map(pixel).collect(),
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` takes")]
fn in_words(error: png::DecodingError) -> String {
    error.to_string()
}

/// A subset of SVG: rectangles in groups. Each nested group is a recursive call, so the file decides how deep the stack gets.
fn vector(bytes: &[u8]) -> Result<Canvas, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let mut tags = text.split('<').skip(1);
    let svg = tags.next().ok_or("without a tag")?;
    let (width, height) = (number(svg, "width"), number(svg, "height"));
    let mut canvas = Canvas {
        width,
        height,
        pixels: vec![[255; 3]; width * height],
    };
    group(&mut canvas, &mut tags, [0; 3]);
    Ok(canvas)
}

/// Draws a group and those in it, in the colour around it unless it has one of its own.
fn group<'a>(canvas: &mut Canvas, tags: &mut impl Iterator<Item = &'a str>, around: [u8; 3]) {
    while let Some(tag) = tags.next() {
        let fill = colour(tag).unwrap_or(around);
        match tag.split([' ', '>', '\n']).next() {
            Some("g") => group(canvas, tags, fill),
            Some("rect") => rectangle(canvas, tag, fill),
            _ => return,
        }
    }
}

fn rectangle(canvas: &mut Canvas, tag: &str, fill: [u8; 3]) {
    let (left, top) = (number(tag, "x"), number(tag, "y"));
    for row in canvas
        .pixels
        .chunks_mut(canvas.width)
        .skip(top)
        .take(number(tag, "height"))
    {
        row[left..left + number(tag, "width")].fill(fill);
    }
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    Some(value.split_once('"')?.0)
}

fn number(tag: &str, name: &str) -> usize {
    attribute(tag, name).map_or(0, |value| value.parse().unwrap())
}

fn colour(tag: &str) -> Option<[u8; 3]> {
    let value = u32::from_str_radix(attribute(tag, "fill")?.trim_start_matches('#'), 16).ok()?;
    let [_, red, green, blue] = value.to_be_bytes();
    Some([red, green, blue])
}

/// Runs of one colour in packets: how many bytes the packet has, how many pixels, the colour. Goes on by the size of the
/// packet until all pixels are read. A packet of size zero makes it loop for ever.
fn runs(bytes: &[u8]) -> Canvas {
    let (width, height) = (usize::from(u16_le(bytes, 4)), usize::from(u16_le(bytes, 6)));
    let mut pixels = Vec::new();
    let mut at = 8;
    while pixels.len() < width * height {
        let colour = [bytes[at + 3], bytes[at + 4], bytes[at + 5]];
        pixels.extend((0..u16_le(bytes, at + 1)).map(|_| colour));
        at += usize::from(bytes[at]);
    }
    Canvas {
        width,
        height,
        pixels,
    }
}

/// BMP with 24 bits a pixel, read from the offset in the header, even if that is outside of the file.
fn bmp(bytes: &[u8]) -> Result<Canvas, String> {
    let at = |at| u32_le(bytes, at) as usize;
    let (start, width, height) = (at(10), at(18), at(22));
    if u16_le(bytes, 28) != 24 {
        return Err("not with 24 bits a pixel".to_owned());
    }
    let row = (width * 3).next_multiple_of(4);
    let mut pixels = Vec::new();
    for above in (0..height).rev() {
        let row = &bytes[start + above * row..][..width * 3];
        pixels.extend(row.chunks(3).map(|pixel| [pixel[2], pixel[1], pixel[0]]));
    }
    Ok(Canvas {
        width,
        height,
        pixels,
    })
}

/// The size and the preview in the header of a JPEG file. On an error it prints a message and exits the process, as libjpeg does by
/// default.
fn jpeg(bytes: &[u8]) -> Result<Picture, String> {
    let (mut preview, mut size, mut at) = (None, None, 2);
    while bytes[at + 1] != END_OF_IMAGE {
        if bytes[at] != 0xff {
            eprintln!("Invalid JPEG file structure: no marker at byte {at}");
            process::exit(3);
        }
        let segment = &bytes[at + 4..];
        match bytes[at + 1] {
            HEADER => preview = Some(thumbnail(segment)),
            0xc0..=0xc2 => size = Some((u16_be(segment, 3), u16_be(segment, 1))),
            START_OF_SCAN => break,
            _ => {}
        }
        at += 2 + usize::from(u16_be(bytes, at + 2));
    }
    let picture = preview.ok_or("without a preview")?.finish()?;
    let (width, height) = size.ok_or("without a size")?;
    Ok(picture.of_size(width.into(), height.into()))
}

const HEADER: u8 = 0xe0;
const START_OF_SCAN: u8 = 0xda;
const END_OF_IMAGE: u8 = 0xd9;

/// The preview in a JFIF header: plain pixels.
fn thumbnail(segment: &[u8]) -> Canvas {
    let (width, height) = (usize::from(segment[12]), usize::from(segment[13]));
    let pixels = segment[14..][..width * height * 3].chunks(3);
    Canvas {
        width,
        height,
        pixels: pixels.map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect(),
    }
}

fn u16_le(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u16_be(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}

fn u32_le(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_le(bytes, at)) | u32::from(u16_le(bytes, at + 2)) << 16
}

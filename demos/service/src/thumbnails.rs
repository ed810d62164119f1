//! `/thumbnail`: a JPEG picture made small.

use std::io::Cursor;

use axum::body::Bytes;
use image::{ImageFormat, ImageReader, ImageResult, Rgb, RgbImage, imageops::FilterType};
use tokio_offload::offload;

use crate::CPU;

/// Makes a picture fit into a square. The call copies only a pointer of its argument: `Bytes` are shared.
#[offload(pool = CPU, blocking = thumbnail_blocking)]
pub(crate) fn thumbnail(picture: &Bytes) -> ImageResult<Vec<u8>> {
    // offload-lint: allow(image): `Way::Blocking` shows what it costs.
    let picture = ImageReader::with_format(Cursor::new(picture), ImageFormat::Jpeg).decode()?;
    tracing::debug!(
        width = picture.width(),
        height = picture.height(),
        "decoded"
    );
    // offload-lint: allow(image): `Way::Blocking` shows what it costs.
    let small = picture.resize(SIDE, SIDE, FilterType::Triangle);
    let mut bytes = Cursor::new(Vec::new());
    // offload-lint: allow(image): `Way::Blocking` shows what it costs.
    small.write_to(&mut bytes, ImageFormat::Jpeg)?;
    Ok(bytes.into_inner())
}

/// A picture to send: rings around a point, in every colour.
pub(crate) fn example() -> ImageResult<Bytes> {
    let ring = |x: u32, y: u32| {
        let (x, y) = (i64::from(x) - 400, i64::from(y) - 300);
        let at = u8::try_from((x * x + y * y) / 500 % 256).unwrap_or_default();
        Rgb([at, 255 - at, at ^ 0x55])
    };
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::from_fn(WIDTH, HEIGHT, ring).write_to(&mut bytes, ImageFormat::Jpeg)?;
    Ok(bytes.into_inner().into())
}

const SIDE: u32 = 160;
const WIDTH: u32 = 1200;
const HEIGHT: u32 = 900;

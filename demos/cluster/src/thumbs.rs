//! What nodes do: thumbnails, in worker processes. In a real deployment this is a library that nodes and callers share.

use std::{error::Error, io::Cursor};

use tokio::signal::unix::{SignalKind, signal};
use tokio_offload::{Error as CallError, Workers, offload};
use tokio_offload_cluster::{Cluster, Connect, Node, connect};

/// A thumbnail may be made twice: it is the same one.
pub(crate) static THUMBS: Cluster = Cluster::new("thumbs").retries(2);

static SANDBOX: Workers = Workers::new("sandbox").processes(2);

/// A grey picture as PNG, made smaller so many times in each direction; and the process that did it.
#[offload(remote = THUMBS)]
pub(crate) fn thumbnail(image: &[u8], by: usize) -> Result<(Vec<u8>, u32), CallError> {
    let small = shrink(image, by.max(1)).map_err(std::io::Error::other)?;
    Ok((small, std::process::id()))
}

/// Nothing: what a call costs.
#[offload(remote = THUMBS)]
pub(crate) fn nothing() -> Result<(), CallError> {
    Ok(())
}

/// Serves until it is told to end, and finishes then what it has.
pub(crate) async fn node() -> Result<(), Box<dyn Error>> {
    let mut term = signal(SignalKind::terminate())?;
    let stop = async move {
        term.recv().await;
    };
    connect(Connect::from_env()).await?;
    Node::of(&THUMBS).on(&SANDBOX).serve_until(stop).await?;
    Ok(())
}

fn shrink(image: &[u8], by: usize) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
    let mut reader = png::Decoder::new(Cursor::new(image)).read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or("it is too large")?];
    let info = reader.next_frame(&mut pixels)?;
    if info.color_type != png::ColorType::Grayscale || info.bit_depth != png::BitDepth::Eight {
        return Err("it is no grey picture".into());
    }
    let (width, height) = (info.width as usize, info.height as usize);
    let (columns, rows) = (width / by, height / by);
    let mut small = Vec::with_capacity(columns * rows);
    for row in 0..rows {
        for column in 0..columns {
            let lines = (0..by).map(|line| (row * by + line) * width + column * by);
            let sum: u32 = lines
                .flat_map(|at| &pixels[at..at + by])
                .map(|pixel| u32::from(*pixel))
                .sum();
            let mean = sum / u32::try_from(by * by)?;
            small.push(u8::try_from(mean)?);
        }
    }
    encode(&small, u32::try_from(columns)?, u32::try_from(rows)?)
}

/// A grey picture as PNG.
pub(crate) fn encode(
    pixels: &[u8],
    width: u32,
    height: u32,
) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(pixels)?;
    Ok(file)
}

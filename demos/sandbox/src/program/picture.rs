//! The result of a decoder, and the part of it that crosses back: the size, the mean colour, and a strip of brightness.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A summary of a decoded picture.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Picture {
    width: usize,
    height: usize,
    /// The mean of red, green and blue.
    mean: [u8; 3],
    /// How bright it is from left to right, from 0 to 255.
    strip: [u8; STRIP],
}

const STRIP: usize = 8;

impl Picture {
    /// The same, for a preview of a larger picture.
    pub(crate) fn of_size(self, width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            ..self
        }
    }
}

/// All pixels, row by row from the top.
pub(crate) struct Canvas {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<[u8; 3]>,
}

impl Canvas {
    /// Measures the pixels.
    pub(crate) fn finish(&self) -> Result<Picture, String> {
        if self.pixels.is_empty() || self.pixels.len() != self.width * self.height {
            return Err("no pixels, or not as many as it says".to_owned());
        }
        let mut sums = [Sum::default(); STRIP];
        for row in self.pixels.chunks_exact(self.width) {
            for (column, pixel) in row.iter().enumerate() {
                sums[column * STRIP / self.width].add(*pixel);
            }
        }
        let mut total = Sum::default();
        for sum in &sums {
            total.join(sum);
        }
        Ok(Picture {
            width: self.width,
            height: self.height,
            mean: total.mean(),
            strip: sums.map(|sum| brightness(sum.mean())),
        })
    }
}

#[derive(Clone, Copy, Default)]
struct Sum {
    colours: [u64; 3],
    pixels: u64,
}

impl Sum {
    fn add(&mut self, pixel: [u8; 3]) {
        for (sum, colour) in self.colours.iter_mut().zip(pixel) {
            *sum += u64::from(colour);
        }
        self.pixels += 1;
    }

    fn join(&mut self, other: &Self) {
        for (sum, colour) in self.colours.iter_mut().zip(other.colours) {
            *sum += colour;
        }
        self.pixels += other.pixels;
    }

    /// Black if there is no pixel.
    fn mean(&self) -> [u8; 3] {
        let mean = |sum: u64| u8::try_from(sum / self.pixels.max(1));
        self.colours.map(|sum| mean(sum).unwrap_or(u8::MAX))
    }
}

/// The brightness, with the colours weighted as the eye sees them.
fn brightness([red, green, blue]: [u8; 3]) -> u8 {
    let weighed = 2 * u32::from(red) + 7 * u32::from(green) + u32::from(blue);
    u8::try_from(weighed / 10).unwrap_or(u8::MAX)
}

impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.mean;
        let (width, height) = (self.width, self.height);
        write!(
            f,
            "picture {width}x{height}, mean #{red:02x}{green:02x}{blue:02x} "
        )?;
        let block = |bright: &u8| BLOCKS[usize::from(*bright) * BLOCKS.len() / 256];
        f.write_str(&self.strip.iter().map(block).collect::<String>())
    }
}

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

//! The pictures: those of a folder, or drawn ones.

use std::{
    fs,
    io::{self, Cursor},
    path::{Path, PathBuf},
};

use image::{ImageFormat, Rgb, RgbImage};
use tokio_offload::offload;

/// The source of a picture.
#[derive(Clone, Debug)]
pub(crate) enum Picture {
    File(PathBuf),
    Drawn(u32),
}

impl Picture {
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File(path) => {
                let name = path.file_name().unwrap_or(path.as_os_str());
                name.to_string_lossy().escape_debug().to_string()
            }
            Self::Drawn(number) => format!("picture-{number}"),
        }
    }

    /// The path of its thumbnail.
    pub(crate) fn target(&self, folder: &Path) -> PathBuf {
        let mut name = match self {
            Self::File(path) => path.file_name().unwrap_or(path.as_os_str()).to_owned(),
            Self::Drawn(_) => self.name().into(),
        };
        name.push(".png");
        folder.join(name)
    }
}

/// The pictures of a folder, in the order of their names, or this many drawn ones.
#[offload]
pub(crate) fn find(folder: Option<&Path>, drawn: usize) -> io::Result<Vec<Picture>> {
    let Some(folder) = folder else {
        let all = 0..u32::try_from(drawn).unwrap_or(u32::MAX);
        return Ok(all.map(Picture::Drawn).collect());
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let kind = ImageFormat::from_path(&path).ok();
        if matches!(kind, Some(ImageFormat::Png | ImageFormat::Jpeg)) && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files.into_iter().map(Picture::File).collect())
}

/// Makes the folder for thumbnails.
#[offload]
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// The bytes of a picture, as they would be on a disk.
#[offload]
pub(crate) fn read(picture: &Picture) -> io::Result<Vec<u8>> {
    match picture {
        Picture::File(path) => fs::read(path),
        Picture::Drawn(number) => draw(*number),
    }
}

/// Writes a thumbnail.
#[offload]
pub(crate) fn write(path: &Path, thumbnail: &[u8]) -> io::Result<()> {
    fs::write(path, thumbnail)
}

/// The size of drawn pictures: large enough to take visible time, and small enough for a build without optimisation.
const WIDTH: u32 = if cfg!(debug_assertions) { 240 } else { 1600 };
const HEIGHT: u32 = WIDTH / 4 * 3;

/// Draws rings, different ones in each picture.
fn draw(number: u32) -> io::Result<Vec<u8>> {
    let ring = |x: u32, y: u32| {
        let at = (x * x + y * y) / (number % 500 + 40);
        let [shade, ..] = at.to_le_bytes();
        let [red, ..] = (number * 7).to_le_bytes();
        Rgb([red, shade, shade.wrapping_add(red)])
    };
    let mut file = Cursor::new(Vec::new());
    RgbImage::from_fn(WIDTH, HEIGHT, ring)
        .write_to(&mut file, ImageFormat::Png)
        .map_err(io::Error::other)?;
    Ok(file.into_inner())
}

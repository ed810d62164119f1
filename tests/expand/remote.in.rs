//! Worker processes: the body stands in a function of its own, which a table names, and the call writes its arguments.

#[offload(remote = RENDER)]
pub fn render(page: &Path, bytes: &[u8], mut scale: u32, (width, _): (u16, u16)) -> Result<Image, Error> {
    scale += 1;
    draw(page, bytes, scale, width)
}

#[offload(remote = workers(), crate = crate::reexported)]
fn ping() -> Result<(), Error> {
    Ok(())
}

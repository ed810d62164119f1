//! A borrowed argument that cannot be copied, alone, in a slice, and as what an `AsRef` refers to.

use tokio_offload::offload;

struct Handle;

#[offload]
fn load(handle: &Handle) {
    let _ = handle;
}

#[offload]
fn load_all(handles: &[Handle], more: Option<&[Handle]>) -> usize {
    handles.len() + more.map_or(0, |more| more.len())
}

#[offload]
fn load_any<T: AsRef<[Handle]>>(handles: T, one: &impl AsRef<Handle>) -> usize {
    let Handle = one.as_ref();
    handles.as_ref().len()
}

fn main() {}

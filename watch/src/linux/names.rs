//! Names, files and lines of code addresses, from symbols and debug information.

use std::{borrow::Cow, collections::HashMap, env, path::PathBuf};

use addr2line::Loader;

use super::modules::Modules;

/// A function on a stack; inlined ones are functions of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) name: String,
    pub(crate) file: Option<String>,
    pub(crate) line: Option<u32>,
}

/// What was read of the debug information of each module, kept since reading takes long.
#[derive(Default)]
pub(crate) struct Names {
    loaders: HashMap<PathBuf, Option<Loader>>,
    here: Option<String>,
}

impl Names {
    /// The frames at an address, innermost first: more than one where functions were inlined.
    pub(crate) fn frames(&mut self, modules: &Modules, address: u64) -> Vec<Frame> {
        self.at(modules, address).unwrap_or_default()
    }

    fn at(&mut self, modules: &Modules, address: u64) -> Option<Vec<Frame>> {
        let here = self.here.get_or_insert_with(|| {
            format!("{}/", env::current_dir().unwrap_or_default().display())
        });
        let module = modules.find(address)?;
        let load = || Loader::new(&module.path).ok();
        let loader = self.loaders.entry(module.path.clone()).or_insert_with(load);
        Some(look_up(loader.as_ref()?, address - module.bias, here))
    }
}

fn look_up(loader: &Loader, address: u64, here: &str) -> Vec<Frame> {
    let symbol = loader.find_symbol(address).map(demangle);
    let mut frames = Vec::new();
    if let Ok(mut found) = loader.find_frames(address) {
        while let Ok(Some(frame)) = found.next() {
            let name = frame.function.as_ref().and_then(|it| it.raw_name().ok());
            let location = frame.location;
            let file = location.as_ref().and_then(|it| it.file);
            frames.push(Frame {
                name: name.map_or_else(String::new, |it| demangle(&it)),
                file: file.map(|it| it.strip_prefix(here).unwrap_or(it).to_owned()),
                line: location.and_then(|it| it.line),
            });
        }
    }
    match (frames.last_mut(), symbol) {
        // The outermost is the one that has the code. Debug information may know its bare name only.
        (Some(frame), Some(symbol)) => frame.name = symbol,
        (None, Some(name)) => frames.push(Frame {
            name,
            ..Frame::default()
        }),
        (_, None) => {}
    }
    frames
}

/// Without the hash of older names.
fn demangle(name: &str) -> String {
    let name: Cow<'_, str> = match rustc_demangle::try_demangle(name) {
        Ok(name) => format!("{name:#}").into(),
        Err(_) => name.into(),
    };
    name.into_owned()
}

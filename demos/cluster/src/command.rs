//! The command line.

use std::path::PathBuf;

use lexopt::{
    Arg::{Long, Short, Value},
    ValueExt as _,
};

/// The parsed command.
pub(crate) enum Command {
    /// Prints the help.
    Help,
    /// The show.
    Show(Options),
    /// Runs as one of its nodes.
    Node,
    /// Runs the server with this program as long as the show lives.
    Keep(PathBuf),
}

/// The options of the show.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// The folder of the pictures. Without one, pictures are drawn.
    pub(crate) folder: Option<PathBuf>,
    /// The folder for thumbnails, if they are kept.
    pub(crate) out: Option<PathBuf>,
    pub(crate) nodes: usize,
    pub(crate) images: usize,
    pub(crate) edge: u32,
    /// Whether to print lines instead of a live picture.
    pub(crate) plain: bool,
    /// Whether to kill a node when half of the pictures are made.
    pub(crate) kill: bool,
}

/// Reads the command line, or returns what is wrong with it.
pub(crate) fn parse() -> Result<Command, String> {
    let mut arguments = lexopt::Parser::from_env();
    let mut options = Options {
        folder: None,
        out: None,
        nodes: 3,
        images: 240,
        edge: 160,
        plain: false,
        kill: true,
    };
    while let Some(argument) = arguments.next().map_err(wrong)? {
        match argument {
            Long("plain") => options.plain = true,
            Long("no-kill") => options.kill = false,
            Long("nodes") => options.nodes = number(&mut arguments, 1, 32)?,
            Long("images") => options.images = number(&mut arguments, 1, 1_000_000)?,
            Long("out") => options.out = Some(arguments.value().map_err(wrong)?.into()),
            Short('h') | Long("help") => return Ok(Command::Help),
            Value(word) if word == "node" && options.folder.is_none() => return Ok(Command::Node),
            Value(word) if word == "keep" && options.folder.is_none() => {
                let program = arguments.value().map_err(wrong)?;
                return Ok(Command::Keep(program.into()));
            }
            Value(folder) if options.folder.is_none() => options.folder = Some(folder.into()),
            other => return Err(wrong(other.unexpected())),
        }
    }
    Ok(Command::Show(options))
}

fn number(arguments: &mut lexopt::Parser, least: usize, most: usize) -> Result<usize, String> {
    let value = arguments.value().map_err(wrong)?;
    let read = |text: &str| match text.parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(format!("expected a number from {least} to {most}")),
    };
    value.parse_with(read).map_err(wrong)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` takes")]
fn wrong(error: lexopt::Error) -> String {
    format!("{error}\n{USAGE}")
}

pub(crate) const USAGE: &str = "\
Makes thumbnails on several nodes of a cluster, one of which is killed, and shows what became of each call.

usage: cluster [--nodes N] [--images N] [--out DIR] [--plain] [--no-kill] [DIR]
  DIR         whose PNG and JPEG pictures are made smaller; drawn ones if left out
  --out DIR   keeps the thumbnails there
  --nodes N   how many nodes are started; 3 if left out
  --images N  how many pictures are drawn; 240 if left out
  --plain     lines instead of a live picture, as where there is no terminal
  --no-kill   kills no node; without it one is killed when half of the pictures are made

It starts a nats-server, nodes and a caller. In the live picture q quits, k kills a node, a adds one.
It exits with 1 if a thumbnail could not be made.
A folder that is called `node` or `keep` is given as `./node`.";

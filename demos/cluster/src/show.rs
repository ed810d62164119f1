//! The show: starts everything, makes the calls, kills a node, and reports the results.

use std::{
    error::Error,
    io::IsTerminal as _,
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

use offload_examples::say::{path, say};
use thumbs::THUMBS;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};
use tokio_offload_cluster::{Connect, connect, disconnect};

use crate::{
    command::Options,
    pictures,
    processes::{Fleet, Server, program},
    screen::{self, Key},
    work::{self, Known},
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How long nodes may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let pictures = pictures::find(options.folder.as_deref(), options.images)
        .await
        .map_err(|error| in_folder(options.folder.as_deref(), &error))?;
    if pictures.is_empty() {
        say("There is no PNG or JPEG picture in that folder.");
        return Ok(ExitCode::SUCCESS);
    }
    let program = program().await?;
    if let Some(out) = &options.out {
        let made = pictures::make_folder(out).await;
        made.map_err(|error| in_folder(Some(out), &error))?;
    }
    let mut ends = Ends::new()?;
    let server = Server::start(&program).await?;
    let mut fleet = Fleet::new(&server);
    let known = Known::new(pictures.len());
    say(format!(
        "a server at {}, {} nodes of 2 worker processes each, {} pictures",
        server.url(),
        options.nodes,
        pictures.len()
    ));
    for _ in 0..options.nodes {
        fleet.add().await?;
    }
    connect(Connect::url(server.url())).await?;
    let ended = tokio::select! {
        () = ends.come() => Some(true),
        here = nodes_are_here(&mut fleet) => { here?; None }
    };
    let stopped = match ended {
        Some(stopped) => stopped,
        None => play(pictures, &options, &mut fleet, &known, &mut ends).await?,
    };
    disconnect().await;
    for event in known.untold() {
        say(event);
    }
    let board = known.now();
    for line in board.summary() {
        say(line);
    }
    Ok(if stopped {
        ExitCode::from(130)
    } else if board.failed > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn in_folder(folder: Option<&Path>, error: &std::io::Error) -> String {
    let folder = folder.unwrap_or(Path::new("."));
    format!("{}: {error}", path(folder))
}

async fn nodes_are_here(fleet: &mut Fleet) -> Result<()> {
    let begun = Instant::now();
    while THUMBS.nodes().await?.len() < fleet.members.len() {
        fleet.look()?;
        if let Some(member) = fleet.members.iter().find(|member| !member.is_alive()) {
            return Err(format!("{} has ended before it served", member.name).into());
        }
        if begun.elapsed() > PATIENCE {
            return Err("the nodes do not come".into());
        }
    }
    Ok(())
}

/// Runs until all pictures are made. Returns whether the user stopped it.
async fn play(
    pictures: Vec<pictures::Picture>,
    options: &Options,
    fleet: &mut Fleet,
    known: &Known,
    ends: &mut Ends,
) -> Result<bool> {
    let (keys, pressed) = unbounded_channel();
    let live = !options.plain && std::io::stdout().is_terminal() && std::io::stdin().is_terminal();
    let screen = live.then(|| screen_thread(known.clone(), keys.clone()));
    known.members(fleet);
    let asking = tokio::spawn(known.clone().ask());
    let working = work::all(pictures, options.clone(), known.clone());
    let watching = watch(options, fleet, known, (pressed, live));
    let stopped = tokio::select! {
        () = working => false,
        () = ends.come() => true,
        end = watching => { end?; true }
    };
    asking.abort();
    // The receiver was dropped, so the screen ends.
    drop(keys);
    if let Some(screen) = screen {
        tokio::task::spawn_blocking(move || screen.join())
            .await?
            .map_err(|_| "the live picture has panicked")??;
    }
    Ok(stopped)
}

fn screen_thread(
    known: Known,
    keys: UnboundedSender<Key>,
) -> std::thread::JoinHandle<std::io::Result<()>> {
    std::thread::spawn(move || screen::show(&known, &keys))
}

const LOOK: Duration = Duration::from_millis(50);
/// How often a line is printed without a live picture.
const LINE: Duration = Duration::from_millis(500);

/// Watches the nodes, handles keys, and prints lines, until the user quits.
async fn watch(
    options: &Options,
    fleet: &mut Fleet,
    known: &Known,
    (mut pressed, live): (UnboundedReceiver<Key>, bool),
) -> Result<()> {
    let mut kill = options.kill && options.nodes > 1;
    let mut shown = Instant::now();
    loop {
        if !kill {
            known.is_past_middle.notify_one();
        }
        let key = tokio::time::timeout(LOOK, pressed.recv()).await;
        match key.ok().flatten() {
            Some(Key::Quit) => return Ok(()),
            Some(Key::Kill) => {
                kill = false;
                kill_one(fleet, known).await?;
            }
            Some(Key::Add) => {
                let name = fleet.add().await?;
                known.event(format!("{name} is started"));
            }
            None => {}
        }
        fleet.look()?;
        let board = known.now();
        if kill && board.over() >= board.pictures / 2 {
            kill = false;
            kill_one(fleet, known).await?;
        }
        known.members(fleet);
        if !live {
            for event in known.untold() {
                say(event);
            }
            if shown.elapsed() >= LINE {
                shown = Instant::now();
                say(board.line());
            }
        }
    }
}

async fn kill_one(fleet: &mut Fleet, known: &Known) -> Result<()> {
    match fleet.kill().await? {
        Some(name) => known.event(format!("{name} is killed")),
        None => known.event("there is no node to kill".to_owned()),
    }
    Ok(())
}

/// Waits for a signal that ends a program: Ctrl-C, a closed terminal, or a request to end.
struct Ends([Signal; 3]);

impl Ends {
    fn new() -> std::io::Result<Self> {
        Ok(Self([
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
        ]))
    }

    async fn come(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => (),
            _ = terminate.recv() => (),
            _ = hangup.recv() => (),
        }
    }
}

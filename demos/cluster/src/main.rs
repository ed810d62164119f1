//! Thumbnails on many machines, all of which are this one: a server, three nodes and a caller, started by one command.
//!
//! ```text
//! cargo run --release -p cluster                   # drawn pictures, in a live picture with keys
//! cargo run --release -p cluster -- ~/Pictures     # your own; `--out DIR` keeps the thumbnails
//! cargo run --release -p cluster -- --plain        # lines, as where there is no terminal
//! ```
//!
//! It shows the load of each node, kills one of them in the middle, and reports which calls were lost and run again. The program is its
//! own node (`cluster node`) and its own worker processes. For several machines there are two programs instead, `thumbs-node` and
//! `thumbs-caller`, which share the library of this package.

#[cfg(target_os = "linux")]
mod board;
#[cfg(target_os = "linux")]
mod command;
#[cfg(target_os = "linux")]
mod pictures;
#[cfg(target_os = "linux")]
mod processes;
#[cfg(target_os = "linux")]
mod screen;
#[cfg(target_os = "linux")]
mod show;
#[cfg(all(test, target_os = "linux"))]
mod tests;
#[cfg(target_os = "linux")]
mod work;

#[cfg(target_os = "linux")]
#[tokio_offload::main]
#[tokio::main(worker_threads = 2)]
async fn main() -> std::process::ExitCode {
    use std::process::ExitCode;

    use command::Command;
    use offload_examples::say::{complain, say};

    let command = match command::parse() {
        Ok(command) => command,
        Err(text) => {
            complain("cluster", text);
            return ExitCode::from(2);
        }
    };
    let end = match command {
        Command::Help => {
            say(command::USAGE);
            Ok(ExitCode::SUCCESS)
        }
        Command::Show(options) => show::run(options).await,
        Command::Node => tokio::select! {
            end = thumbs::serve() => end.map(|()| ExitCode::SUCCESS),
            // The receiver of the results is gone.
            () = processes::show_is_gone() => Ok(ExitCode::SUCCESS),
        },
        // This process does nothing else.
        Command::Keep(program) => processes::keep(&program)
            .await
            .map(|()| ExitCode::SUCCESS)
            .map_err(Into::into),
    };
    end.unwrap_or_else(|error| {
        complain("cluster", error);
        ExitCode::from(2)
    })
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!(
        "The nodes of this program run bodies in worker processes, which are there on Linux alone."
    );
}

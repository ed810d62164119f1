//! Compares the cost of a call to a node in another process with the bare server, Celery, Ray and Dask.
//!
//! Linux only, as nodes on worker processes are. The program starts the server, the nodes and the peers, and ends them. It skips
//! peers that are not installed, and says so.

#[cfg(target_os = "linux")]
mod measure;
#[cfg(target_os = "linux")]
mod options;
#[cfg(target_os = "linux")]
mod ours;
#[cfg(target_os = "linux")]
mod peers;
#[cfg(target_os = "linux")]
mod processes;
#[cfg(target_os = "linux")]
mod raw;
#[cfg(target_os = "linux")]
mod scenario;
#[cfg(target_os = "linux")]
mod simulate;
#[cfg(target_os = "linux")]
mod table;
#[cfg(target_os = "linux")]
mod way;

#[cfg(target_os = "linux")]
#[tokio_offload::main]
#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), way::Problem> {
    use processes::{Role, connected, program};

    if let Some(role) = Role::of_this_process() {
        let url = std::env::var("NATS_URL")?;
        return match role {
            Role::Core => raw::core::answer(connected(&url).await?).await,
            Role::JetStream => raw::jetstream::pull(connected(&url).await?).await,
            Role::OnPool | Role::OnWorkers => ours::node(role).await,
        };
    }
    let options = options::Options::parse()?;
    if options.simulate {
        print!("{}", simulate::print(&options.costs));
    } else if program().is_none() {
        println!("skipped: no nats-server (set NATS_SERVER)");
    } else {
        print!("{}", table::print(&measure::run(&options).await?));
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("Nodes on worker processes are there on Linux alone, and so is this measurement.");
}

//! How workers become ready, and what happens when they do not.

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use offload_limits::Folder;
use tokio_offload_remote::{Config, Failure, StartError, Workers, stop_requested};

use crate::kit::{Gate, Left, again, copy_program, exists, one, remote, submit, until, wait};

type InitResult = Result<(), Box<dyn std::error::Error + Send + Sync>>;

thread_local! {
    static READY: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// What the test left for the initialiser of a worker, in a file named after its process.
fn word() -> String {
    let pool = std::os::unix::process::parent_id();
    let path = std::env::temp_dir().join(format!("offload-init-{pool}"));
    std::fs::read_to_string(path).unwrap_or_default()
}

fn leave(word: &str) -> Left {
    let path = std::env::temp_dir().join(format!("offload-init-{}", std::process::id()));
    std::fs::write(&path, word).unwrap();
    Left(path)
}

static ONCE: Workers = Config::new("init-once")
    .processes(2)
    .init(|| {
        READY.set(READY.get() + 1);
        Ok(())
    })
    .build();
static FAILS: Workers = Config::new("init-fails")
    .processes(2)
    .init(|| -> InitResult { Err(Box::new(std::io::Error::other("no model on this machine"))) })
    .build();
static HEALS: Workers = one("init-heals")
    .init(|| match word().as_str() {
        "healed" => Ok(()),
        _ => Err("still ill".into()),
    })
    .build();
static PANICS: Workers = one("init-panics").init(|| panic!("no way")).build();
static DIES: Workers = one("init-dies").init(|| std::process::exit(9)).build();
static HANGS: Workers = one("init-hangs")
    .start_timeout(Duration::from_millis(200))
    .init(|| {
        loop {
            std::thread::park();
        }
    })
    .build();
static MISSING: Workers = one("missing").executable("/nowhere/at/all").build();
static STRANGER: Workers = one("stranger")
    .start_timeout(Duration::from_millis(200))
    .executable("/usr/bin/wc")
    .build();
static LEAVER: Workers = one("leaver").executable("/bin/true").build();
static OTHER: Workers = one("other-build")
    .env(&[("OFFLOAD_OTHER_BUILD", "1")])
    .build();
static LACKING: Workers = one("lacking").env(&[("OFFLOAD_OTHER_BUILD", "1")]).build();
static COPY: LazyLock<Workers> = LazyLock::new(|| {
    // The lazy value is made in the worker too, where nothing is to be copied.
    let copy = match std::env::var("OFFLOAD_COPY") {
        Ok(copy) => copy,
        Err(_) => std::env::temp_dir()
            .join(format!("offload-copy-{}", std::process::id()))
            .display()
            .to_string(),
    };
    one("copy")
        .executable(Box::leak(copy.into_boxed_str()))
        .build()
});

remote! {
    ONCE: fn ready() -> (u32, u32) { (READY.get(), std::process::id()) }
    ONCE: fn ready_at(gate: String) -> u32 { wait(&gate); READY.get() }
    FAILS: fn fails() -> () {}
    HEALS: fn heals() -> () {}
    PANICS: fn panics() -> () {}
    DIES: fn dies() -> () {}
    HANGS: fn hangs() -> () {}
    MISSING: fn missing() -> () {}
    STRANGER: fn stranger() -> () {}
    LEAVER: fn leaver() -> () {}
    COPY: fn own_program() -> String { std::env::current_exe().unwrap().display().to_string() }
}

#[tokio::test]
async fn the_initialiser_runs_once_in_each_worker_on_the_thread_of_bodies() {
    let gate = Gate::new();
    assert_eq!(ready().await.unwrap().0, 1);
    let busy = tokio::spawn(ready_at(gate.path()));
    gate.reached().await;
    for _ in 0..3 {
        assert_eq!(ready().await.unwrap().0, 1);
    }
    gate.open().await;
    assert_eq!(busy.await.unwrap().unwrap(), 1);
    assert_eq!(ONCE.stats().started, 2);
}

fn why<T: std::fmt::Debug>(result: Result<T, Failure>) -> StartError {
    match result {
        Err(Failure::Start(error)) => error,
        other => panic!("it started: {other:?}"),
    }
}

#[tokio::test]
async fn a_failing_initialiser_fails_calls_and_starts_no_storm() {
    let started = Instant::now();
    let mut failed = 0;
    while failed < 24 {
        let calls = [fails(), fails(), fails()].map(tokio::spawn);
        for call in calls {
            let error = why(call.await.unwrap());
            assert_eq!(error, StartError::Init("no model on this machine".into()));
            failed += 1;
        }
    }
    // Calls in the pause fail at once: without starting anything. It doubles: at 0, 0.1, 0.3 s, with two processes each time.
    let elapsed = started.elapsed().as_millis();
    let begun = |n: &u32| 100 * ((1 << n) - 1) <= elapsed;
    let tries = (0..20).filter(begun).fold(0, |tries, _| tries + 1);
    let stats = FAILS.stats();
    assert!(stats.started <= 2 * tries, "{stats:?}");
    assert_eq!((stats.refused, stats.processes), (failed, 0));
    let ready = FAILS.prewarm(1).await;
    assert!(matches!(ready, Err(Failure::Start(StartError::Init(_)))));
}

#[tokio::test]
async fn a_pool_heals_when_its_initialiser_does() {
    let _ill = leave("ill");
    assert_eq!(why(heals().await), StartError::Init("still ill".into()));
    let _healed = leave("healed");
    let healed = async {
        while heals().await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(180), healed)
        .await
        .unwrap();
    assert!(HEALS.stats().started <= 4);
}

#[tokio::test]
async fn a_start_that_goes_wrong_says_how() {
    let StartError::Init(message) = why(panics().await) else {
        panic!("not the initialiser");
    };
    assert!(message.contains("no way"), "{message}");
    assert!(matches!(why(dies().await), StartError::Died(death) if death.code == Some(9)));
    let hung = why(hangs().await);
    assert!(matches!(hung, StartError::Silent { limit, .. } if limit.as_millis() == 200));
    for pool in [&PANICS, &DIES, &HANGS] {
        assert_eq!((pool.stats().processes, pool.pids().len()), (0, 0));
    }
}

#[tokio::test]
async fn a_program_that_is_no_worker_is_told_apart() {
    match missing().await {
        Err(Failure::Spawn(error)) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound),
        other => panic!("{other:?}"),
    }
    let text = why(stranger().await).to_string();
    assert!(text.contains("`/usr/bin/wc`"), "{text}");
    assert!(matches!(why(leaver().await), StartError::Died(death) if death.code == Some(0)));
}

/// A worker in which one function has other arguments, as in a binary of another day.
mod other_build {
    use tokio_offload_remote::{
        Answer, FUNCTIONS, Failure, Function, Reply, StartError, Workers, linkme,
    };

    use super::{LACKING, OTHER, why};

    fn is_other() -> bool {
        std::env::var_os("OFFLOAD_OTHER_BUILD").is_some()
    }

    const NOTHING: Answer = |_, _| Ok(());

    #[linkme::distributed_slice(FUNCTIONS)]
    #[linkme(crate = tokio_offload_remote::linkme)]
    static WIDER: Function = Function::new(
        "wider",
        || &OTHER,
        NOTHING,
        |fingerprint| {
            if is_other() {
                fingerprint.add::<u64>();
            } else {
                fingerprint.add::<u32>();
            }
        },
    );

    /// In the worker this function belongs to another pool.
    #[linkme::distributed_slice(FUNCTIONS)]
    #[linkme(crate = tokio_offload_remote::linkme)]
    static GONE: Function = Function::new(
        "gone",
        || if is_other() { &OTHER } else { &LACKING },
        NOTHING,
        |_| (),
    );

    async fn call(
        workers: &'static Workers,
        function: &'static Function,
    ) -> Result<Reply, Failure> {
        workers
            .call(function, Ok(workers.take_buffer()), Vec::new())
            .await
    }

    #[tokio::test]
    async fn a_worker_of_other_code_is_refused_with_the_difference() {
        let StartError::Mismatch(text) = why(call(&OTHER, &WIDER).await) else {
            panic!("no mismatch");
        };
        assert!(text.contains("`wider` has other arguments"), "{text}");
        let StartError::Mismatch(text) = why(call(&LACKING, &GONE).await) else {
            panic!("no mismatch");
        };
        assert!(text.contains("no function `gone`"), "{text}");
    }
}

#[tokio::test]
async fn a_worker_may_be_a_program_of_its_own() {
    let copy = std::env::temp_dir().join(format!("offload-copy-{}", std::process::id()));
    let copy = Left(copy);
    copy_program(&copy.0);
    let path = own_program().await;
    assert_eq!(path.unwrap(), copy.0.display().to_string());
}

/// A deployment that replaces the program under a running process.
#[tokio::test]
async fn workers_are_of_the_program_that_runs_even_if_it_was_replaced() {
    static REPLACED: Workers = one("replaced").build();
    remote! {
        REPLACED: fn replaced() -> u32 { 7 }
    }
    let test = "workers::start::workers_are_of_the_program_that_runs_even_if_it_was_replaced";
    let Some(command) = again(test) else {
        let own = std::env::current_exe().unwrap();
        std::fs::remove_file(&own).unwrap();
        std::fs::write(&own, "not a program").unwrap();
        assert_eq!(replaced().await.unwrap(), 7);
        return;
    };
    let folder = Folder::new("replaced");
    copy_program(&folder.join("copy"));
    let mut moved = std::process::Command::new(folder.join("copy"));
    moved.args(command.get_args());
    moved.envs(
        command
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    let end = offload_limits::output(&mut moved);
    assert!(end.status.success(), "{end:?}");
}

#[tokio::test]
async fn a_pool_that_is_shut_down_while_it_starts_leaves_nothing() {
    static STARTING: Workers = one("starting")
        .init(|| {
            loop {
                std::thread::park();
            }
        })
        .build();
    remote! {
        STARTING: fn starting() -> bool { stop_requested() }
    }
    let mut call = starting();
    assert!(submit(&mut call).await.is_pending());
    until("a process is there", || STARTING.stats().started == 1);
    STARTING.shutdown();
    assert!(matches!(call.await, Err(Failure::Shutdown)));
    STARTING.close().await;
    assert_eq!(STARTING.stats().processes, 0);
    assert!(!exists(0));
}

//! A request and a reply. There is no queue, so a request that finds no free slot is late.

use std::sync::Arc;

use async_nats::Client;
use futures_util::{StreamExt, future::BoxFuture};

use super::{body, message};
use crate::{
    processes::{Role, Servant, Server, connected, ready},
    scenario::{SLOTS, Scenario, Work},
    way::{Callee, Figure, Name, Problem, Way, serve, time},
};

const NOTHING: &str = "bench.core.nothing";
const FEW: &str = "bench.core.few";

/// The role of a process that answers.
pub(crate) async fn answer(client: Client) -> Result<(), Problem> {
    let nothing = client.subscribe(NOTHING).await?;
    let few = client.subscribe(FEW).await?;
    client.flush().await?;
    ready()?;
    let reply = |message: async_nats::Message| {
        let client = client.clone();
        async move {
            let answer = body(&message.payload).await;
            if let Some(reply) = message.reply {
                // If the caller has ended, nothing is measured.
                let _ = client.publish(reply, answer).await;
            }
        }
    };
    let few = serve(few, SLOTS, reply);
    let nothing = nothing.for_each(reply);
    tokio::join!(nothing, few);
    Ok(())
}

/// See above.
pub(crate) struct Core {
    caller: Arc<Caller>,
    _servant: Servant,
}

struct Caller(Client);

impl Core {
    pub(crate) async fn start(server: &Server) -> Result<Self, Problem> {
        let servant = Servant::start(Role::Core, &server.url)?;
        servant.is_ready().await?;
        let caller = Arc::new(Caller(connected(&server.url).await?));
        Ok(Self {
            caller,
            _servant: servant,
        })
    }
}

impl Callee for Caller {
    async fn call(&self, work: Work, bytes: &[u8]) -> Result<(), Problem> {
        let subject = if matches!(work, Work::Sleep(_)) {
            FEW
        } else {
            NOTHING
        };
        self.0.request(subject, message(work, bytes)).await?;
        Ok(())
    }
}

impl Way for Core {
    fn name(&self) -> Name {
        Name::Nats
    }

    fn measure<'a>(
        &'a mut self,
        scenario: &'a Scenario,
    ) -> BoxFuture<'a, Result<Option<Figure>, Problem>> {
        Box::pin(async { time(&self.caller, scenario).await.map(Some) })
    }
}

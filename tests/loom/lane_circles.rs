//! Which of the waiting bodies of a full lane are offered calls of others, through circles of full lanes and otherwise.

use std::sync::Arc;

use crate::{
    call::block_on::blocked::{Blocked, ThreadHome},
    check,
    scheduler::{close::CloseReason, ends::BodySlot, lane::Lane, spawner::Spawner},
    trial::{Trial, begin_wait},
    work::CallWork,
};

type CallLane = Arc<Lane<CallWork>>;

/// A lane without a free slot.
fn lane() -> CallLane {
    Lane::new(Spawner::new([]), 0, Arc::default())
}

/// A body in that scope of the thread.
fn waits_on(lane: &CallLane, scope: usize) -> Arc<Blocked> {
    begin_wait(Some(Arc::clone(lane) as Arc<dyn ThreadHome>), None, scope)
}

/// A body on a thread of its own: the next one that waits is not inside of it.
fn waits_apart(lane: &CallLane) -> Arc<Blocked> {
    let outer = begin_wait(None, None, 0);
    let waits = waits_on(lane, 1);
    outer.end();
    waits
}

/// A call in `lane` that `caller` awaits.
fn queued(lane: &CallLane, caller: &Arc<Blocked>) -> Trial {
    let call = Trial::idle();
    lane.submit(CallWork::nested(&call, caller));
    call
}

fn was_offered(body: &Blocked, call: &Trial) -> bool {
    body.was_offered(call.job.cell())
}

fn end_all(bodies: impl IntoIterator<Item = Arc<Blocked>>, lanes: &[&CallLane]) {
    for body in bodies {
        body.end();
    }
    for lane in lanes {
        lane.shut_down(&CloseReason::Shutdown);
    }
}

/// L12: what one body was offered keeps no other from its call.
#[test]
fn each_of_several_bodies_is_offered_its_call() {
    check(None, || {
        let lane = lane();
        let bodies = [(); 3].map(|()| waits_apart(&lane));
        let calls = bodies.each_ref().map(|body| queued(&lane, body));
        for _ in &bodies {
            lane.offer_awaited();
        }
        for (body, call) in bodies.iter().zip(&calls) {
            assert!(was_offered(body, call));
        }
        end_all(bodies, &[&lane]);
    });
}

/// L12: a body whose thread runs another one, which waits for something else, cannot come to a call.
#[test]
fn a_body_under_one_that_waits_for_something_else_is_offered_nothing() {
    check(None, || {
        let (lane, other) = (lane(), lane());
        let below = waits_apart(&lane);
        let outer = begin_wait(None, None, 0);
        let under = waits_on(&lane, 1);
        let above = waits_on(&other, 2);
        outer.end();
        let (wanted, behind) = (queued(&lane, &under), queued(&lane, &below));
        lane.offer_awaited();
        assert!(was_offered(&below, &behind) && !was_offered(&under, &wanted));
        lane.offer_awaited();
        assert!(!was_offered(&under, &wanted));
        above.end();
        lane.offer_awaited();
        assert!(was_offered(&under, &wanted));
        end_all([under, below], &[&lane, &other]);
    });
}

/// L5, L12: a body that is held up is offered no call of others as long as another body of its lane may end.
#[test]
fn no_call_is_offered_while_a_body_of_the_lane_may_end() {
    check(None, || {
        let (lane, other) = (lane(), lane());
        let free = waits_apart(&lane);
        let outer = begin_wait(None, None, 0);
        let under = waits_on(&lane, 1);
        let above = waits_on(&other, 2);
        outer.end();
        let wanted = queued(&lane, &above);
        lane.offer_awaited();
        assert!(!was_offered(&under, &wanted) && !was_offered(&free, &wanted));
        free.end();
        lane.offer_awaited();
        assert!(was_offered(&under, &wanted), "all of them wait for it now");
        end_all([above, under], &[&lane, &other]);
    });
}

/// L12: a body waits for calls in two lanes. It is held up by the one none of whose bodies may end, and is offered what is called there.
#[test]
fn a_call_comes_through_a_lane_that_holds_up_the_body() {
    check(None, || {
        let (lane, stuck, goes_on) = (lane(), lane(), lane());
        let body = waits_apart(&lane);
        let (there, elsewhere) = (waits_apart(&stuck), waits_apart(&goes_on));
        let free = waits_apart(&goes_on);
        let _awaited = [queued(&stuck, &body), queued(&goes_on, &body)];
        let (first, second) = (queued(&lane, &elsewhere), queued(&lane, &there));
        lane.offer_awaited();
        assert!(!was_offered(&body, &first) && was_offered(&body, &second));
        end_all([body, there, elsewhere, free], &[&lane, &stuck, &goes_on]);
    });
}

/// M3: a spare thread runs first what a body still waits for. Of the other call only the future is left.
#[test]
fn a_spare_thread_takes_no_call_whose_body_waits_no_more() {
    check(Some(2), || {
        let spawner = Spawner::new([]);
        let lane: CallLane = Lane::new(spawner.clone(), 0, Arc::default());
        lane.queue.lock().begin(BodySlot::Runner);
        let (gave_up, waits) = (waits_apart(&lane), waits_apart(&lane));
        let (left, wanted) = (queued(&lane, &gave_up), queued(&lane, &waits));
        gave_up.end();
        Arc::clone(&lane).add_spare_thread();
        spawner.settle();
        assert!(wanted.call.is_finished() && !left.call.is_finished());
        lane.ended.add(BodySlot::Runner);
        end_all([waits], &[&lane]);
    });
}

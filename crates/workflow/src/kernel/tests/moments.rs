//! What a host learns of a macrostep, and what it raises by that.
use crate::case::Key;
use crate::kernel::{
    BlockId, Chart, Configuration, GuardId, Host, Kind, Moment, StateId, Transition, macrostep, start,
};

/// Logs everything in order. A block logs its number; guard 0 does not hold, and raises an error.
#[derive(Default)]
struct Watching {
    log: Vec<String>,
    raised: Vec<Key>,
    /// Raised by the first block that runs.
    first: Vec<Key>,
}

impl Host for Watching {
    fn holds(&mut self, guard: GuardId) -> bool {
        self.log.push(format!("guard {}", guard.0));
        self.raised.push("error".into());
        guard.0 != 0
    }

    fn run(&mut self, block: BlockId) -> Vec<Key> {
        self.log.push(format!("block {}", block.0));
        std::mem::take(&mut self.first)
    }

    fn note(&mut self, moment: Moment<'_>) -> Vec<Key> {
        match &moment {
            Moment::Selected => {}
            Moment::TakenUp(event) => self.log.push(format!("took up {event}")),
            Moment::Entered(state) => self.log.push(format!("entered {}", state.0)),
            Moment::Left(state) => self.log.push(format!("left {}", state.0)),
            Moment::Done { state, by } => {
                self.log.push(format!("{} done by {:?}", state.key, by.map(|by| by.0)));
            }
        }
        let mut raised = std::mem::take(&mut self.raised);
        raised.extend(moment.raises());
        raised
    }
}

/// States a (0) with b (1) and the final c (2), then d (3); blocks 1 and 2 on entering and leaving b.
fn chart(transition: Transition) -> (Chart, StateId, StateId) {
    let mut chart = Chart::default();
    let a = chart.add("a".into(), Kind::Compound, None).unwrap();
    let b = chart.add("b".into(), Kind::Atomic, Some(a)).unwrap();
    let c = chart.add("c".into(), Kind::Final, Some(a)).unwrap();
    let d = chart.add("d".into(), Kind::Atomic, None).unwrap();
    let state = chart.state_mut(b);
    (state.entry, state.exit) = (Some(BlockId(1)), Some(BlockId(2)));
    state.transitions.push(transition);
    (chart, c, d)
}

fn on(event: &str, target: usize) -> Transition {
    Transition { events: vec![event.into()], ..Transition::into(vec![StateId(target)]) }
}

#[test]
fn a_state_is_active_while_its_content_runs_on_entering_and_on_leaving() {
    let (chart, ..) = chart(on("e", 3));
    let mut host = Watching::default();
    let at = start(&chart, &mut host).unwrap();
    assert_eq!(host.log, ["entered 0", "entered 1", "block 1"]);
    host.log.clear();
    macrostep(&chart, &at, "e", &mut host).unwrap();
    assert_eq!(host.log, ["block 2", "left 1", "left 0", "entered 3"]);
}

#[test]
fn a_host_learns_who_ended_a_state_before_the_event_is_heard() {
    let (chart, ..) = chart(on("e", 2));
    let mut host = Watching::default();
    let at = start(&chart, &mut host).unwrap();
    host.log.clear();
    macrostep(&chart, &at, "e", &mut host).unwrap();
    assert_eq!(host.log, ["block 2", "left 1", "entered 2", "a done by Some(2)", "took up done.state.a"]);
}

#[test]
fn raised_events_are_taken_up_in_the_order_of_the_answers() {
    let (chart, ..) = chart(on("never", 3));
    let mut host = Watching {
        raised: vec!["one".into()],
        first: vec!["two".into(), "three".into()],
        ..Watching::default()
    };
    start(&chart, &mut host).unwrap();
    assert_eq!(host.log[3..], ["took up one", "took up two", "took up three"]);
}

#[test]
fn what_weighing_a_guard_raises_is_heard_in_the_same_macrostep() {
    let (mut chart, _, d) = chart(Transition { guard: Some(GuardId(0)), ..on("e", 2) });
    let b = chart.find("b").unwrap();
    chart
        .state_mut(b)
        .transitions
        .push(Transition { events: vec!["error".into()], ..Transition::into(vec![d]) });
    let mut host = Watching::default();
    let at = start(&chart, &mut host).unwrap();
    let moved = macrostep(&chart, &at, "e", &mut host).unwrap();
    assert_eq!(moved, Configuration { active: vec!["d".into()], ..Configuration::default() });
}

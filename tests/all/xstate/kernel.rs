//! A play as the kernel runs it.
use super::Stop;
use super::draw::{Play, State};
use workflow::Key;
use workflow::kernel::{self, BlockId, Chart, Configuration, GuardId, Halt, Host, Kind, StateId, Transition};

struct Logging<'p> {
    guards: &'p [bool],
    /// What each block logs and raises.
    blocks: &'p [(String, Vec<Key>)],
    log: Vec<String>,
}

impl Host for Logging<'_> {
    fn holds(&mut self, guard: GuardId) -> bool {
        self.guards[guard.0]
    }

    fn run(&mut self, block: BlockId) -> Vec<Key> {
        let (log, raises) = &self.blocks[block.0];
        self.log.push(log.clone());
        raises.clone()
    }
}

/// Where the chart stands after the start and after each event, until it is over or never rests.
pub(super) fn run(play: &Play) -> Vec<Stop> {
    let (chart, blocks) = chart(&play.states);
    let mut host = Logging { guards: &play.guards, blocks: &blocks, log: vec![] };
    let mut next = rest(kernel::start(&chart, &mut host));
    let mut events = play.events.iter();
    let mut stops = vec![];
    while let Some(at) = next {
        stops.push(stop(&chart, &at, &mut host));
        next = events
            .next()
            .filter(|_| !is_over(&chart, &at))
            .and_then(|event| rest(kernel::macrostep(&chart, &at, event, &mut host)));
    }
    stops
}

fn rest(result: Result<Configuration, Halt>) -> Option<Configuration> {
    match result {
        Ok(configuration) => Some(configuration),
        Err(Halt::Restless) => None,
        Err(halt) => panic!("{halt}"),
    }
}

fn stop(chart: &Chart, at: &Configuration, host: &mut Logging) -> Stop {
    let log = std::mem::take(&mut host.log);
    // XState leaves every state of a chart that is over, which is the host's business here.
    let log = if is_over(chart, at) { vec![] } else { log };
    let mut active: Vec<String> = at.active.iter().map(ToString::to_string).collect();
    active.sort();
    Stop { log, active }
}

fn is_over(chart: &Chart, at: &Configuration) -> bool {
    at.active.iter().filter_map(|key| chart.find(key)).any(|state| {
        let state = chart.state(state);
        state.kind == Kind::Final && state.parent.is_none()
    })
}

fn chart(states: &[State]) -> (Chart, Vec<(String, Vec<Key>)>) {
    let mut chart = Chart::default();
    let mut blocks = vec![];
    let mut block = |log: String, raises: &[String]| {
        blocks.push((log, raises.iter().map(|event| event.as_str().into()).collect()));
        Some(BlockId(blocks.len() - 1))
    };
    let mut ids: Vec<StateId> = vec![];
    for state in states {
        let kind = match state.kind {
            "compound" => Kind::Compound,
            "parallel" => Kind::Parallel,
            "final" => Kind::Final,
            "history" => Kind::History { deep: false },
            "deep" => Kind::History { deep: true },
            _ => Kind::Atomic,
        };
        let parent = state.parent.map(|parent| ids[parent]);
        ids.push(chart.add(state.key.as_str().into(), kind, parent).expect("keys differ"));
    }
    for (state, id) in states.iter().zip(&ids) {
        let of = chart.state_mut(*id);
        of.initial = state.initial.map(|initial| Transition::into(vec![ids[initial]]));
        of.entry = block(format!("enter {}", state.key), &state.entry);
        of.exit = block(format!("leave {}", state.key), &state.exit);
        for (at, transition) in state.transitions.iter().enumerate() {
            let event = transition.event.as_deref().map(|event| match event {
                "done" => format!("done.state.{}", state.key).into(),
                event => event.into(),
            });
            of.transitions.push(Transition {
                events: event.into_iter().collect(),
                guard: transition.guard.map(GuardId),
                targets: transition.targets.iter().map(|target| ids[*target]).collect(),
                internal: transition.internal,
                block: block(format!("take {} {at}", state.key), &transition.raises),
            });
        }
    }
    (chart, blocks)
}

//! Every way from one innermost state to another.
use crate::case::Key;
use crate::clock::Moment;
use crate::definition::Definition;
use crate::kernel::{Kind, StateId, Transition};

/// A way from one innermost state to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The action or automatic that takes it.
    pub by: Key,
    /// Whether nobody takes it.
    pub automatic: bool,
    /// Whether it needs no event: it is taken as soon as its condition holds.
    pub eventless: bool,
    /// Where it begins.
    pub from: Key,
    /// Where it ends.
    pub to: Key,
    /// What happens on it, in order.
    pub(crate) moments: Vec<Moment>,
}

/// Every edge of the chart, in document order.
pub(in crate::definition) fn edges(definition: &Definition) -> Vec<Edge> {
    let chart = &definition.chart;
    let mut edges = vec![];
    for (leaf, state) in chart.states().filter(|(_, state)| matches!(state.kind, Kind::Atomic | Kind::Final))
    {
        for source in std::iter::once(leaf).chain(chart.ancestors(leaf)) {
            for transition in &chart.state(source).transitions {
                let block = transition.block.map(|block| &definition.block(block).moment);
                let Some(Moment::On(by)) = block else { continue };
                for to in ends(definition, leaf, source, transition) {
                    let way = (!transition.targets.is_empty()).then_some((source, to));
                    edges.push(Edge {
                        by: by.clone(),
                        automatic: definition.automatics.contains_key(by),
                        eventless: transition.events.is_empty(),
                        from: state.key.clone(),
                        to: chart.state(to).key.clone(),
                        moments: moments(definition, by, leaf, way),
                    });
                }
            }
        }
    }
    edges
}

/// The innermost states that a transition enters, regions that it enters on the way included; `leaf` if it enters none.
fn ends(definition: &Definition, leaf: StateId, source: StateId, transition: &Transition) -> Vec<StateId> {
    let chart = &definition.chart;
    let mut ends = vec![];
    for target in &transition.targets {
        ends.extend(resting(definition, *target));
        let mut inner = *target;
        for outer in chart.ancestors(*target).take_while(|outer| !chart.is_within(source, *outer)) {
            if chart.state(outer).kind == Kind::Parallel {
                let others = chart.state(outer).children.iter().filter(|child| **child != inner);
                ends.extend(others.flat_map(|child| resting(definition, *child)));
            }
            inner = outer;
        }
    }
    if ends.is_empty() { vec![leaf] } else { ends }
}

/// The innermost states entered when `state` is. History leads where it leads before there is anything to remember.
pub(super) fn resting(definition: &Definition, state: StateId) -> Vec<StateId> {
    let chart = &definition.chart;
    match chart.state(state).kind {
        Kind::Atomic | Kind::Final => vec![state],
        Kind::Compound | Kind::Parallel | Kind::History { .. } => {
            let inner = chart.default_targets(state);
            inner.into_iter().flat_map(|child| resting(definition, child)).collect()
        }
    }
}

/// Left from the inside out, the transition, entered from the outside in.
fn moments(definition: &Definition, by: &Key, leaf: StateId, way: Option<(StateId, StateId)>) -> Vec<Moment> {
    let chart = &definition.chart;
    let on = Moment::On(by.clone());
    let Some((source, target)) = way else { return vec![on] };
    let domain = chart.ancestors(source).find(|outer| chart.is_within(target, *outer));
    let up_to_domain = |state: StateId| {
        std::iter::once(state).chain(chart.ancestors(state)).take_while(move |at| Some(*at) != domain)
    };
    let key = |state: StateId| chart.state(state).key.clone();
    let mut enters: Vec<Moment> = up_to_domain(target).map(|state| Moment::Enter(key(state))).collect();
    enters.reverse();
    up_to_domain(leaf).map(|state| Moment::Leave(key(state))).chain([on]).chain(enters).collect()
}

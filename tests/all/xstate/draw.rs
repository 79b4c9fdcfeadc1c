//! Random charts, by seed, within what the kernel and XState both define.
use serde::Serialize;

/// A chart, which of its guards hold, and what is sent to it.
#[derive(Debug, Serialize)]
pub(super) struct Play {
    /// The root stands for the chart; its children are the chart's states.
    pub(super) states: Vec<State>,
    pub(super) guards: Vec<bool>,
    pub(super) events: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct State {
    pub(super) key: String,
    pub(super) kind: &'static str,
    pub(super) parent: Option<usize>,
    pub(super) children: Vec<usize>,
    /// A compound state's first child to be entered; a history state's default.
    pub(super) initial: Option<usize>,
    /// Events raised on entering and on leaving.
    pub(super) entry: Vec<String>,
    pub(super) exit: Vec<String>,
    pub(super) transitions: Vec<Transition>,
}

#[derive(Debug, Serialize)]
pub(super) struct Transition {
    /// None for an eventless transition, `done` for the end of the state itself.
    pub(super) event: Option<String>,
    pub(super) targets: Vec<usize>,
    pub(super) internal: bool,
    pub(super) guard: Option<usize>,
    pub(super) raises: Vec<String>,
}

const GUARDS: usize = 4;
const EVENTS: usize = 4;
const RAISED: usize = 3;
const SENT: usize = 12;

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).expect("below a usize")
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn of<T: Copy>(&mut self, these: &[T]) -> Option<T> {
        (!these.is_empty()).then(|| these[self.below(these.len())])
    }

    /// Mostly nothing; else events that transitions hear too.
    fn raises(&mut self) -> Vec<String> {
        let count = if self.one_in(10) { 1 + self.below(2) } else { 0 };
        (0..count).map(|_| format!("r{}", self.below(RAISED))).collect()
    }
}

/// The play of a seed.
pub(super) fn play(seed: u64) -> Play {
    let mut chance = Chance(seed);
    let mut drawing = Drawing { chance: &mut chance, states: vec![] };
    drawing.children(None, 0, "compound");
    drawing.beginnings();
    drawing.transitions();
    drawing.drop_overreaching();
    let states = drawing.states;
    let guards = (0..GUARDS).map(|_| chance.one_in(2)).collect();
    let events = (0..SENT).map(|_| format!("e{}", chance.below(EVENTS))).collect();
    Play { states, guards, events }
}

struct Drawing<'c> {
    chance: &'c mut Chance,
    states: Vec<State>,
}

impl Drawing<'_> {
    fn children(&mut self, parent: Option<usize>, depth: usize, within: &str) {
        let count = 2 + self.chance.below(if depth == 0 { 3 } else { 2 });
        for at in 0..count {
            let kind = match self.chance.below(12) {
                0..=2 if depth < 3 => "compound",
                3..=4 if depth < 3 => "parallel",
                5..=6 if within == "compound" && at > 0 => "final",
                7 if parent.is_some() && at > 0 => "history",
                8 if parent.is_some() && at > 0 => "deep",
                // A region with nothing in it would show nothing.
                _ if within == "parallel" && depth < 3 => "compound",
                _ => "atomic",
            };
            let id = self.add(parent, kind);
            if matches!(kind, "compound" | "parallel") {
                self.children(Some(id), depth + 1, kind);
            }
        }
    }

    fn add(&mut self, parent: Option<usize>, kind: &'static str) -> usize {
        let id = self.states.len();
        let quiet = matches!(kind, "history" | "deep");
        let entry = if quiet { vec![] } else { self.chance.raises() };
        let exit = if quiet { vec![] } else { self.chance.raises() };
        let (children, transitions) = (vec![], vec![]);
        self.states.push(State {
            key: format!("s{id}"),
            kind,
            parent,
            children,
            initial: None,
            entry,
            exit,
            transitions,
        });
        if let Some(parent) = parent {
            self.states[parent].children.push(id);
        }
        id
    }

    fn is_real(&self, state: usize) -> bool {
        !matches!(self.states[state].kind, "history" | "deep")
    }

    fn beginnings(&mut self) {
        for state in 0..self.states.len() {
            let of = match self.states[state].kind {
                "compound" => state,
                "history" | "deep" => self.states[state].parent.expect("the chart has no history"),
                _ => continue,
            };
            let children = self.states[of].children.clone();
            let real: Vec<_> = children.into_iter().filter(|child| self.is_real(*child)).collect();
            self.states[state].initial = self.chance.of(&real);
        }
    }

    fn transitions(&mut self) {
        for source in 0..self.states.len() {
            if matches!(self.states[source].kind, "final" | "history" | "deep") {
                continue;
            }
            for _ in 0..self.chance.below(5) {
                let transition = self.transition(source);
                self.states[source].transitions.extend(transition);
            }
        }
    }

    fn transition(&mut self, source: usize) -> Option<Transition> {
        let event = match self.chance.below(24) {
            0 => None,
            1..=4 if self.states[source].kind != "atomic" => Some("done".to_owned()),
            1..=6 => Some(format!("r{}", self.chance.below(RAISED))),
            _ => Some(format!("e{}", self.chance.below(EVENTS))),
        };
        let has_parallel = self.states.iter().any(|state| state.kind == "parallel");
        let targets = match self.chance.below(8) {
            0 if event.is_some() && !has_parallel => vec![],
            1..=2 => self.in_two_regions()?,
            _ => vec![self.chance.below(self.states.len())],
        };
        let internal = self.chance.one_in(2)
            && self.states[source].kind == "compound"
            && !targets.is_empty()
            && targets.iter().all(|target| self.is_within(*target, source));
        let guard = self.chance.one_in(3).then(|| self.chance.below(GUARDS));
        let raises = self.chance.raises();
        self.both_define(source, &targets, internal).then_some(Transition {
            event,
            targets,
            internal,
            guard,
            raises,
        })
    }

    /// A state in each of two regions of one parallel state.
    fn in_two_regions(&mut self) -> Option<Vec<usize>> {
        let parallels: Vec<usize> =
            (0..self.states.len()).filter(|state| self.states[*state].kind == "parallel").collect();
        let parallel = self.chance.of(&parallels)?;
        let regions: Vec<usize> =
            self.states[parallel].children.iter().copied().filter(|child| self.is_real(*child)).collect();
        let first = self.chance.below(regions.len());
        let second = (first + 1) % regions.len();
        if first == second {
            return None;
        }
        let inner = |drawing: &mut Self, region: usize| {
            let inner: Vec<usize> = (region..drawing.states.len())
                .filter(|state| *state == region || drawing.is_within(*state, region))
                .filter(|state| drawing.is_real(*state))
                .collect();
            drawing.chance.of(&inner)
        };
        Some(vec![inner(self, regions[first])?, inner(self, regions[second])?])
    }

    fn is_within(&self, inner: usize, outer: usize) -> bool {
        self.ancestors(inner).any(|state| state == outer)
    }

    fn ancestors(&self, state: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(self.states[state].parent, |at| self.states[*at].parent)
    }

    /// Whether SCXML and XState agree on what such a transition is; see the head of this module's parent.
    fn both_define(&self, source: usize, targets: &[usize], internal: bool) -> bool {
        let own_history = |target: &usize| {
            !self.is_real(*target) && self.states[*target].parent.is_some_and(|of| self.is_within(source, of))
        };
        let meets_in = self.meeting(source, targets).filter(|_| !internal && !targets.is_empty());
        meets_in.is_none_or(|meets_in| self.states[meets_in].kind != "parallel")
            && !targets.iter().any(own_history)
    }

    /// The innermost state around a state and all targets; none if that is the chart.
    fn meeting(&self, source: usize, targets: &[usize]) -> Option<usize> {
        self.ancestors(source).find(|outer| targets.iter().all(|target| self.is_within(*target, *outer)))
    }

    fn drop_overreaching(&mut self) {
        for source in 0..self.states.len() {
            let mut transitions = std::mem::take(&mut self.states[source].transitions);
            transitions.retain(|transition| !self.overreaches(source, transition));
            self.states[source].transitions = transitions;
        }
    }

    /// Whether a transition leaves further than one that a parallel state around it, or a state around that, has for
    /// the same event.
    fn overreaches(&self, source: usize, transition: &Transition) -> bool {
        let domain = |of: usize, one: &Transition| {
            if one.internal { Some(of) } else { self.meeting(of, &one.targets) }
        };
        let Some(reach) = domain(source, transition) else {
            return self.rivals(source, transition).any(|(outer, rival)| domain(outer, rival).is_some());
        };
        let within = |inner: Option<usize>| inner.is_some_and(|inner| self.is_within(inner, reach));
        self.rivals(source, transition).any(|(outer, rival)| within(domain(outer, rival)))
    }

    /// The transitions for the same event of the parallel states around a state, and of all around those.
    fn rivals<'s>(
        &'s self,
        source: usize,
        transition: &'s Transition,
    ) -> impl Iterator<Item = (usize, &'s Transition)> {
        self.ancestors(source)
            .skip_while(|outer| self.states[*outer].kind != "parallel")
            .flat_map(|outer| self.states[outer].transitions.iter().map(move |rival| (outer, rival)))
            .filter(|(_, rival)| rival.event == transition.event)
    }
}

//! Processes exported for XState move there as the kernel moves them here: those that ship, and one with every kind of
//! state.
//!
//! From each configuration that can be reached, each event of the chart is sent: with every guard holding, with none, and
//! with each that the event's transitions ask holding alone. Named guards of actions always hold, for they refuse an
//! action before the kernel is asked. Content is not run on either side; what it would raise is sent as events.
use super::xstate;
use crate::workspace;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use workflow::definition::{Length, Trigger};
use workflow::kernel::{self, BlockId, Configuration, GuardId, Host, State};
use workflow::{Definition, Key, Language, Vocabulary, diagram, library};

/// Which conditions hold.
enum Holding {
    All,
    Only(Option<String>),
}

impl Holding {
    fn holds(&self, condition: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(one) => one.as_deref() == Some(condition),
        }
    }
}

struct Asked<'d> {
    definition: &'d Definition,
    holding: Holding,
}

impl Host for Asked<'_> {
    fn holds(&mut self, guard: GuardId) -> bool {
        self.holding.holds(&self.definition.condition(guard).to_string())
    }

    fn run(&mut self, _: BlockId) -> Vec<Key> {
        vec![]
    }
}

/// An event sent to where an earlier step came to, or the start.
#[derive(Serialize)]
struct Step {
    from: Option<usize>,
    event: String,
    /// The guards of the export that hold.
    holds: Vec<String>,
}

/// A line that XState is asked.
#[derive(Serialize)]
struct Line<'w> {
    machine: &'w str,
    steps: &'w [Step],
}

/// The steps of a process, and the innermost states the kernel comes to by each.
struct Walk<'d> {
    definition: &'d Definition,
    guards: BTreeSet<String>,
    steps: Vec<Step>,
    ends: Vec<Vec<String>>,
}

impl<'d> Walk<'d> {
    fn new(definition: &'d Definition, machine: &Value) -> Self {
        let mut guards = BTreeSet::new();
        collect_guards(machine, &mut guards);
        let mut walk = Self { definition, guards, steps: vec![], ends: vec![] };
        let mut host = Asked { definition, holding: Holding::Only(None) };
        let start = kernel::start(definition.chart(), &mut host).expect("a start");
        walk.note(None, String::new(), &host.holding, &start);
        let mut known = BTreeSet::from([key(&start)]);
        let mut open = vec![(0, start)];
        while let Some((at, configuration)) = open.pop() {
            for (event, theirs, holding) in walk.events(&configuration) {
                host.holding = holding;
                let next = kernel::macrostep(definition.chart(), &configuration, &event, &mut host);
                let next = next.expect("a rest");
                walk.note(Some(at), theirs, &host.holding, &next);
                if known.insert(key(&next)) {
                    open.push((walk.steps.len() - 1, next));
                }
            }
        }
        walk
    }

    fn note(&mut self, from: Option<usize>, event: String, holding: &Holding, to: &Configuration) {
        let holds = self.guards.iter().filter(|guard| self.guard_holds(guard, holding)).cloned().collect();
        self.steps.push(Step { from, event, holds });
        let mut ends: Vec<String> = to.active.iter().map(ToString::to_string).collect();
        ends.sort();
        self.ends.push(ends);
    }

    /// A guard of the export is the names of an action's guards, then the condition of a branch in brackets.
    fn guard_holds(&self, guard: &str, holding: &Holding) -> bool {
        let guards = self.definition.actions.values().flat_map(|action| &action.guards);
        let names: BTreeSet<&str> = guards.map(|guard| &*guard.key).collect();
        let mut rest = guard;
        while let Some((_, more)) = rest.split_once(" and ").filter(|(name, _)| names.contains(name)) {
            rest = more;
        }
        let bracketed = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        let condition = bracketed.filter(|_| rest.len() < guard.len()).unwrap_or(rest);
        names.contains(rest) || holding.holds(condition)
    }

    /// Every event of the chart in the kernel's words and in those of the export, with what may hold meanwhile.
    fn events(&self, at: &Configuration) -> Vec<(Key, String, Holding)> {
        let chart = self.definition.chart();
        let leaves = at.active.iter().filter_map(|leaf| chart.find(leaf));
        let active: BTreeSet<_> =
            leaves.flat_map(|leaf| std::iter::once(leaf).chain(chart.ancestors(leaf))).collect();
        let mut events: BTreeMap<String, Vec<(Key, Option<String>)>> = BTreeMap::new();
        for (id, state) in chart.states() {
            for transition in &state.transitions {
                let Some(event) = transition.events.first() else { continue };
                let Some(theirs) = self.theirs(event, state, active.contains(&id)) else { continue };
                let guard = transition.guard.map(|guard| self.definition.condition(guard).to_string());
                events.entry(theirs).or_default().push((event.clone(), guard));
            }
        }
        let mut sent = vec![];
        for (theirs, ways) in events {
            let guards: BTreeSet<String> = ways.iter().filter_map(|way| way.1.clone()).collect();
            let alone = guards.into_iter().map(|guard| Holding::Only(Some(guard)));
            for holding in [Holding::All, Holding::Only(None)].into_iter().chain(alone) {
                // Of several ways out when one delay ends XState takes the first that is open; here each has its timer.
                let open =
                    |way: &&(Key, Option<String>)| way.1.as_deref().is_none_or(|guard| holding.holds(guard));
                let Some((event, _)) = ways.iter().find(open).or(ways.first()) else { continue };
                sent.push((event.clone(), theirs.clone(), holding));
            }
        }
        sent
    }

    /// What XState calls an event that can be sent. A delay ends only where it began; a state that ends tells so itself.
    fn theirs(&self, event: &str, source: &State, active: bool) -> Option<String> {
        if event.starts_with("done.state.") {
            return None;
        }
        if let Some(action) = event.strip_prefix("act.") {
            return Some(action.to_owned());
        }
        let Some(automatic) = event.strip_prefix("fire.") else { return Some(event.to_owned()) };
        let delay = match &self.definition.automatics[automatic].trigger {
            Trigger::After(Length::Named(limit)) => limit.to_string(),
            Trigger::After(Length::Fixed(limit)) => limit.to_string(),
            Trigger::At(field) => format!("case.{field}"),
            Trigger::Told(_) | Trigger::On | Trigger::When => panic!("{event} ends no delay"),
        };
        active.then(|| format!("xstate.after.{delay}.{}", source.key))
    }
}

fn key(configuration: &Configuration) -> String {
    serde_json::to_string(configuration).expect("JSON")
}

fn collect_guards(machine: &Value, into: &mut BTreeSet<String>) {
    match machine {
        Value::Object(object) => {
            into.extend(object.get("guard").and_then(Value::as_str).map(str::to_owned));
            object.values().for_each(|value| collect_guards(value, into));
        }
        Value::Array(array) => array.iter().for_each(|value| collect_guards(value, into)),
        _ => {}
    }
}

/// The mails that have templates: each is a folder of theirs.
fn vocabulary() -> Vocabulary {
    let templates = std::fs::read_dir(workspace::root().join("crates/notify/templates")).expect("templates");
    let names = templates.map(|folder| folder.expect("a folder").file_name());
    Vocabulary { mails: names.map(|name| name.to_string_lossy().as_ref().into()).collect() }
}

#[test]
fn exported_processes_move_in_xstate_as_they_do_here() {
    let kinds = workspace::read("crates/workflow/src/diagram/xstate/kinds.toml");
    let texts = library::shipped().map(|(_, text)| text).chain([&*kinds]);
    let definitions: Vec<Definition> =
        texts.map(|text| Definition::parse(text, &vocabulary()).expect("a sound definition")).collect();
    let exports: Vec<String> = definitions.iter().map(|of| diagram::xstate(of, Language::En)).collect();
    let walks: Vec<Walk> = definitions
        .iter()
        .zip(&exports)
        .map(|(definition, export)| Walk::new(definition, &serde_json::from_str(export).expect("JSON")))
        .collect();
    let line = |(machine, walk): (&String, &Walk)| {
        serde_json::to_string(&Line { machine, steps: &walk.steps }).expect("JSON") + "\n"
    };
    let lines: String = exports.iter().zip(&walks).map(line).collect();
    let theirs: Vec<Vec<Vec<String>>> = xstate("walk.mjs", &lines);
    assert_eq!(theirs.len(), walks.len(), "XState answers for every process");
    for (walk, theirs) in walks.iter().zip(&theirs) {
        let name = &walk.definition.process;
        for (at, (ours, theirs)) in walk.ends.iter().zip(theirs).enumerate() {
            let Step { from, event, holds } = &walk.steps[at];
            let from = from.map(|from| &walk.ends[from]);
            assert_eq!(ours, theirs, "{name}: `{event}` in {from:?} where {holds:?} hold");
        }
        let reached: BTreeSet<&String> = walk.ends.iter().flatten().collect();
        for (leaf, _) in walk.definition.leaves() {
            assert!(reached.contains(&leaf.to_string()), "{name}: no step comes to `{leaf}`");
        }
        let moved = walk
            .steps
            .iter()
            .zip(&walk.ends)
            .filter(|(step, to)| step.from.map(|from| &walk.ends[from]) != Some(to));
        println!(
            "{name} v{}: {} steps, {} that moved it",
            walk.definition.version,
            walk.steps.len(),
            moved.count()
        );
    }
}

//! A process as the configuration of a machine of XState 5, for its editors, visualizers and simulators.
#[cfg(test)]
mod tests;

use super::by;
use crate::case::Key;
use crate::clock::Moment;
use crate::definition::{Definition, Effect, Given, Length, Source, Trigger};
use crate::engine::Audience;
use crate::kernel::{BlockId, Kind, State, StateId, Transition};
use crate::text::Language;
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Value, json};

/// Writes `definition` as JSON that `createMachine` of XState 5 takes, titles in `language`.
///
/// - States keep their names, as ids too. The machine is called `PROCESS/vVERSION`.
/// - Events: an action is heard by its name, what effects raise by `raised.EVENT`, what other cases tell by `told.EVENT`.
/// - Delays are named: a limit by its name or as it is written (`15wd`), a day as `case.FIELD`.
/// - A guard is what must hold: the names of an action's guards, the condition of a branch, with `and` between them.
/// - An effect is an action: its word is the `type`, and what the file says of it the `params`.
///
/// Whoever runs the machine provides delays, guards and actions by these names, `raise` among them. Who may act is in the
/// descriptions; forms and clocks are not the chart's. Where the source and the target of a transition meet in a parallel
/// state the kernel leaves that state, as SCXML does, and XState does not.
#[must_use]
pub fn xstate(definition: &Definition, language: Language) -> String {
    let writing = Writing { definition, language };
    // Numbers, texts, lists and tables with texts for keys: nothing that JSON could not hold.
    let mut text = serde_json::to_string_pretty(&writing.machine()).unwrap_or_default();
    text.push('\n');
    text
}

/// A state, or the machine around all of them.
#[derive(Default, Serialize)]
struct Node {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial: Option<Way>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entry: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exit: Vec<Value>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    on: IndexMap<String, Vec<Way>>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    after: IndexMap<String, Vec<Way>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    always: Vec<Way>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    states: IndexMap<String, Node>,
}

/// A transition, or a way in.
#[derive(Default, Serialize)]
struct Way {
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guard: Option<String>,
    /// Whether it leaves its source although it leads to it or into it. XState does so only when told.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    reenter: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    actions: Vec<Value>,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
}

/// Where a transition is written.
enum Place {
    On(String),
    After(String),
    Always,
}

struct Writing<'d> {
    definition: &'d Definition,
    language: Language,
}

impl Writing<'_> {
    fn machine(&self) -> Node {
        let Definition { process, version, title, chart, .. } = self.definition;
        let mut node = Node {
            id: format!("{process}/v{version}"),
            version: Some(version.to_string()),
            description: title.get(self.language).to_owned(),
            states: self.states(None),
            ..Node::default()
        };
        let opening = self.definition.opening();
        let way = Way {
            actions: self.actions(chart.initial().and_then(|way_in| way_in.block)),
            description: opening.map_or_else(String::new, |(_, action)| {
                by(self.definition, &action.title, &action.by, self.language)
            }),
            ..Way::default()
        };
        self.begin(&mut node, None, &chart.beginning(), way);
        node
    }

    fn states(&self, of: Option<StateId>) -> IndexMap<String, Node> {
        let chart = &self.definition.chart;
        let children = chart.children(of).into_iter();
        children.map(|id| (chart.state(id).key.to_string(), self.node(id, chart.state(id)))).collect()
    }

    fn node(&self, id: StateId, state: &State) -> Node {
        let chart = &self.definition.chart;
        let title = self.definition.states.get(&state.key).map(|state| state.title.get(self.language));
        let mut node = Node {
            id: state.key.to_string(),
            description: title.unwrap_or_default().to_owned(),
            entry: self.actions(state.entry),
            exit: self.actions(state.exit),
            states: self.states(Some(id)),
            ..Node::default()
        };
        match state.kind {
            Kind::Atomic => {}
            Kind::Compound => self.begin(&mut node, Some(id), &chart.default_targets(id), Way::default()),
            Kind::Parallel => node.kind = Some("parallel"),
            Kind::Final => node.kind = Some("final"),
            Kind::History { deep } => {
                node.kind = Some("history");
                node.history = Some(if deep { "deep" } else { "shallow" });
                let default = state.initial.as_ref().and_then(|way| way.targets.first());
                node.target = default.map(|target| self.reference(*target));
            }
        }
        for transition in &state.transitions {
            let (place, way) = self.way(id, transition);
            match place {
                Place::On(event) => node.on.entry(event).or_default().push(way),
                Place::After(delay) => node.after.entry(delay).or_default().push(way),
                Place::Always => node.always.push(way),
            }
        }
        node
    }

    /// Sets where `node` begins. XState takes a child; what lies deeper is led to by one more state, which never rests.
    fn begin(&self, node: &mut Node, of: Option<StateId>, targets: &[StateId], way: Way) {
        let Some(target) = targets.first() else { return };
        let state = self.definition.chart.state(*target);
        let child = if state.parent == of {
            state.key.to_string()
        } else {
            let on = Way { target: Some(self.reference(*target)), ..Way::default() };
            let id = format!("{}/begin", node.id);
            node.states.insert("begin/".into(), Node { id, always: vec![on], ..Node::default() });
            "begin/".into()
        };
        node.initial = Some(Way { target: Some(child), ..way });
    }

    fn way(&self, source: StateId, transition: &Transition) -> (Place, Way) {
        let Definition { chart, actions, automatics, .. } = self.definition;
        let key = transition.block.and_then(|block| match &self.definition.block(block).moment {
            Moment::On(key) => Some(key),
            _ => None,
        });
        let action = key.and_then(|key| actions.get(key));
        let automatic = key.and_then(|key| automatics.get(key));
        let event = transition.events.first().map_or("", |event| event);
        let place = match (action.and(key), automatic.map(|automatic| &automatic.trigger)) {
            (Some(action), _) => Place::On(action.to_string()),
            (None, Some(Trigger::After(Length::Named(limit)))) => Place::After(limit.to_string()),
            (None, Some(Trigger::After(Length::Fixed(limit)))) => Place::After(limit.to_string()),
            (None, Some(Trigger::At(field))) => Place::After(format!("case.{field}")),
            _ if event.is_empty() => Place::Always,
            _ if event.starts_with("done.state.") => Place::On(format!("xstate.{event}")),
            _ => Place::On(event.to_owned()),
        };
        let target = transition.targets.first().copied();
        let title = match (action, automatic) {
            (Some(action), _) => by(self.definition, &action.title, &action.by, self.language),
            (None, Some(automatic)) => automatic.title.get(self.language).to_owned(),
            (None, None) => String::new(),
        };
        let way = Way {
            target: target.map(|target| self.reference(target)),
            guard: self.guard(action.map(|action| &*action.guards).unwrap_or_default(), transition),
            reenter: target.is_some_and(|target| target == source || chart.is_within(target, source)),
            actions: self.actions(transition.block),
            description: title,
        };
        (place, way)
    }

    fn guard(&self, named: &[crate::definition::Guard], transition: &Transition) -> Option<String> {
        let condition = transition.guard.map(|guard| self.definition.condition(guard).to_string());
        let condition = condition.map(|text| if named.is_empty() { text } else { format!("({text})") });
        let all: Vec<String> = named.iter().map(|guard| guard.key.to_string()).chain(condition).collect();
        (!all.is_empty()).then(|| all.join(" and "))
    }

    fn reference(&self, state: StateId) -> String {
        format!("#{}", self.definition.chart.state(state).key)
    }

    fn actions(&self, block: Option<BlockId>) -> Vec<Value> {
        let effects = block.map(|block| &*self.definition.block(block).effects).unwrap_or_default();
        let action = |effect| {
            let (word, params) = written(effect);
            json!({ "type": word, "params": params })
        };
        effects.iter().map(action).collect()
    }
}

/// An effect as the file has it: the word it begins with, and its table.
fn written(effect: &Effect) -> (&'static str, Value) {
    match effect {
        Effect::Mail { template, to } => ("mail", json!({ "mail": template, "to": to })),
        Effect::Assign { role, to } => ("assign", json!({ "assign": role, "to": source(to) })),
        Effect::Record(fields) => ("record", json!({ "record": fields })),
        Effect::Mark(mark) => ("mark", json!({ "mark": mark })),
        Effect::Unmark(mark) => ("unmark", json!({ "unmark": mark })),
        Effect::Raise(event) => ("raise", json!({ "raise": event })),
        Effect::Extend { clock, by } => ("extend", json!({ "extend": clock, "by": format!("answer.{by}") })),
        Effect::Climb(ladder) => ("climb", json!({ "climb": ladder })),
        Effect::Spawn(spawn) => {
            let with: IndexMap<&Key, Value> =
                spawn.with.iter().map(|(key, from)| (key, given(from))).collect();
            let mut params = json!({ "spawn": spawn.process, "with": with });
            if let Some((each, role)) = &spawn.each {
                params["each"] = json!(format!("answer.{each}"));
                params["as"] = json!(role);
            }
            ("spawn", params)
        }
        Effect::Link { link, to } => ("link", json!({ "link": link, "to": format!("answer.{to}") })),
        Effect::Unlink(link) => ("unlink", json!({ "unlink": link })),
        Effect::Tell { event, to, with } => {
            ("tell", json!({ "tell": event, "to": audience(to), "with": with }))
        }
    }
}

fn source(source: &Source) -> String {
    match source {
        Source::Answer(field) => format!("answer.{field}"),
        Source::Actor => "actor".into(),
        Source::Told(role) => format!("told.{role}"),
        Source::Nobody => "nobody".into(),
    }
}

fn given(given: &Given) -> Value {
    match given {
        Given::Answer(field) => json!(format!("answer.{field}")),
        Given::Fact(field) => json!(format!("case.{field}")),
        Given::DueOn(clock) => json!(format!("clock.{clock}.due_on")),
        Given::Is(text) => json!({ "is": text }),
    }
}

fn audience(to: &Audience) -> &str {
    match to {
        Audience::Children => "children",
        Audience::Parent => "parent",
        Audience::Linked(link) => link,
    }
}

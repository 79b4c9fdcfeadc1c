//! A process as a picture: a state diagram in the notation of Mermaid (`stateDiagram-v2`); and for other tools.
mod svg;
#[cfg(test)]
mod tests;
mod xstate;

pub use svg::svg;
pub use xstate::xstate;

use crate::case::Key;
use crate::definition::{Definition, Effect, Length, Trigger};
use crate::kernel::{Chart, Kind, StateId};
use crate::text::{Language, Text};
use std::fmt::Write as _;

/// Draws `definition`: states within states by their titles, actions with who takes them, automatics with their delay.
#[must_use]
pub fn mermaid(definition: &Definition, language: Language) -> String {
    let chart = &definition.chart;
    let mut drawing = Drawing { definition, language, lines: vec![], arrows: arrows(definition, language) };
    drawing.lines.push("stateDiagram-v2".into());
    let opens = definition.opening().map(|(_, action)| by(definition, &action.title, &action.by, language));
    for target in chart.beginning() {
        let key = &chart.state(target).key;
        drawing.lines.push(format!("    [*] --> {key}{}", label(opens.as_deref().unwrap_or_default())));
    }
    drawing.level(None, 1);
    drawing.lines.join("\n") + "\n"
}

/// An arrow, and the state it is drawn in: the innermost around both of its ends.
struct Arrow {
    within: Option<StateId>,
    from: StateId,
    to: StateId,
    /// What sets it off, if nobody does.
    sign: String,
    title: String,
    /// Who takes it, when, and what it does to other cases.
    rest: String,
}

impl Arrow {
    /// All that is to be said of it.
    fn whole(&self) -> String {
        let gap = if self.sign.is_empty() { "" } else { " " };
        format!("{}{gap}{}{}", self.sign, self.title, self.rest)
    }
}

struct Drawing<'d> {
    definition: &'d Definition,
    language: Language,
    lines: Vec<String>,
    arrows: Vec<Arrow>,
}

impl Drawing<'_> {
    /// Draws what lies directly within a state, or within the chart.
    fn level(&mut self, within: Option<StateId>, depth: usize) {
        let chart = &self.definition.chart;
        let indent = "    ".repeat(depth);
        let parallel = within.is_some_and(|state| chart.state(state).kind == Kind::Parallel);
        if let (Some(outer), false) = (within, parallel) {
            for target in chart.default_targets(outer) {
                self.lines.push(format!("{indent}[*] --> {}", chart.state(target).key));
            }
        }
        for (at, child) in chart.children(within).into_iter().enumerate() {
            if parallel && at > 0 {
                self.lines.push(format!("{indent}--"));
            }
            let state = chart.state(child);
            let titles = self.definition.states.get(&state.key);
            let title = quoted(titles.map_or("", |titles| titles.title.get(self.language)));
            if state.children.is_empty() {
                self.lines.push(format!("{indent}state \"{title}\" as {}", state.key));
            } else {
                self.lines.push(format!("{indent}state \"{title}\" as {} {{", state.key));
                self.level(Some(child), depth + 1);
                self.lines.push(format!("{indent}}}"));
            }
            if state.kind == Kind::Final {
                self.lines.push(format!("{indent}{} --> [*]", state.key));
            }
        }
        let key = |id| &chart.state(id).key;
        for arrow in self.arrows.iter().filter(|arrow| arrow.within == within) {
            self.lines.push(format!(
                "{indent}{} --> {}{}",
                key(arrow.from),
                key(arrow.to),
                label(&arrow.whole())
            ));
        }
    }
}

fn arrows(definition: &Definition, language: Language) -> Vec<Arrow> {
    let chart = &definition.chart;
    let mut arrows = vec![];
    let mut add = |from: &str, to: Option<&str>, sign: &str, title: &Text, rest: String| {
        let Some(from) = chart.find(from) else { return };
        let to = to.and_then(|to| chart.find(to)).unwrap_or(from);
        let (sign, title) = (sign.to_owned(), title.get(language).to_owned());
        arrows.push(Arrow { within: around(chart, from, to), from, to, sign, title, rest });
    };
    for (key, action) in &definition.actions {
        let by = takers(definition, &action.by, language);
        for from in &action.from {
            for (branch, effects) in action.branches.iter().zip(definition.causes(key)) {
                let when = branch.when.map(|guard| format!(" [{}]", definition.condition(guard)));
                let rest = format!("{by}{}{}", when.unwrap_or_default(), others(effects));
                add(from, branch.to.as_deref(), "", &action.title, rest);
            }
        }
    }
    for (key, automatic) in &definition.automatics {
        let sign = sign(definition, &automatic.trigger, language);
        let others = definition.causes(key).map(others).collect::<String>();
        for from in &automatic.from {
            add(from, automatic.to.as_deref(), &sign, &automatic.title, others.clone());
        }
    }
    arrows
}

/// What sets an automatic off: a time, a day, something told, anything else.
fn sign(definition: &Definition, trigger: &Trigger, language: Language) -> String {
    match trigger {
        Trigger::After(Length::Fixed(after)) => format!("⏱ {after}"),
        Trigger::After(Length::Named(name)) => {
            let limit = definition.limits.get(name);
            limit.map_or_else(|| "⏱".into(), |limit| format!("⏱ {} {}", limit.title.get(language), limit.is))
        }
        Trigger::At(field) => {
            let title = definition.fields.get(field).map_or("", |field| field.title.get(language));
            format!("📅 {title}")
        }
        Trigger::Told(_) => "✉".into(),
        Trigger::On | Trigger::When => "⚡".into(),
    }
}

/// What effects do to other cases: those they open, and those they tell.
fn others(effects: &[Effect]) -> String {
    let mut text = String::new();
    for effect in effects {
        let _ = match effect {
            Effect::Spawn(spawn) => {
                let each = if spawn.each.is_some() { " *" } else { "" };
                write!(text, " ⇉ {}{each}", spawn.process)
            }
            Effect::Tell { event, .. } => write!(text, " ✉ {event}"),
            _ => Ok(()),
        };
    }
    text
}

/// The innermost state around both, which an arrow must be written in to be drawn there.
fn around(chart: &Chart, from: StateId, to: StateId) -> Option<StateId> {
    chart.ancestors(from).find(|outer| chart.is_within(to, *outer))
}

fn by(definition: &Definition, title: &Text, roles: &[Key], language: Language) -> String {
    format!("{}{}", title.get(language), takers(definition, roles, language))
}

/// Who may take an action, in brackets.
fn takers(definition: &Definition, roles: &[Key], language: Language) -> String {
    let roles = roles.iter().filter_map(|role| definition.roles.get(role));
    let titles: Vec<&str> = roles.map(|role| role.title.get(language)).collect();
    match language {
        Language::Zh if titles.is_empty() => "（由其他事项发起）".into(),
        Language::En if titles.is_empty() => " (by another case)".into(),
        Language::Zh => format!("（{}）", titles.join("、")),
        Language::En => format!(" ({})", titles.join(", ")),
    }
}

/// Mermaid ends a label at a colon, a semicolon or a line break, and reads `#` as the start of an entity.
fn label(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut label = String::from(": ");
    for c in text.chars() {
        let _ = match c {
            ':' => label.write_str("#colon;"),
            ';' => label.write_str("#semi;"),
            '#' => label.write_str("#35;"),
            '"' => label.write_str("#quot;"),
            '\n' | '\r' => label.write_char(' '),
            other => label.write_char(other),
        };
    }
    label
}

fn quoted(title: &str) -> String {
    title.replace('"', "#quot;").replace(['\n', '\r'], " ")
}

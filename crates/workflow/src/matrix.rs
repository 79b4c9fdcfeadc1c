//! Who may do what, and when: a process's rights as a table.
#[cfg(test)]
mod tests;

use crate::case::Key;
use crate::definition::{Action, Definition, Effect, RoleKind, Trigger};
use crate::text::Language;

/// Writes the rights of `definition` as a Markdown table: a row per state a case can stand in, a column per role, in
/// each cell the actions, with the guards that must hold besides in brackets.
#[must_use]
pub fn matrix(definition: &Definition, language: Language) -> String {
    let zh = language == Language::Zh;
    let mut lines = vec![heading(definition, language), String::new()];
    let titles = definition.roles.values().map(|role| role.title.get(language).to_owned());
    let first = if zh { "状态" } else { "State" };
    lines.push(row(std::iter::once(first.to_owned()).chain(titles)));
    lines.push(row(std::iter::repeat_n("---".to_owned(), definition.roles.len() + 1)));
    let none = if zh { "（尚未立案）" } else { "(no case yet)" };
    lines.push(state_row(definition, language, none.to_owned(), |action| action.opens));
    for (key, state) in definition.leaves() {
        let title = state.title.get(language).to_owned();
        lines.push(state_row(definition, language, title, |action| definition.is_from(&action.from, key)));
    }
    lines.push(String::new());
    lines.extend(roles(definition, language));
    lines.extend(others(definition, language));
    let guards = guards(definition, language);
    if !guards.is_empty() {
        lines.push(String::new());
        lines.extend(guards);
    }
    lines.join("\n") + "\n"
}

fn heading(definition: &Definition, language: Language) -> String {
    let (title, version) = (definition.title.get(language), definition.version);
    match language {
        Language::Zh => format!("# {title}（第 {version} 版）：谁可以做什么"),
        Language::En => format!("# {title}, version {version}: who may do what"),
    }
}

fn state_row(
    definition: &Definition,
    language: Language,
    title: String,
    starts: impl Fn(&Action) -> bool,
) -> String {
    let cell = |role: &Key| {
        let may = definition.actions.values().filter(|action| starts(action) && action.by.contains(role));
        may.map(|action| with_guards(action, language)).collect::<Vec<_>>().join("<br>")
    };
    row(std::iter::once(title).chain(definition.roles.keys().map(cell)))
}

fn with_guards(action: &Action, language: Language) -> String {
    let title = action.title.get(language);
    let guards: Vec<&str> = action.guards.iter().map(|guard| &*guard.key).collect();
    if guards.is_empty() { title.to_owned() } else { format!("{title} [{}]", guards.join(", ")) }
}

/// Who plays each role.
fn roles(definition: &Definition, language: Language) -> Vec<String> {
    let written = |role: &crate::definition::Role| {
        let title = role.title.get(language);
        match (role.kind, language) {
            (RoleKind::Applicant, Language::Zh) => format!("- {title}：本案企业的人员"),
            (RoleKind::Applicant, Language::En) => {
                format!("- {title}: people of the company whose case it is")
            }
            (RoleKind::Opener, Language::Zh) => format!("- {title}：发起本案的人，且担任此角色"),
            (RoleKind::Opener, Language::En) => {
                format!("- {title}: the person who opened the case and holds the role")
            }
            (RoleKind::Holder, Language::Zh) => format!("- {title}：任何担任此角色的人"),
            (RoleKind::Holder, Language::En) => format!("- {title}: anybody who holds the role"),
            (RoleKind::Assigned, Language::Zh) => {
                format!("- {title}：本案指派的人，或指派单位中担任此角色的人")
            }
            (RoleKind::Assigned, Language::En) => {
                format!(
                    "- {title}: the person the case was assigned to, or who holds the role in the unit it was assigned to"
                )
            }
        }
    };
    definition.roles.values().map(written).collect()
}

/// What is not seen in the table: cases that open this one or are opened, what is heard, and what is hidden.
fn others(definition: &Definition, language: Language) -> Vec<String> {
    let zh = language == Language::Zh;
    let mut lines = vec![];
    if let Some((_, action)) = definition.opening().filter(|(_, action)| action.by.is_empty()) {
        let title = action.title.get(language);
        lines.push(if zh {
            format!("- {title}：由其他事项发起")
        } else {
            format!("- {title}: by another case")
        });
    }
    let titled = |key| {
        let action = definition.actions.get(key).map(|action| &action.title);
        action
            .or_else(|| Some(&definition.automatics.get(key)?.title))
            .map_or("", |title| title.get(language))
    };
    for key in definition.actions.keys().chain(definition.automatics.keys()) {
        for effect in definition.causes(key).flatten() {
            let line = match effect {
                Effect::Spawn(spawn) if zh => format!("- {}：发起 {}", titled(key), spawn.process),
                Effect::Spawn(spawn) => format!("- {}: opens {}", titled(key), spawn.process),
                Effect::Tell { event, .. } if zh => format!("- {}：告知 {event}", titled(key)),
                Effect::Tell { event, .. } => format!("- {}: tells of {event}", titled(key)),
                _ => continue,
            };
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    for (key, automatic) in &definition.automatics {
        if let Trigger::Told(event) = &automatic.trigger {
            let title = titled(key);
            lines.push(if zh {
                format!("- {title}：获知 {event} 时")
            } else {
                format!("- {title}: when told of {event}")
            });
        }
    }
    for (key, hidden) in &definition.hidden {
        let field = definition.fields.get(key).map_or("", |field| field.title.get(language));
        let roles = hidden.from.iter().filter_map(|role| definition.roles.get(role));
        let roles: Vec<&str> = roles.map(|role| role.title.get(language)).collect();
        let (roles, when) = (roles.join(if zh { "、" } else { ", " }), &hidden.when);
        lines.push(if zh {
            format!("- {field}：当 {when} 时对{roles}隐藏")
        } else {
            format!("- {field}: hidden from {roles} when {when}")
        });
    }
    lines
}

/// What each guard says, once.
fn guards(definition: &Definition, language: Language) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for guard in definition.actions.values().flat_map(|action| &action.guards) {
        let line = format!("- [{}]: {}", guard.key, guard.says.get(language));
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// A row of Markdown; a bar within a cell would begin the next.
fn row(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|cell| cell.replace('|', "\\|").replace(['\n', '\r'], " ")).collect();
    format!("| {} |", cells.join(" | "))
}

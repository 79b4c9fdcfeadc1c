//! Kinds of mail, as far as those who get them may have a say.
use crate::case::Key;
use crate::text::Text;
use serde::Deserialize;

/// A kind of mail: all that are made from one template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailKind {
    /// The template's name.
    pub key: Key,
    /// What people call it.
    pub title: Text,
    /// How long it may wait.
    pub patience: Patience,
}

/// How long mails of a kind may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Patience {
    /// They go out at once, whatever the hour.
    #[default]
    None,
    /// They may come in a digest, and after quiet hours.
    Wait,
    /// Besides, one may do without them.
    Off,
}

/// What the words of a mail may name: each stands for what the recipient may read of it.
pub const VARIABLES: [&str; 9] = [
    "action.actor",
    "action.title",
    "case.company",
    "case.number",
    "case.process",
    "case.state",
    "case.title",
    "recipient.name",
    "zone.name",
];

/// A zone's own words for a mail in one language: text that names variables as `{{ case.number }}`, and does nothing
/// else. Layout, facts and deadlines stay those of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// The subject, in one line.
    pub subject: String,
    /// What happened.
    pub happened: String,
    /// What comes next.
    pub next: String,
}

/// Says where words name what there is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misnamed {
    /// The place, in characters from one.
    pub at: usize,
    /// What is written there, shortened.
    pub name: String,
}

/// Fills in what words name; `value` is asked for names of [`VARIABLES`] alone.
///
/// # Errors
/// Every place that names something else, or that opens a name and does not close it.
pub fn fill(words: &str, value: impl Fn(&str) -> String) -> Result<String, Vec<Misnamed>> {
    let (mut filled, mut wrong, mut rest, mut at) = (String::new(), vec![], words, 1);
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        at += before.chars().count();
        let (name, behind) = after.split_once("}}").unwrap_or((after, ""));
        if after.len() > name.len() && VARIABLES.contains(&name.trim()) {
            filled.push_str(&value(name.trim()));
        } else {
            wrong.push(Misnamed { at, name: name.trim().chars().take(NAME_SHOWN).collect() });
        }
        at += name.chars().count() + 4;
        rest = behind;
    }
    filled.push_str(rest);
    if wrong.is_empty() { Ok(filled) } else { Err(wrong) }
}

/// How much of a wrong name is shown, in characters.
const NAME_SHOWN: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(words: &str) -> Result<String, Vec<Misnamed>> {
        fill(words, |name| format!("<{name}>"))
    }

    #[test]
    fn words_name_variables_and_nothing_else() {
        assert_eq!(
            filled("诉求 {{case.number}}：{{ case.title }}").unwrap(),
            "诉求 <case.number>：<case.title>"
        );
        assert_eq!(filled("{ no } }} name").unwrap(), "{ no } }} name");
        let wrong = filled("编号 {{ case.numbr }}，{{ zone.name }}，{{ 7 * 7 }}").unwrap_err();
        let expected = [(4, "case.numbr"), (37, "7 * 7")];
        assert_eq!(wrong.iter().map(|one| (one.at, &*one.name)).collect::<Vec<_>>(), expected);
        assert_eq!(filled("{{ case.number").unwrap_err()[0].at, 1, "a name that is not closed");
    }

    #[test]
    fn what_is_filled_in_is_not_read_again() {
        let cunning = fill("{{ case.title }}", |_| "{{ zone.name }}".to_owned());
        assert_eq!(cunning.unwrap(), "{{ zone.name }}");
    }
}

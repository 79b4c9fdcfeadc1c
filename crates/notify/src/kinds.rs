//! The kinds of mail, with what people may have of each otherwise than at once: `templates/kinds.toml`.
use crate::render::{DIGEST, mails, source};
use std::collections::BTreeMap;
use workflow::{Key, Language, MailKind, Patience, Text};

/// Lists every kind of mail that people may have a say in, by name.
#[must_use]
pub fn kinds() -> Vec<MailKind> {
    let known = patience();
    let names = mails().into_iter().chain([DIGEST]);
    let kind = |name: &str| MailKind {
        key: Key::from(name),
        title: Text::new(&title(name, Language::Zh), &title(name, Language::En)),
        patience: known.get(name).copied().unwrap_or_default(),
    };
    names.map(kind).collect()
}

fn patience() -> BTreeMap<String, Patience> {
    // Embedded, and read by every test that starts a desk.
    toml::from_str(&source("kinds.toml").unwrap_or_default()).unwrap_or_default()
}

/// What a kind of mail is called: its subject, before the colon after which it names the case.
fn title(name: &str, language: Language) -> String {
    let subject = source(&format!("{name}/{}.subject", language.as_str())).unwrap_or_default();
    let fixed = subject.split("{{").next().unwrap_or_default();
    let fixed = fixed.split_once(['】', ']']).map_or(fixed, |(_, title)| title);
    fixed.trim().trim_end_matches(['：', ':']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_name_in_both_languages_and_nothing_else_is_listed() {
        let kinds = kinds();
        for kind in &kinds {
            for language in Language::ALL {
                assert!(!kind.title.get(language).is_empty(), "{} in {language:?}", kind.key);
            }
        }
        for (name, patience) in patience() {
            let kind = kinds.iter().find(|kind| *kind.key == *name);
            assert_eq!(kind.map(|kind| kind.patience), Some(patience), "{name} has no template");
            assert_ne!(patience, Patience::None, "{name}: leave it out");
        }
    }

    #[test]
    fn warnings_do_not_wait_and_decisions_are_told() {
        let patience = |name: &str| kinds().into_iter().find(|kind| *kind.key == *name).unwrap().patience;
        assert_eq!(patience("request-overdue"), Patience::None);
        assert_eq!(patience("request-not-accepted"), Patience::Wait);
        assert_eq!(patience("request-signed"), Patience::Off);
        let title = kinds().into_iter().find(|kind| *kind.key == *"request-signed").unwrap().title;
        assert_eq!(title, Text::new("诉求办理中", "Request in progress"));
    }
}

//! What data is kept of people, what for, and how long. One file, `personal.toml`, says it.
use jiff::SignedDuration;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use workflow::{Definition, Language};

/// One kind of personal data: where it lies, what for and how long.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonalField {
    /// Tables and columns.
    pub places: Vec<String>,
    /// What for, by the key of a purpose.
    purpose: String,
    /// `contact`, `trace`, `secret` or `words`.
    pub class: String,
    kept: Said,
    /// After how many days the desk erases it of itself.
    days: Option<u16>,
    erased: Said,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    zh: String,
    en: String,
}

impl Said {
    fn get(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    purpose: BTreeMap<String, Said>,
    answers: Answers,
    field: Vec<PersonalField>,
}

/// Answers that tell how to reach somebody, or who they are, of processes that were released before a definition could
/// say so: questions by the process that asks them.
#[derive(Deserialize)]
struct Answers {
    personal: BTreeMap<String, Vec<String>>,
}

/// The file that the program was built with; a test keeps it readable.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    toml::from_str(include_str!("../../personal.toml")).unwrap_or_else(|_| Catalogue {
        purpose: BTreeMap::new(),
        answers: Answers { personal: BTreeMap::new() },
        field: Vec::new(),
    })
});

impl PersonalField {
    /// Every kind that the desk keeps.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &CATALOGUE.field
    }

    /// What it is kept for.
    #[must_use]
    pub fn purpose(&self, language: Language) -> &str {
        CATALOGUE.purpose.get(&self.purpose).map_or("", |said| said.get(language))
    }

    /// How long it is kept.
    #[must_use]
    pub fn kept(&self, language: Language) -> &str {
        self.kept.get(language)
    }

    /// What erasing the person makes of it.
    #[must_use]
    pub fn erased(&self, language: Language) -> &str {
        self.erased.get(language)
    }
}

/// How long what lies in this place is kept, where the desk erases it of itself.
pub(crate) fn lasts(place: &str) -> Option<SignedDuration> {
    let field = CATALOGUE.field.iter().find(|field| field.places.iter().any(|one| one == place))?;
    field.days.map(|days| SignedDuration::from_hours(24 * i64::from(days)))
}

/// Marks the answers of a definition that the catalogue names.
pub(crate) fn mark(definition: &mut Definition) {
    for key in CATALOGUE.answers.personal.get(&*definition.process).into_iter().flatten() {
        if let Some(field) = definition.fields.get_mut(key.as_str()) {
            field.personal = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;
    use workflow::Vocabulary;

    #[test]
    fn every_kind_of_personal_data_says_what_for_and_how_long() {
        let catalogue: Catalogue = toml::from_str(include_str!("../../personal.toml")).unwrap();
        assert!(!catalogue.field.is_empty());
        for field in &catalogue.field {
            for language in Language::ALL {
                assert!(!field.purpose(language).is_empty(), "{field:?}");
                assert!(!field.kept(language).is_empty() && !field.erased(language).is_empty(), "{field:?}");
            }
            assert!(["contact", "trace", "secret", "words"].contains(&&*field.class), "{field:?}");
        }
    }

    #[test]
    fn every_answer_that_the_catalogue_names_is_asked_for_by_its_process() {
        let templates = concat!(env!("CARGO_MANIFEST_DIR"), "/../notify/templates");
        let names = std::fs::read_dir(templates).unwrap().map(|entry| entry.unwrap().file_name());
        let mails = names.map(|name| workflow::Key::from(name.to_str().unwrap())).collect();
        let shipped = Catalog::shipped(&Vocabulary { mails }).unwrap();
        for (process, keys) in &CATALOGUE.answers.personal {
            for key in keys {
                let mut versions = shipped.shipped_versions().filter(|one| &*one.process == process);
                let asked =
                    versions.any(|one| one.fields.get(key.as_str()).is_some_and(|field| field.personal));
                assert!(asked, "{process}.{key}");
            }
        }
    }
}

//! The words of mails: the program's, and those that a zone has instead.
use crate::{Caller, Desk, DeskError, Refused};
use std::sync::Arc;
use store::MailWording;
use workflow::{Answer, Fault, FieldKind, FormMistake, Key, Language, MailKind, Refusal, Wording, fill};

/// Longest subject, in characters, before it is filled in.
const SUBJECT_MOST: usize = 200;
/// Longest paragraph, in characters.
const PARAGRAPH_MOST: usize = 2_000;

/// Shows a mail as it would read: template, language, and the words if not the program's. None where it cannot.
pub type Previewer = dyn Fn(&str, Language, Option<&Wording>) -> Option<MailPreview> + Send + Sync;

/// A mail as it would read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailPreview {
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML page.
    pub html: String,
}

impl Desk {
    /// The same desk, able to show mails as they would read.
    #[must_use]
    pub fn with_previews(
        self,
        preview: impl Fn(&str, Language, Option<&Wording>) -> Option<MailPreview> + Send + Sync + 'static,
    ) -> Self {
        Self { previewer: Some(Arc::new(preview)), ..self }
    }

    /// Every kind of mail that a process may send, by name: those whose words a zone may set.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn wordings(&self, caller: &Caller) -> Result<Vec<(MailKind, Vec<MailWording>)>, DeskError> {
        let mut set = self.store.wording_list(caller.zone).await?;
        let mut kinds: Vec<&MailKind> = self.mails.values().filter(|kind| self.is_sent(&kind.key)).collect();
        kinds.sort_by(|one, other| one.key.cmp(&other.key));
        let with_words = |kind: &MailKind| {
            let own = set.extract_if(.., |one| *one.template == *kind.key).collect();
            (kind.clone(), own)
        };
        Ok(kinds.into_iter().map(with_words).collect())
    }

    /// Shows a mail as it would read in these words, or else in those that count in the zone.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn mail_preview(
        &self,
        caller: &Caller,
        template: &str,
        language: Language,
        words: Option<Wording>,
    ) -> Result<Result<MailPreview, Refused>, DeskError> {
        let own = match words {
            Some(words) => match self.words_check(template, words) {
                Ok(words) => Some(words),
                Err(refused) => return Ok(Err(refused)),
            },
            None => self.words(caller, template, language).await?,
        };
        let preview = self.previewer.as_ref().and_then(|preview| preview(template, language, own.as_ref()));
        Ok(preview.ok_or_else(|| self.no_such_kind()))
    }

    /// Sets the zone's own words for a mail in a language.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values and say everything that is wrong.
    pub async fn wording_set(
        &self,
        caller: &Caller,
        template: &str,
        language: Language,
        words: Wording,
    ) -> Result<Result<MailWording, Refused>, DeskError> {
        let wording = match self.words_check(template, words) {
            Ok(wording) => wording,
            Err(refused) => return Ok(Err(refused)),
        };
        let (set_at, set_by) = (self.surroundings.now(), caller.person.id);
        let new = MailWording { template: template.to_owned(), language, wording, set_at, set_by };
        let tx = self.store.begin(caller.zone).await?;
        tx.wording_set(&new).await?;
        tx.commit().await?;
        Ok(Ok(new))
    }

    /// Gives a mail the program's words back; answers whether it had others.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn wording_remove(
        &self,
        caller: &Caller,
        template: &str,
        language: Language,
    ) -> Result<bool, DeskError> {
        let tx = self.store.begin(caller.zone).await?;
        let had = tx.wording_delete(template, language).await?;
        tx.commit().await?;
        Ok(had)
    }

    async fn words(
        &self,
        caller: &Caller,
        template: &str,
        language: Language,
    ) -> Result<Option<Wording>, DeskError> {
        let set = self.store.wording_list(caller.zone).await?;
        let own = set.into_iter().find(|one| one.template == template && one.language == language);
        Ok(own.map(|own| own.wording))
    }

    /// Everything that is wrong with words for a mail.
    fn words_check(&self, template: &str, words: Wording) -> Result<Wording, Refused> {
        if !self.is_sent(template) {
            return Err(self.no_such_kind());
        }
        let Wording { subject, happened, next } = &words;
        let parts = [
            ("subject", subject, FieldKind::Text { min: 1, max: SUBJECT_MOST, lines: false }),
            ("happened", happened, FieldKind::Text { min: 1, max: PARAGRAPH_MOST, lines: true }),
            ("next", next, FieldKind::Text { min: 1, max: PARAGRAPH_MOST, lines: true }),
        ];
        let mut mistakes = vec![];
        for (field, text, kind) in parts {
            let wrong = fill(text, |_| String::new()).err().unwrap_or_default().into_iter();
            let misnamed = wrong.map(|one| Fault::NoSuchVariable { at: one.at, name: one.name });
            let faults = kind.fault(&Answer::Text(text.as_str().into())).into_iter().chain(misnamed);
            mistakes.extend(faults.map(|fault| FormMistake { field: field.into(), fault }));
        }
        if mistakes.is_empty() { Ok(words) } else { Err(Refused::Engine(Refusal::Form(mistakes))) }
    }

    /// Whether a process may send this mail.
    fn is_sent(&self, template: &str) -> bool {
        self.vocabulary.mails.contains(template)
    }

    fn no_such_kind(&self) -> Refused {
        let choices: Vec<Key> = self.vocabulary.mails.iter().cloned().collect();
        Refused::form("kind", Fault::NoSuchChoice { choices })
    }
}

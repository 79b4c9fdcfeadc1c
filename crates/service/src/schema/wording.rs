//! The words of mails: the program's, and those that a zone has instead.
use super::gate::{broken, caller, desk, language};
use super::people::{Language, Person, load_person};
use super::refusal::Refusal;
use super::scalar::DateTime;
use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use desk::{MailPreview as Preview, MailWording as Own};
use workflow::{Language as Tongue, MailKind as Kind, VARIABLES, Wording};

/// A kind of mail whose words a zone may set.
#[derive(SimpleObject)]
pub struct MailKind {
    /// The name of its template.
    kind: String,
    /// What people call it.
    title: String,
    /// What its words may name, as `{{ case.number }}`.
    variables: Vec<&'static str>,
    /// The zone's own words, by language; for a language that is not here the program's count.
    wordings: Vec<MailWording>,
}

/// A zone's own words for a mail in one language.
pub struct MailWording(Own);

/// A zone's own words for a mail in one language.
#[Object]
impl MailWording {
    /// The kind of mail.
    async fn kind(&self) -> &str {
        &self.0.template
    }

    /// The language they are in.
    async fn language(&self) -> Language {
        self.0.language.into()
    }

    /// The subject.
    async fn subject(&self) -> &str {
        &self.0.wording.subject
    }

    /// What happened.
    async fn happened(&self) -> &str {
        &self.0.wording.happened
    }

    /// What comes next.
    async fn next(&self) -> &str {
        &self.0.wording.next
    }

    /// When they were set.
    async fn set_at(&self) -> DateTime {
        DateTime(self.0.set_at)
    }

    /// Who set them.
    async fn set_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        load_person(ctx, self.0.set_by).await
    }
}

/// A mail as it would read.
#[derive(SimpleObject)]
pub struct MailPreview {
    /// The subject.
    subject: String,
    /// The plain text.
    text: String,
    /// The HTML page.
    html: String,
}

/// What came of showing a mail.
#[derive(SimpleObject)]
pub struct MailPreviewPayload {
    /// The mail, unless its words were refused.
    preview: Option<MailPreview>,
    /// What is wrong with the words; all of it at once.
    refusal: Option<Refusal>,
}

/// Words for a mail: text that may name variables, as `{{ case.number }}`.
#[derive(InputObject)]
pub struct MailWordsInput {
    /// The subject, in one line of up to 200 characters.
    subject: String,
    /// What happened, up to 2,000 characters.
    happened: String,
    /// What comes next, up to 2,000 characters.
    next: String,
}

impl From<MailWordsInput> for Wording {
    fn from(MailWordsInput { subject, happened, next }: MailWordsInput) -> Self {
        Self { subject, happened, next }
    }
}

/// Asks to set the zone's own words for a mail.
#[derive(InputObject)]
pub struct MailWordingSetInput {
    /// The kind of mail.
    kind: String,
    /// The language they are in.
    language: Language,
    /// The words.
    words: MailWordsInput,
}

/// What came of it.
#[derive(SimpleObject)]
pub struct MailWordingSetPayload {
    /// What counts now, unless it was refused.
    wording: Option<MailWording>,
    /// What is wrong with the words; all of it at once.
    refusal: Option<Refusal>,
}

/// Asks to give a mail the program's words back.
#[derive(InputObject)]
pub struct MailWordingRemoveInput {
    /// The kind of mail.
    kind: String,
    /// The language.
    language: Language,
}

/// What came of it.
#[derive(SimpleObject)]
pub struct MailWordingRemovePayload {
    /// Whether the zone had its own.
    removed: bool,
}

/// What administrators say in mails.
#[derive(Default)]
pub struct WordingMutation;

/// What administrators say in mails.
#[Object]
impl WordingMutation {
    /// Sets the zone's own words for a mail, once nothing is wrong with them.
    async fn mail_wording_set(
        &self,
        ctx: &Context<'_>,
        input: MailWordingSetInput,
    ) -> Result<MailWordingSetPayload> {
        let MailWordingSetInput { kind, language: tongue, words } = input;
        let set = desk(ctx)?.wording_set(caller(ctx)?, &kind, tongue.into(), words.into()).await;
        Ok(match set.map_err(broken)? {
            Ok(own) => MailWordingSetPayload { wording: Some(MailWording(own)), refusal: None },
            Err(refused) => {
                MailWordingSetPayload { wording: None, refusal: Some(Refusal::new(&refused, language(ctx))) }
            }
        })
    }

    /// Gives a mail the program's words back.
    async fn mail_wording_remove(
        &self,
        ctx: &Context<'_>,
        input: MailWordingRemoveInput,
    ) -> Result<MailWordingRemovePayload> {
        let removed = desk(ctx)?.wording_remove(caller(ctx)?, &input.kind, input.language.into()).await;
        Ok(MailWordingRemovePayload { removed: removed.map_err(broken)? })
    }
}

/// Every kind of mail that a process may send.
pub(super) async fn kinds(ctx: &Context<'_>) -> Result<Vec<MailKind>> {
    let tongue: Tongue = language(ctx);
    let kinds = desk(ctx)?.wordings(caller(ctx)?).await.map_err(broken)?;
    let kind = |(kind, own): (Kind, Vec<Own>)| MailKind {
        kind: kind.key.to_string(),
        title: kind.title.get(tongue).to_owned(),
        variables: VARIABLES.to_vec(),
        wordings: own.into_iter().map(MailWording).collect(),
    };
    Ok(kinds.into_iter().map(kind).collect())
}

/// A mail as it would read.
pub(super) async fn preview(
    ctx: &Context<'_>,
    kind: &str,
    tongue: Language,
    words: Option<MailWordsInput>,
) -> Result<MailPreviewPayload> {
    let words = words.map(Into::into);
    let shown = desk(ctx)?.mail_preview(caller(ctx)?, kind, tongue.into(), words).await.map_err(broken)?;
    Ok(match shown {
        Ok(Preview { subject, text, html }) => {
            MailPreviewPayload { preview: Some(MailPreview { subject, text, html }), refusal: None }
        }
        Err(refused) => {
            MailPreviewPayload { preview: None, refusal: Some(Refusal::new(&refused, language(ctx))) }
        }
    })
}

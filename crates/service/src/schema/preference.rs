//! What people wish of their mail.
use super::gate::{broken, caller, desk, language};
use super::refusal::Refusal;
use async_graphql::{Context, Enum, InputObject, Object, Result, SimpleObject};
use desk::{MailWish, WishView, WishesView};
use workflow::{Language, Patience};

/// When somebody gets mails of a kind.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "MailWish")]
pub enum MailDelivery {
    /// Each as it comes.
    AtOnce,
    /// All of a day in one, in the morning of the next working day.
    Daily,
    /// Not at all.
    Off,
}

/// What the caller wishes of their mail. Mails that must reach them at once, such as warnings, are not among the kinds.
#[derive(SimpleObject)]
pub struct MailPreferences {
    /// Whether mails of these kinds wait until the desk is open.
    quiet_hours: bool,
    /// The kinds of mail that may wait.
    kinds: Vec<MailPreference>,
}

/// A kind of mail, and when the caller gets it.
#[derive(SimpleObject)]
pub struct MailPreference {
    /// The kind: the name of its template.
    kind: String,
    /// What people call it.
    title: String,
    /// When they get it.
    delivery: MailDelivery,
    /// Whether it may be off.
    may_be_off: bool,
}

impl MailPreferences {
    pub(super) fn new(wishes: WishesView, language: Language) -> Self {
        let kind = |WishView { kind, wish }: WishView| MailPreference {
            kind: kind.key.to_string(),
            title: kind.title.get(language).to_owned(),
            delivery: wish.into(),
            may_be_off: kind.patience == Patience::Off,
        };
        Self { quiet_hours: wishes.quiet, kinds: wishes.kinds.into_iter().map(kind).collect() }
    }
}

/// When the caller wishes to get mails of a kind.
#[derive(InputObject)]
pub struct MailPreferenceInput {
    /// The kind.
    kind: String,
    /// When.
    delivery: MailDelivery,
}

/// What the caller wishes of their mail; what is left out stays as it is.
#[derive(InputObject)]
pub struct MailPreferencesSetInput {
    /// Whether mails that may wait do so until the desk is open.
    quiet_hours: Option<bool>,
    /// Kinds of mail, at most 100.
    kinds: Option<Vec<MailPreferenceInput>>,
}

/// What came of it.
#[derive(SimpleObject)]
pub struct MailPreferencesSetPayload {
    /// What counts now, unless it was refused.
    preferences: Option<MailPreferences>,
    /// Why nothing was changed.
    refusal: Option<Refusal>,
}

/// What people wish of their mail.
#[derive(Default)]
pub struct PreferenceMutation;

/// What people wish of their mail.
#[Object]
impl PreferenceMutation {
    /// Says when the caller gets which mail.
    async fn mail_preferences_set(
        &self,
        ctx: &Context<'_>,
        input: MailPreferencesSetInput,
    ) -> Result<MailPreferencesSetPayload> {
        let kinds = input.kinds.unwrap_or_default().into_iter();
        let kinds: Vec<(String, MailWish)> = kinds.map(|one| (one.kind, one.delivery.into())).collect();
        let set = desk(ctx)?.wishes_set(caller(ctx)?, input.quiet_hours, &kinds).await.map_err(broken)?;
        Ok(match set {
            Ok(wishes) => MailPreferencesSetPayload {
                preferences: Some(MailPreferences::new(wishes, language(ctx))),
                refusal: None,
            },
            Err(refused) => MailPreferencesSetPayload {
                preferences: None,
                refusal: Some(Refusal::new(&refused, language(ctx))),
            },
        })
    }
}

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

//! Files on cases. Somebody asks to add one and gets a secret address, good once and for a quarter of an hour; whoever
//! has it brings the content, which must be what was announced. Files are never shown, only handed out to be saved.
//! A content is removed only with the last zone that names it.
mod media;
mod vault;

pub(crate) use vault::Vault;

use crate::refused::text_check;
use crate::sign_in::token;
use crate::{Caller, Desk, DeskError, Refused};
use jiff::SignedDuration;
use media::Media;
use std::path::PathBuf;
use std::sync::Arc;
use store::{Attachment, AttachmentId};
use tokio::io::AsyncRead;
use workflow::{CaseId, Fault, Language, Text};

/// Largest file, in bytes.
const SIZE_MOST: i64 = 20 * 1024 * 1024;
/// Longest name, in characters.
const NAME_MOST: usize = 200;
/// How many files a case may have.
const FILES_MOST: i64 = 50;
/// How long a file is awaited.
const AWAITED: SignedDuration = SignedDuration::from_mins(15);

/// Asks to add a file to a case.
#[derive(Debug, Clone)]
pub struct AttachmentOrder {
    /// The case.
    pub case: CaseId,
    /// What people call it.
    pub name: String,
    /// What it is, as RFC 6838 names it.
    pub media_type: String,
    /// Its size in bytes.
    pub size: i64,
    /// Whether only staff may read it.
    pub internal: bool,
}

/// A file that is awaited.
#[derive(Clone)]
pub struct Awaited {
    /// What is awaited.
    pub attachment: Attachment,
    /// The secret under which it may be brought, once; only its hash is kept.
    pub token: String,
}

impl std::fmt::Debug for Awaited {
    /// Keeps the token out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Awaited").field("attachment", &self.attachment).finish_non_exhaustive()
    }
}

/// A file to hand out.
#[derive(Debug)]
pub struct Download {
    /// What it is.
    pub attachment: Attachment,
    /// Its content.
    pub content: tokio::fs::File,
}

/// Why a content is not taken; nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unuploaded {
    /// Nothing is awaited under this token: it was never given out, is used, or is too old.
    NoSuchUpload,
    /// There is more of it than was announced.
    TooLong {
        /// Bytes announced.
        size: u64,
    },
    /// There is less of it than was announced.
    TooShort {
        /// Bytes announced.
        size: u64,
        /// Bytes that came.
        found: u64,
    },
    /// It is not what was announced.
    WrongType {
        /// What was announced.
        announced: &'static str,
        /// What it is.
        found: String,
    },
    /// It took too long to come.
    TooSlow,
}

impl Unuploaded {
    /// Its closed code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchUpload => "NO_SUCH_UPLOAD",
            Self::TooLong { .. } => "TOO_LONG",
            Self::TooShort { .. } => "TOO_SHORT",
            Self::WrongType { .. } => "WRONG_TYPE",
            Self::TooSlow => "TOO_SLOW",
        }
    }

    /// Says what is wrong and what to do.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let zh = language == Language::Zh;
        match self {
            Self::NoSuchUpload if zh => "上传地址无效、已使用或已过期，请重新申请".into(),
            Self::NoSuchUpload => {
                "this address was never given out, is used, or has expired; ask for one".into()
            }
            Self::TooLong { size } if zh => format!("文件超过申报的 {size} 字节"),
            Self::TooLong { size } => format!("the file is longer than the {size} bytes announced"),
            Self::TooShort { size, found } if zh => format!("申报 {size} 字节，只收到 {found} 字节"),
            Self::TooShort { size, found } => format!("{size} bytes were announced, {found} came"),
            Self::WrongType { announced, found } if zh => format!("申报为 {announced}，实际为 {found}"),
            Self::WrongType { announced, found } => format!("announced as {announced}, but it is {found}"),
            Self::TooSlow if zh => "上传超时".into(),
            Self::TooSlow => "the file took too long to come".into(),
        }
    }
}

impl Desk {
    /// The same desk, which keeps files in this folder; without one it takes none.
    #[must_use]
    pub fn with_files(self, folder: PathBuf) -> Self {
        Self { vault: Some(Arc::new(Vault::new(folder))), ..self }
    }

    /// Lets a case await a file.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn attachment_request(
        &self,
        caller: &Caller,
        order: AttachmentOrder,
    ) -> Result<Result<Awaited, Refused>, DeskError> {
        if self.case_find(caller, order.case).await?.is_none() {
            return Ok(Err(Refused::NoSuchCase));
        }
        if let Err(refused) = order_check(caller, &order) {
            return Ok(Err(refused));
        }
        let now = self.surroundings.now();
        let attachment = Attachment {
            id: AttachmentId(self.surroundings.id()),
            case: order.case,
            author: caller.person.id,
            internal: order.internal,
            name: order.name.trim().to_owned(),
            media_type: order.media_type,
            size: order.size,
            expires_at: now.saturating_add(AWAITED).unwrap_or(now),
            content: None,
            uploaded_at: None,
        };
        let token = token::new(caller.zone, &self.surroundings.bytes());
        let tx = self.store.begin(caller.zone).await?;
        if !tx.attachment_insert(&attachment, &token::hash(&token), now, FILES_MOST).await? {
            return Ok(Err(Refused::Full { most: FILES_MOST }));
        }
        tx.commit().await?;
        Ok(Ok(Awaited { attachment, token }))
    }

    /// Takes in the content that is awaited under a token. The token is the right to bring it: nobody signs in for it.
    ///
    /// # Errors
    /// [`DeskError`]; refusals are values.
    pub async fn attachment_upload(
        &self,
        token: &str,
        content: impl AsyncRead + Unpin,
    ) -> Result<Result<Attachment, Unuploaded>, DeskError> {
        let vault = self.vault.as_deref().ok_or(DeskError::NoFiles)?;
        let Some(zone) = token::zone(token) else { return Ok(Err(Unuploaded::NoSuchUpload)) };
        let token = token::hash(token);
        let awaited = self.store.attachment_awaited(zone, &token, self.surroundings.now()).await?;
        let Some(awaited) = awaited else { return Ok(Err(Unuploaded::NoSuchUpload)) };
        let Some(media) = Media::find(&awaited.media_type) else { return Ok(Err(Unuploaded::NoSuchUpload)) };
        let size = u64::try_from(awaited.size).unwrap_or_default();
        let received = match vault.receive(self.surroundings.id(), content, size, media).await? {
            Ok(received) => received,
            Err(refused) => return Ok(Err(refused)),
        };
        vault.keep(&received).await?;
        let now = self.surroundings.now();
        let tx = self.store.begin(zone).await?;
        if !tx.attachment_complete(&token, &received.hash, now).await? {
            return Ok(Err(Unuploaded::NoSuchUpload));
        }
        tx.commit().await?;
        Ok(Ok(Attachment { content: Some(received.hash), uploaded_at: Some(now), ..awaited }))
    }

    /// The files of cases as far as the caller reads them, oldest first.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn attachments(&self, caller: &Caller, cases: &[CaseId]) -> Result<Vec<Attachment>, DeskError> {
        Ok(self.store.attachment_list(&self.viewer(caller), cases).await?)
    }

    /// Finds files without their contents; those the caller does not read are left out.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn attachment_batch(
        &self,
        caller: &Caller,
        ids: &[AttachmentId],
    ) -> Result<Vec<Attachment>, DeskError> {
        Ok(self.store.attachment_batch(&self.viewer(caller), ids).await?)
    }

    async fn attachment_find(
        &self,
        caller: &Caller,
        id: AttachmentId,
    ) -> Result<Option<Attachment>, DeskError> {
        Ok(self.attachment_batch(caller, &[id]).await?.pop())
    }

    /// Opens a file to hand it out.
    ///
    /// # Errors
    /// [`DeskError`]; a content that is gone is one.
    pub async fn attachment_open(
        &self,
        caller: &Caller,
        id: AttachmentId,
    ) -> Result<Option<Download>, DeskError> {
        let Some(attachment) = self.attachment_find(caller, id).await? else { return Ok(None) };
        let Some(hash) = attachment.content else { return Ok(None) };
        let vault = self.vault.as_deref().ok_or(DeskError::NoFiles)?;
        Ok(Some(Download { content: vault.open(&hash).await?, attachment }))
    }

    /// Forgets the files that were announced and never came, and what is left of those that came in part; answers how
    /// many.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn attachments_sweep(&self) -> Result<u64, DeskError> {
        let Some(vault) = self.vault.as_deref() else { return Ok(0) };
        let now = self.surroundings.now();
        let mut gone = vault.sweep(now).await?;
        for zone in self.zones().await? {
            let tx = self.store.begin(zone.id).await?;
            gone += tx.attachment_purge(now).await?;
            tx.commit().await?;
        }
        Ok(gone)
    }
}

fn order_check(caller: &Caller, order: &AttachmentOrder) -> Result<(), Refused> {
    if order.internal && caller.person.company.is_some() {
        return Err(Refused::not_yours(Text::new("工作人员", "the staff")));
    }
    text_check("name", &order.name, NAME_MOST, false)?;
    let unknown = || Refused::form("mediaType", Media::unknown());
    let media = Media::find(&order.media_type).ok_or_else(unknown)?;
    if let Some(fault) = media.name_fault(&order.name) {
        return Err(Refused::form("name", fault));
    }
    if !(1..=SIZE_MOST).contains(&order.size) {
        let (min, max) = (Some(1.into()), Some(SIZE_MOST.into()));
        return Err(Refused::form("size", Fault::OutOfBounds { min, max }));
    }
    Ok(())
}

//! Files on cases. Their contents come and go over HTTP, not over GraphQL.
use super::gate::{broken, caller, desk, language};
use super::id::NodeId;
use super::people::{Person, load_person};
use super::refusal::Refusal;
use super::scalar::DateTime;
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use desk::AttachmentOrder;
use workflow::CaseId;

/// A file on a case.
pub struct Attachment(pub(super) desk::Attachment);

/// A file on a case.
#[Object]
impl Attachment {
    /// The global id.
    pub(super) async fn id(&self) -> ID {
        NodeId::Attachment(self.0.id).encode()
    }

    /// What people call it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is (RFC 6838).
    async fn media_type(&self) -> &str {
        &self.0.media_type
    }

    /// Its size in bytes.
    async fn size(&self) -> i64 {
        self.0.size
    }

    /// Whether companies do not read it.
    async fn internal(&self) -> bool {
        self.0.internal
    }

    /// Who put it there. Companies read only the names of their own people.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        load_person(ctx, self.0.author).await
    }

    /// When its content came; none while it is awaited.
    async fn uploaded_at(&self) -> Option<DateTime> {
        self.0.uploaded_at.map(DateTime)
    }

    /// The SHA-256 of its content in hexadecimal; none while it is awaited.
    async fn sha256(&self) -> Option<String> {
        self.0.content.map(hex::encode)
    }

    /// Where it is fetched by GET with the caller's session; none while it is awaited.
    async fn url(&self) -> Option<String> {
        self.0.content?;
        Some(format!("/attachments/{}", NodeId::Attachment(self.0.id).encode().as_str()))
    }
}

/// Asks to add a file to a case.
#[derive(InputObject)]
pub struct AttachmentRequestInput {
    /// The case.
    case_id: ID,
    /// What people call it, up to 200 characters. It ends as files of its kind do.
    name: String,
    /// What it is: `application/pdf`, `image/png`, `image/jpeg`, `image/gif`, `image/webp`, `text/plain`, `text/csv`,
    /// or the media type of docx, xlsx or pptx.
    media_type: String,
    /// Its size in bytes, at most 20 MiB.
    size: i64,
    /// Whether only staff may read it.
    #[graphql(default)]
    internal: bool,
}

/// What came of asking to add a file.
#[derive(SimpleObject)]
pub struct AttachmentRequestPayload {
    /// The file that is awaited, unless it was refused.
    attachment: Option<Attachment>,
    /// Where its content is brought by PUT, once. Whoever has the address may: keep it secret.
    upload_url: Option<String>,
    /// Until when it is awaited.
    expires_at: Option<DateTime>,
    /// Why it may not be added.
    refusal: Option<Refusal>,
}

pub(super) async fn request(
    ctx: &Context<'_>,
    input: AttachmentRequestInput,
) -> Result<AttachmentRequestPayload> {
    let order = AttachmentOrder {
        case: NodeId::case(&input.case_id).unwrap_or(CaseId(uuid::Uuid::nil())),
        name: input.name,
        media_type: input.media_type,
        size: input.size,
        internal: input.internal,
    };
    Ok(match desk(ctx)?.attachment_request(caller(ctx)?, order).await.map_err(broken)? {
        Ok(awaited) => AttachmentRequestPayload {
            upload_url: Some(format!("/attachments/{}", awaited.token)),
            expires_at: Some(DateTime(awaited.attachment.expires_at)),
            attachment: Some(Attachment(awaited.attachment)),
            refusal: None,
        },
        Err(refused) => AttachmentRequestPayload {
            attachment: None,
            upload_url: None,
            expires_at: None,
            refusal: Some(Refusal::new(&refused, language(ctx))),
        },
    })
}

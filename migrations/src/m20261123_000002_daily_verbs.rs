//! What staff do every day around a case: where it came from, notes, files, who follows it and who looks at it; and the
//! texts they write again and again.
use crate::columns::{
    bytes, flag, id, in_zone, index, instant, number, optional, refers, text, unique, zoned,
};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sources(manager).await?;
        notes(manager).await?;
        snippets(manager).await?;
        attachments(manager).await?;
        attention(manager).await
    }
}

/// A ticket of another line opens one case: its number is the key.
async fn sources(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut source = zoned("case_source", &["system", "number"]);
    source.col(text("system")).col(text("number")).col(id("case_id")).col(instant("imported_at"));
    source.foreign_key(&mut refers("case_source", "case_id", "case_file"));
    manager.create_table(source).await?;
    manager.create_index(unique("case_source", &["case_id"])).await
}

async fn notes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut note = zoned("note", &["id"]);
    note.col(id("id")).col(id("case_id")).col(id("author_id")).col(flag("internal")).col(text("text"));
    note.col(instant("at")).col(optional(instant, "withdrawn_at"));
    note.foreign_key(&mut refers("note", "case_id", "case_file"));
    note.foreign_key(&mut refers("note", "author_id", "person"));
    manager.create_table(note).await?;
    manager.create_index(index("note", &["case_id", "id"])).await
}

/// A snippet without a unit is the whole zone's.
async fn snippets(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut snippet = zoned("snippet", &["id"]);
    snippet.col(id("id")).col(optional(id, "unit_id")).col(text("title")).col(text("text"));
    snippet.col(instant("changed_at")).col(id("changed_by"));
    snippet.foreign_key(&mut in_zone("snippet"));
    snippet.foreign_key(&mut refers("snippet", "unit_id", "unit"));
    snippet.foreign_key(&mut refers("snippet", "changed_by", "person"));
    manager.create_table(snippet).await?;
    manager.create_index(index("snippet", &["unit_id", "id"])).await
}

/// A row without a content hash waits for its file until it expires. The content lies beside the database.
async fn attachments(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut attachment = zoned("attachment", &["id"]);
    attachment.col(id("id")).col(id("case_id")).col(id("author_id")).col(flag("internal"));
    attachment.col(text("name")).col(text("media_type"));
    attachment.col(number("size").check(Expr::col("size").gt(0)).take());
    attachment.col(bytes("token_hash").unique_key().take()).col(instant("expires_at"));
    attachment.col(optional(bytes, "content_hash")).col(optional(instant, "uploaded_at"));
    attachment.foreign_key(&mut refers("attachment", "case_id", "case_file"));
    attachment.foreign_key(&mut refers("attachment", "author_id", "person"));
    manager.create_table(attachment).await?;
    manager.create_index(index("attachment", &["case_id", "id"])).await?;
    let waiting = index("attachment", &["expires_at"])
        .name("attachment_waiting")
        .and_where(Expr::col("uploaded_at").is_null())
        .take();
    manager.create_index(waiting).await
}

async fn attention(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut watcher = zoned("watcher", &["case_id", "person_id"]);
    watcher.col(id("case_id")).col(id("person_id")).col(instant("since"));
    watcher.foreign_key(&mut refers("watcher", "case_id", "case_file"));
    watcher.foreign_key(&mut refers("watcher", "person_id", "person"));
    manager.create_table(watcher).await?;
    manager.create_index(index("watcher", &["person_id", "case_id"])).await?;

    let mut looker = zoned("looker", &["case_id", "person_id"]);
    looker.col(id("case_id")).col(id("person_id")).col(instant("at"));
    looker.foreign_key(&mut refers("looker", "case_id", "case_file"));
    looker.foreign_key(&mut refers("looker", "person_id", "person"));
    manager.create_table(looker).await
}

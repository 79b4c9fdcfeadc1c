//! The search index: which document has which number, which documents have a term, what is to be looked at again, and
//! how far the filling got. All of it is made from other rows, so it is left out of archives and can be made again.
use crate::columns::{bytes, flag, id, in_zone, number, optional, ordered_text, text, unique, zoned};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut document = zoned("search_document", &["kind", "doc"]);
        document.col(text("kind")).col(number("doc")).col(id("id"));
        document.foreign_key(&mut in_zone("search_document"));
        manager.create_table(document).await?;
        manager.create_index(unique("search_document", &["kind", "id"])).await?;

        // Sixty-five thousand documents a row, as a compressed set of their numbers.
        let mut posting = zoned("search_posting", &["kind", "term", "part"]);
        posting.col(text("kind")).col(ordered_text(manager, "term")).col(number("part")).col(bytes("docs"));
        posting.foreign_key(&mut in_zone("search_posting"));
        manager.create_table(posting).await?;

        // What is to be looked at, because of what changed: of two who change different things neither waits for the other.
        // How often it was marked tells whoever takes a mark away whether it is still the one they saw.
        let mut mark = zoned("search_mark", &["kind", "id", "cause_id"]);
        mark.col(text("kind")).col(id("id")).col(id("cause_id")).col(number("times"));
        mark.foreign_key(&mut in_zone("search_mark"));
        manager.create_table(mark).await?;

        let mut fill = zoned("search_fill", &["kind"]);
        fill.col(text("kind")).col(number("version")).col(number("next_doc")).col(optional(id, "reached"));
        fill.col(flag("filled")).col(number("turn"));
        fill.foreign_key(&mut in_zone("search_fill"));
        manager.create_table(fill).await
    }
}

//! What administrators decide about mails that do not arrive, and the addresses at which nobody is.
use crate::columns::{id, in_zone, index, instant, refers, text, zoned};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut dead = index("outbox", &["id"]).name("outbox_dead").take();
        manager.create_index(dead.and_where(Expr::col("state").eq("dead")).take()).await?;

        // The address in small letters. Mails to it are held while the row is there.
        let mut undeliverable = zoned("undeliverable", &["address"]);
        undeliverable.col(text("address")).col(text("reason")).col(instant("since"));
        undeliverable.foreign_key(&mut in_zone("undeliverable"));
        manager.create_table(undeliverable).await?;

        let mut discard = zoned("mail_discard", &["mail_id"]);
        discard.col(id("mail_id")).col(id("person_id")).col(instant("at")).col(text("reason"));
        discard.foreign_key(&mut refers("mail_discard", "mail_id", "outbox"));
        discard.foreign_key(&mut refers("mail_discard", "person_id", "person"));
        manager.create_table(discard).await
    }
}

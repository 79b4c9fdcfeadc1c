//! A zone's own words for its mails.
use crate::columns::{id, in_zone, instant, refers, text, zoned};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut wording = zoned("mail_wording", &["template", "language"]);
        wording.col(text("template"));
        wording.col(text("language").check(Expr::col("language").is_in(["zh", "en"])).take());
        wording.col(text("subject")).col(text("happened")).col(text("next"));
        wording.col(instant("set_at")).col(id("set_by"));
        wording.foreign_key(&mut in_zone("mail_wording"));
        wording.foreign_key(&mut refers("mail_wording", "set_by", "person"));
        manager.create_table(wording).await
    }
}

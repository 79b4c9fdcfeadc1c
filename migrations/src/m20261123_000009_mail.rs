//! What people wish of their mail: a digest a day, quiet hours, or none; and a zone's own words for its mails.
use crate::columns::{bytes, id, in_zone, index, instant, optional, refers, text, zoned};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // No row: at once. The row of the template `*` keeps mails of every kind until the desk opens.
        let wishes = ["opening", "daily", "off"];
        let mut wish = zoned("mail_wish", &["person_id", "template"]);
        wish.col(id("person_id")).col(text("template"));
        wish.col(text("wish").check(Expr::col("wish").is_in(wishes)).take());
        wish.foreign_key(&mut refers("mail_wish", "person_id", "person"));
        manager.create_table(wish).await?;

        // What links that need no sign-in are signed by.
        let mut key = zoned("mail_key", &[]);
        key.col(bytes("secret")).foreign_key(&mut in_zone("mail_key"));
        manager.create_table(key).await?;

        // When a mail goes into a digest, and the digest that it went into.
        for mut column in [optional(instant, "digest_at"), optional(id, "digest_id")] {
            manager.alter_table(Table::alter().table("outbox").add_column(&mut column).take()).await?;
        }
        let mut gathered = index("outbox", &["digest_at", "recipient_id"]).name("outbox_gathered").take();
        let waits = Expr::col("digest_at").is_not_null().and(Expr::col("digest_id").is_null());
        manager.create_index(gathered.and_where(waits).take()).await?;

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

//! What was done with the data of people, as a chain of rows for each zone.
use crate::columns::{bytes, id, in_zone, index, instant, number, optional, refers, text, zoned};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut record = zoned("person_record", &["seq"]);
        record.col(number("seq")).col(instant("at")).col(optional(id, "actor_id")).col(id("person_id"));
        record.col(text("act")).col(optional(text, "reason")).col(optional(bytes, "salt"));
        record.col(bytes("reason_digest")).col(bytes("previous")).col(bytes("hash"));
        record.foreign_key(&mut refers("person_record", "actor_id", "person"));
        record.foreign_key(&mut refers("person_record", "person_id", "person"));
        manager.create_table(record).await?;
        manager.create_index(index("person_record", &["person_id", "seq"])).await?;

        let mut head = zoned("person_record_head", &[]);
        head.col(number("seq")).col(bytes("hash")).foreign_key(&mut in_zone("person_record_head"));
        manager.create_table(head).await
    }
}

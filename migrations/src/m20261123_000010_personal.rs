//! What was done with the data of people, as a chain of rows for each zone.
use crate::columns::{bytes, id, in_zone, index, instant, number, optional, refers, text, zoned};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut record = zoned("person_record", &["seq"]);
        record.col(number("seq")).col(instant("at")).col(optional(id, "actor_id"));
        // Whose data it is: one of the three.
        record.col(optional(id, "person_id")).col(optional(id, "company_id")).col(optional(id, "case_id"));
        record.col(text("act")).col(bytes("reason_digest")).col(bytes("previous")).col(bytes("hash"));
        record.foreign_key(&mut refers("person_record", "actor_id", "person"));
        record.foreign_key(&mut refers("person_record", "person_id", "person"));
        record.foreign_key(&mut refers("person_record", "company_id", "company"));
        record.foreign_key(&mut refers("person_record", "case_id", "case_file"));
        manager.create_table(record).await?;
        for subject in ["person_id", "company_id", "case_id"] {
            manager.create_index(index("person_record", &[subject, "seq"])).await?;
        }

        // Beside the chain, since nobody may change that: words about people can be erased.
        let mut reason = zoned("person_reason", &["seq"]);
        reason.col(number("seq")).col(text("reason")).col(bytes("salt"));
        let mut of = ForeignKey::create().name("person_reason_seq_exists").take();
        of.from("person_reason", ("zone_id", "seq")).to("person_record", ("zone_id", "seq"));
        manager.create_table(reason.foreign_key(&mut of).take()).await?;

        let mut head = zoned("person_record_head", &[]);
        head.col(number("seq")).col(bytes("hash")).foreign_key(&mut in_zone("person_record_head"));
        manager.create_table(head).await
    }
}

//! A zone's settings are counted, so that whoever serves it beside others sees that they changed.
use crate::columns::number;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut zone = Table::alter().table("zone").take();
        zone.add_column(number("revision").default(0).take());
        manager.alter_table(zone).await
    }
}

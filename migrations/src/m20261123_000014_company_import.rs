//! Which import added a company, so that undoing the import takes it away again.
use crate::columns::{id, index, optional};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut import = Table::alter().table("company").take();
        // Without a foreign key: SQLite cannot add one of two columns to a table that is there.
        manager.alter_table(import.add_column(optional(id, "import_id")).take()).await?;
        manager.create_index(index("company", &["import_id"])).await
    }
}

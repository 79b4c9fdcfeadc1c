//! Roles that people hold in units besides their own.
use crate::columns::{id, index, refers, text, zoned};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut post = zoned("person_post", &["person_id", "unit_id", "role"]);
        post.col(id("person_id")).col(id("unit_id")).col(text("role"));
        post.foreign_key(&mut refers("person_post", "person_id", "person"));
        post.foreign_key(&mut refers("person_post", "unit_id", "unit"));
        manager.create_table(post).await?;
        manager.create_index(index("person_post", &["role", "unit_id"])).await
    }
}

//! People: sessions are found in their zone.
use crate::columns::{bytes, flag, id, index, instant, number, refers, text, unique, zoned};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sessions(manager).await
    }
}

/// Tokens name their zone from here on. Those handed out before do not, so whoever was signed in signs in again.
async fn sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.drop_table(Table::drop().table("session").take()).await?;
    let mut session = zoned("session", &["token_hash"]);
    session.col(bytes("token_hash")).col(id("id")).col(id("person_id"));
    session.col(instant("created_at")).col(instant("seen_at"));
    session.col(number("idle")).col(instant("idle_until")).col(instant("expires_at"));
    session.col(flag("limited")).col(text("client")).col(text("address"));
    session.foreign_key(&mut refers("session", "person_id", "person"));
    manager.create_table(session).await?;
    manager.create_index(unique("session", &["id"])).await?;
    manager.create_index(index("session", &["person_id"])).await?;
    manager.create_index(index("session", &["expires_at"])).await
}

//! How somebody becomes a person of a company: invitations that are mailed, and claims that staff confirm.
use crate::columns::{bytes, id, in_zone, index, instant, optional, refers, text, unique, zoned};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut invitation = zoned("invitation", &["token_hash"]);
        invitation.col(bytes("token_hash")).col(text("email")).col(text("language"));
        invitation.col(optional(id, "company_id")).col(optional(id, "inviter_id"));
        let together = Expr::col("company_id").is_null().eq(Expr::col("inviter_id").is_null());
        invitation.check(together);
        invitation.col(instant("created_at")).col(instant("expires_at"));
        invitation.foreign_key(&mut in_zone("invitation"));
        invitation.foreign_key(&mut refers("invitation", "company_id", "company"));
        invitation.foreign_key(&mut refers("invitation", "inviter_id", "person"));
        manager.create_table(invitation).await?;
        manager.create_index(index("invitation", &["email"])).await?;
        manager.create_index(index("invitation", &["expires_at"])).await?;

        let mut claim = zoned("claim", &["id"]);
        claim.col(id("id")).col(text("credit_code")).col(text("company_name"));
        claim.col(text("name")).col(text("email")).col(text("language")).col(text("password_hash"));
        claim.col(instant("claimed_at")).foreign_key(&mut in_zone("claim"));
        manager.create_table(claim).await?;
        manager.create_index(unique("claim", &["email"])).await?;
        manager.create_index(index("claim", &["claimed_at"])).await
    }
}

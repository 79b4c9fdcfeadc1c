//! Signing in: tries are counted, secrets are mailed, second factors and tokens of programs are kept.
use crate::columns::{
    bytes, flag, id, in_zone, index, instant, number, optional, refers, text, unique, zoned,
};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        doors(manager).await?;
        accounts(manager).await?;
        programs(manager).await
    }
}

/// What is counted against guessing, what a zone asks of those who sign in, and secrets that are good once.
async fn doors(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut tally = zoned("tally", &["subject"]);
    tally.col(text("subject")).col(number("count")).col(instant("since"));
    tally.col(number("locks")).col(instant("locked_until")).foreign_key(&mut in_zone("tally"));
    manager.create_table(tally).await?;
    manager.create_index(index("tally", &["since"])).await?;

    let mut rules = zoned("sign_in_rules", &[]);
    rules.col(number("staff_idle").check(Expr::col("staff_idle").gt(0)).take());
    rules.col(number("company_idle").check(Expr::col("company_idle").gt(0)).take());
    rules.col(number("lasts").check(Expr::col("lasts").gt(0)).take());
    rules.col(flag("second_factor")).col(instant("set_at")).col(optional(id, "set_by"));
    rules.foreign_key(&mut in_zone("sign_in_rules"));
    rules.foreign_key(&mut refers("sign_in_rules", "set_by", "person"));
    manager.create_table(rules).await?;

    let purposes = ["reset", "email", "code"];
    let mut ticket = zoned("ticket", &["token_hash"]);
    ticket.col(bytes("token_hash"));
    ticket.col(text("purpose").check(Expr::col("purpose").is_in(purposes)).take());
    ticket.col(id("person_id")).col(text("detail"));
    ticket.col(instant("created_at")).col(instant("expires_at"));
    ticket.foreign_key(&mut refers("ticket", "person_id", "person"));
    manager.create_table(ticket).await?;
    manager.create_index(index("ticket", &["person_id"])).await?;
    manager.create_index(index("ticket", &["expires_at"])).await
}

/// What a person signs in with besides the password. No row: nothing besides.
async fn accounts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut account = zoned("account", &["person_id"]);
    account.col(id("person_id")).col(optional(text, "verified_email"));
    account.col(optional(bytes, "factor_secret")).col(optional(instant, "factor_since"));
    account.col(number("factor_step"));
    account.foreign_key(&mut refers("account", "person_id", "person"));
    manager.create_table(account).await?;

    let mut code = zoned("recovery_code", &["person_id", "code_hash"]);
    code.col(id("person_id")).col(bytes("code_hash"));
    code.foreign_key(&mut refers("recovery_code", "person_id", "person"));
    manager.create_table(code).await
}

/// Tokens by which programs act for a person.
async fn programs(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut token = zoned("api_token", &["token_hash"]);
    token.col(bytes("token_hash")).col(id("id")).col(id("person_id")).col(text("name")).col(text("scopes"));
    token.col(instant("created_at")).col(instant("expires_at")).col(optional(instant, "used_at"));
    token.foreign_key(&mut refers("api_token", "person_id", "person"));
    manager.create_table(token).await?;
    manager.create_index(unique("api_token", &["id"])).await?;
    manager.create_index(index("api_token", &["person_id", "id"])).await
}
